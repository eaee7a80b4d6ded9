import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { addressesOf, makeReporters } from "../helpers/attestation";
import { loadFixture, nextBlockAt, now } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import { type ConfiguredOracle, type FreshOracle, freshOracle, oracleWithConfig } from "../helpers/fixtures";

const ONE_DAY = 86_400n;
const MAX_LIFETIME = 7n * ONE_DAY;

const five = addressesOf(makeReporters(5));
const others = addressesOf(makeReporters(4, "second config"));

describe("InferenceOracle", () => {
  const configs = async ({ oracle }: FreshOracle, configVersion: bigint) => {
    const { reporters, threshold, live } = await oracle.configOf(configVersion);
    return { reporters: [...reporters], threshold, live };
  };

  describe("before any config", () => {
    it("has none, not even number 0", async () => {
      const { oracle } = await loadFixture(freshOracle);

      expect(await oracle.currentConfig()).to.equal(0n);
      for (const configVersion of [0n, 1n, 2n ** 32n - 1n]) {
        await expect(oracle.configOf(configVersion))
          .to.be.revertedWithCustomError(oracle, "InferenceOracleConfigNotLive")
          .withArgs(configVersion);
      }
    });
  });

  describe("setConfig", () => {
    it("installs the first config, and emits no end of a grace period, for no config comes before it", async () => {
      const world = await loadFixture(freshOracle);
      const { oracle, dao } = world;

      expect(await eventsOf(oracle.connect(dao).setConfig(five, 3, ONE_DAY), oracle)).to.deep.equal([
        ["ConfigSet", 1n, 3n, five, 0n],
      ]);
      expect(await oracle.currentConfig()).to.equal(1n);
      expect(await configs(world, 1n)).to.deep.equal({ reporters: five, threshold: 3n, live: true });
    });

    it("installs the next config, and emits the end of the grace period of the one before it", async () => {
      const { oracle, dao } = await loadFixture(oracleWithConfig(3, 5));
      const time = (await now()) + 10n;
      await nextBlockAt(time);

      expect(await eventsOf(oracle.connect(dao).setConfig(others, 2, ONE_DAY), oracle)).to.deep.equal([
        ["ConfigSet", 2n, 2n, others, time + ONE_DAY],
      ]);
    });

    it("emits no end of a grace period when the config before it was revoked", async () => {
      const { oracle, dao } = await loadFixture(oracleWithConfig(3, 5));
      await oracle.connect(dao).revokeConfig(1);

      expect(await eventsOf(oracle.connect(dao).setConfig(others, 2, ONE_DAY), oracle)).to.deep.equal([
        ["ConfigSet", 2n, 2n, others, 0n],
      ]);
    });

    it("never gives a number twice, whatever was revoked in between", async () => {
      const world = await loadFixture(oracleWithConfig(3, 5));
      const { oracle, dao } = world;
      const revocations: bigint[][] = [[1n], [], [3n, 2n], [4n], []];
      for (const [place, revoked] of revocations.entries()) {
        for (const configVersion of revoked) await oracle.connect(dao).revokeConfig(configVersion);
        await oracle.connect(dao).setConfig(others, 2, ONE_DAY);

        expect(await oracle.currentConfig()).to.equal(BigInt(place + 2));
      }
      const live = await Promise.all(
        [1n, 2n, 3n, 4n, 5n, 6n].map(async (config) => (await configs(world, config)).live),
      );
      expect(live).to.deep.equal([false, false, false, false, true, true]);
    });

    it("counts config numbers from 1, one by one, and returns them", async () => {
      const { oracle, dao } = await loadFixture(freshOracle);
      for (const configVersion of [1n, 2n, 3n]) {
        expect(await oracle.connect(dao).setConfig.staticCall(five, 3, 0)).to.equal(configVersion);
        await oracle.connect(dao).setConfig(five, 3, 0);
        expect(await oracle.currentConfig()).to.equal(configVersion);
      }
    });

    for (const [threshold, count] of [
      [1, 1],
      [1, 32],
      [32, 32],
      [31, 32],
    ] as const) {
      it(`accepts ${threshold} of ${count}`, async () => {
        const world = await loadFixture(freshOracle);
        const reporters = addressesOf(makeReporters(count));

        await world.oracle.connect(world.dao).setConfig(reporters, threshold, 0);

        expect(await configs(world, 1n)).to.deep.equal({ reporters, threshold: BigInt(threshold), live: true });
      });
    }

    for (const count of [0, 33]) {
      it(`n=${count}: refuses the number of reporters`, async () => {
        const { oracle, dao } = await loadFixture(freshOracle);

        await expect(oracle.connect(dao).setConfig(addressesOf(makeReporters(count)), 1, 0))
          .to.be.revertedWithCustomError(oracle, "InferenceOracleBadReporterCount")
          .withArgs(count);
      });
    }

    for (const [title, threshold] of [
      ["m=0", 0],
      ["m>n", 6],
      ["m>n (the largest m)", 255],
    ] as const) {
      it(`${title}: refuses a threshold of ${threshold} with five reporters`, async () => {
        const { oracle, dao } = await loadFixture(freshOracle);

        await expect(oracle.connect(dao).setConfig(five, threshold, 0))
          .to.be.revertedWithCustomError(oracle, "InferenceOracleBadThreshold")
          .withArgs(threshold, 5);
      });
    }

    const [a = "", b = "", c = ""] = five;
    for (const [title, reporters, previous, next] of [
      ["zero signers: refuses the zero address at the front", [ZeroAddress, a, b], ZeroAddress, ZeroAddress],
      ["zero signers: refuses the zero address further back", [a, ZeroAddress], a, ZeroAddress],
      ["duplicate signers: refuses a key twice in a row", [a, b, b, c], b, b],
      ["duplicate signers: refuses a key twice with another between", [a, b, a], b, a],
      ["unsorted signers: refuses keys in descending order", [b, a], b, a],
      ["unsorted signers: refuses one key out of order at the end", [a, c, b], c, b],
    ] as const) {
      it(title, async () => {
        const { oracle, dao } = await loadFixture(freshOracle);

        await expect(oracle.connect(dao).setConfig([...reporters], 1, 0))
          .to.be.revertedWithCustomError(oracle, "InferenceOracleReportersNotAscending")
          .withArgs(previous, next);
        expect(await oracle.currentConfig()).to.equal(0n);
      });
    }

    it("accepts a grace period of seven days and refuses one second more", async () => {
      const { oracle, dao } = await loadFixture(freshOracle);

      await oracle.connect(dao).setConfig(five, 3, MAX_LIFETIME);
      await expect(oracle.connect(dao).setConfig(five, 3, MAX_LIFETIME + 1n))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleGraceTooLong")
        .withArgs(MAX_LIFETIME + 1n, MAX_LIFETIME);
      await expect(oracle.connect(dao).setConfig(five, 3, 2n ** 48n - 1n))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleGraceTooLong")
        .withArgs(2n ** 48n - 1n, MAX_LIFETIME);
    });

    it("keeps the previous config alive until the very second its grace ends", async () => {
      const world = await loadFixture(oracleWithConfig(3, 5));
      const { oracle, dao } = world;
      const time = (await now()) + 10n;
      await nextBlockAt(time);
      await oracle.connect(dao).setConfig(others, 2, ONE_DAY);
      expect([(await configs(world, 1n)).live, (await configs(world, 2n)).live]).to.deep.equal([true, true]);

      await nextBlockAt(time + ONE_DAY);
      await oracle.connect(dao).transferOwnership(dao.address); // any transaction, to have a block at that time

      expect([(await configs(world, 1n)).live, (await configs(world, 2n)).live]).to.deep.equal([false, true]);
    });

    it("keeps the reporters of a dead config readable", async () => {
      const world = await loadFixture(oracleWithConfig(3, 5));
      await world.oracle.connect(world.dao).setConfig(others, 2, 0);

      expect(await configs(world, 1n)).to.deep.equal({ reporters: five, threshold: 3n, live: false });
      expect(await configs(world, 2n)).to.deep.equal({ reporters: others, threshold: 2n, live: true });
    });

    it("lets the third-oldest config die at once", async () => {
      const world = await loadFixture(oracleWithConfig(3, 5));
      const { oracle, dao } = world;
      await oracle.connect(dao).setConfig(others, 2, MAX_LIFETIME);
      await oracle.connect(dao).setConfig(five, 3, MAX_LIFETIME);

      const live = await Promise.all([1n, 2n, 3n].map(async (version) => (await configs(world, version)).live));
      expect(live).to.deep.equal([false, true, true]);
    });

    for (const [title, role] of [
      ["a stranger", "stranger"],
      ["the controller of a collection", "creator"],
      ["the relayer", "relayer"],
    ] as const) {
      it(`refuses ${title}`, async () => {
        const world = await loadFixture(oracleWithConfig(3, 5));
        const actor = world[role];

        await expect(world.oracle.connect(actor).setConfig(five, 1, 0))
          .to.be.revertedWithCustomError(world.oracle, "OwnableUnauthorizedAccount")
          .withArgs(actor.address);
      });
    }
  });

  describe("revokeConfig", () => {
    /** Config 2 is current, config 1 in its grace period. */
    async function rotated(): Promise<ConfiguredOracle> {
      const world = await loadFixture(oracleWithConfig(3, 5));
      await world.oracle.connect(world.dao).setConfig(others, 2, ONE_DAY);
      return world;
    }

    it("ends the current config, so that there is none", async () => {
      const world = await loadFixture(oracleWithConfig(3, 5));
      const { oracle, dao } = world;

      expect(await eventsOf(oracle.connect(dao).revokeConfig(1), oracle)).to.deep.equal([["ConfigRevoked", 1n]]);
      expect(await oracle.currentConfig()).to.equal(0n);
      expect((await configs(world, 1n)).live).to.equal(false);
    });

    it("ends the previous config and leaves the current one", async () => {
      const world = await rotated();
      const { oracle, dao } = world;

      expect(await eventsOf(oracle.connect(dao).revokeConfig(1), oracle)).to.deep.equal([["ConfigRevoked", 1n]]);
      expect([(await configs(world, 1n)).live, (await configs(world, 2n)).live]).to.deep.equal([false, true]);
      expect(await oracle.currentConfig()).to.equal(2n);
    });

    it("ends the current config and leaves the previous one its grace", async () => {
      const world = await rotated();
      await world.oracle.connect(world.dao).revokeConfig(2);

      expect([(await configs(world, 1n)).live, (await configs(world, 2n)).live]).to.deep.equal([true, false]);
    });

    it("can end both, and a new config starts afresh without giving either life again", async () => {
      const world = await rotated();
      const { oracle, dao } = world;
      await oracle.connect(dao).revokeConfig(2);
      await oracle.connect(dao).revokeConfig(1);
      await oracle.connect(dao).setConfig(five, 3, MAX_LIFETIME);

      const live = await Promise.all([1n, 2n, 3n].map(async (version) => (await configs(world, version)).live));
      expect(live).to.deep.equal([false, false, true]);
    });

    it("gives a revoked config no grace when the next one is set", async () => {
      const world = await loadFixture(oracleWithConfig(3, 5));
      const { oracle, dao } = world;
      await oracle.connect(dao).revokeConfig(1);
      await oracle.connect(dao).setConfig(others, 2, MAX_LIFETIME);

      expect((await configs(world, 1n)).live).to.equal(false);
    });

    for (const configVersion of [0n, 2n, 2n ** 32n - 1n]) {
      it(`refuses config ${configVersion} when there is one config`, async () => {
        const { oracle, dao } = await loadFixture(oracleWithConfig(3, 5));

        await expect(oracle.connect(dao).revokeConfig(configVersion))
          .to.be.revertedWithCustomError(oracle, "InferenceOracleNotRevocable")
          .withArgs(configVersion);
      });
    }

    it("refuses config 0 also when there is no current and no previous config", async () => {
      const { oracle, dao } = await loadFixture(freshOracle);

      await expect(oracle.connect(dao).revokeConfig(0))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleNotRevocable")
        .withArgs(0n);
    });

    it("refuses a config that is revoked already", async () => {
      const { oracle, dao } = await rotated();
      await oracle.connect(dao).revokeConfig(2);

      await expect(oracle.connect(dao).revokeConfig(2))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleNotRevocable")
        .withArgs(2n);
    });

    it("takes a config whose grace is over, or that two others replaced, for the sake of its roots", async () => {
      const world = await rotated();
      const { oracle, dao } = world;
      await oracle.connect(dao).setConfig(five, 3, ONE_DAY);
      await nextBlockAt((await now()) + ONE_DAY);

      for (const configVersion of [1n, 2n]) {
        expect(await eventsOf(oracle.connect(dao).revokeConfig(configVersion), oracle)).to.deep.equal([
          ["ConfigRevoked", configVersion],
        ]);
      }
      expect((await configs(world, 3n)).live).to.equal(true);
    });

    it("leaves the config in its grace alone when one before it is revoked", async () => {
      const world = await rotated();
      const { oracle, dao } = world;
      await oracle.connect(dao).setConfig(five, 3, ONE_DAY);

      await oracle.connect(dao).revokeConfig(1);

      expect((await configs(world, 2n)).live).to.equal(true);
    });

    it("refuses a stranger", async () => {
      const { oracle, stranger } = await loadFixture(oracleWithConfig(3, 5));

      await expect(oracle.connect(stranger).revokeConfig(1))
        .to.be.revertedWithCustomError(oracle, "OwnableUnauthorizedAccount")
        .withArgs(stranger.address);
    });
  });

  describe("ownership of the oracle", () => {
    it("cannot be renounced, for nobody could revoke the config of a leaked key", async () => {
      const { oracle, dao, stranger } = await loadFixture(freshOracle);

      await expect(oracle.connect(dao).renounceOwnership()).to.be.revertedWithCustomError(
        oracle,
        "InferenceOracleOwnerNeeded",
      );
      await expect(oracle.connect(stranger).renounceOwnership())
        .to.be.revertedWithCustomError(oracle, "OwnableUnauthorizedAccount")
        .withArgs(stranger.address);
      expect(await oracle.owner()).to.equal(dao.address);
    });

    it("belongs to whom it was given at the deployment, not to who deployed", async () => {
      const { oracle, dao } = await loadFixture(freshOracle);

      expect(await oracle.owner()).to.equal(dao.address);
    });

    it("moves only when the next owner accepts", async () => {
      const { oracle, dao, friend, stranger } = await loadFixture(freshOracle);
      await oracle.connect(dao).transferOwnership(friend.address);

      for (const actor of [friend, stranger]) {
        await expect(oracle.connect(actor).setConfig(five, 3, 0))
          .to.be.revertedWithCustomError(oracle, "OwnableUnauthorizedAccount")
          .withArgs(actor.address);
      }
      await expect(oracle.connect(stranger).acceptOwnership())
        .to.be.revertedWithCustomError(oracle, "OwnableUnauthorizedAccount")
        .withArgs(stranger.address);

      await oracle.connect(friend).acceptOwnership();
      await oracle.connect(friend).setConfig(five, 3, 0);
      expect(await oracle.currentConfig()).to.equal(1n);
    });
  });
});
