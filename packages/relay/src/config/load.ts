import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type JsonValue, parseStrictJson } from "ainft-core";
import type { z } from "zod";
import { chainDocuments, type ChainDocument, eachOnce, type RelayConfigs } from "./chains.ts";
import { ConfigUnreadable, InvalidConfigValue, UnknownConfigKey } from "./errors.ts";
import { checkLocalOnly } from "./local-only.ts";
import { configSchema, type RelayConfig, type SignerConfig } from "./schema.ts";

/**
 * Reads, checks and completes a configuration file; relative paths are taken from the file's own folder. A file that
 * names one chain is a list of one. Throws a `StartRefused` subclass that names the key.
 */
export async function loadConfigs(file: string): Promise<RelayConfigs> {
  const [first, ...more] = parseConfigs(await readJson(file));
  const resolved = (config: RelayConfig): RelayConfig => resolvePaths(config, dirname(resolve(file)));
  return [resolved(first), ...more.map(resolved)];
}

/** Checks a configuration that is already JSON. Throws a `StartRefused` subclass that names the key. */
export function parseConfigs(document: JsonValue): RelayConfigs {
  return eachOnce(chainDocuments(document).map(parse));
}

function parse({ document, placeOf }: ChainDocument): RelayConfig {
  const parsed = configSchema.safeParse(document);
  if (!parsed.success) throw refusal(parsed.error.issues.map((issue) => ({ ...issue, path: named(issue, placeOf) })));
  checkLocalOnly(parsed.data);
  return parsed.data;
}

/** The path of what is wrong, down to a key that is unknown. */
function named(issue: z.core.$ZodIssue, placeOf: ChainDocument["placeOf"]): PropertyKey[] {
  const unknown = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  return [...placeOf([...issue.path, ...unknown])];
}

async function readJson(file: string): Promise<JsonValue> {
  try {
    return parseStrictJson(await readFile(file));
  } catch (cause) {
    throw new ConfigUnreadable(file, cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** The first problem, an unknown key before all others: it is usually the misspelt form of the one that is missing. */
function refusal(issues: readonly z.core.$ZodIssue[]): UnknownConfigKey | InvalidConfigValue {
  for (const issue of issues) {
    if (issue.code === "unrecognized_keys") return new UnknownConfigKey(dotted(issue.path));
  }
  const [first] = issues;
  return new InvalidConfigValue(dotted(first?.path ?? []), first?.message ?? "it does not fit the schema");
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join(".");
}

function resolvePaths(config: RelayConfig, folder: string): RelayConfig {
  const at = (path: string): string => resolve(folder, path);
  const key = <T extends SignerConfig | undefined>(signer: T): T =>
    signer?.type === "keystore" ? { ...signer, path: at(signer.path) } : signer;
  return {
    ...config,
    dataDir: at(config.dataDir),
    content: { ...config.content, dir: at(config.content.dir) },
    signer: key(config.signer),
    transmitter: { ...config.transmitter, signer: key(config.transmitter.signer) },
  };
}
