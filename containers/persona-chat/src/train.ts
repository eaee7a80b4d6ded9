import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readCorpus } from "./training/corpus.ts";
import { HYPER_PARAMETERS } from "./training/hyper-parameters.ts";
import { train } from "./training/training-run.ts";
import { DESCRIPTION_FILE, WEIGHTS_FILE } from "./weights.ts";

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), "..");
const HELP = `Usage: node src/train.ts [--out <folder> | --check]

Trains the persona from corpus/ and writes its weights. The same corpus and sources give the same bytes.

  --out <folder>  Where to write. Default: weights
  --check         Write nothing: compare what training gives with the weights that are there.
  --help          This text.
`;

function main(): number {
  const { values } = parseArgs({
    options: { out: { type: "string" }, check: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  const startedAt = performance.now();
  const { bytes, description, metrics } = train(readCorpus(join(FOLDER, "corpus")), HYPER_PARAMETERS, (epoch, loss) => {
    console.log(`epoch ${epoch}: loss ${loss.toFixed(3)} (${Math.round((performance.now() - startedAt) / 1_000)} s)`);
  });
  const files = { [WEIGHTS_FILE]: bytes, [DESCRIPTION_FILE]: Buffer.from(`${JSON.stringify(description, null, 1)}\n`) };
  console.log(metrics);
  const folder = join(FOLDER, values.out ?? "weights");
  if (values.check === true) return compare(folder, files);
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return 0;
}

/** Says of each file whether training gave the same bytes. Answers the exit code. */
function compare(folder: string, files: Readonly<Record<string, Uint8Array>>): number {
  let differing = 0;
  for (const [name, content] of Object.entries(files)) {
    const same = sha256(content) === sha256(readFileSync(join(folder, name)));
    console.log(`${name}: ${same ? "the same" : "DIFFERS"} (${sha256(content)})`);
    if (!same) differing += 1;
  }
  return differing === 0 ? 0 : 1;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

process.exitCode = main();
