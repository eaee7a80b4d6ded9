import { existsSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { addresses } from "ainft-contracts";
import type { Address } from "ainft-core";
import { recordedAddresses } from "./contracts.ts";
import { InputRefused, UsageError } from "./errors.ts";
import { addressOf, readObject, wholeNumber, writeWhole } from "./inputs.ts";
import type { Io } from "./io.ts";
import { steers } from "./text.ts";

/** Where `init` puts a creator's settings, and where every command looks for them: the folder it is called in. */
export const CONFIG_FILE = "ainft.config.json";
/** The chain id of local chains, whose test accounts everybody knows. */
export const LOCAL_CHAIN = 31_337n;
const MAX_TEXT = 200;
const LOCAL_RPC = "http://127.0.0.1:8545";

/** Contracts that an option can name, and what a deployment calls them. */
const NAMES = {
  factory: "AINFTFactory",
  oracle: "InferenceOracle",
  governor: "AINGovernor",
  token: "AINToken",
  registry: "ProviderRegistry",
  distributor: "RewardDistributor",
  hatchery: "Hatchery",
} as const;
type ContractKey = keyof typeof NAMES;

const CONTRACT_KEYS = Object.keys(NAMES) as readonly ContractKey[]; // of the constant above
const KEYS = ["rpc", "chain", "deployment", "collection", "store", "fromBlock", ...CONTRACT_KEYS] as const;
type Key = (typeof KEYS)[number];

/** Settings by name: the option first, then the environment, then the config file. */
export class Settings {
  readonly io: Io;
  readonly #options: Readonly<Record<string, unknown>>;
  readonly #file: Readonly<Record<string, string>>;

  constructor(io: Io, options: Readonly<Record<string, unknown>>) {
    this.io = io;
    this.#options = options;
    this.#file = readConfig(io.cwd);
  }

  /** An option as it was given. */
  text(name: string): string | undefined {
    const value = this.#options[name];
    return typeof value === "string" ? value : undefined;
  }

  flag(name: string): boolean {
    return this.#options[name] === true;
  }

  setting(key: Key): string | undefined {
    return this.#found(key)?.value;
  }

  /** The node, without what may be secret in its address, and who chose it: a folder's settings may be a stranger's. */
  get node(): string {
    return `${new URL(this.rpc).origin} (${this.#found("rpc")?.from ?? "default"})`;
  }

  #found(key: Key): { value: string; from: string } | undefined {
    const option = this.text(key);
    if (option !== undefined) return { value: option, from: `--${key}` };
    const variable = `AINFT_${key === "rpc" ? "RPC_URL" : key.replace(/[A-Z]/gu, "_$&").toUpperCase()}`;
    const given = this.io.env[variable];
    if (given !== undefined) return { value: given, from: variable };
    const kept = this.#file[key];
    return kept === undefined ? undefined : { value: kept, from: CONFIG_FILE };
  }

  /** Text that goes on chain or into a manifest, of one line. Throws {@link UsageError}. */
  line(name: string): string | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (value.trim() === "" || value.length > MAX_TEXT || steers(value))
      throw new UsageError(`--${name} must be one line of 1 to ${MAX_TEXT} characters.`);
    return value;
  }

  get chain(): bigint {
    return wholeNumber(this.setting("chain") ?? LOCAL_CHAIN.toString(), "--chain", 53);
  }

  get isLocal(): boolean {
    return this.chain === LOCAL_CHAIN;
  }

  get rpc(): string {
    const url = this.setting("rpc") ?? (this.isLocal ? LOCAL_RPC : undefined);
    if (url === undefined) throw new UsageError("No node to ask: give --rpc, AINFT_RPC_URL or rpc in the config file.");
    if (!URL.canParse(url) || !/^https?:$/u.test(new URL(url).protocol)) {
      throw new UsageError("--rpc must be an http: or https: address.");
    }
    return url;
  }

  get store(): string {
    return this.setting("store") ?? "content";
  }

  get fromBlock(): number {
    return Number(wholeNumber(this.setting("fromBlock") ?? "0", "--from-block", 53));
  }

  get collection(): Address {
    const given = this.setting("collection");
    if (given === undefined)
      throw new UsageError("No collection: give --collection, or collection in the config file.");
    return addressOf(given, "--collection");
  }

  /** A contract of the suite: as given, else from the deployment's record, else from the published addresses. */
  contract(key: ContractKey): Address {
    const given = this.setting(key);
    if (given !== undefined) return addressOf(given, `--${key}`);
    const name = NAMES[key];
    const known = this.deployed().get(name);
    if (known === undefined)
      throw new UsageError(`No ${name} is known on chain ${this.chain}: give --${key} or --deployment.`);
    return known;
  }

  /** Addresses of the suite by contract name, from the deployment's record, or as they are published. */
  deployed(): ReadonlyMap<string, Address> {
    const record = this.setting("deployment");
    if (record !== undefined) return recordedAddresses(this.io.cwd, record, this.chain);
    return new Map(
      Object.entries(addresses[Number(this.chain)] ?? {}).map(([name, address]) => [
        name,
        addressOf(String(address), name),
      ]),
    );
  }
}

/** Keeps settings in the config file. */
export function saveSettings(cwd: string, changed: Readonly<Partial<Record<Key, string>>>): void {
  writeWhole(cwd, CONFIG_FILE, `${JSON.stringify({ ...readConfig(cwd), ...changed }, null, 2)}\n`);
}

function readConfig(cwd: string): Record<string, string> {
  if (!existsSync(resolve(cwd, CONFIG_FILE))) return {};
  const config: Record<string, string> = {};
  for (const [key, value] of Object.entries(readObject(cwd, CONFIG_FILE))) {
    if (!KEYS.some((known) => known === key)) throw new InputRefused(`${CONFIG_FILE} has the unknown key "${key}".`);
    if (typeof value !== "string") throw new InputRefused(`${CONFIG_FILE}: "${key}" must be text.`);
    if (key === "store" && (isAbsolute(value) || value.split(/[\\/]/u).includes("..")))
      throw new InputRefused(`${CONFIG_FILE}: "store" must stay in the folder; --store may leave it.`);
    config[key] = value;
  }
  return config;
}
