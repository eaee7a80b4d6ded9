import {
  type Address,
  blindTrainingLeaf,
  type Bytes32,
  hashTrainingRecord,
  TRAINING_TOPICS,
  trainingConsentDigest,
  TrainingHistory,
  TrainingLog,
  type TrainingRecord as CoreRecord,
  TrainingRecordMismatch,
} from "ainft-core";
import { deepEqual, throws } from "node:assert/strict";
import { hashTypedData } from "viem";
import type { MerkleMountainRangeHarness } from "../../typechain-types";
import { answersOf, batchesOf } from "../helpers/batches";
import { chainId, deployContract, loadFixture, provider } from "../helpers/chain";
import { type MintedToken, type OpenCollection, collectionOpened, tokenMinted } from "../helpers/fixtures";
import { itRandomly, type Random } from "../helpers/random";
import { randomRecord } from "../helpers/random-values";
import { trainingProof, trainingRoot } from "../helpers/training";
import {
  blindLeaf,
  collectionDomain,
  consentDigest,
  consentTypes,
  recordLeaf,
  type TrainingRecord,
} from "../helpers/typed-data";

const CASES = 1000;
const LARGEST_LOG = 1100;
const LOGGED = 75;
const LONGEST_RUN = 12;

/** The same record in the types of the core, which knows what a digest and an address look like. */
const inCore = (record: TrainingRecord): CoreRecord => record as CoreRecord; // the generator makes only such values

describe("Solidity and TypeScript agree on the training log", () => {
  async function emptyRange(): Promise<MerkleMountainRangeHarness> {
    return deployContract("MerkleMountainRangeHarness");
  }

  async function collectionAndBatch(): Promise<OpenCollection & Awaited<ReturnType<typeof deployHarnesses>>> {
    return { ...(await collectionOpened()), ...(await deployHarnesses()) };
  }

  const deployHarnesses = async () => ({
    batch: await deployContract("BatchCallHarness"),
    hashes: await deployContract("TrainingHashHarness"),
  });

  itRandomly(`roots at every count from 0 to ${LARGEST_LOG}`, async (random) => {
    const range = await loadFixture(emptyRange);
    const log = new TrainingLog();
    const leaves = random.list(LARGEST_LOG, () => random.bytes32() as Bytes32); // 32 bytes by construction
    deepEqual(await range.root(), log.root());

    for (const batch of batchesOf(leaves, 100)) {
      const expected = batch.map((leaf) => {
        log.append(leaf);
        return log.root();
      });
      deepEqual([...(await range.append.staticCall(batch))], expected);
      await range.append(batch);
    }

    deepEqual(await range.count(), log.count);
    deepEqual(await range.root(), trainingRoot(leaves));
    for (const { height, hash } of log.peaks) deepEqual(await range.peak(height), hash);
  });

  itRandomly("proofs of random leaves at random counts, honest and bent", async (random) => {
    const range = await loadFixture(emptyRange);
    const log = new TrainingLog();
    const leaves: Bytes32[] = [];
    let compared = 0;
    while (compared < CASES) {
      const more = random.list(1 + random.below(60), () => random.bytes32() as Bytes32); // 32 bytes by construction
      await range.append(more);
      for (const leaf of more) leaves[Number(log.append(leaf))] = leaf;
      const last = leaves.length - 1;
      deepEqual(TrainingLog.prove(leaves, BigInt(last)).siblings, trainingProof(leaves, last));
      const claims = random.list(40, () => randomClaim(random, leaves));

      const verdicts = await range.verifyAll(
        claims.map(({ leaf }) => leaf),
        claims.map(({ index }) => index),
        claims.map(({ siblings }) => siblings),
      );

      const inTypeScript = claims.map((claim) => log.verify({ ...claim, count: log.count }));
      deepEqual([...verdicts], inTypeScript);
      deepEqual(
        inTypeScript,
        claims.map(({ honest }) => honest),
      );
      compared += claims.length;
    }
  });

  itRandomly(`leaves of ${CASES} records`, async (random) => {
    const { hashes } = await loadFixture(collectionAndBatch);
    const records = random.list(CASES, () => randomRecord(random));

    const onChain: string[] = [];
    for (const batch of batchesOf(records)) onChain.push(...(await hashes.leaves(batch)));

    deepEqual(
      onChain,
      records.map((record) => hashTrainingRecord(inCore(record))),
    );
    deepEqual(onChain, records.map(recordLeaf));
    deepEqual(
      records.map((record) => blindTrainingLeaf(inCore(record).contributor, hashTrainingRecord(inCore(record)))),
      records.map(blindLeaf),
    );
  });

  itRandomly(`digests of ${CASES} consents`, async (random) => {
    const { batch, collection, collectionAddress } = await loadFixture(collectionAndBatch);
    const consents = random.list(CASES, () => ({
      tokenId: random.uint(256),
      index: random.uint(64),
      record: randomRecord(random),
    }));
    const chain = await chainId();
    const domain = collectionDomain(chain, collectionAddress);
    const address = collectionAddress as Address;

    const onChain = await answersOf(
      batch,
      collection,
      "trainingConsentDigest",
      consents.map(({ tokenId, index, record }) => [tokenId, index, record]),
    );

    deepEqual(
      onChain,
      consents.map((consent) =>
        trainingConsentDigest({ ...consent, record: inCore(consent.record) }, { chainId: chain, collection: address }),
      ),
    );
    deepEqual(
      onChain,
      consents.map(({ tokenId, index, record }) => consentDigest(domain, tokenId, index, record)),
    );
    deepEqual(
      onChain,
      consents.map((message) =>
        hashTypedData({
          domain: { name: "AINFT", version: "1", chainId: chain, verifyingContract: address },
          types: consentTypes,
          primaryType: "TrainingConsent",
          message,
        }),
      ),
    );
  });

  itRandomly(`the root and every proof of a collection's log of ${LOGGED} records, from its events`, async (random) => {
    const minted = await loadFixture(tokenMinted);
    const { collection, owner, tokenId } = minted;
    const records = random.list(LOGGED, () => recordOf(owner.address, random));
    for (let rest = records; rest.length > 0;) {
      const run = rest.slice(0, 1 + random.below(LONGEST_RUN));
      rest = rest.slice(run.length);
      await append(minted, run, random);
    }

    const history = await historyOf(minted);

    deepEqual(history.count, await collection.trainingCount(tokenId));
    deepEqual(history.root(), await collection.trainingRoot(tokenId));
    for (const [place, record] of records.entries()) {
      const { index, siblings } = history.proveRecord(BigInt(place), inCore(record));
      deepEqual(history.prove(index).siblings, siblings);
      deepEqual(await collection.verifyTraining(tokenId, record, index, [...siblings]), true);
    }
  });

  itRandomly("no record in the name of somebody who did not consent to its hash", async (random) => {
    const minted = await loadFixture(tokenMinted);
    const { collection, owner, trainer, tokenId } = minted;
    const forged = recordOf(trainer.address, random);
    await collection
      .connect(owner)
      .addTrainingByLeaves(tokenId, owner.address, [recordLeaf(forged), blindLeaf(forged)], "0x");

    const history = await historyOf(minted);

    deepEqual(history.root(), await collection.trainingRoot(tokenId));
    for (const place of [0n, 1n]) {
      const { index, siblings } = history.prove(place);
      deepEqual(await collection.verifyTraining(tokenId, forged, index, [...siblings]), false);
      throws(() => history.proveRecord(place, inCore(forged)), TrainingRecordMismatch);
    }
  });
});

/** A record that a collection takes at any time. */
const recordOf = (contributor: string, random: Random): TrainingRecord => ({
  ...randomRecord(random),
  contributor,
  trainedAt: 1n,
});

/** Appends the owner's records one by one, as a batch of records, or as a batch of hashes. */
async function append({ collection, owner, tokenId }: MintedToken, run: TrainingRecord[], random: Random) {
  const program = collection.connect(owner);
  switch (random.below(3)) {
    case 0:
      return program.addTrainingBatch(tokenId, run, "0x");
    case 1:
      return program.addTrainingByLeaves(tokenId, owner.address, run.map(recordLeaf), "0x");
    default:
      for (const record of run) await program.addTraining(tokenId, record, "0x");
  }
}

/** A token's history as the node's logs tell it, newest first. */
async function historyOf({ collectionAddress, tokenId }: MintedToken): Promise<TrainingHistory> {
  const logs = await provider.getLogs({ address: collectionAddress, topics: [[...TRAINING_TOPICS]], fromBlock: 0 });
  return TrainingHistory.fromLogs({ collection: collectionAddress as Address, tokenId }, logs.reverse());
}

interface Claim {
  leaf: Bytes32;
  index: bigint;
  siblings: Bytes32[];
  honest: boolean;
}

/** A proof of a random leaf; two in three are bent in one way. */
function randomClaim(random: Random, leaves: readonly Bytes32[]): Claim {
  const position = random.below(leaves.length);
  const leaf = random.pick(leaves.slice(position, position + 1));
  const index = BigInt(position);
  const { siblings: proved } = TrainingLog.prove(leaves, index);
  const siblings = [...proved];
  const other = random.bytes32() as Bytes32; // 32 bytes by construction
  const honest = { leaf, index, siblings, honest: true };
  const bent = { ...honest, honest: false };
  switch (random.below(9)) {
    case 0:
      return { ...bent, leaf: other };
    case 1:
      return { ...bent, index: index + 1n };
    case 2:
      return { ...bent, index: random.uint(64) ^ (1n << 40n) };
    case 3:
      return { ...bent, siblings: [...siblings, other] };
    case 4:
      return siblings.length === 0 ? honest : { ...bent, siblings: siblings.slice(1) };
    case 5:
      return siblings.length === 0 ? honest : { ...bent, siblings: [...siblings.slice(0, -1), other] };
    default:
      return honest;
  }
}
