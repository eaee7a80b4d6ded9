import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sortedJson, writeAtomically } from "../lib/files";
import { concat, keccak256 } from "ethers";
import { DeploymentRecord } from "../lib/records";
import { compilerInputOf, compilerVersion, recompile, StandardJson } from "../lib/standard-json";
import { SourceDriftError, VerificationMismatchError } from "./errors";
import { artifactOf } from "./recorded-names";
import { encodedArguments, expecter, isOfPresentSource } from "./verify";

/** What an explorer asks for beside the sources of one contract. */
export interface VerificationEntry {
  readonly address: string;
  /** File and name, for example `contracts/Governors.sol:Governors`. */
  readonly contract: string;
  readonly compilerVersion: string;
  /** As the constructor takes them: hexadecimal, with 0x. */
  readonly constructorArguments: string;
}

/** Beside the sources: one entry for each contract, by its name in the record. */
export const VERIFICATION_INDEX = "index.json";

interface VerificationIndex {
  readonly chainId: number;
  readonly contracts: Readonly<Record<string, VerificationEntry>>;
}

/** Where the sources of one contract are. */
export function sourcesFile(folder: string, contract: string): string {
  return join(folder, `${contract}.json`);
}

/**
 * Writes what explorers and Sourcify verify each contract by: the compiler's standard JSON with the sources that the
 * contract needs and no other, and an index with what they ask for beside it. Throws `SourceDriftError`.
 */
export function writeVerification(record: DeploymentRecord, folder: string): void {
  const index: Record<string, VerificationEntry> = {};
  mkdirSync(folder, { recursive: true });
  for (const [name, contract] of Object.entries(record.contracts)) {
    if (!isOfPresentSource(name, contract)) throw new SourceDriftError(name, contract.address);
    const { contract: path, compilerVersion, input } = compilerInputOf(artifactOf(name));
    const constructorArguments = encodedArguments(expecter(folder, name), name, contract);
    index[name] = { address: contract.address, contract: path, compilerVersion, constructorArguments };
    writeAtomically(sourcesFile(folder, name), sortedJson(input));
  }
  writeAtomically(join(folder, VERIFICATION_INDEX), sortedJson({ chainId: record.chainId, contracts: index }));
}

/**
 * Compiles one contract of a record again from what was written for explorers, and compares the creation code.
 * Throws `VerificationMismatchError` and `RecompilationError`.
 */
export function checkVerification(record: DeploymentRecord, name: string, folder: string): void {
  const mismatch = (problem: string): Error => new VerificationMismatchError(folder, name, problem);
  const file = sourcesFile(folder, name);
  const contract = record.contracts[name];
  if (contract === undefined || !existsSync(file)) throw mismatch("are missing");
  const { chainId, contracts } = readJson(join(folder, VERIFICATION_INDEX)) as VerificationIndex; // written above
  const entry = contracts[name];
  if (entry === undefined) throw mismatch("are not in the index");
  if (entry.address !== contract.address || BigInt(chainId) !== record.chainId) throw mismatch("are of another place");
  if (entry.compilerVersion !== compilerVersion()) throw mismatch(`are for the compiler ${entry.compilerVersion}`);
  const code = recompile(entry.contract, readJson(file) as StandardJson); // written above
  if (keccak256(code) !== contract.creationCodeHash) throw mismatch("make other code than the recorded one");
  const initCodeHash = keccak256(concat([code, entry.constructorArguments]));
  if (initCodeHash !== contract.initCodeHash) throw mismatch("stand beside other constructor arguments");
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
