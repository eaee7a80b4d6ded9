import { id, Signature } from "ethers";
import { chainId, type Person } from "../../helpers/chain";
import type { MintedToken } from "../../helpers/fixtures";
import { recordBy } from "../../helpers/programs";
import {
  batchConsentTypes,
  collectionDomain,
  consentTypes,
  recordLeaf,
  type TrainingRecord,
} from "../../helpers/typed-data";
import { gasOf, medianEach } from "./measure";
import type { Subject } from "./subjects";

const SINGLE_RECORDS = 1_024;
const BATCH = 64;
const LONG_BATCH = 256;

/** Every way into the training log, always with the signature of a contributor who is not the caller. */
export async function measureTraining(
  { trainer }: MintedToken,
  single: Subject,
  batches: readonly [Subject, Subject, Subject],
): Promise<Record<string, number>> {
  const [ofRecords, ofLeaves, ofManyLeaves] = batches;
  return {
    [`addTraining, average of ${SINGLE_RECORDS}`]: await singleAverage(single, trainer),
    [`addTrainingBatch of ${BATCH}, each`]: await batchEach(ofRecords, trainer),
    [`addTrainingByLeaves of ${BATCH}, each`]: await leavesEach(ofLeaves, trainer, BATCH),
    [`addTrainingByLeaves of ${LONG_BATCH}, each`]: await leavesEach(ofManyLeaves, trainer, LONG_BATCH),
  };
}

/** An average, because the log's height decides how many slots a record touches. */
async function singleAverage({ program, tokenId, address }: Subject, trainer: Person): Promise<number> {
  const domain = collectionDomain(await chainId(), address);
  let total = 0;
  for (let index = 0; index < SINGLE_RECORDS; index += 1) {
    const record = recordNumber(index, trainer);
    const consent = compact(await trainer.signTypedData(domain, consentTypes, { tokenId, index, record }));
    total += await gasOf(program.addTraining(tokenId, record, consent));
  }
  return Math.round(total / SINGLE_RECORDS);
}

async function batchEach({ program, tokenId, address }: Subject, trainer: Person): Promise<number> {
  return medianEach(BATCH, async (run) => {
    const records = recordsOf(run, BATCH, trainer);
    const consent = await batchConsent(address, tokenId, run * BATCH, records, trainer);
    return program.addTrainingBatch(tokenId, records, consent);
  });
}

async function leavesEach({ program, tokenId, address }: Subject, trainer: Person, count: number): Promise<number> {
  return medianEach(count, async (run) => {
    const records = recordsOf(run, count, trainer);
    const consent = await batchConsent(address, tokenId, run * count, records, trainer);
    return program.addTrainingByLeaves(tokenId, trainer.address, records.map(recordLeaf), consent);
  });
}

async function batchConsent(
  address: string,
  tokenId: bigint,
  firstIndex: number,
  records: readonly TrainingRecord[],
  trainer: Person,
): Promise<string> {
  const domain = collectionDomain(await chainId(), address);
  const leaves = records.map(recordLeaf);
  const consent = { tokenId, firstIndex, contributor: trainer.address, leaves };
  return compact(await trainer.signTypedData(domain, batchConsentTypes, consent));
}

/** Every digest of every record differs, so that no calldata is cheaper than in life. */
function recordNumber(index: number, trainer: Person): TrainingRecord {
  return recordBy(trainer, {
    parentManifest: id(`parent ${index}`),
    childManifest: id(`child ${index}`),
    datasetDigest: id(`dataset ${index}`),
    codeDigest: id(`code ${index}`),
    metricsDigest: id(`metrics ${index}`),
    trainedAt: 1_700_000_000n,
  });
}

function recordsOf(run: number, count: number, trainer: Person): TrainingRecord[] {
  return Array.from({ length: count }, (_, place) => recordNumber(run * count + place, trainer));
}

function compact(signature: string): string {
  return Signature.from(signature).compactSerialized;
}
