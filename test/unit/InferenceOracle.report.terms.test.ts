import { expect } from "chai";
import { addressesOf, entriesOf, makeReporters, maskOf, packAttestation, type Reporter } from "../helpers/attestation";
import { loadFixture, mineBlock, nextBlockAt, now } from "../helpers/chain";
import { type AskedOnce, askedOnce } from "../helpers/fixtures";
import { repacked, reportOf, resultOf, resultSigned, signed } from "../helpers/reports";
import type { Report } from "../helpers/typed-data";

const ONE_DAY = 86_400n;
const MAX_LIFETIME = 7n * ONE_DAY;

describe("InferenceOracle", () => {
  describe("isValidReport, the terms that report and attestation both name", () => {
    it("is false when the attestation names another deadline than the report, whichever of them was signed", async () => {
      const { world, report, attestation } = await resultSigned();
      const later = { ...report, deadline: report.deadline + 1n };
      const signedLater = signed(world, later);

      expect(await world.oracle.isValidReport(later, attestation)).to.equal(false);
      expect(await world.oracle.isValidReport(report, signedLater)).to.equal(false);
      // The signatures are over exactly this report: only the header says otherwise.
      expect(await world.oracle.isValidReport(later, repacked(world, entriesOf(signedLater)))).to.equal(false);
      expect(await world.oracle.isValidReport(later, signedLater)).to.equal(true);
    });

    it("is false when the attestation names another config than the report, though both are live", async () => {
      const world = await rotated(ONE_DAY);
      const report = reportOf(world, resultOf(world));
      const next = { ...report, configVersion: 2n };
      const attestation = signed(world, report);
      const signedNext = signed(world, next, { reporters: world.second });

      expect(await world.oracle.isValidReport(next, attestation)).to.equal(false);
      expect(await world.oracle.isValidReport(report, signedNext)).to.equal(false);
      // The signatures are over exactly this report: only the header says otherwise.
      expect(await world.oracle.isValidReport(next, repacked(world, entriesOf(signedNext)))).to.equal(false);
      expect(await world.oracle.isValidReport(report, attestation)).to.equal(true);
      expect(await world.oracle.isValidReport(next, signedNext)).to.equal(true);
    });

    it("is false for the reporters of one live config under the number of the other", async () => {
      const world = await rotated(ONE_DAY);
      const report = reportOf(world, resultOf(world));
      const next = { ...report, configVersion: 2n };

      expect(await world.oracle.isValidReport(report, signed(world, report, { reporters: world.second }))).to.equal(
        false,
      );
      expect(await world.oracle.isValidReport(next, signed(world, next))).to.equal(false);
    });

    it("is false for signatures that are moved to a config of the same keys", async () => {
      const { world, report, attestation } = await resultSigned();
      await world.oracle.connect(world.dao).setConfig(addressesOf(world.reporters), 3, ONE_DAY);
      const moved = packAttestation(
        { configVersion: 2n, deadline: report.deadline, mask: maskOf([0, 1, 2]) },
        entriesOf(attestation),
      );

      expect(await world.oracle.isValidReport({ ...report, configVersion: 2n }, moved)).to.equal(false);
    });

    it("is false for an expired report when the attestation names another deadline: that is looked at first", async () => {
      const { world, report, attestation } = await resultSigned();

      expect(await world.oracle.isValidReport({ ...report, deadline: 1n }, attestation)).to.equal(false);
    });
  });

  describe("isValidReport, of a config that is not live", () => {
    for (const configVersion of [0n, 2n, 2n ** 32n - 1n]) {
      it(`reverts for config ${configVersion}, which was never set`, async () => {
        const world = await loadFixture(askedOnce);
        const report = { ...reportOf(world, resultOf(world)), configVersion };

        await expectNotLive(world, report, signed(world, report));
      });
    }

    it("reverts for config 0 when none is live", async () => {
      const world = await loadFixture(askedOnce);
      await world.oracle.connect(world.dao).revokeConfig(1);
      const report = { ...reportOf(world, resultOf(world)), configVersion: 0n };

      await expectNotLive(world, report, signed(world, report));
    });

    it("reverts for a config from the moment it is revoked, whatever the attestation names", async () => {
      const { world, report, attestation } = await resultSigned();
      await world.oracle.connect(world.dao).revokeConfig(1);

      for (const other of [attestation, "0x", signed(world, { ...report, configVersion: 9n })]) {
        await expectNotLive(world, report, other);
      }
    });

    it("goes on until the last second of the grace period, and reverts from its end", async () => {
      const world = await rotated(ONE_DAY);
      const end = world.rotatedAt + ONE_DAY;
      const report = { ...reportOf(world, resultOf(world)), deadline: end };
      const attestation = signed(world, report);
      await atSecond(end - 1n);
      expect(await world.oracle.isValidReport(report, attestation)).to.equal(true);

      await atSecond(end);
      await expectNotLive(world, report, attestation);
    });

    it("reverts at once when there is no grace, and for the config before the previous one", async () => {
      const world = await rotated(0n);
      const report = reportOf(world, resultOf(world));
      await expectNotLive(world, report, signed(world, report));

      await world.oracle.connect(world.dao).setConfig(addressesOf(world.reporters), 3, ONE_DAY);
      await expectNotLive(world, report, signed(world, report));
    });

    it("reverts for the previous config that is revoked in its grace period, and goes on for the current one", async () => {
      const world = await rotated(ONE_DAY);
      const report = reportOf(world, resultOf(world));
      const next = { ...report, configVersion: 2n };
      await world.oracle.connect(world.dao).revokeConfig(1);

      await expectNotLive(world, report, signed(world, report));
      const attestation = signed(world, next, { reporters: world.second });
      expect(await world.oracle.isValidReport(next, attestation)).to.equal(true);
    });
  });

  describe("isValidReport, of a deadline", () => {
    for (const ahead of [0n, 1n, MAX_LIFETIME]) {
      it(`is true ${ahead} seconds before the deadline`, async () => {
        const world = await loadFixture(askedOnce);
        const time = await atSecond((await now()) + 10n);
        const report = { ...reportOf(world, resultOf(world)), deadline: time + ahead };

        expect(await world.oracle.isValidReport(report, signed(world, report))).to.equal(true);
      });
    }

    it("reverts one second after the deadline", async () => {
      const world = await loadFixture(askedOnce);
      const time = await atSecond((await now()) + 10n);
      const report = { ...reportOf(world, resultOf(world)), deadline: time - 1n };

      await expect(world.oracle.isValidReport(report, signed(world, report)))
        .to.be.revertedWithCustomError(world.oracle, "InferenceOracleReportExpired")
        .withArgs(time - 1n, time);
    });

    for (const [title, deadlineAt] of [
      ["one second more than seven days ahead", (time: bigint) => time + MAX_LIFETIME + 1n],
      ["at the end of all time", () => 2n ** 64n - 1n],
    ] as const) {
      it(`reverts for a deadline ${title}`, async () => {
        const world = await loadFixture(askedOnce);
        const time = await atSecond((await now()) + 10n);
        const report = { ...reportOf(world, resultOf(world)), deadline: deadlineAt(time) };

        await expect(world.oracle.isValidReport(report, signed(world, report)))
          .to.be.revertedWithCustomError(world.oracle, "InferenceOracleReportTooLong")
          .withArgs(report.deadline, time + MAX_LIFETIME);
      });
    }

    it("reverts for the deadline before it looks at the signatures", async () => {
      const world = await loadFixture(askedOnce);
      const time = await atSecond((await now()) + 10n);
      const report = { ...reportOf(world, resultOf(world)), deadline: time - 1n };

      await expect(world.oracle.isValidReport(report, signed(world, report, { by: [] })))
        .to.be.revertedWithCustomError(world.oracle, "InferenceOracleReportExpired")
        .withArgs(time - 1n, time);
    });
  });
});

/** The state of `askedOnce`, then a second config of 3 of 5 other keys. */
async function rotated(grace: bigint): Promise<AskedOnce & { second: Reporter[]; rotatedAt: bigint }> {
  const world = await loadFixture(askedOnce);
  const second = makeReporters(5, "second config");
  await world.oracle.connect(world.dao).setConfig(addressesOf(second), 3, grace);
  return { ...world, second, rotatedAt: await now() };
}

/** The newest block, in which calls run, stands at this second. */
async function atSecond(time: bigint): Promise<bigint> {
  await nextBlockAt(time);
  await mineBlock();
  return time;
}

async function expectNotLive({ oracle }: AskedOnce, report: Report, attestation: string): Promise<void> {
  await expect(oracle.isValidReport(report, attestation))
    .to.be.revertedWithCustomError(oracle, "InferenceOracleConfigNotLive")
    .withArgs(report.configVersion);
}
