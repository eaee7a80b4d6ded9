import { concat, dataLength, dataSlice, Interface, keccak256, Provider } from "ethers";
import { readArtifact } from "../lib/artifacts";
import { create2Address, CREATE2_FACTORY, isFactoryThere } from "../lib/create2-factory";
import { CallRecord, ContractRecord, DeploymentRecord } from "../lib/records";
import { DESK, deskOf } from "./desk";
import { RecordMismatchError, WrongChainError } from "./errors";
import { artifactOf } from "./recorded-names";

/** Hash of block 0. */
export async function genesisHashOf(provider: Provider): Promise<string> {
  const genesis = await provider.getBlock(0);
  if (!genesis?.hash) throw new WrongChainError("genesis block", "known", "unknown to the node");
  return genesis.hash;
}

/** Throws `WrongChainError` unless the node serves the wanted chain id. */
export async function checkChainId(provider: Provider, expected: bigint): Promise<void> {
  const { chainId } = await provider.getNetwork();
  if (chainId !== expected) throw new WrongChainError("chain id", expected.toString(), chainId.toString());
}

/**
 * Compares every fact of a record with the chain: addresses, code, transactions and what they carried.
 * Throws `RecordMismatchError` with the first field that differs, and `FactoryCodeMismatchError`.
 */
export async function verifyRecord(record: DeploymentRecord, provider: Provider, place: string): Promise<void> {
  // What stands at an address that commits to code is that code only where the factory is the known one.
  await isFactoryThere(provider);
  for (const [name, contract] of Object.entries(record.contracts)) {
    const expect = expecter(place, `contracts.${name}`);
    await verifyCreation(expect, name, contract, record, provider);
    verifyPrediction(expect, name, contract, record.salt);
    expect("codeHash", contract.codeHash, keccak256(await provider.getCode(contract.address)));
  }
  for (const [step, call] of Object.entries(record.calls)) {
    await verifyCall(expecter(place, `calls.${step}`), call, record, provider);
  }
  const oracle = record.contracts["InferenceOracle"];
  if (oracle && record.made) {
    expecter(place, "made")(DESK, record.made[DESK], await deskOf(oracle.address, provider));
  }
}

/** Throws `RecordMismatchError` when a field that was recorded is not what it actually is. */
export type Expect = (field: string, recorded: unknown, actual: unknown) => void;

/** Names the place and the part of a record in what it throws. */
export function expecter(place: string, at: string): Expect {
  return (field, recorded, actual) => {
    if (String(recorded) === String(actual)) return;
    throw new RecordMismatchError(place, `${at}.${field}`, String(recorded), String(actual));
  };
}

/** Whether the present source makes the creation code that a contract was created from. */
export function isOfPresentSource(name: string, contract: ContractRecord): boolean {
  return keccak256(readArtifact(artifactOf(name)).bytecode) === contract.creationCodeHash;
}

/**
 * What needs no chain: the address follows from the salt and the init code, and the init code from the present source and
 * the arguments. When the source moved on, only what was sent can tell the arguments.
 */
export function verifyPrediction(expect: Expect, name: string, contract: ContractRecord, salt: string): void {
  if (isOfPresentSource(name, contract)) {
    const initCode = concat([readArtifact(artifactOf(name)).bytecode, encodedArguments(expect, name, contract)]);
    const initCodeHash = keccak256(initCode);
    if (create2Address(salt, initCodeHash) === contract.address) {
      expect("initCodeHash", contract.initCodeHash, initCodeHash);
    } else if (initCodeHash !== contract.initCodeHash) {
      expect("constructorArguments", contract.constructorArguments.join(", "), "something else at this address");
    }
  }
  expect("address", contract.address, create2Address(salt, contract.initCodeHash));
}

/** The arguments as the constructor takes them. */
export function encodedArguments(expect: Expect, name: string, contract: ContractRecord): string {
  const { constructorArguments } = contract;
  try {
    return new Interface(readArtifact(artifactOf(name)).abi).encodeDeploy(constructorArguments);
  } catch {
    expect("constructorArguments", constructorArguments.join(", "), "of another form");
    throw new Error("unreachable: the line above throws");
  }
}

/** What our own transaction carried, where one created the contract. */
async function verifyCreation(
  expect: Expect,
  name: string,
  contract: ContractRecord,
  record: DeploymentRecord,
  provider: Provider,
): Promise<void> {
  if (contract.transactionHash === undefined) return;
  const { receipt, transaction } = await minedTransaction(expect, contract.transactionHash, provider);
  expect("blockNumber", contract.blockNumber, receipt.blockNumber);
  expect("factory", CREATE2_FACTORY, receipt.to);
  expect("salt", record.salt, dataSlice(transaction.data, 0, 32));
  const initCode = dataSlice(transaction.data, 32);
  expect("initCodeHash", contract.initCodeHash, keccak256(initCode));
  const encoded = encodedArguments(expect, name, contract);
  const end = Math.max(dataLength(initCode) - dataLength(encoded), 0);
  expect("constructorArguments", encoded, dataSlice(initCode, end));
  expect("creationCodeHash", contract.creationCodeHash, keccak256(dataSlice(initCode, 0, end)));
}

async function verifyCall(
  expect: Expect,
  call: CallRecord,
  record: DeploymentRecord,
  provider: Provider,
): Promise<void> {
  const { receipt, transaction } = await minedTransaction(expect, call.transactionHash, provider);
  expect("contract", record.contracts[call.contract]?.address, receipt.to);
  expect("blockNumber", call.blockNumber, receipt.blockNumber);
  const abi = new Interface(readArtifact(artifactOf(call.contract)).abi);
  expect("arguments", abi.encodeFunctionData(call.function, call.arguments), transaction.data);
}

async function minedTransaction(expect: Expect, hash: string, provider: Provider) {
  const receipt = await provider.getTransactionReceipt(hash);
  const transaction = await provider.getTransaction(hash);
  if (!receipt || !transaction) {
    expect("transactionHash", hash, "not on this chain");
    throw new Error("unreachable: the line above throws");
  }
  expect("status", 1, receipt.status);
  return { receipt, transaction };
}
