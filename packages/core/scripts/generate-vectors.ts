import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { historyVectors } from "./vectors/history.ts";
import { jsonVectors } from "./vectors/json.ts";
import { manifestVectors } from "./vectors/manifest.ts";
import { reportVectors } from "./vectors/report.ts";
import { mmrVectors, trainingVectors } from "./vectors/training.ts";

/** Where the vectors live. */
export const vectorFolder = new URL("../vectors/", import.meta.url);

/** Every vector file by name, the same text at every run. Chain quantities are decimal strings. */
export async function vectorFiles(): Promise<Map<string, string>> {
  const vectors = {
    history: historyVectors(),
    json: jsonVectors(),
    manifest: manifestVectors(),
    mmr: mmrVectors(),
    report: await reportVectors(),
    training: await trainingVectors(),
  };
  return new Map(Object.entries(vectors).map(([name, content]) => [`${name}.json`, vectorText(content)]));
}

function vectorText(content: object): string {
  const quantityAsText = (_key: string, value: unknown): unknown => (typeof value === "bigint" ? `${value}` : value);
  return `${JSON.stringify(content, quantityAsText, 2)}\n`;
}

async function main(): Promise<void> {
  for (const [name, text] of await vectorFiles()) writeFileSync(new URL(name, vectorFolder), text);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();
