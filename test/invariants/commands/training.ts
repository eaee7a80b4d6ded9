import fc from "fast-check";
import { ZeroAddress } from "ethers";
import { chainId, type Person } from "../../helpers/chain";
import { recordBy } from "../../helpers/programs";
import {
  batchConsentTypes,
  collectionDomain,
  consentTypes,
  digestOf,
  recordLeaf,
  type TrainingRecord,
} from "../../helpers/typed-data";
import { MOST_RECORDS } from "../model/program";
import { choice, oneIn, programCommand, type ProgramTarget, type WeightedCommand } from "./command";

/** How a program grows its log: record by record, by batches, and by digests alone. */
export function trainingCommands(): WeightedCommand[] {
  return [train(), trainBatch(), trainLeaves()];
}

/** Who contributes, and what is wrong with it; mostly nothing. */
const contribution = { own: oneIn(2), nobody: oneIn(16), stale: oneIn(6), future: oneIn(10) };

interface Contribution {
  own: boolean;
  nobody: boolean;
  stale: boolean;
  future: boolean;
}

function train(): WeightedCommand {
  return programCommand("train", 5, "every", fc.record(contribution), async (target, chosen) => {
    const { collection, told, program, by, time } = target;
    const { signer, contributor, index, consented } = termsOf(target, chosen);
    const record = recordOf(target, contributor, chosen.future, 0);
    const domain = collectionDomain(await chainId(), told.address);
    const consent = await signer.signTypedData(domain, consentTypes, { tokenId: program.tokenId, index, record });
    return {
      refusal: program.train(by.address, record, consented, time),
      send: () => collection.as721.connect(by).addTraining(program.tokenId, record, consent),
    };
  });
}

const batch = { ...contribution, size: choice(), empty: oneIn(12), tooLong: oneIn(30) };

function trainBatch(): WeightedCommand {
  return programCommand("trainBatch", 3, "every", fc.record({ ...batch, mixed: oneIn(12) }), async (target, chosen) => {
    const { collection, program, by, time, real } = target;
    const { signer, contributor, index, consented } = termsOf(target, chosen);
    const records = recordsOf(target, contributor, chosen);
    const last = records[records.length - 1];
    if (chosen.mixed && last !== undefined && last !== records[0]) last.contributor = real.people.relayer.address;
    const consent = await batchConsent(target, signer, { index, contributor, records });
    return {
      refusal: program.trainBatch(by.address, records, consented, time),
      send: () => collection.as721.connect(by).addTrainingBatch(program.tokenId, records, consent),
    };
  });
}

function trainLeaves(): WeightedCommand {
  return programCommand("trainLeaves", 3, "every", fc.record(batch), async (target, chosen) => {
    const { collection, program, by, time } = target;
    const { signer, contributor, index, consented } = termsOf(target, chosen);
    const records = recordsOf(target, contributor, chosen);
    const leaves = records.map(recordLeaf);
    const consent = await batchConsent(target, signer, { index, contributor, records });
    return {
      refusal: program.trainLeaves(by.address, contributor, records, consented, time),
      send: () => collection.as721.connect(by).addTrainingByLeaves(program.tokenId, contributor, leaves, consent),
    };
  });
}

/** Who is named, who signs, for which place, and whether that is consent. */
function termsOf({ program, by, real }: ProgramTarget, { own, nobody, stale }: Contribution) {
  const signer = own ? by : real.people.trainer;
  const contributor = nobody ? ZeroAddress : signer.address;
  return {
    signer,
    contributor,
    index: BigInt(program.leaves.length + (stale ? 1 : 0)),
    consented: contributor === by.address || !stale,
  };
}

/** One to eight records of one contributor; sometimes none, sometimes one too many. */
function recordsOf(
  target: ProgramTarget,
  contributor: string,
  { size, empty, tooLong, future }: { size: number; empty: boolean; tooLong: boolean; future: boolean },
): TrainingRecord[] {
  const length = empty ? 0 : tooLong ? MOST_RECORDS + 1 : 1 + (size % 8);
  // The newest record alone may lie in the future.
  return Array.from({ length }, (_, place) => recordOf(target, contributor, future && place === length - 1, place));
}

function recordOf({ time }: ProgramTarget, contributor: string, future: boolean, place: number): TrainingRecord {
  const trainedAt = future ? time + 1n : time;
  return recordBy({ address: contributor }, { trainedAt, datasetDigest: digestOf(`data ${time}/${place}`) });
}

async function batchConsent(
  { told, program }: ProgramTarget,
  signer: Person,
  batch: { index: bigint; contributor: string; records: readonly TrainingRecord[] },
): Promise<string> {
  const domain = collectionDomain(await chainId(), told.address);
  return signer.signTypedData(domain, batchConsentTypes, {
    tokenId: program.tokenId,
    firstIndex: batch.index,
    contributor: batch.contributor,
    leaves: batch.records.map(recordLeaf),
  });
}
