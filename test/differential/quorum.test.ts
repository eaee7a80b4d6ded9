import {
  type Address,
  decodeAttestation,
  encodeAttestation,
  type Hex,
  type Report as CoreReport,
  verifyQuorum,
} from "ainft-core";
import { deepEqual } from "node:assert/strict";
import { concat, dataLength, dataSlice, toBeHex } from "ethers";
import {
  addressesOf,
  attest,
  entriesOf,
  makeReporters,
  packAttestation,
  type Reporter,
  withEntry,
  withSwapped,
} from "../helpers/attestation";
import { verdictsOf } from "../helpers/batches";
import { chainId, deployContract, loadFixture } from "../helpers/chain";
import { itRandomly, type Random } from "../helpers/random";
import { randomReport } from "../helpers/random-values";
import { oracleDomain, type Report, reportDigest } from "../helpers/typed-data";

const CASES = 1500;
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** Configs to try, as m of n: every n there is, with the least, the middle and the largest m. */
const configs = Array.from({ length: 32 }, (_, index) => index + 1).flatMap((count) =>
  [1, Math.ceil(count / 2), count].map((threshold) => [threshold, count] as const),
);

describe("Solidity and TypeScript agree on attestations", () => {
  async function storedConfigs() {
    const quorum = await deployContract("QuorumHarness");
    for (const [place, [threshold, count]] of configs.entries()) {
      await quorum.store(place + 1, addressesOf(makeReporters(count)), threshold);
    }
    const domain = oracleDomain(await chainId(), await quorum.getAddress());
    return { quorum, domain, batch: await deployContract("BatchCallHarness") };
  }

  itRandomly(`the verdict on ${CASES} attestations, honest and bent`, async (random) => {
    const { quorum, domain, batch } = await loadFixture(storedConfigs);
    const chain = await chainId();
    const oracle = (await quorum.getAddress()) as Address; // ethers answers a checksummed address
    const known = configs.map(([, count]) => makeReporters(count));
    const cases = random.list(CASES, () => {
      const place = random.below(configs.length);
      const [threshold, count] = configs[place] ?? [1, 1];
      const reporters = known[place] ?? [];
      const report = { ...randomReport(random), configVersion: BigInt(place + 1) };
      const honest = attest(report, { domain, reporters, by: choose(random, threshold, count) });
      return { reporters, threshold, report, attestation: bend(random, honest, report, reporters) };
    });

    const onChain = await verdictsOf(
      batch,
      quorum,
      "check",
      cases.map(({ report, attestation }) => [report.configVersion, reportDigest(domain, report), attestation]),
    );

    const inTypeScript = cases.map(({ report, attestation, reporters, threshold }) =>
      accepts(() =>
        verifyQuorum(report as CoreReport, attestation as Hex, addressesOf(reporters) as Address[], threshold, {
          chainId: chain,
          oracle,
        }),
      ),
    );
    deepEqual(onChain, inTypeScript);
    deepEqual(new Set(onChain), new Set([true, false])); // both verdicts were seen
  });

  itRandomly("the bytes of 200 attestations", async (random) => {
    const { domain } = await loadFixture(storedConfigs);
    for (const [threshold, count] of random.list(200, () => random.pick(configs))) {
      const reporters = makeReporters(count);
      const report = randomReport(random);
      const by = choose(random, threshold, count);
      const packed = attest(report, { domain, reporters, by }) as Hex; // ethers answers lower-case hexadecimal

      const { signatures, silent } = decodeAttestation(packed);
      deepEqual(
        signatures.map(({ index }) => index),
        [...by].sort((left, right) => left - right),
      );
      deepEqual(signatures.length + silent.length, count);
      deepEqual(encodeAttestation(report, [...signatures].reverse(), addressesOf(reporters) as Address[]), packed);
    }
  });
});

function choose(random: Random, threshold: number, count: number): number[] {
  const left = Array.from({ length: count }, (_, index) => index);
  return random.list(threshold, () => random.pick(left.splice(random.below(left.length), 1)));
}

/** Leaves an attestation as it is, half the time, or spoils it in one of many ways. */
function bend(random: Random, honest: string, report: Report, reporters: readonly Reporter[]): string {
  const { configVersion, deadline } = report;
  const mask = BigInt(dataSlice(honest, 12, 16));
  const entries = entriesOf(honest);
  const pack = (bent: readonly string[], otherMask = mask): string =>
    packAttestation({ configVersion, deadline, mask: otherMask }, bent);
  const place = random.below(entries.length);
  const other = random.below(entries.length);
  const isSigner = (index: number): boolean => ((mask >> BigInt(index)) & 1n) === 1n;
  const swapped = withSwapped(entries, place, other);
  const without = (index: number): bigint => mask & ~(1n << BigInt(index));
  const swappedMask = isSigner(place) === isSigner(other) ? mask : mask ^ (1n << BigInt(place)) ^ (1n << BigInt(other));
  switch (random.below(26)) {
    case 0:
      return pack(entries, mask ^ (1n << BigInt(random.below(32))));
    case 1:
      return pack(entries, random.uint(32));
    case 2:
      return dataSlice(honest, 0, dataLength(honest) - 1 - random.below(80));
    case 3:
      return concat([honest, random.bytes(1 + random.below(80))]);
    case 4:
      return flipBit(honest, 16 * 8 + random.below((dataLength(honest) - 16) * 8));
    case 5:
      return pack(entries.map((entry, index) => (isSigner(index) ? highS(entry) : entry)));
    case 6:
      return pack(withEntry(entries, place, random.bytes(isSigner(place) ? 64 : 20)));
    case 7:
      return pack([...entries].reverse());
    case 8:
      return attest({ ...report, root: random.bytes32() }, { domain: {}, reporters, by: [0] });
    case 9:
      return pack(swapped); // a signer and a silent one, two of a kind, or nothing at all
    case 10:
      return pack(swapped, swappedMask);
    case 11:
      return pack(withEntry(entries, place, reporters[place]?.address ?? "0x"), without(place)); // one signer less
    case 12:
      return pack(withEntry(entries, place, toBeHex(0, isSigner(place) ? 64 : 20)));
    default:
      return honest;
  }
}

function flipBit(bytes: string, bit: number): string {
  const length = dataLength(bytes);
  return toBeHex(BigInt(bytes) ^ (1n << BigInt(length * 8 - 1 - bit)), length);
}

/** The second form of a signature. */
function highS(compactSignature: string): string {
  const word = BigInt(dataSlice(compactSignature, 32));
  const s = word & ((1n << 255n) - 1n);
  const parity = word >> 255n;
  return concat([dataSlice(compactSignature, 0, 32), toBeHex(((1n - parity) << 255n) | (CURVE_ORDER - s), 32)]);
}

function accepts(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}
