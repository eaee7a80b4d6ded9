import type { JsonValue } from "ainft-core";
import { z } from "zod";
import { ChainNotChosen, InvalidConfigValue } from "./errors.ts";
import type { RelayConfig } from "./schema.ts";

/** One configuration for each chain; what the chains share is the same in all of them. */
export type RelayConfigs = readonly [RelayConfig, ...RelayConfig[]];

/** Parts that a chain may have for itself, laid key by key over what the configuration says for all of them. */
const LAID_OVER = ["transmitter", "batching", "activity", "limits"] as const;
/** Parts that a chain may have for itself, in the place of the configuration's. */
const REPLACED = ["signer", "peers"] as const;
/** All that a chain may have for itself, besides what the configuration of one chain has under `chain`. */
export const OWN_PARTS: readonly string[] = [...LAID_OVER, ...REPLACED];

const object = z.record(z.string(), z.custom<JsonValue>());
const listed = z.object({ chains: z.array(object, "must be a list of 1 to 64 chains").min(1).max(64) });

type JsonRecord = Readonly<Record<string, JsonValue>>;
type Path = readonly PropertyKey[];

/** What is read for one chain, and where each of its keys stands in the document. */
export interface ChainDocument {
  readonly document: JsonValue;
  readonly placeOf: (path: Path) => Path;
}

/** Takes a document apart that lists chains; one that names a single chain is left whole. Throws {@link InvalidConfigValue}. */
export function chainDocuments(document: JsonValue): ChainDocument[] {
  const given = object.safeParse(document);
  if (!given.success || given.data["chains"] === undefined) return [{ document, placeOf: (path) => path }];
  const { chain, chains, ...shared } = given.data;
  if (chain !== undefined)
    throw new InvalidConfigValue("chains", "it stands in the place of chain: name each chain once");
  const list = listed.safeParse({ chains });
  if (!list.success) {
    const [issue] = list.error.issues;
    throw new InvalidConfigValue((issue?.path ?? []).map(String).join("."), issue?.message ?? "it is no list");
  }
  return list.data.chains.map((entry, index) => documentOf(shared, entry, index));
}

function documentOf(shared: JsonRecord, entry: JsonRecord, index: number): ChainDocument {
  const own = Object.fromEntries(Object.entries(entry).filter(([key]) => OWN_PARTS.includes(key)));
  const chain = Object.fromEntries(Object.entries(entry).filter(([key]) => !OWN_PARTS.includes(key)));
  for (const key of LAID_OVER) {
    const [under, over] = [object.safeParse(shared[key]), object.safeParse(own[key])];
    if (under.success && over.success) own[key] = { ...under.data, ...over.data };
  }
  return { document: { ...shared, ...own, chain }, placeOf: (path) => placeOf(path, shared, entry, index) };
}

/** Where a key of one chain's document was written. */
function placeOf(path: Path, shared: JsonRecord, entry: JsonRecord, index: number): Path {
  const [part = "", key = ""] = path.map(String);
  if (part === "chain") return ["chains", index, ...path.slice(1)];
  if (entry[part] === undefined) return path;
  const isShared = LAID_OVER.some((name) => name === part) && has(shared[part], key) && !has(entry[part], key);
  return isShared ? path : ["chains", index, ...path];
}

function has(part: JsonValue | undefined, key: string): boolean {
  const read = object.safeParse(part);
  return read.success && read.data[key] !== undefined;
}

/** Makes sure that no chain is there twice. Throws {@link InvalidConfigValue}. */
export function eachOnce(configs: readonly RelayConfig[]): RelayConfigs {
  configs.forEach(({ chain: { id } }, index) => {
    const first = configs.findIndex((config) => config.chain.id === id);
    if (first !== index) throw new InvalidConfigValue(`chains.${index}.id`, `chain ${id} is chains.${first} already`);
  });
  return several(configs);
}

/** The chains that a command line names, as `1,10`, in its order; all of them without one. Throws {@link ChainNotChosen}. */
export function chosenChains(configs: RelayConfigs, text?: string): RelayConfigs {
  if (text === undefined) return configs;
  const chosen = text.split(",").map((id) => {
    const config = configs.find(({ chain }) => String(chain.id) === id.trim());
    if (config === undefined)
      throw new ChainNotChosen(`chain ${id.trim()} is not in the configuration`, idsOf(configs));
    return config;
  });
  return several([...new Set(chosen)]);
}

/** The one chain that a command is about. Throws {@link ChainNotChosen} when it could be about several. */
export function chosenChain(configs: RelayConfigs, text?: string): RelayConfig {
  const [config, ...more] = chosenChains(configs, text);
  if (more.length > 0) throw new ChainNotChosen("the command is about one chain", idsOf(configs));
  return config;
}

function idsOf(configs: RelayConfigs): string[] {
  return configs.map(({ chain }) => String(chain.id));
}

function several([first, ...more]: readonly RelayConfig[]): RelayConfigs {
  if (first === undefined) throw new InvalidConfigValue("chains", "it is empty");
  return [first, ...more];
}
