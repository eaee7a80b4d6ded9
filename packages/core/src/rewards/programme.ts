import { UnknownProgramme } from "./errors.ts";
import { Programme, type ProgrammeName } from "./types.ts";

const NAMES = Object.keys(Programme) as ProgrammeName[]; // the keys of the record are the names

/** Reads a programme's number. Throws {@link UnknownProgramme}. */
export function asProgramme(value: number): Programme {
  const found = Object.values(Programme).find((programme) => programme === value);
  if (found === undefined) throw new UnknownProgramme(String(value));
  return found;
}

/** The name of a programme, as documents have it. Throws {@link UnknownProgramme}. */
export function programmeName(programme: Programme): ProgrammeName {
  const name = NAMES.find((candidate) => Programme[candidate] === programme);
  if (name === undefined) throw new UnknownProgramme(String(programme));
  return name;
}
