import { getCreateAddress, Interface, keccak256, Provider } from "ethers";
import { readArtifact } from "../lib/artifacts";
import { CallRecord, ContractRecord, DeploymentRecord } from "../lib/records";
import { RecordMismatchError, WrongChainError } from "./errors";
import { DESK, deskOf } from "./desk";
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
 * Throws `RecordMismatchError` with the first field that differs.
 */
export async function verifyRecord(record: DeploymentRecord, provider: Provider, place: string): Promise<void> {
  for (const [name, contract] of Object.entries(record.contracts)) {
    const expect = expecter(place, `contracts.${name}`);
    const creation = await verifyContract(expect, contract, record, provider);
    const encoded = new Interface(readArtifact(artifactOf(name)).abi).encodeDeploy(contract.constructorArguments);
    const actual = creation.endsWith(encoded.slice(2)) ? encoded : `0x${creation.slice(2 - encoded.length)}`;
    expect("constructorArguments", encoded, actual);
  }
  for (const [step, call] of Object.entries(record.calls)) {
    await verifyCall(expecter(place, `calls.${step}`), call, record, provider);
  }
  const oracle = record.contracts["InferenceOracle"];
  if (oracle && record.made) {
    expecter(place, "made")(DESK, record.made[DESK], await deskOf(oracle.address, provider));
  }
}

type Expect = (field: string, recorded: unknown, actual: unknown) => void;

function expecter(place: string, at: string): Expect {
  return (field, recorded, actual) => {
    if (String(recorded) === String(actual)) return;
    throw new RecordMismatchError(place, `${at}.${field}`, String(recorded), String(actual));
  };
}

/** Resolves with the creation code and arguments that were sent. */
async function verifyContract(
  expect: Expect,
  contract: ContractRecord,
  record: DeploymentRecord,
  provider: Provider,
): Promise<string> {
  expect("deployer", contract.deployer, record.deployer);
  expect("address", contract.address, getCreateAddress({ from: contract.deployer, nonce: contract.nonce }));
  const { receipt, transaction } = await minedTransaction(expect, contract.transactionHash, provider);
  expect("address", contract.address, receipt.contractAddress);
  expect("blockNumber", contract.blockNumber, receipt.blockNumber);
  expect("nonce", contract.nonce, transaction.nonce);
  expect("initCodeHash", contract.initCodeHash, keccak256(transaction.data));
  expect("codeHash", contract.codeHash, keccak256(await provider.getCode(contract.address)));
  return transaction.data;
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
