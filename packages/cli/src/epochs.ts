import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { ainTokenAbi, rewardDistributorAbi } from "ainft-contracts";
import {
  type Address,
  asBytes32,
  type BoostTier,
  type Bytes32,
  type Holding,
  parseRewardDocument,
  Programme,
  programmeName,
  type ProgrammeName,
  type RewardDocument,
  type RewardRow,
  ZERO_BYTES32,
} from "ainft-core";
import { Interface, type JsonRpcProvider } from "ethers";
import { read } from "./chain.ts";
import { InputRefused } from "./errors.ts";
import { addressOf, readBytes, readObject, wholeNumber, writeWhole } from "./inputs.ts";
import type { GpuTimePlan } from "./gpu-time.ts";
import type { Settings } from "./settings.ts";

/** With the errors of AIN, which come through when it is paid. */
export const DISTRIBUTOR = new Interface([
  ...rewardDistributorAbi,
  ...ainTokenAbi.filter(({ type }) => type === "error"),
]);
const NAMES = Object.keys(Programme) as ProgrammeName[]; // of the constant
const KEYS = [
  "programme",
  "budget",
  "snapshotBlock",
  "rows",
  "collections",
  "runs",
  "mostMilliseconds",
  "holdings",
  "boosts",
];

/** What a person writes down for an epoch to be worked out from. */
export interface EpochPlan {
  readonly programme: Programme;
  /** In the token's smallest unit. */
  readonly budget: bigint;
  readonly snapshotBlock: bigint;
  /** Undefined when they are to be read from the chain. */
  readonly rows: readonly RewardRow[] | undefined;
  /** Whose training logs are read, each once; undefined for the one of the settings. */
  readonly collections: readonly Address[] | undefined;
  /** What relays ran, where GPU time is counted by what the chain has of it. */
  readonly gpuTime: GpuTimePlan | undefined;
  readonly holdings: readonly Holding[];
  readonly boosts: readonly BoostTier[];
}

/** The newest posting of a programme, as the distributor has it. */
export interface Books {
  readonly epoch: bigint;
  readonly root: Bytes32;
  readonly total: bigint;
  readonly claimed: bigint;
  readonly unallocated: bigint;
}

/** Reads what an epoch is worked out from; a key that nobody knows is refused, for it may be a misspelt one. */
export function readPlan(cwd: string, file: string): EpochPlan {
  const fields = readObject(cwd, file);
  const unknown = Object.keys(fields).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw new InputRefused(`${file} has the unknown key "${unknown.slice(0, 80)}".`);
  const name = NAMES.find((known) => known === fields["programme"]);
  if (name === undefined) throw new InputRefused(`${file}: programme must be one of ${NAMES.join(", ")}.`);
  const programme = Programme[name];
  const { rows, collections, runs, holdings = [], boosts = [] } = fields;
  if (rows !== undefined && (collections !== undefined || runs !== undefined))
    throw new InputRefused(`${file} names rows, and what to work them out from: one of both.`);
  return {
    programme,
    budget: numberIn(fields, "budget", file, 256),
    snapshotBlock: numberIn(fields, "snapshotBlock", file, 53),
    rows:
      rows === undefined
        ? undefined
        : listIn(rows, ["account", "units"], `rows in ${file}`).map((row) => ({
            programme,
            account: accountIn(row, file),
            units: numberIn(row, "units", file, 64),
          })),
    collections: collections === undefined ? undefined : addressesIn(collections, file),
    gpuTime: runs === undefined ? undefined : gpuTimeIn(fields, runs, file),
    holdings: listIn(holdings, ["account", "amount"], `holdings in ${file}`).map((holding) => ({
      account: accountIn(holding, file),
      amount: numberIn(holding, "amount", file, 256),
    })),
    boosts: listIn(boosts, ["bps", "minimum"], `boosts in ${file}`).map((tier) => ({
      minimum: numberIn(tier, "minimum", file, 256),
      bps: numberIn(tier, "bps", file, 64),
    })),
  };
}

/** A published epoch of the distributor that is used: a document may not choose where it is claimed. */
export function readEpoch(settings: Settings, file: string): RewardDocument {
  const document = parseRewardDocument(readBytes(settings.io.cwd, file));
  const distributor = settings.contract("distributor");
  if (document.chainId !== settings.chain || document.distributor !== distributor) {
    const { distributor: other, chainId } = document;
    throw new InputRefused(`${file} is of the distributor ${other} on chain ${chainId}, not of ${distributor}.`);
  }
  return document;
}

export async function booksOf(provider: JsonRpcProvider, to: Address, programme: Programme): Promise<Books> {
  const [found] = await read(provider, { to, abi: DISTRIBUTOR, name: "booksOf", args: [programme] });
  const { epoch, root, total, claimed, unallocated } = found as Books; // the ABI names these fields
  return { epoch, root: asBytes32(root), total, claimed, unallocated };
}

/** Why a document is not what the distributor pays by; undefined when it is. */
export function whyNotPosted({ epoch, root, total }: RewardDocument, books: Books): string | undefined {
  if (books.epoch < epoch) return `epoch ${epoch} is not posted: the newest is ${books.epoch}`;
  if (books.epoch > epoch) return `epoch ${epoch} is not the newest: ask for the document of epoch ${books.epoch}`;
  if (books.root === ZERO_BYTES32) return `the rewards of epoch ${epoch} expired`;
  if (books.root !== root) return `another root is posted for epoch ${epoch}: ${books.root}`;
  return books.total === total ? undefined : `another total is posted for epoch ${epoch}: ${books.total}`;
}

/** Makes sure that an epoch would be the next one. Throws {@link InputRefused}. */
export function expectNext(plan: EpochPlan, previous: RewardDocument | undefined, books: Books): void {
  const name = programmeName(plan.programme);
  if (previous === undefined) {
    if (books.epoch === 0n) return;
    throw new InputRefused(`Epoch ${books.epoch} of ${name} is posted: name its document by --previous.`);
  }
  if (previous.programme !== plan.programme)
    throw new InputRefused(`--previous is of ${programmeName(previous.programme)}, not of ${name}.`);
  const why = whyNotPosted(previous, books);
  if (why !== undefined) throw new InputRefused(`--previous can't be continued: ${why}.`);
  if (plan.snapshotBlock <= previous.snapshotBlock)
    throw new InputRefused(`The snapshot must be later than that of --previous, at block ${previous.snapshotBlock}.`);
}

/** Writes a document where none lies yet, or the very same. Throws {@link InputRefused}. */
export function writeEpoch(cwd: string, path: string, bytes: Uint8Array): void {
  if (existsSync(resolve(cwd, path)) && !Buffer.from(readBytes(cwd, path)).equals(bytes))
    throw new InputRefused(`${path} exists already, and is not this epoch.`);
  writeWhole(cwd, path, bytes);
}

function listIn(value: unknown, keys: readonly string[], where: string): Record<string, unknown>[] {
  if (!Array.isArray(value)) throw new InputRefused(`${where} must be a list.`);
  return value.map((entry: unknown, place) => {
    const fields = (typeof entry === "object" && entry !== null ? entry : {}) as Record<string, unknown>;
    if (Object.keys(fields).sort().join() !== keys.join())
      throw new InputRefused(`${where}: entry ${place} must hold ${keys.join(" and ")}, and nothing else.`);
    return fields;
  });
}

function gpuTimeIn(fields: Record<string, unknown>, runs: unknown, file: string): GpuTimePlan {
  const keys = ["milliseconds", "reporter", "requestHash", "requestId"];
  return {
    mostMilliseconds: numberIn(fields, "mostMilliseconds", file, 64),
    runs: listIn(runs, keys, `runs in ${file}`).map((run) => ({
      requestId: numberIn(run, "requestId", file, 64),
      requestHash: asBytes32(String(run["requestHash"]), `requestHash in ${file}`),
      reporter: addressOf(String(run["reporter"]), `reporter in ${file}`),
      milliseconds: numberIn(run, "milliseconds", file, 64),
    })),
  };
}

function addressesIn(value: unknown, file: string): Address[] {
  const where = `collections in ${file}`;
  if (!Array.isArray(value) || value.length === 0) throw new InputRefused(`${where} must be a list of addresses.`);
  const found = value.map((entry: unknown) => addressOf(String(entry), where));
  if (new Set(found).size !== found.length) throw new InputRefused(`${where} names one of them twice.`);
  return found;
}

function accountIn({ account }: Record<string, unknown>, file: string): Address {
  if (typeof account !== "string") throw new InputRefused(`${file}: an account must be an address as text.`);
  return addressOf(account, `account in ${file}`);
}

/** Decimal text, as JSON's own numbers are not exact. */
function numberIn(fields: Record<string, unknown>, name: string, file: string, bits: number): bigint {
  const value = fields[name];
  if (typeof value !== "string") throw new InputRefused(`${file}: ${name} must be a whole number as text.`);
  return wholeNumber(value, `${name} in ${file}`, bits);
}
