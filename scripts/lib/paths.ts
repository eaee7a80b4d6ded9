import { join, resolve } from "node:path";

/** Top folder of the repository. */
export const ROOT = resolve(__dirname, "..", "..");

/** Absolute path of something below the top folder. */
export function fromRoot(...parts: string[]): string {
  return join(ROOT, ...parts);
}
