import type { Interface, LogDescription } from "ethers";
import { type Address, asAddress, asBytes32, type Bytes32 } from "../hex.ts";
import type { RawLog } from "../training/events.ts";
import { NotALifeLog } from "./errors.ts";

/** Reads a log whole, or tells that it can't be read. Throws {@link NotALifeLog}. */
export function parseLog(events: Interface, log: RawLog): LogDescription {
  let parsed: LogDescription | null;
  try {
    parsed = events.parseLog(log);
    // Fields are decoded when they are read: all of them are read here, where it can be told.
    parsed?.args.toArray(true);
  } catch (cause) {
    throw new NotALifeLog(log.topics[0], { cause });
  }
  if (parsed === null) throw new NotALifeLog(log.topics[0]);
  return parsed;
}

/** Whatever holds values by their names: an event, or a struct in it. */
export type Fields = Pick<LogDescription["args"], "getValue">;

export function numberIn(args: Fields, name: string): bigint {
  return BigInt(String(args.getValue(name)));
}

export function wordIn(args: Fields, name: string): Bytes32 {
  return asBytes32(String(args.getValue(name)), name);
}

export function accountIn(args: Fields, name: string): Address {
  return asAddress(String(args.getValue(name)), name);
}
