import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PersonaModel } from "../../src/model.ts";
import { readCorpus, type Corpus } from "../../src/training/corpus.ts";
import { DESCRIPTION_FILE, formatDescription, loadWeights, WEIGHTS_FILE } from "../../src/weights.ts";

const ROOT = join(import.meta.dirname, "..", "..");
export const WEIGHTS = join(ROOT, "weights");
export const SERVER = join(ROOT, "src", "server.ts");
export const SEED = "00ff".repeat(16);

export function loadPersona(directory: string = WEIGHTS): PersonaModel {
  return new PersonaModel(loadWeights(directory));
}

export function corpus(): Corpus {
  return readCorpus(join(ROOT, "corpus"));
}

/** A new, empty folder under the system's folder for temporary files. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "persona-chat-"));
}

/** Copies the model files, with the bytes of the weights changed and the digest in the description made to fit. */
export function changedWeights(change: (bytes: Buffer) => void): string {
  const directory = temporaryFolder();
  const { description } = loadWeights(WEIGHTS);
  const bytes = readFileSync(join(WEIGHTS, WEIGHTS_FILE));
  change(bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  writeFileSync(join(directory, WEIGHTS_FILE), bytes);
  const text = formatDescription({ ...description, weights: { sha256, size: bytes.length } });
  writeFileSync(join(directory, DESCRIPTION_FILE), text);
  return directory;
}
