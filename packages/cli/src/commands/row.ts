import type { Outcome } from "../outcome.ts";
import type { Settings } from "../settings.ts";
import type { Needs } from "./options.ts";

type Run = (settings: Settings, args: readonly string[]) => Promise<Outcome>;

/** One command: its words, what it is for, an example, what it needs, and options of its own. */
export interface Row {
  readonly words: string;
  readonly about: string;
  readonly example: string;
  readonly needs: Needs;
  readonly run: Run;
  readonly options?: readonly (readonly [flags: string, about: string])[];
}

export const FROM_BLOCK = ["--from-block <number>", "first block to read events from (default 0)"] as const;
export const DEPLOYMENT = ["--deployment <file>", "deployment record to take addresses from"] as const;
export const COLLECTION = ["--collection <address>", "the collection"] as const;
export const STORE = ["--store <folder>", "content folder (default content)"] as const;
