import { readFileSync } from "node:fs";
import { PermanentError } from "../errors";

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_NULL = 0n;
const DT_NEEDED = 1n;
const DT_STRTAB = 5n;

/** What a dynamically linked program asks the system for. */
export interface ElfNeeds {
  /** Absolute path of the loader; undefined for a library or a static program. */
  readonly interpreter: string | undefined;
  /** File names of shared libraries. */
  readonly libraries: readonly string[];
}

/** The file is not a 64-bit little-endian ELF file. */
export class NotAnElfFileError extends PermanentError {
  readonly code = "NOT_AN_ELF_FILE";

  constructor(path: string) {
    super(`${path} is not a 64-bit little-endian ELF file.`);
  }
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: bigint;
  readonly size: number;
}

/** Reads loader and libraries from an ELF file's program headers. Throws {@link NotAnElfFileError}. */
export function readElfNeeds(path: string): ElfNeeds {
  const file = readFileSync(path);
  if (file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1) throw new NotAnElfFileError(path);
  const segments = readSegments(file);
  const interpreter = segments.find(({ type }) => type === PT_INTERP);
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  return {
    interpreter: interpreter && readText(file, interpreter.offset),
    libraries: dynamic ? readLibraries(file, segments, dynamic) : [],
  };
}

function readSegments(file: Buffer): Segment[] {
  const start = Number(file.readBigUInt64LE(32));
  const entrySize = file.readUInt16LE(54);
  const count = file.readUInt16LE(56);
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * entrySize;
    return {
      type: file.readUInt32LE(at),
      offset: Number(file.readBigUInt64LE(at + 8)),
      address: file.readBigUInt64LE(at + 16),
      size: Number(file.readBigUInt64LE(at + 32)),
    };
  });
}

function readLibraries(file: Buffer, segments: readonly Segment[], dynamic: Segment): string[] {
  const entries: { tag: bigint; value: bigint }[] = [];
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.size; at += 16) {
    const tag = file.readBigUInt64LE(at);
    if (tag === DT_NULL) break;
    entries.push({ tag, value: file.readBigUInt64LE(at + 8) });
  }
  const tableAddress = entries.find(({ tag }) => tag === DT_STRTAB)?.value ?? 0n;
  const holder = segments.find(
    ({ type, address, size }) => type === PT_LOAD && tableAddress >= address && tableAddress < address + BigInt(size),
  );
  if (!holder) return [];
  const table = holder.offset + Number(tableAddress - holder.address);
  return entries.filter(({ tag }) => tag === DT_NEEDED).map(({ value }) => readText(file, table + Number(value)));
}

function readText(file: Buffer, offset: number): string {
  return file.toString("utf8", offset, file.indexOf(0, offset));
}
