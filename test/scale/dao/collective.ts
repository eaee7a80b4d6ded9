import { id, type JsonRpcSigner, ZeroAddress } from "ethers";
import type { AINGovernor, AINTimelock, IAINFT1155Votes } from "../../../typechain-types";
import {
  AINFTFactory__factory,
  AINGovernor__factory,
  AINTimelock__factory,
  Governors__factory,
  IAINFT1155Votes__factory,
} from "../../../typechain-types";
import { deploySuite } from "../../../scripts/deploy";
import { CollectionKind } from "../../../scripts/lib/collection-kinds";
import { mined } from "../../../scripts/lib/mined";
import { memoryRecordStore } from "../../../scripts/lib/records";
import { gasOf } from "../gas";

export const PROGRAM = 1n;
export const FIRST_MANIFEST = id("the first manifest of many");
/** Holders in one transaction: it has to stay below the most gas that one may use. */
const BATCH = 120;
const SALT = id("a collective of very many");
const DAY = 86_400n;

export const RULES = {
  votingDelay: DAY,
  votingPeriod: 7n * DAY,
  lateQuorumExtension: DAY,
  quorumBps: 400n,
  proposalThreshold: 1n,
  timelockDelay: 2n * DAY,
};

/** A collective that its creator has handed to its members, and what that took. */
export interface Handed {
  collection: IAINFT1155Votes;
  address: string;
  governor: AINGovernor;
  governorAddress: string;
  timelock: AINTimelock;
  timelockAddress: string;
  /** Gas of an edition for a new holder, in a batch. */
  mintInBatch: bigint;
  /** Gas of everything that hands the collective over, whatever its size. */
  handOver: bigint;
}

/** Opens a collective for more holders than one transaction takes, step by step, as {ICollectives} describes it. */
export async function openForMany(creator: JsonRpcSigner, holders: readonly string[]): Promise<Handed> {
  const suite = await deploySuite({
    signer: creator,
    network: "anvil",
    reporters: [creator.address],
    threshold: 1,
    owner: creator.address,
    records: memoryRecordStore(),
  });
  const address = await openCollection(AINFTFactory__factory.connect(suite.factory, creator), creator);
  const collection = IAINFT1155Votes__factory.connect(address, creator);
  await mined(collection.createProgram(creator.address, FIRST_MANIFEST, holders.length));
  let mintInBatch = 0n;
  for (let first = 0; first < holders.length; first += BATCH) {
    const batch = holders.slice(first, first + BATCH);
    const ones = batch.map(() => 1n);
    mintInBatch = (await gasOf(collection.mintBatch(PROGRAM, [...batch], ones))) / BigInt(batch.length);
  }
  const governors = Governors__factory.connect(suite.record.contracts["Governors"]?.address ?? "", creator);
  const [governorAddress, timelockAddress] = await governors.predictGovernor(creator.address, SALT);
  const accept = [
    collection.interface.encodeFunctionData("acceptOwnership"),
    collection.interface.encodeFunctionData("acceptCuration", [PROGRAM]),
  ];
  const offered = await gasOf(collection.transferOwnership(timelockAddress));
  const offeredToo = await gasOf(collection.offerCuration(PROGRAM, timelockAddress));
  const opened = await gasOf(governors.openGovernor(SALT, "Soul Links", address, RULES, [address, address], accept));
  return {
    collection,
    address,
    governor: AINGovernor__factory.connect(governorAddress, creator),
    governorAddress,
    timelock: AINTimelock__factory.connect(timelockAddress, creator),
    timelockAddress,
    mintInBatch,
    handOver: offered + offeredToo + opened,
  };
}

async function openCollection(
  factory: ReturnType<typeof AINFTFactory__factory.connect>,
  creator: JsonRpcSigner,
): Promise<string> {
  const kind = CollectionKind.ERC1155_VOTES;
  const config = {
    name: "Soul Links",
    symbol: "SOUL",
    controller: creator.address,
    oracle: ZeroAddress,
    arbiter: ZeroAddress,
  };
  await mined(factory.createCollection(kind, SALT, config));
  return factory.predictCollection(kind, creator.address, SALT);
}
