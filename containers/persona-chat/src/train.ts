import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readCorpus } from "./training/corpus.ts";
import { HYPER_PARAMETERS } from "./training/hyper-parameters.ts";
import type { Quality } from "./training/metrics.ts";
import { train, type Progress } from "./training/training-run.ts";
import { DESCRIPTION_FILE, formatDescription, WEIGHTS_FILE } from "./weights.ts";

const ROOT = join(import.meta.dirname, "..");
const WEIGHTS = join(ROOT, "weights");
const FILES = [DESCRIPTION_FILE, WEIGHTS_FILE];

/**
 * Trains from `corpus/` and writes the model files.
 * @returns sha-256 of each file written.
 */
export function trainInto(directory: string): Record<string, string> {
  const result = train(readCorpus(join(ROOT, "corpus")), HYPER_PARAMETERS, showProgress);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, DESCRIPTION_FILE), formatDescription(result.description));
  writeFileSync(join(directory, WEIGHTS_FILE), result.bytes);
  console.log(`trained questions   before ${show(result.before.trained)}`);
  console.log(`                    after  ${show(result.after.trained)}`);
  console.log(`held-out questions  before ${show(result.before.heldOut)}`);
  console.log(`                    after  ${show(result.after.heldOut)}`);
  return digests(directory);
}

function digests(directory: string): Record<string, string> {
  const digest = (file: string) =>
    createHash("sha256")
      .update(readFileSync(join(directory, file)))
      .digest("hex");
  return Object.fromEntries(FILES.map((file) => [file, digest(file)]));
}

function showProgress({ stage, epoch, epochs, loss }: Progress): void {
  if (epoch % 5 === 0 || epoch === epochs) console.log(`${stage} ${epoch}/${epochs}, loss ${loss.toFixed(3)}`);
}

function show({ understood, loss, perplexity }: Quality): string {
  const share = `${(100 * understood).toFixed(1)} % understood`;
  return `${share}, loss ${loss.toFixed(3)} nats a token, perplexity ${perplexity.toFixed(2)}`;
}

/** Trains again, elsewhere, and compares. @returns Files that differ from the committed ones. */
function findDifferences(): string[] {
  const directory = mkdtempSync(join(tmpdir(), "persona-chat-"));
  try {
    const made = trainInto(directory);
    const committed = digests(WEIGHTS);
    return FILES.filter((file) => made[file] !== committed[file]);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function main(): void {
  const { values } = parseArgs({
    options: { out: { type: "string", default: WEIGHTS }, check: { type: "boolean", default: false } },
  });
  if (!values.check) {
    for (const [file, digest] of Object.entries(trainInto(values.out))) console.log(`${digest}  ${file}`);
    return;
  }
  const differing = findDifferences();
  if (differing.length === 0) {
    console.log("ok: the committed weights are what this source and this corpus give");
    return;
  }
  console.error(
    `mismatch: training gives another ${differing.join(" and ")}. Run npm run train, and commit the result.`,
  );
  process.exitCode = 1;
}

if (import.meta.main) main();
