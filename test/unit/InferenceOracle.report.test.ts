import { expect } from "chai";
import { concat, dataSlice, keccak256, toBeHex } from "ethers";
import {
  attestationLength,
  entriesOf,
  makeReporters,
  packSignature,
  parityAndS,
  reporterAt,
  signDigest,
  withEntry,
  withSwapped,
} from "../helpers/attestation";
import { withWord } from "../helpers/calldata";
import { loadFixture, provider } from "../helpers/chain";
import { type AskedOnce, askedOnce } from "../helpers/fixtures";
import { Random } from "../helpers/random";
import { repacked, reportOf, resultSigned, signed, type Subject } from "../helpers/reports";
import {
  Delivery,
  digestOf,
  type Report,
  reportDigest,
  resultLeaf,
  traitUpdateLeaf,
  updateLeaf,
} from "../helpers/typed-data";
import { itOfManyCases } from "../helpers/instrumented";

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const another = digestOf("something else");

/** Three of five reporters sign in these tests. */
const LENGTH = attestationLength(3, 2);

/** What a quorum may sign, each with its own kind of root. */
const reports: Record<string, (world: AskedOnce) => Subject> = {
  "a result by digest": ({ result }) => ({ firstId: 1n, count: 1n, root: resultLeaf(result, Delivery.DIGEST) }),
  "a result with its bytes": ({ result }) => ({ firstId: 1n, count: 1n, root: resultLeaf(result, Delivery.INLINE) }),
  "an update": ({ update }) => ({ firstId: 0n, count: 1n, root: updateLeaf(update()) }),
  "an update with traits": ({ update, traits }) => ({
    firstId: 0n,
    count: 1n,
    root: traitUpdateLeaf(update(), traits),
  }),
  "a batch of two results": ({ result }) => ({
    firstId: 1n,
    count: 2n,
    root: nodeOver(resultLeaf(result, Delivery.DIGEST), resultLeaf({ ...result, requestId: 2n }, Delivery.DIGEST)),
  }),
  "a batch of two updates": ({ update }) => ({
    firstId: 0n,
    count: 2n,
    root: nodeOver(updateLeaf(update()), updateLeaf(update({ sequence: 2n }))),
  }),
  "a batch of 256 results, none of which was asked for": () => ({ firstId: 7n, count: 256n, root: another }),
  "the largest batch there can be": () => ({ firstId: 2n ** 64n - 1n, count: 2n ** 32n - 1n, root: another }),
  "nothing at all": () => ({ firstId: 0n, count: 0n, root: toBeHex(0, 32) }),
};

describe("InferenceOracle", () => {
  for (const [title, subjectOf] of Object.entries(reports)) {
    describe(`isValidReport, of ${title}`, () => {
      it("is true for a quorum's attestation over exactly this report", async () => {
        const world = await loadFixture(askedOnce);
        const report = reportOf(world, subjectOf(world));

        expect(await world.oracle.isValidReport(report, signed(world, report))).to.equal(true);
      });

      it("is false when any field but the terms is not what was signed", async () => {
        const world = await loadFixture(askedOnce);
        const report = reportOf(world, subjectOf(world));
        const attestation = signed(world, report);

        for (const changed of [
          { firstId: report.firstId ^ 2n },
          { count: report.count ^ 2n },
          { root: keccak256(report.root) },
        ]) {
          expect(await world.oracle.isValidReport({ ...report, ...changed }, attestation)).to.equal(false);
        }
      });
    });
  }

  describe("isValidReport, who signs", () => {
    it("is true for every choice of m of n reporters, and for no other number of them", async () => {
      const { world, report } = await resultSigned();
      const everybody = [0, 1, 2, 3, 4];
      for (let mask = 0; mask < 32; mask += 1) {
        const by = everybody.filter((index) => (mask >> index) & 1);
        const isQuorum = by.length === 3;

        expect(await world.oracle.isValidReport(report, signed(world, report, { by })), by.join()).to.equal(isQuorum);
      }
    });

    it("is false for keys of somebody's own, whatever threshold and number they claim", async () => {
      const { world, report } = await resultSigned();
      for (const [threshold, count] of [
        [3, 5],
        [1, 1],
        [5, 5],
        [1, 32],
      ] as const) {
        const reporters = makeReporters(count, "keys of somebody's own");
        const by = Array.from({ length: threshold }, (_, index) => index);

        expect(await world.oracle.isValidReport(report, signed(world, report, { reporters, by }))).to.equal(false);
      }
    });

    it("is false when one signature is another's, twice the same, or in another's place", async () => {
      const { world, report, attestation } = await resultSigned();
      const entries = entriesOf(attestation);
      const [outsider] = makeReporters(1, "an outsider");
      if (outsider === undefined) throw new Error("There is no outsider.");
      const digest = reportDigest(world.domain, report);
      const silent = signDigest(reporterAt(world.reporters, 3), digest).compactSerialized;

      for (const bent of [
        withEntry(entries, 2, signDigest(outsider, digest).compactSerialized),
        withEntry(entries, 2, silent),
        withEntry(entries, 1, entries[0] ?? "0x"),
        withSwapped(entries, 0, 1),
      ]) {
        expect(await world.oracle.isValidReport(report, repacked(world, bent))).to.equal(false);
      }
    });

    it("is false when one who does not sign is named wrongly, or is missing, or is one more", async () => {
      const { world, report, attestation } = await resultSigned();
      const entries = entriesOf(attestation);

      for (const bent of [
        withEntry(entries, 3, world.stranger.address),
        withSwapped(entries, 3, 4),
        entries.slice(0, 4),
        [...entries, world.stranger.address],
      ]) {
        expect(await world.oracle.isValidReport(report, repacked(world, bent))).to.equal(false);
      }
    });

    it("is false for a signature in its second form", async () => {
      const { world, report, attestation } = await resultSigned();
      const { r, s, yParity } = signDigest(reporterAt(world.reporters, 0), reportDigest(world.domain, report));
      const second = packSignature(r, parityAndS(1 - yParity, CURVE_ORDER - BigInt(s)));

      const bent = repacked(world, withEntry(entriesOf(attestation), 0, second));

      expect(await world.oracle.isValidReport(report, bent)).to.equal(false);
    });

    it("is false for signatures over the same report for another chain or another oracle", async () => {
      const { world, report } = await resultSigned();
      for (const other of [{ chainId: 1n }, { verifyingContract: world.collectionAddress }]) {
        const domain = { ...world.domain, ...other };

        expect(await world.oracle.isValidReport(report, signed(world, report, { domain }))).to.equal(false);
      }
    });

    itOfManyCases("is false when any one byte of the attestation is changed", async () => {
      const { world, report, attestation } = await resultSigned();
      const random = new Random("every byte of an attestation");
      for (let place = 0; place < LENGTH; place += 1) {
        const byte = Number(dataSlice(attestation, place, place + 1)) ^ (1 + random.below(255));
        const bent = concat([dataSlice(attestation, 0, place), toBeHex(byte, 1), dataSlice(attestation, place + 1)]);

        expect(await world.oracle.isValidReport(report, bent), `byte ${place}`).to.equal(false);
      }
    });
  });

  describe("isValidReport, how long an attestation is", () => {
    it("is false for one that is shorter or longer, by whatever number of bytes", async () => {
      const { world, report, attestation } = await resultSigned();
      for (const length of [0, 3, 4, 11, 12, 15, 16, 36, LENGTH - 64, LENGTH - 20, LENGTH - 1]) {
        const short = dataSlice(attestation, 0, length);

        expect(await world.oracle.isValidReport(report, short), `${length} bytes`).to.equal(false);
      }
      for (const extra of [1, 20, 32, 64]) {
        const long = concat([attestation, toBeHex(0, extra)]);

        expect(await world.oracle.isValidReport(report, long), `${extra} more`).to.equal(false);
      }
    });

    it("is false for one that claims to be shorter than it is, with the rest behind it", async () => {
      const { world, report, attestation } = await resultSigned();
      for (const length of [0, 16, LENGTH - 1]) {
        expect(await answerTo(world, withLength(world, report, attestation, length)), `${length}`).to.equal(false);
      }
      expect(await answerTo(world, withLength(world, report, attestation, LENGTH))).to.equal(true);
    });

    it("reverts without a reason for one that ends behind the calldata", async () => {
      const { world, report, attestation } = await resultSigned();
      const data = withLength(world, report, attestation, LENGTH + 64);

      await expect(world.stranger.call({ to: await world.oracle.getAddress(), data })).to.be.revertedWithoutReason();
    });

    for (const [field, position, bit] of [
      ["configVersion", 0, 32n],
      ["deadline", 1, 64n],
      ["firstId", 2, 64n],
      ["count", 3, 32n],
    ] as const) {
      it(`reverts without a reason for a report whose ${field} has a high bit too many`, async () => {
        const { world, report, attestation } = await resultSigned();
        const honest = world.oracle.interface.encodeFunctionData("isValidReport", [report, attestation]);
        const data = withWord(honest, position, report[field] | (1n << bit));

        await expect(world.stranger.call({ to: await world.oracle.getAddress(), data })).to.be.revertedWithoutReason();
      });
    }
  });

  describe("isValidReport, beside deliveries", () => {
    it("goes on to be true once the result is delivered, and changes nothing itself", async () => {
      const { world, report, attestation } = await resultSigned();
      const { oracle, relayer, result, requestId } = world;
      expect(await oracle.isFulfilled(requestId)).to.equal(false);

      await oracle.connect(relayer).fulfill(attestation, result);

      expect(await oracle.isValidReport(report, attestation)).to.equal(true);
    });
  });
});

/** Inner node of a Merkle tree of reports: pairs are hashed in ascending order. */
function nodeOver(left: string, right: string): string {
  return keccak256(concat(BigInt(left) < BigInt(right) ? [left, right] : [right, left]));
}

/** A call whose attestation claims another length. It stands behind the report's five words and its own offset. */
function withLength({ oracle }: AskedOnce, report: Report, attestation: string, length: number): string {
  const data = oracle.interface.encodeFunctionData("isValidReport", [report, attestation]);
  return withWord(data, 6, BigInt(length));
}

async function answerTo({ oracle }: AskedOnce, data: string): Promise<boolean> {
  const answer = await provider.call({ to: await oracle.getAddress(), data });
  return oracle.interface.decodeFunctionResult("isValidReport", answer)[0] as boolean;
}
