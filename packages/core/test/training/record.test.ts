import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type Address,
  blindTrainingLeaf,
  type CollectionDomain,
  compactSignature,
  hashTrainingRecord,
  InvalidAddress,
  InvalidHex,
  InvalidSignatureEncoding,
  signTrainingConsent,
  type TrainingConsent,
  type TrainingRecord,
  trainingConsentDigest,
  UintOutOfRange,
  verifyTrainingConsent,
  WrongConsentSigner,
} from "../../src/index.ts";
import { account, addressOf } from "../../scripts/vectors/people.ts";
import { assertFails } from "../helpers/failures.ts";

const [trainer, stranger] = [account(0), account(1)];
const domain: CollectionDomain = { chainId: 1n, collection: addressOf(account(2)) };
const record: TrainingRecord = {
  parentManifest: `0x${"01".repeat(32)}`,
  childManifest: `0x${"02".repeat(32)}`,
  datasetDigest: `0x${"03".repeat(32)}`,
  codeDigest: `0x${"04".repeat(32)}`,
  metricsDigest: `0x${"05".repeat(32)}`,
  contributor: addressOf(trainer),
  trainedAt: 1_700_000_000n,
};
const consent: TrainingConsent = { tokenId: 7n, index: 3n, record };

describe("hashTrainingRecord", () => {
  it("depends on every field", () => {
    const changes: Partial<TrainingRecord>[] = [
      { parentManifest: record.childManifest },
      { childManifest: record.parentManifest },
      { datasetDigest: record.codeDigest },
      { codeDigest: record.datasetDigest },
      { metricsDigest: record.codeDigest },
      { contributor: addressOf(stranger) },
      { trainedAt: 1_700_000_001n },
    ];
    assert.equal(changes.length, Object.keys(record).length);
    const hashes = [record, ...changes.map((change) => ({ ...record, ...change }))].map(hashTrainingRecord);
    assert.equal(new Set(hashes).size, hashes.length);
  });

  it("is the same for both spellings of the contributor", () => {
    const lower = { ...record, contributor: record.contributor.toLowerCase() as Address };
    assert.equal(hashTrainingRecord(lower), hashTrainingRecord(record));
  });

  it("refuses fields of the wrong shape by name", () => {
    assertFails(() => hashTrainingRecord({ ...record, codeDigest: "0x12" }), InvalidHex, { field: "codeDigest" });
    assertFails(() => hashTrainingRecord({ ...record, contributor: "0x12" }), InvalidAddress, { field: "contributor" });
    assertFails(() => hashTrainingRecord({ ...record, trainedAt: 2n ** 64n }), UintOutOfRange, {
      field: "trainedAt",
      bits: 64,
    });
  });
});

describe("blindTrainingLeaf", () => {
  const recordHash = hashTrainingRecord(record);
  const leaf = blindTrainingLeaf(record.contributor, recordHash);

  it("depends on the contributor and on the record's hash, and is not that hash", () => {
    const others = [
      recordHash,
      blindTrainingLeaf(addressOf(stranger), recordHash),
      blindTrainingLeaf(record.contributor, leaf),
    ];
    assert.equal(new Set([leaf, ...others]).size, 4);
  });

  it("is the same for both spellings of the contributor", () => {
    assert.equal(blindTrainingLeaf(record.contributor.toLowerCase() as Address, recordHash), leaf);
  });

  it("refuses values of the wrong shape by name", () => {
    assertFails(() => blindTrainingLeaf("0x12", recordHash), InvalidAddress, { field: "contributor" });
    assertFails(() => blindTrainingLeaf(record.contributor, "0x12"), InvalidHex, { field: "recordHash" });
  });
});

describe("a training consent", () => {
  it("signed by the contributor verifies, in both signature forms", async () => {
    const signature = await signTrainingConsent(trainer, consent, domain);
    assert.match(signature, /^0x[0-9a-f]{128}1[bc]$/u);
    assert.doesNotThrow(() => verifyTrainingConsent(consent, signature, domain));
    assert.doesNotThrow(() => verifyTrainingConsent(consent, compactSignature(signature), domain));
  });

  it("signed by somebody else does not", async () => {
    const signature = await signTrainingConsent(stranger, consent, domain);
    assertFails(() => verifyTrainingConsent(consent, signature, domain), WrongConsentSigner, {
      expected: addressOf(trainer),
      actual: addressOf(stranger),
    });
  });

  it("holds for one token, one place, one record, one collection and one chain", async () => {
    const signature = await signTrainingConsent(trainer, consent, domain);
    const others: [TrainingConsent, CollectionDomain][] = [
      [{ ...consent, tokenId: 8n }, domain],
      [{ ...consent, index: 4n }, domain],
      [{ ...consent, record: { ...record, metricsDigest: record.codeDigest } }, domain],
      [consent, { ...domain, collection: addressOf(account(3)) }],
      [consent, { ...domain, chainId: 2n }],
    ];
    for (const [other, otherDomain] of others) {
      assertFails(() => verifyTrainingConsent(other, signature, otherDomain), WrongConsentSigner);
    }
  });

  it("refuses numbers beyond their type and broken signatures", () => {
    assertFails(() => trainingConsentDigest({ ...consent, index: 2n ** 64n }, domain), UintOutOfRange, {
      field: "index",
    });
    assertFails(() => trainingConsentDigest({ ...consent, tokenId: -1n }, domain), UintOutOfRange, {
      field: "tokenId",
    });
    assertFails(() => trainingConsentDigest(consent, { ...domain, chainId: -1n }), UintOutOfRange, {
      field: "chainId",
    });
    assertFails(() => verifyTrainingConsent(consent, "0x", domain), InvalidSignatureEncoding);
  });
});
