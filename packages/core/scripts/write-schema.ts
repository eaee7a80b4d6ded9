import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { manifestJsonSchema } from "../src/index.ts";

/** Where the published schema lives. */
export const schemaFile = new URL("../schema/manifest.schema.json", import.meta.url);

/** The published schema's text, from its source in `src/manifest/schema.ts`. */
export function schemaText(): string {
  return `${JSON.stringify(manifestJsonSchema, null, 2)}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) writeFileSync(schemaFile, schemaText());
