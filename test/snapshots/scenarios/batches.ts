import { id } from "ethers";
import { addressesOf, attest } from "../../helpers/attestation";
import { now } from "../../helpers/chain";
import type { MintedToken } from "../../helpers/fixtures";
import {
  type Batch,
  batchArguments,
  batchOfResults,
  batchOfUpdates,
  resultsFrom,
} from "../../helpers/result-batches";
import { Agreement, Delivery, type InferenceResult, lastingRoot } from "../../helpers/typed-data";
import { gasOf, medianEach, middle, RUNS } from "./measure";

const ONE_HOUR = 3_600n;

/** Results and updates by the batch and by root, signed by m of 5. Every run is about requests that no run had before. */
export async function measureBatches(world: MintedToken, threshold: number): Promise<Record<string, number>> {
  await world.oracle.connect(world.dao).setConfig(addressesOf(world.reporters), threshold, 0);
  const figures: Record<string, number> = {};
  figures[`fulfillBatch of 256 across two words, each, m = ${threshold}`] = await delivering(world, threshold, 256);
  await askUpTo(world, 256n);
  for (const count of [256, 32]) {
    figures[`fulfillBatch of ${count}, each, m = ${threshold}`] = await delivering(world, threshold, count);
    figures[`commitRoot of ${count}, each, m = ${threshold}`] = await committing(world, threshold, count);
  }
  return {
    ...figures,
    "applyResult under a root of 256": await applying(world, threshold),
    [`submitUpdates of 32, each, m = ${threshold}`]: await updating(world, threshold, 32),
  };
}

async function delivering(world: MintedToken, threshold: number, count: number): Promise<number> {
  return medianEach(count, async () => {
    const results = resultsFrom(await askFor(world, count), count);
    return world.oracle.fulfillBatch(await sign(world, threshold, batchOfResults(results)), ...batchArguments(results));
  });
}

async function committing(world: MintedToken, threshold: number, count: number): Promise<number> {
  return medianEach(count, async (run) => {
    const batch = batchOfResults(resultsFrom(1n, count, { size: BigInt(run + threshold * RUNS) }));
    return world.oracle.commitRoot(await sign(world, threshold, lasting(batch)), 1n, count, batch.root);
  });
}

/** One result after the other under one root: the first pays for the word of their bits. */
async function applying(world: MintedToken, threshold: number): Promise<number> {
  const count = 256;
  const results = resultsFrom(await askFor(world, count), count);
  const batch = batchOfResults(results);
  await world.oracle.commitRoot(await sign(world, threshold, lasting(batch)), batch.firstId, count, batch.root);
  const samples: number[] = [];
  for (const [index, result] of results.slice(0, RUNS).entries()) samples.push(await applied(world, batch, index, result));
  return middle(samples.slice(1));
}

function applied({ oracle }: MintedToken, batch: Batch, index: number, result: InferenceResult): Promise<number> {
  return gasOf(oracle.applyResult(batch.firstId, batch.count, result, batch.proof(index)));
}

async function updating(world: MintedToken, threshold: number, count: number): Promise<number> {
  return medianEach(count, async (run) => {
    const { sequence, activeManifest } = await world.collection.programOf(world.tokenId);
    const updates = Array.from({ length: count }, (_, index) =>
      world.update({
        sequence: sequence + BigInt(index + 1),
        manifestDigest: activeManifest,
        stateDigest: id(`state ${run} ${index}`),
      }),
    );
    return world.oracle.submitUpdates(await sign(world, threshold, batchOfUpdates(updates)), updates);
  });
}

/** Asks until the next id is a multiple: relays cut their batches there, so that each touches one word of bits. */
async function askUpTo(world: MintedToken, multiple: bigint): Promise<void> {
  const next = (await world.oracle.requestCount()) + 1n;
  await askFor(world, Number((multiple - (next % multiple)) % multiple));
}

/** Asks so many times, and answers the first id. */
async function askFor({ oracle, player, collectionAddress, tokenId }: MintedToken, count: number): Promise<bigint> {
  const first = (await oracle.requestCount()) + 1n;
  const terms = { maxOutputBytes: 1_000, delivery: Delivery.DIGEST, agreement: Agreement.EXACT };
  const deadline = (await now()) + ONE_HOUR;
  for (let asked = 0; asked < count; asked += 1) {
    await oracle.connect(player).request(collectionAddress, tokenId, "0x", { ...terms, deadline });
  }
  return first;
}

/** The batch as reporters sign it when its root is to be committed. */
function lasting(batch: Batch): Batch {
  return { ...batch, root: lastingRoot(batch.root) };
}

/** Signs by the first m reporters under the current config. */
async function sign(world: MintedToken, threshold: number, { firstId, count, root }: Batch): Promise<string> {
  const by = Array.from({ length: threshold }, (_, index) => index);
  const configVersion = await world.oracle.currentConfig();
  const report = { configVersion, deadline: (await now()) + ONE_HOUR, firstId, count: BigInt(count), root };
  return attest(report, { domain: world.domain, reporters: world.reporters, by });
}
