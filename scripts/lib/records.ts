import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { PermanentError } from "./errors";
import { sortedJson, writeAtomically } from "./files";
import { NetworkSettings } from "./networks";
import { fromRoot, ROOT } from "./paths";
import { parseRecord } from "./record-schema";

/** Numbers and bytes as text; a list is a struct. */
export type ConstructorArgument = string | readonly string[];

/** One deployed contract. Its address follows from the record's salt and `initCodeHash` alone. */
export interface ContractRecord {
  readonly address: string;
  /** Absent when the contract stood there already: whoever sends the same code makes the same contract. */
  readonly transactionHash?: string;
  /** Absent with `transactionHash`. */
  readonly blockNumber?: bigint;
  readonly constructorArguments: readonly ConstructorArgument[];
  /** keccak-256 of the creation code without its arguments. */
  readonly creationCodeHash: string;
  /** keccak-256 of the creation code and its arguments. */
  readonly initCodeHash: string;
  /** keccak-256 of the code on chain. */
  readonly codeHash: string;
  readonly compilerDigest: string;
  readonly sourceCommit: string;
}

/** One call that set the contracts up. */
export interface CallRecord {
  readonly contract: string;
  readonly function: string;
  readonly arguments: readonly (string | readonly string[])[];
  readonly transactionHash: string;
  readonly blockNumber: bigint;
}

/** A transaction that was signed, and perhaps sent, but is not known to be mined. */
export interface PendingRecord {
  readonly step: string;
  readonly nonce: bigint;
  /** Absent when the node signs, which tells the hash only after it has sent. */
  readonly transactionHash?: string;
}

/** Everything that is known about the suite on one chain. */
export interface DeploymentRecord {
  readonly schema: "ainft-deployment/2";
  readonly network: string;
  readonly chainId: bigint;
  /** Hash of block 0: tells a restarted local chain from the one before. */
  readonly genesisHash: string;
  /** Who set the suite up. The oracle was theirs at first. */
  readonly deployer: string;
  /** The factory creates every contract of the suite under this salt. */
  readonly salt: string;
  readonly contracts: Readonly<Record<string, ContractRecord>>;
  readonly calls: Readonly<Record<string, CallRecord>>;
  /** Addresses of contracts that no transaction of ours made, but a contract of ours. */
  readonly made?: Readonly<Record<string, string>>;
  /** Who owns the oracle, and who may accept its ownership. */
  readonly ownership?: { readonly owner: string; readonly pendingOwner?: string };
  /** The DAO that owns the suite: clones, which no transaction of the deployer creates directly. */
  readonly dao?: { readonly governor: string; readonly timelock: string };
  /** Who holds which right, by the name of the right, as the last run found it: an address, or `true` or `false`. */
  readonly roles?: Readonly<Record<string, string>>;
  readonly pending?: PendingRecord;
}

/** Where a deployment is remembered. */
export interface RecordStore {
  /** What messages call it. */
  readonly place: string;
  /** Where the sources of what was deployed are written, for explorers; none for a record in memory. */
  readonly verificationFolder?: string;
  load(): DeploymentRecord | undefined;
  save(record: DeploymentRecord): void;
}

/** A record file is not one: broken JSON, an unknown or missing field, a value off its form. */
export class RecordFormatError extends PermanentError {
  readonly code = "RECORD_FORMAT";
  constructor(
    readonly place: string,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`${place} is not a deployment record: ${problem}. Restore it from version control.`, options);
  }
}

/** Records of a public network are committed; those of a local chain are not; Hardhat's own chain has none. */
export function recordStoreFor(network: NetworkSettings): RecordStore {
  if (network.url === undefined) return memoryRecordStore();
  const folder = network.kind === "local" ? fromRoot("deployments", "local") : fromRoot("deployments");
  return fileRecordStore(`${folder}/${network.name}.json`);
}

/** A record in a file that is always whole. `load` throws `RecordFormatError`. */
export function fileRecordStore(path: string): RecordStore {
  return {
    place: relative(ROOT, path),
    verificationFolder: join(path.replace(/\.json$/, ""), "verification"),
    load: () => (existsSync(path) ? parseRecord(readFileSync(path, "utf8"), relative(ROOT, path)) : undefined),
    save: (record) => writeAtomically(path, sortedJson(record)),
  };
}

/** A record that lives as long as the process. */
export function memoryRecordStore(initial?: DeploymentRecord): RecordStore {
  let current = initial;
  return {
    place: "the record in memory",
    load: () => current,
    save: (record) => {
      current = record;
    },
  };
}
