import { expect } from "chai";
import { id } from "ethers";
import { deployContract, loadFixture } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import { type AskedOnce, askedOnce } from "../helpers/fixtures";
import { attestBatch, batchOfUpdates } from "../helpers/result-batches";
import type { StateUpdate } from "../helpers/typed-data";

const UPDATE_GAS = 200_000n;
const TRANSACTION_GAS = 16_777_216n;

describe("InferenceOracle", () => {
  async function send(world: AskedOnce, updates: readonly StateUpdate[], overrides = {}) {
    const attestation = attestBatch(world, batchOfUpdates(updates));
    return world.oracle.connect(world.relayer).submitUpdates(attestation, [...updates], overrides);
  }

  const skippedIn = (events: unknown[][]): unknown[][] => events.filter(([name]) => name === "UpdateSkipped");

  describe("submitUpdates", () => {
    it("applies updates of several tokens, in their order", async () => {
      const world = await loadFixture(askedOnce);
      const { collection, creator, owner, oracle } = world;
      await collection.connect(creator).mint(owner.address, world.manifest);
      const updates = [
        world.update(),
        world.update({ tokenId: 2n }),
        world.update({ sequence: 2n, stateDigest: id("the second state") }),
      ];

      const events = await eventsOf(send(world, updates), oracle, collection);

      expect(events.map(([name, tokenId]) => [name, tokenId])).to.deep.equal([
        ["StateUpdated", 1n],
        ["StateUpdated", 2n],
        ["StateUpdated", 1n],
      ]);
      expect(await collection.stateDigest(1n)).to.equal(id("the second state"));
    });

    it("skips what its collection refuses, with the first bytes of the reason, and applies the others", async () => {
      const world = await loadFixture(askedOnce);
      const { collection, collectionAddress, oracle, tokenId } = world;
      const updates = [world.update({ sequence: 5n }), world.update(), world.update({ tokenId: 99n })];

      const events = await eventsOf(send(world, updates), oracle, collection);

      const reason = (name: "AINFTStaleSequence" | "AINFTUnknownToken"): string =>
        collection.interface.getError(name)?.selector ?? "";
      expect(skippedIn(events)).to.deep.equal([
        ["UpdateSkipped", 0n, collectionAddress, tokenId, reason("AINFTStaleSequence")],
        ["UpdateSkipped", 2n, collectionAddress, 99n, reason("AINFTUnknownToken")],
      ]);
      expect((await collection.programOf(tokenId)).sequence).to.equal(1n);
    });

    it("takes what was skipped again, once its collection takes it", async () => {
      const world = await loadFixture(askedOnce);
      const updates = [world.update({ sequence: 2n }), world.update()];
      await send(world, updates);

      await send(world, updates);

      expect((await world.collection.programOf(world.tokenId)).sequence).to.equal(2n);
    });

    for (const [title, answer] of [
      ["that refuses without a word", "0x"],
      ["whose reason has less than four bytes", "0x123456"],
    ] as const) {
      it(`skips a collection ${title}`, async () => {
        const world = await loadFixture(askedOnce);
        const silent = await deployContract("AnswerMock");
        const collection = await silent.getAddress();
        const { selector } = world.collection.interface.getFunction("applySignedState");
        await silent.answerTo(selector, true, answer);

        const events = await eventsOf(send(world, [world.update({ collection }), world.update()]), world.oracle);

        expect(skippedIn(events)).to.deep.equal([["UpdateSkipped", 0n, collection, 1n, "0x00000000"]]);
        expect((await world.collection.programOf(world.tokenId)).sequence).to.equal(1n);
      });
    }

    it("skips an account without code", async () => {
      const world = await loadFixture(askedOnce);
      const collection = world.stranger.address;

      const events = await eventsOf(send(world, [world.update({ collection }), world.update()]), world.oracle);

      expect(skippedIn(events)).to.deep.equal([["UpdateSkipped", 0n, collection, 1n, "0x00000000"]]);
      expect((await world.collection.programOf(world.tokenId)).sequence).to.equal(1n);
    });

    it("gives a collection that burns gas no more than its part, and the others theirs", async () => {
      const world = await loadFixture(askedOnce);
      const hostile = await deployContract("GasBurnerCollectionMock");
      const collection = await hostile.getAddress();
      const burning = Array.from({ length: 63 }, () => world.update({ collection }));

      const sent = await send(world, [...burning, world.update()], { gasLimit: TRANSACTION_GAS });
      const receipt = await sent.wait();

      expect((await world.collection.programOf(world.tokenId)).sequence).to.equal(1n);
      expect(receipt?.gasUsed)
        .to.be.greaterThan(63n * UPDATE_GAS)
        .and.lessThan(TRANSACTION_GAS);
    });

    it("63/64 starvation: refuses to try an update with less gas than it has to have", async () => {
      const world = await loadFixture(askedOnce);

      await expect(send(world, [world.update()], { gasLimit: 250_000n })).to.be.revertedWithCustomError(
        world.oracle,
        "InferenceOracleTooLittleGas",
      );
      expect((await world.collection.programOf(world.tokenId)).sequence).to.equal(0n);
    });

    for (const count of [0, 65]) {
      it(`${count} updates: are refused`, async () => {
        const world = await loadFixture(askedOnce);
        const updates = Array.from({ length: count }, () => world.update());
        const attestation = attestBatch(world, batchOfUpdates([world.update()]));

        await expect(world.oracle.submitUpdates(attestation, updates))
          .to.be.revertedWithCustomError(world.oracle, "InferenceOracleBadBatchLength")
          .withArgs(BigInt(count), 64n);
      });
    }

    it("lets nobody gain by another order: a pair may come the other way round, and one of it is skipped", async () => {
      const world = await loadFixture(askedOnce);
      const [first, second] = [world.update(), world.update({ sequence: 2n })];
      const attestation = attestBatch(world, batchOfUpdates([first, second]));

      await world.oracle.submitUpdates(attestation, [second, first]);
      expect((await world.collection.programOf(world.tokenId)).sequence).to.equal(1n);
      await world.oracle.submitUpdates(attestation, [first, second]);

      expect((await world.collection.programOf(world.tokenId)).sequence).to.equal(2n);
    });

    it("refuses one left out, one twice, and updates that moved to another pair", async () => {
      const world = await loadFixture(askedOnce);
      const [first, second, third] = [1n, 2n, 3n].map((sequence) => world.update({ sequence })) as [
        StateUpdate,
        StateUpdate,
        StateUpdate,
      ];
      const attestation = attestBatch(world, batchOfUpdates([first, second, third]));

      for (const updates of [[first], [first, second], [first, second, third, third], [third, second, first]]) {
        await expect(world.oracle.submitUpdates(attestation, updates)).to.be.revertedWithCustomError(
          world.oracle,
          "InferenceOracleInvalidSignature",
        );
      }
    });
  });

  describe("updatesRoot", () => {
    it("is the root that a quorum signs", async () => {
      const world = await loadFixture(askedOnce);
      for (const count of [1, 2, 3, 5, 64]) {
        const updates = Array.from({ length: count }, (_, index) => world.update({ sequence: BigInt(index) }));

        expect(await world.oracle.updatesRoot(updates)).to.equal(batchOfUpdates(updates).root);
      }
    });
  });

  describe("limits of batches", () => {
    it("are 256 results, 64 updates and 200,000 gas for each", async () => {
      const { oracle } = await loadFixture(askedOnce);

      expect([await oracle.MAX_BATCH(), await oracle.MAX_UPDATES(), await oracle.UPDATE_GAS()]).to.deep.equal([
        256n,
        64n,
        UPDATE_GAS,
      ]);
    });
  });
});
