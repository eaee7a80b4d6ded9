import type { Random } from "./random";
import type { InferenceRequest, InferenceResult, Report, StateUpdate, TrainingRecord, TraitValue } from "./typed-data";

/*
 * Random values of every struct. Narrow fields take their smallest and largest values often, because that is where
 * encodings differ.
 */

export function randomRecord(random: Random): TrainingRecord {
  return {
    parentManifest: random.bytes32(),
    childManifest: random.bytes32(),
    datasetDigest: random.bytes32(),
    codeDigest: random.bytes32(),
    metricsDigest: random.bytes32(),
    contributor: random.address(),
    trainedAt: random.uint(64),
  };
}

export function randomRequest(random: Random): InferenceRequest {
  return {
    requester: random.address(),
    collection: random.address(),
    tokenId: random.uint(256),
    manifestDigest: random.bytes32(),
    inputDigest: random.bytes32(),
    maxOutputBytes: random.uint(32),
    delivery: random.pick([0, 1, 2]),
    agreement: random.pick([0, 1, 2]),
    deadline: random.uint(64),
  };
}

export function randomResult(random: Random): InferenceResult {
  return {
    requestId: random.uint(64),
    requestHash: random.bytes32(),
    resultDigest: random.bytes32(),
    status: random.pick([0, 1, 2, 3]),
    size: random.uint(32),
  };
}

export function randomUpdate(random: Random): StateUpdate {
  return {
    collection: random.address(),
    tokenId: random.uint(256),
    actor: random.address(),
    sequence: random.uint(64),
    manifestDigest: random.bytes32(),
    inputDigest: random.bytes32(),
    outputDigest: random.bytes32(),
    stateDigest: random.bytes32(),
  };
}

/** Up to eight traits, in no order; a key may stand there twice. */
export function randomTraits(random: Random): TraitValue[] {
  const keys = random.list(8, () => random.bytes32());
  return random.list(random.below(9), () => ({ key: random.pick(keys), value: random.bytes32() }));
}

export function randomReport(random: Random): Report {
  return {
    configVersion: random.uint(32),
    deadline: random.uint(64),
    firstId: random.uint(64),
    count: random.uint(32),
    root: random.bytes32(),
  };
}
