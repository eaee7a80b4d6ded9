import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** A seed as fast-check prints it, whose lives once showed something, and what that was. */
export interface KeptSeed {
  seed: number;
  why: string;
}

/** The seeds that are always tried beside the one of the day. */
export function keptSeeds(file = "seeds.json"): KeptSeed[] {
  return JSON.parse(readFileSync(resolve(__dirname, file), "utf8")) as KeptSeed[];
}
