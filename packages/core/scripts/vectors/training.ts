import { keccak256, toBeHex } from "ethers";
import {
  blindTrainingLeaf,
  type Bytes32,
  type CollectionDomain,
  collectionEip712Domain,
  domainSeparator,
  hashTrainingRecord,
  signTrainingConsent,
  TRAINING_CONSENT_TYPE,
  TRAINING_CONSENT_TYPEHASH,
  TRAINING_NODE_TYPE,
  TRAINING_NODE_TYPEHASH,
  TRAINING_RECORD_TYPE,
  TRAINING_RECORD_TYPEHASH,
  TRAINING_ROOT_TYPE,
  TRAINING_ROOT_TYPEHASH,
  TrainingLog,
  type TrainingRecord,
  trainingConsentDigest,
  ZERO_BYTES32,
} from "../../src/index.ts";
import { account, addressOf } from "./people.ts";

/** 0 to 9, then each power of two up to 256 with its neighbours. */
const COUNTS = [...Array(10).keys(), ...[4, 5, 6, 7, 8].flatMap((k) => [2 ** k - 1, 2 ** k, 2 ** k + 1])];

const DOMAIN: CollectionDomain = { chainId: 31_337n, collection: "0x5FbDB2315678afecb367f032d93F642f64180aa3" };

/** Leaf i of every known log: the keccak-256 of i as a 32-byte word. */
export function vectorLeaf(index: number): Bytes32 {
  return keccak256(toBeHex(index, 32)) as Bytes32; // a keccak-256 in lower-case hex
}

/** Known answers of the Merkle Mountain Range. */
export function mmrVectors(): object {
  return {
    leaves: "leaf i = keccak256(abi.encode(uint256 i))",
    types: [
      { type: TRAINING_NODE_TYPE, typehash: TRAINING_NODE_TYPEHASH },
      { type: TRAINING_ROOT_TYPE, typehash: TRAINING_ROOT_TYPEHASH },
    ],
    logs: COUNTS.map(logVector),
  };
}

/** Known answers of training records and of the consent to be named in one. */
export async function trainingVectors(): Promise<object> {
  const domain = collectionEip712Domain(DOMAIN);
  return {
    types: [
      { type: TRAINING_RECORD_TYPE, typehash: TRAINING_RECORD_TYPEHASH },
      { type: TRAINING_CONSENT_TYPE, typehash: TRAINING_CONSENT_TYPEHASH },
    ],
    domain,
    domainSeparator: domainSeparator(domain),
    consents: [await consentVector(0, 1n, 0n), await consentVector(1, 2n ** 256n - 1n, 2n ** 64n - 1n)],
  };
}

function logVector(count: number): object {
  const leaves = Array.from({ length: count }, (_, index) => vectorLeaf(index));
  const log = TrainingLog.fromLeaves(leaves);
  const indexes = [...new Set([0, count >> 1, count - 1])].filter((index) => index >= 0 && index < count);
  return {
    count: log.count,
    peaks: log.peaks,
    root: log.root(),
    proofs: indexes.map((index) => {
      const { leaf, siblings } = TrainingLog.prove(leaves, BigInt(index));
      return { index: BigInt(index), leaf, siblings };
    }),
  };
}

async function consentVector(person: number, tokenId: bigint, index: bigint): Promise<object> {
  const contributor = account(person);
  const record: TrainingRecord = {
    parentManifest: person === 0 ? ZERO_BYTES32 : vectorLeaf(1),
    childManifest: vectorLeaf(2),
    datasetDigest: vectorLeaf(3),
    codeDigest: vectorLeaf(4),
    metricsDigest: vectorLeaf(5),
    contributor: addressOf(contributor),
    trainedAt: person === 0 ? 1_700_000_000n : 2n ** 64n - 1n,
  };
  const consent = { tokenId, index, record };
  const leaf = hashTrainingRecord(record);
  return {
    consent,
    leaf,
    blindLeaf: blindTrainingLeaf(record.contributor, leaf),
    digest: trainingConsentDigest(consent, DOMAIN),
    signature: await signTrainingConsent(contributor, consent, DOMAIN),
  };
}
