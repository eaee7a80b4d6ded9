import { expect } from "chai";
import { MaxUint256 } from "ethers";
import { IActivityCounters__factory } from "../../typechain-types";
import { addressesOf, makeReporters } from "../helpers/attestation";
import { deployContract, loadFixture, nextBlockAt, now, passTime } from "../helpers/chain";
import {
  bring,
  CHAT,
  countersReady,
  DAY,
  type Increment,
  incrementLeaf,
  incrementsRoot,
  POINTS,
  QUEST,
  signIncrements,
  SkipReason,
  XP,
} from "../helpers/counters";
import { eventsOf } from "../helpers/events";
import { declarations } from "../helpers/interfaces";
import { itRandomly } from "../helpers/random";
import { digestOf, updateLeaf } from "../helpers/typed-data";

const MOST = 64;

describe("ActivityCounters", () => {
  it("has every function, event and error of IActivityCounters, letter by letter", async () => {
    const { counters } = await loadFixture(countersReady);

    expect(declarations(counters.interface)).to.include.members(
      declarations(IActivityCounters__factory.createInterface()),
    );
    expect(await counters.MAX_INCREMENTS()).to.equal(BigInt(MOST));
  });

  describe("setCap", () => {
    it("lets the collection's owner cap a source, with an event that tells the old and the new", async () => {
      const { counters, collectionAddress, creator } = await loadFixture(countersReady);

      expect(
        await eventsOf(
          counters.connect(creator).setCap(collectionAddress, XP, CHAT, { limit: 7n, period: 60n }),
          counters,
        ),
      ).to.deep.equal([["CapChanged", collectionAddress, XP, CHAT, [100n, DAY], [7n, 60n]]]);
      expect(await counters.capOf(collectionAddress, XP, CHAT)).to.deep.equal([7n, 60n]);
      expect(await counters.capOf(collectionAddress, XP, QUEST)).to.deep.equal([0n, 0n]);
    });

    it("refuses everybody else, the token's owner and the oracle's among them", async () => {
      const { counters, collectionAddress, owner, dao, stranger } = await loadFixture(countersReady);

      for (const person of [owner, dao, stranger]) {
        await expect(counters.connect(person).setCap(collectionAddress, XP, CHAT, { limit: 1n, period: 1n }))
          .to.be.revertedWithCustomError(counters, "ActivityCountersNotOwner")
          .withArgs(collectionAddress, person.address);
      }
    });

    it("refuses a limit without a period, and takes no limit without one", async () => {
      const { counters, collectionAddress, creator } = await loadFixture(countersReady);
      const byCreator = counters.connect(creator);

      await expect(byCreator.setCap(collectionAddress, XP, CHAT, { limit: 1n, period: 0n }))
        .to.be.revertedWithCustomError(counters, "ActivityCountersNoPeriod")
        .withArgs(1n);
      await byCreator.setCap(collectionAddress, XP, CHAT, { limit: 0n, period: 0n });
      expect(await counters.capOf(collectionAddress, XP, CHAT)).to.deep.equal([0n, 0n]);
    });
  });

  describe("applyIncrements", () => {
    it("adds what the quorum signed, whoever brings it", async () => {
      const world = await loadFixture(countersReady);
      const { counters, collectionAddress, tokenId, increment } = world;
      const { evidence } = increment();

      expect(await eventsOf(bring(world, [increment()]), counters)).to.deep.equal([
        ["CounterIncreased", collectionAddress, tokenId, XP, CHAT, 1n, 60n, 60n, evidence],
      ]);

      expect(await counters.counterOf(collectionAddress, tokenId, XP)).to.equal(60n);
      expect(await counters.sequenceOf(collectionAddress, tokenId, XP)).to.equal(1n);
      const periodStart = ((await now()) / DAY) * DAY;
      expect(await counters.spentIn(collectionAddress, tokenId, XP, CHAT)).to.deep.equal([60n, periodStart]);
    });

    it("adds a batch in its order, each under the sequence of its counter", async () => {
      const world = await loadFixture(countersReady);
      const { counters, collection, collectionAddress, creator, increment } = world;
      await collection.connect(creator).mint(world.owner.address, world.manifest);
      await counters.connect(creator).setCap(collectionAddress, POINTS, QUEST, { limit: 5n, period: DAY });
      const batch = [
        increment({ amount: 1n }),
        increment({ sequence: 2n, amount: 2n }),
        increment({ counter: POINTS, source: QUEST, amount: 5n }),
        increment({ tokenId: 2n, amount: 100n }),
        increment({ sequence: 3n, amount: 97n }),
      ];

      await bring(world, batch);

      expect(await counters.counterOf(collectionAddress, 1, XP)).to.equal(100n);
      expect(await counters.counterOf(collectionAddress, 1, POINTS)).to.equal(5n);
      expect(await counters.counterOf(collectionAddress, 2, XP)).to.equal(100n);
      expect(await counters.sequenceOf(collectionAddress, 1, XP)).to.equal(3n);
    });

    it("[oracle 6.1] counts no digest twice: what was applied is skipped, alone, again in a batch, or signed anew", async () => {
      const world = await loadFixture(countersReady);
      const { counters, collectionAddress, tokenId, increment } = world;
      await bring(world, [increment({ amount: 1n })]);
      const skipped = (index: number) => [
        "IncrementSkipped",
        collectionAddress,
        tokenId,
        XP,
        BigInt(index),
        SkipReason.SEQUENCE,
      ];

      expect(await eventsOf(bring(world, [increment({ amount: 1n })]), counters)).to.deep.equal([skipped(0)]);
      const batch = [increment({ amount: 1n }), increment({ amount: 9n }), increment({ sequence: 3n })];
      expect(await eventsOf(bring(world, batch), counters)).to.deep.equal([skipped(0), skipped(1), skipped(2)]);
      expect(await counters.counterOf(collectionAddress, tokenId, XP)).to.equal(1n);
    });

    it("fails closed: without a cap nothing is added, and after it is taken away nothing more", async () => {
      const world = await loadFixture(countersReady);
      const { counters, collectionAddress, tokenId, creator, increment } = world;
      const uncapped = ["IncrementSkipped", collectionAddress, tokenId, XP, 0n, SkipReason.UNCAPPED];

      expect(await eventsOf(bring(world, [increment({ source: QUEST })]), counters)).to.deep.equal([uncapped]);
      await counters.connect(creator).setCap(collectionAddress, XP, CHAT, { limit: 0n, period: DAY });
      expect(await eventsOf(bring(world, [increment({ amount: 0n })]), counters)).to.deep.equal([uncapped]);
      expect(await counters.spentIn(collectionAddress, tokenId, XP, CHAT)).to.deep.equal([0n, 0n]);
      expect(await counters.sequenceOf(collectionAddress, tokenId, XP)).to.equal(0n);
    });

    it("skips what exceeds the cap, on either side, and applies the rest of the batch", async () => {
      const world = await loadFixture(countersReady);
      const { counters, collectionAddress, tokenId, increment } = world;
      const batch = [
        increment({ amount: 101n }),
        increment({ amount: 100n }),
        increment({ sequence: 2n, amount: 1n }),
        increment({ sequence: 2n, amount: 2n ** 64n - 1n }),
        increment({ sequence: 2n, amount: 0n }),
      ];

      const seen = await eventsOf(bring(world, batch), counters);

      const capped = (index: bigint) => ["IncrementSkipped", collectionAddress, tokenId, XP, index, SkipReason.CAPPED];
      expect(seen.filter(([name]) => name === "IncrementSkipped")).to.deep.equal([capped(0n), capped(2n), capped(3n)]);
      expect(await counters.counterOf(collectionAddress, tokenId, XP)).to.equal(100n);
      expect(await counters.sequenceOf(collectionAddress, tokenId, XP)).to.equal(2n);
    });

    it("lets what was capped in again when the next period begins, and not a second before", async () => {
      const world = await loadFixture(countersReady);
      const { counters, collectionAddress, tokenId, increment } = world;
      const tomorrow = ((await now()) / DAY + 1n) * DAY;
      const terms = { deadline: tomorrow + 60n };
      await bring(world, [increment({ amount: 100n })], { terms });
      const next = [increment({ sequence: 2n, amount: 100n })];

      await nextBlockAt(tomorrow - 1n);
      await bring(world, next, { terms });
      expect(await counters.counterOf(collectionAddress, tokenId, XP)).to.equal(100n);
      await nextBlockAt(tomorrow);
      await bring(world, next, { terms });

      expect(await counters.counterOf(collectionAddress, tokenId, XP)).to.equal(200n);
      expect(await counters.spentIn(collectionAddress, tokenId, XP, CHAT)).to.deep.equal([100n, tomorrow]);
    });

    it("forgets what was spent when a period of another length began at another time", async () => {
      const world = await loadFixture(countersReady);
      const { counters, collectionAddress, tokenId, creator, increment } = world;
      await nextBlockAt(((await now()) / DAY + 1n) * DAY + 3_600n);
      const terms = { deadline: (await now()) + 2n * DAY };
      await bring(world, [increment({ amount: 100n })], { terms });
      await counters.connect(creator).setCap(collectionAddress, XP, CHAT, { limit: 100n, period: 60n });

      const [spent] = await counters.spentIn(collectionAddress, tokenId, XP, CHAT);

      expect(spent).to.equal(0n);
    });

    it("caps each token and each source by itself", async () => {
      const world = await loadFixture(countersReady);
      const { counters, collectionAddress, creator, increment } = world;
      await counters.connect(creator).setCap(collectionAddress, XP, QUEST, { limit: 50n, period: DAY });

      await bring(world, [
        increment({ amount: 100n }),
        increment({ sequence: 2n, source: QUEST, amount: 50n }),
        increment({ tokenId: 2n, amount: 100n }),
      ]);

      expect(await counters.counterOf(collectionAddress, 1, XP)).to.equal(150n);
      expect(await counters.counterOf(collectionAddress, 2, XP)).to.equal(100n);
    });

    it("refuses an empty batch and one of 65, and takes 64", async () => {
      const world = await loadFixture(countersReady);
      const { counters, collectionAddress, increment } = world;
      const many = (length: number): Increment[] =>
        Array.from({ length }, (_, index) => increment({ sequence: BigInt(index) + 1n, amount: 1n }));

      for (const count of [0, MOST + 1]) {
        await expect(bring(world, many(count), { attestation: "0x" }))
          .to.be.revertedWithCustomError(counters, "ActivityCountersBadBatchLength")
          .withArgs(BigInt(count), BigInt(MOST));
        await expect(counters.incrementsRoot(collectionAddress, many(count)))
          .to.be.revertedWithCustomError(counters, "ActivityCountersBadBatchLength")
          .withArgs(BigInt(count), BigInt(MOST));
      }
      await bring(world, many(MOST));
      expect(await counters.counterOf(collectionAddress, 1, XP)).to.equal(64n);
    });
  });

  describe("what is signed", () => {
    it("is the root that others compute: every length, every field", async () => {
      const world = await loadFixture(countersReady);
      const { counters, collectionAddress, increment } = world;

      for (const length of [1, 2, 3, 7, 64]) {
        const batch = Array.from({ length }, (_, index) => increment({ sequence: BigInt(index), amount: 7n }));
        expect(await counters.incrementsRoot(collectionAddress, batch)).to.equal(incrementsRoot(world, batch));
      }
      const odd = increment({ tokenId: MaxUint256, counter: POINTS, source: QUEST, amount: 2n ** 64n - 1n });
      expect(await counters.incrementLeaf(collectionAddress, odd)).to.equal(incrementLeaf(world, odd));
    });

    it("[lineage 12] covers every field: none can be changed under a signature", async () => {
      const world = await loadFixture(countersReady);
      const { counters, oracle, collectionAddress, increment } = world;
      const attestation = signIncrements(world, [increment()]);
      const changes: Partial<Increment>[] = [
        { tokenId: 2n },
        { counter: POINTS },
        { source: QUEST },
        { sequence: 2n },
        { amount: 61n },
        { evidence: digestOf("something else") },
      ];

      for (const change of changes) {
        await expect(bring(world, [increment(change)], { attestation }))
          .to.be.revertedWithCustomError(counters, "ActivityCountersNotSigned")
          .withArgs(collectionAddress, await oracle.getAddress());
      }
    });

    it("[lineage 9] is for one chain, one contract and one collection", async () => {
      const world = await loadFixture(countersReady);
      const { counters, oracle, collectionAddress, increment, stranger } = world;
      const elsewhere = [{ chain: 1n }, { countersAddress: stranger.address }, { collectionAddress: stranger.address }];

      for (const place of elsewhere) {
        const root = incrementsRoot({ ...world, ...place }, [increment()]);
        const attestation = signIncrements(world, [increment()], { root });
        await expect(bring(world, [increment()], { attestation }))
          .to.be.revertedWithCustomError(counters, "ActivityCountersNotSigned")
          .withArgs(collectionAddress, await oracle.getAddress());
      }
    });

    it("counts one increment more or less, and its place among requests", async () => {
      const world = await loadFixture(countersReady);
      const { counters, increment } = world;

      for (const changed of [{ count: 2n }, { firstId: 1n }]) {
        const attestation = signIncrements(world, [increment()], changed);
        await expect(bring(world, [increment()], { attestation })).to.be.revertedWithCustomError(
          counters,
          "ActivityCountersNotSigned",
        );
      }
    });

    it("passes for no update, and no update for it", async () => {
      const world = await loadFixture(countersReady);
      const { counters, oracle, increment, update, collectionAddress } = world;
      const signed = signIncrements(world, [increment()]);
      await expect(oracle.submitUpdate(signed, update())).to.be.revertedWithCustomError(
        oracle,
        "InferenceOracleInvalidSignature",
      );
      await expect(oracle.commitRoot(signed, 0, 1, incrementsRoot(world, [increment()]))).to.be.revertedWithCustomError(
        oracle,
        "InferenceOracleInvalidSignature",
      );

      const attestation = signIncrements(world, [increment()], { root: updateLeaf(update()) });
      await expect(bring(world, [increment()], { attestation }))
        .to.be.revertedWithCustomError(counters, "ActivityCountersNotSigned")
        .withArgs(collectionAddress, await oracle.getAddress());
    });

    it("must be signed by a quorum of a config that counts, before its deadline", async () => {
      const world = await loadFixture(countersReady);
      const { counters, oracle, dao, increment, reporters } = world;
      const batch = [increment()];
      for (const terms of [{ by: [0, 1] }, { reporters: makeReporters(5, "others") }]) {
        await expect(bring(world, batch, { terms })).to.be.revertedWithCustomError(
          counters,
          "ActivityCountersNotSigned",
        );
      }
      await expect(bring(world, batch, { attestation: "0x" })).to.be.revertedWithCustomError(
        counters,
        "ActivityCountersNotSigned",
      );
      await oracle.connect(dao).revokeConfig(1);
      await expect(bring(world, batch))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleConfigNotLive")
        .withArgs(1n);
      await oracle.connect(dao).setConfig(addressesOf(reporters), 3, 0);
      await passTime(3_601n);
      const { deadline } = world.attest.terms;
      await expect(bring(world, batch, { terms: { configVersion: 2n } }))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleReportExpired")
        .withArgs(deadline, (time: bigint) => time > deadline);
      await bring(world, batch, { terms: { configVersion: 2n, deadline: deadline + 7_200n } });
    });

    it("must be signed for the oracle that the collection obeys now", async () => {
      const world = await loadFixture(countersReady);
      const { counters, collection, collectionAddress, creator, stranger, increment } = world;
      await collection.connect(creator).setOracle(stranger.address);
      await expect(bring(world, [increment()]))
        .to.be.revertedWithCustomError(counters, "ActivityCountersNoOracle")
        .withArgs(collectionAddress, stranger.address);

      const verifier = await deployContract("AttestationVerifierMock");
      await collection.connect(creator).setOracle(await verifier.getAddress());
      await expect(bring(world, [increment()]))
        .to.be.revertedWithCustomError(counters, "ActivityCountersNotSigned")
        .withArgs(collectionAddress, await verifier.getAddress());
    });
  });

  itRandomly("never falls, and never rises by more than the caps of a period allow", async (random) => {
    const world = await loadFixture(countersReady);
    const { counters, collectionAddress, tokenId, creator, increment } = world;
    await counters.connect(creator).setCap(collectionAddress, XP, QUEST, { limit: 30n, period: 3_600n });
    const spent = new Map<string, bigint>();
    let [value, sequence] = [0n, 0n];
    for (let step = 0; step < 40; step++) {
      const source = random.pick([CHAT, QUEST]);
      const [limit, period] = source === CHAT ? [100n, DAY] : [30n, 3_600n];
      const amount = BigInt(random.below(40));
      const next = sequence + (random.below(4) === 0 ? BigInt(random.below(3)) : 1n);
      const time = (await now()) + 1n + BigInt(random.below(4) === 0 ? random.below(5_000) : 0);
      await nextBlockAt(time);
      await bring(world, [increment({ source, amount, sequence: next })], { terms: { deadline: time + 60n } });

      const key = `${source} ${time / period}`;
      const already = spent.get(key) ?? 0n;
      if (next === sequence + 1n && already + amount <= limit) {
        spent.set(key, already + amount);
        [value, sequence] = [value + amount, next];
      }
      expect(await counters.counterOf(collectionAddress, tokenId, XP)).to.equal(value);
      expect(await counters.sequenceOf(collectionAddress, tokenId, XP)).to.equal(sequence);
      expect(await counters.spentIn(collectionAddress, tokenId, XP, source)).to.deep.equal([
        spent.get(key) ?? 0n,
        (time / period) * period,
      ]);
    }
    expect(sequence > 5n).to.equal(true);
  });
});
