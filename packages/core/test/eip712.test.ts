import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TypedDataEncoder } from "ethers";
import fc from "fast-check";
import { domainSeparator as separatorInViem, hashTypedData } from "viem";
import {
  collectionEip712Domain,
  domainSeparator,
  hashTrainingRecord,
  oracleEip712Domain,
  REPORT_TYPE,
  reportDigest,
  reportTypedData,
  reportTypes,
  TRAINING_CONSENT_TYPE,
  trainingConsentDigest,
  trainingConsentTypedData,
  trainingConsentTypes,
} from "../src/index.ts";
import { anyCollectionDomain, anyConsent, anyOracleDomain, anyReport, RUNS } from "./helpers/random.ts";

describe("EIP-712", () => {
  it("gives a Report the same digest here, in ethers and in viem", () => {
    fc.assert(
      fc.property(anyReport, anyOracleDomain, (report, oracle) => {
        const { domain, types, primaryType, message } = reportTypedData(report, oracle);
        const digest = reportDigest(report, oracle);
        assert.equal(TypedDataEncoder.hash(domain, types, message), digest);
        assert.equal(hashTypedData({ domain, types, primaryType, message: { ...message } }), digest);
      }),
      RUNS,
    );
  });

  it("gives a TrainingConsent the same digest here, in ethers and in viem", () => {
    fc.assert(
      fc.property(anyConsent, anyCollectionDomain, (consent, collection) => {
        const { domain, types, primaryType, message } = trainingConsentTypedData(consent, collection);
        const digest = trainingConsentDigest(consent, collection);
        assert.equal(TypedDataEncoder.hash(domain, types, message), digest);
        assert.equal(hashTypedData({ domain, types, primaryType, message: { ...message } }), digest);
      }),
      RUNS,
    );
  });

  it("hashes a training record as EIP-712 hashes the struct inside the consent", () => {
    const types = { TrainingRecord: trainingConsentTypes["TrainingRecord"] ?? [] };
    fc.assert(
      fc.property(anyConsent, ({ record }) => {
        assert.equal(hashTrainingRecord(record), TypedDataEncoder.hashStruct("TrainingRecord", types, record));
      }),
      RUNS,
    );
  });

  it("separates domains as viem does, and names the two contracts differently", () => {
    fc.assert(
      fc.property(anyOracleDomain, ({ chainId, oracle }) => {
        const separators = [
          oracleEip712Domain({ chainId, oracle }),
          collectionEip712Domain({ chainId, collection: oracle }),
        ].map((domain) => {
          assert.equal(separatorInViem({ domain }), domainSeparator(domain));
          return domainSeparator(domain);
        });
        assert.notEqual(separators[0], separators[1]);
      }),
      { numRuns: 200 },
    );
  });

  it("writes the types that the type texts say", () => {
    assert.equal(TypedDataEncoder.from(reportTypes).encodeType("Report"), REPORT_TYPE);
    assert.equal(TypedDataEncoder.from(trainingConsentTypes).encodeType("TrainingConsent"), TRAINING_CONSENT_TYPE);
  });
});
