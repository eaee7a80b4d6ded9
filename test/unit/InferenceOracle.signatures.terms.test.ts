import { expect } from "chai";
import {
  addressesOf,
  attestationLength,
  entriesOf,
  makeReporters,
  maskOf,
  packAttestation,
  recoveredFrom,
  type Reporter,
  reporterAt,
} from "../helpers/attestation";
import { loadFixture, nextBlockAt, now } from "../helpers/chain";
import { attestFor, digestFor, type EntryPoint, entryPoints } from "../helpers/entry-points";
import { type AskedOnce, askedOnce } from "../helpers/fixtures";

const ONE_DAY = 86_400n;
const MAX_LIFETIME = 7n * ONE_DAY;
const END_OF_TIME = 2n ** 64n - 1n;

for (const entry of entryPoints) {
  describe("InferenceOracle", () => {
    describe(`${entry.name}: signature checklist, deadline`, () => {
      it("expired deadline: refuses a report whose deadline is one second past", async () => {
        const world = await loadFixture(askedOnce);
        const time = (await now()) + 10n;
        const deadline = time - 1n;
        await nextBlockAt(time);

        await expect(entry.send(world, attestFor(entry, world, { deadline })))
          .to.be.revertedWithCustomError(world.oracle, "InferenceOracleReportExpired")
          .withArgs(deadline, time);
      });

      for (const [title, ahead] of [
        ["expired deadline: accepts a report in the very second of its deadline", 0n],
        ["expired deadline: accepts a report one second before its deadline", 1n],
        ["deadline max: accepts a report that lives for seven days more", MAX_LIFETIME],
      ] as const) {
        it(title, async () => {
          const world = await loadFixture(askedOnce);
          const time = (await now()) + 10n;
          await nextBlockAt(time);

          await entry.send(world, attestFor(entry, world, { deadline: time + ahead }));

          expect(await entry.isDone(world)).to.equal(true);
        });
      }

      for (const [title, deadlineAt] of [
        ["for one second over seven days more", (time: bigint) => time + MAX_LIFETIME + 1n],
        ["to the end of all time", () => END_OF_TIME],
      ] as const) {
        it(`deadline max: refuses a report that lives ${title}`, async () => {
          const world = await loadFixture(askedOnce);
          const time = (await now()) + 10n;
          const deadline = deadlineAt(time);
          await nextBlockAt(time);

          await expect(entry.send(world, attestFor(entry, world, { deadline })))
            .to.be.revertedWithCustomError(world.oracle, "InferenceOracleReportTooLong")
            .withArgs(deadline, time + MAX_LIFETIME);
        });
      }

      it("expired deadline: refuses a header that moves the signed deadline", async () => {
        const world = await loadFixture(askedOnce);
        const { configVersion, deadline, by } = world.attest.terms;
        const entries = entriesOf(attestFor(entry, world));
        const moved = { configVersion, deadline: deadline + 1n, mask: maskOf(by) };
        const recovered = recoveredFrom(digestFor(entry, world, { deadline: moved.deadline }), entries[0] ?? "");

        await expect(entry.send(world, packAttestation(moved, entries)))
          .to.be.revertedWithCustomError(world.oracle, "InferenceOracleInvalidSignature")
          .withArgs(0, reporterAt(world.reporters, 0).address, recovered);
      });
    });

    describe(`${entry.name}: signature checklist, config`, () => {
      for (const [title, configVersion] of [
        ["config 0", 0n],
        ["future config", 2n],
        ["future config (the largest number)", 2n ** 32n - 1n],
      ] as const) {
        it(`${title}: refuses it`, async () => {
          const world = await loadFixture(askedOnce);

          await expectNotLive(entry, world, attestFor(entry, world, { configVersion }), configVersion);
        });
      }

      it("config 0: refuses it also when no config is live", async () => {
        const world = await loadFixture(askedOnce);
        await world.oracle.connect(world.dao).revokeConfig(1);

        await expectNotLive(entry, world, attestFor(entry, world, { configVersion: 0n }), 0n);
      });

      it("revoked config: refuses the current config from the moment it is revoked", async () => {
        const world = await loadFixture(askedOnce);
        await world.oracle.connect(world.dao).revokeConfig(1);

        await expectNotLive(entry, world, attestFor(entry, world), 1n);
      });

      it("revoked config: refuses the previous config in the middle of its grace period", async () => {
        const world = await rotated(ONE_DAY);
        await world.oracle.connect(world.dao).revokeConfig(1);

        await expectNotLive(entry, world, attestFor(entry, world), 1n);
        await entry.send(world, attestFor(entry, world, world.second));
        expect(await entry.isDone(world)).to.equal(true);
      });

      it("revoked config: keeps the previous config, in its grace period, when the current one is revoked", async () => {
        const world = await rotated(ONE_DAY);
        await world.oracle.connect(world.dao).revokeConfig(2);

        await expectNotLive(entry, world, attestFor(entry, world, world.second), 2n);
        await entry.send(world, attestFor(entry, world));
        expect(await entry.isDone(world)).to.equal(true);
      });

      it("replay after config rotation: refuses a header that moves signatures to a config of the same keys", async () => {
        const world = await loadFixture(askedOnce);
        const { oracle, dao, reporters, threshold } = world;
        await oracle.connect(dao).setConfig(addressesOf(reporters), threshold, 0);
        const { deadline, by } = world.attest.terms;
        const entries = entriesOf(attestFor(entry, world));
        const recovered = recoveredFrom(digestFor(entry, world, { configVersion: 2n }), entries[0] ?? "");

        await expectNotLive(entry, world, attestFor(entry, world), 1n);
        await expect(entry.send(world, packAttestation({ configVersion: 2n, deadline, mask: maskOf(by) }, entries)))
          .to.be.revertedWithCustomError(oracle, "InferenceOracleInvalidSignature")
          .withArgs(0, reporterAt(reporters, 0).address, recovered);
      });

      it("replay after config rotation: keeps a report dead that was signed under a revoked config of the same keys", async () => {
        const world = await loadFixture(askedOnce);
        const { oracle, dao, reporters, threshold } = world;
        const attestation = attestFor(entry, world);
        await oracle.connect(dao).revokeConfig(1);
        await oracle.connect(dao).setConfig(addressesOf(reporters), threshold, MAX_LIFETIME);

        await expectNotLive(entry, world, attestation, 1n);
      });

      it("threshold rise: refuses m signatures of the old threshold under the new config", async () => {
        const world = await loadFixture(askedOnce);
        const { oracle, dao, reporters } = world;
        await oracle.connect(dao).setConfig(addressesOf(reporters), 4, 0);
        const attestation = attestFor(entry, world, { configVersion: 2n });

        await expect(entry.send(world, attestation))
          .to.be.revertedWithCustomError(oracle, "InferenceOracleBadAttestationLength")
          .withArgs(attestationLength(4, 1), attestationLength(3, 2));
      });
    });

    describe(`${entry.name}: signature checklist, grace window`, () => {
      for (const [title, offset] of [
        ["in its first second", 1n],
        ["in the middle", ONE_DAY / 2n],
        ["one second before it ends", ONE_DAY - 1n],
      ] as const) {
        it(`grace window edges: accepts the previous config ${title}`, async () => {
          const world = await rotated(ONE_DAY);
          const time = world.rotatedAt + offset;
          await nextBlockAt(time);

          await entry.send(world, attestFor(entry, world, { deadline: time }));

          expect(await entry.isDone(world)).to.equal(true);
        });
      }

      for (const [title, offset] of [
        ["at its end", ONE_DAY],
        ["one second after its end", ONE_DAY + 1n],
        ["long after its end", 30n * ONE_DAY],
      ] as const) {
        it(`grace window edges: refuses the previous config ${title}`, async () => {
          const world = await rotated(ONE_DAY);
          const deadline = world.rotatedAt + offset;
          await nextBlockAt(deadline);

          await expectNotLive(entry, world, attestFor(entry, world, { deadline }), 1n);
        });
      }

      it("grace window edges: refuses the previous config at once when there is no grace", async () => {
        const world = await rotated(0n);

        await expectNotLive(entry, world, attestFor(entry, world), 1n);
      });

      it("grace window edges: the third-oldest config dies at once, though its own grace is not over", async () => {
        const world = await rotated(MAX_LIFETIME);
        const third = makeReporters(3, "third config");
        await world.oracle.connect(world.dao).setConfig(addressesOf(third), 2, MAX_LIFETIME);

        await expectNotLive(entry, world, attestFor(entry, world), 1n);
        await entry.send(world, attestFor(entry, world, world.second));
        expect(await entry.isDone(world)).to.equal(true);
      });

      it("grace window edges: accepts the current config all the while", async () => {
        const world = await rotated(ONE_DAY);

        await entry.send(world, attestFor(entry, world, world.second));

        expect(await entry.isDone(world)).to.equal(true);
      });
    });
  });
}

interface Rotated extends AskedOnce {
  /** Terms under which the second config signs. */
  second: { reporters: Reporter[]; configVersion: bigint; by: number[] };
  /** Unix seconds of the block that installed the second config. */
  rotatedAt: bigint;
}

/** The state of `askedOnce`, then a second config of other keys, 2 of 4. */
async function rotated(grace: bigint): Promise<Rotated> {
  const world = await loadFixture(askedOnce);
  const reporters = makeReporters(4, "second config");
  await world.oracle.connect(world.dao).setConfig(addressesOf(reporters), 2, grace);
  return { ...world, second: { reporters, configVersion: 2n, by: [1, 3] }, rotatedAt: await now() };
}

async function expectNotLive(
  entry: EntryPoint,
  world: AskedOnce,
  attestation: string,
  configVersion: bigint,
): Promise<void> {
  await expect(entry.send(world, attestation))
    .to.be.revertedWithCustomError(world.oracle, "InferenceOracleConfigNotLive")
    .withArgs(configVersion);
}
