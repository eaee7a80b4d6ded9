import fc from "fast-check";
import type { Address, Bytes32, CollectionDomain, OracleDomain, Report, TrainingConsent } from "../../src/index.ts";
import { asAddress } from "../../src/index.ts";

/** Cases of every property; the seed is printed by fast-check when one fails. */
export const RUNS = { numRuns: 1_000 };

const hex = (bytes: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value) => `0x${Buffer.from(value).toString("hex")}`);

/** Any 32 bytes. */
export const anyBytes32 = hex(32) as fc.Arbitrary<Bytes32>;

/** Any address, with its checksum. */
export const anyAddress: fc.Arbitrary<Address> = hex(20).map((text) => asAddress(text));

/** Any unsigned integer of a width, its ends often. */
export function anyUint(bits: number): fc.Arbitrary<bigint> {
  const max = 2n ** BigInt(bits) - 1n;
  return fc.oneof({ arbitrary: fc.bigInt({ min: 0n, max }), weight: 8 }, fc.constant(0n), fc.constant(max));
}

export const anyOracleDomain: fc.Arbitrary<OracleDomain> = fc.record({ chainId: anyUint(256), oracle: anyAddress });

export const anyCollectionDomain: fc.Arbitrary<CollectionDomain> = fc.record({
  chainId: anyUint(256),
  collection: anyAddress,
});

export const anyReport: fc.Arbitrary<Report> = fc.record({
  configVersion: anyUint(32),
  deadline: anyUint(64),
  firstId: anyUint(64),
  count: anyUint(32),
  root: anyBytes32,
});

export const anyConsent: fc.Arbitrary<TrainingConsent> = fc.record({
  tokenId: anyUint(256),
  index: anyUint(64),
  record: fc.record({
    parentManifest: anyBytes32,
    childManifest: anyBytes32,
    datasetDigest: anyBytes32,
    codeDigest: anyBytes32,
    metricsDigest: anyBytes32,
    contributor: anyAddress,
    trainedAt: anyUint(64),
  }),
});
