import { ainft721Abi, inferenceOracleAbi } from "ainft-contracts";
import {
  type Address,
  asAddress,
  type Bytes32,
  encodeAttestation,
  hashTrainingRecord,
  signReport,
  type StateUpdate,
  type TrainingRecord,
  updatesReport,
} from "ainft-core";
import { Contract, id } from "ethers";
import { type Creator, newCreator, IMAGE, CREATOR, testAccount } from "../helpers/creator.ts";
import { answer, jsonAnswer } from "../helpers/run.ts";

/** The contracts' limits of one transaction. */
const RECORDS_AT_ONCE = 256;
const UPDATES_AT_ONCE = 64;
/** What 64 updates are promised, and below what a transaction may use. */
const GAS_LIMIT = 16_000_000n;
const ONE_HOUR = 3_600n;

/** A collection on a chain of its own, in which programs can be given a long life. */
export class Lives {
  readonly creator: Creator;
  readonly #collection: Contract;
  readonly #oracle: Contract;
  readonly #address: Address;
  readonly #oracleAddress: Address;
  readonly #manifest: Bytes32;

  private constructor(creator: Creator, address: Address, oracle: Address, manifest: Bytes32) {
    const owner = testAccount(1).connect(creator.suite.provider);
    this.creator = creator;
    this.#collection = new Contract(address, ainft721Abi, owner);
    this.#oracle = new Contract(oracle, inferenceOracleAbi, owner);
    this.#address = address;
    this.#oracleAddress = oracle;
    this.#manifest = manifest;
  }

  /** Opens it by the command's own means; account 3 is the one reporter. */
  static async open(): Promise<Lives> {
    const creator = await newCreator("--reporters", testAccount(3).address, "--threshold", "1");
    await answer(["init", ".", "--contributor", CREATOR, "--image", IMAGE], creator);
    const { digest } = await jsonAnswer(["manifest", "publish"], creator);
    const create = "collection create --name Lives --symbol LIFE --save".split(" ");
    const { collection, oracle } = await jsonAnswer(create, creator);
    return new Lives(creator, asAddress(String(collection)), asAddress(String(oracle)), digest as Bytes32);
  }

  async mint(): Promise<bigint> {
    return BigInt(String((await jsonAnswer(["mint", "manifest.json"], this.creator))["tokenId"]));
  }

  /** Appends records of the owner, the first half with their fields and the second by their hashes alone. */
  async train(tokenId: bigint, count: number): Promise<void> {
    const records = Array.from({ length: count }, (_, index) => this.#record(index));
    for (const some of batches(records.slice(0, Math.ceil(count / 2)), RECORDS_AT_ONCE))
      await this.#send(this.#collection, "addTrainingBatch", [tokenId, some, "0x"]);
    for (const some of batches(records.slice(Math.ceil(count / 2)), RECORDS_AT_ONCE))
      await this.#send(this.#collection, "addTrainingByLeaves", [tokenId, CREATOR, some.map(hashTrainingRecord), "0x"]);
  }

  /** Applies updates that the reporter signed. */
  async update(tokenId: bigint, count: number): Promise<void> {
    const updates = Array.from({ length: count }, (_, index) => this.#update(tokenId, BigInt(index + 1)));
    for (const some of batches(updates, UPDATES_AT_ONCE)) {
      const block = await this.creator.suite.provider.getBlock("latest");
      const terms = { configVersion: 1n, deadline: BigInt(block?.timestamp ?? 0) + ONE_HOUR };
      const { report } = updatesReport(
        some.map((update) => ({ update })),
        terms,
      );
      const reporter = testAccount(3);
      const domain = { chainId: 31_337n, oracle: this.#oracleAddress };
      const signature = await signReport(reporter, report, domain);
      const attestation = encodeAttestation(report, [{ index: 0, signature }], [asAddress(reporter.address)]);
      await this.#send(this.#oracle, "submitUpdates", [attestation, some, { gasLimit: GAS_LIMIT }]);
    }
  }

  async #send(contract: Contract, name: string, args: readonly unknown[]): Promise<void> {
    await (await contract.getFunction(name).send(...args)).wait();
  }

  #record(index: number): TrainingRecord {
    return {
      parentManifest: this.#manifest,
      childManifest: this.#manifest,
      datasetDigest: id(`dataset ${index}`) as Bytes32, // keccak-256
      codeDigest: id("code") as Bytes32, // keccak-256
      metricsDigest: id(`metrics ${index}`) as Bytes32, // keccak-256
      contributor: asAddress(CREATOR),
      trainedAt: 1_700_000_000n + BigInt(index),
    };
  }

  #update(tokenId: bigint, sequence: bigint): StateUpdate {
    return {
      collection: this.#address,
      tokenId,
      actor: asAddress(CREATOR),
      sequence,
      manifestDigest: this.#manifest,
      inputDigest: id(`input ${sequence}`) as Bytes32, // keccak-256
      outputDigest: id(`output ${sequence}`) as Bytes32, // keccak-256
      stateDigest: id(`state ${sequence}`) as Bytes32, // keccak-256
    };
  }
}

function batches<T>(values: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < values.length; start += size) parts.push(values.slice(start, start + size));
  return parts;
}
