import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parseStrictJson } from "ainft-core";
import { z } from "zod";
import { parseConfigs } from "../../src/config/load.ts";
import { configSchema } from "../../src/config/schema.ts";

const PACKAGE = join(import.meta.dirname, "../..");

/** As much of a JSON Schema as the configuration uses. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly default?: unknown;
}

describe("README.md", () => {
  it("lists every key of the configuration with its default, and no other", async () => {
    const readme = await readFile(join(PACKAGE, "README.md"), "utf8");

    assert.deepEqual(Object.fromEntries(tableOf(readme)), Object.fromEntries(keysOf(schema())));
  });
});

describe("config/example.json", () => {
  it("is a configuration", async () => {
    const example = await readFile(join(PACKAGE, "config/example.json"));

    assert.equal(parseConfigs(parseStrictJson(example))[0].transmitter.enabled, true);
  });
});

describe("config/several-chains.json", () => {
  it("is a configuration of two chains, of which one has its own fees", async () => {
    const example = await readFile(join(PACKAGE, "config/several-chains.json"));

    assert.deepEqual(
      parseConfigs(parseStrictJson(example)).map(({ transmitter }) => [transmitter.enabled, transmitter.maxFeeGwei]),
      [
        [true, 100],
        [true, 0.1],
      ],
    );
  });
});

function schema(): Schema {
  return z.toJSONSchema(configSchema, { io: "input" }) as Schema; // what zod gives for an object schema
}

/** Rows of the configuration's table: key, and what stands in the column of defaults. */
function tableOf(readme: string): [string, string][] {
  const [, section = ""] = readme.split("## Configuration");
  const [rows = ""] = section.split("\n## ");
  return [...rows.matchAll(/^\| `([^`]+)`\s*\| (\S.*?)\s*\|/gm)].map(([, key = "", value = ""]) => [key, value]);
}

/** Leaves of the schema: dotted key, and how its default is written. A choice lists the keys of all its forms. */
function keysOf({ properties = {}, required = [], oneOf = [] }: Schema, prefix = ""): [string, string][] {
  const own = Object.entries(properties).flatMap(([name, part]): [string, string][] => {
    const key = `${prefix}${name}`;
    if (part.properties !== undefined || part.oneOf !== undefined) return keysOf(part, `${key}.`);
    return [[key, defaultOf(part, required.includes(name))]];
  });
  return [...own, ...oneOf.flatMap((form) => keysOf(form, prefix))];
}

function defaultOf(part: Schema, required: boolean): string {
  if (part.default !== undefined) return `\`${JSON.stringify(part.default)}\``;
  return required ? "required" : "none";
}
