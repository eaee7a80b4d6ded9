import { expect } from "chai";
import { concat, dataLength, id, keccak256, ZeroHash } from "ethers";
import { addressesOf } from "../helpers/attestation";
import { loadFixture } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import {
  askedTimes,
  attestBatch,
  attestLasting,
  batchOf,
  batchArguments,
  batchOfResults,
  batchOfUpdates,
  commitRoot,
  resultsFrom,
} from "../helpers/result-batches";
import {
  lastingRoot,
  Delivery,
  type InferenceResult,
  resultLeaf,
  type StateUpdate,
  Status,
} from "../helpers/typed-data";

const ONE_DAY = 86_400n;

describe("InferenceOracle", () => {
  /** Results of requests 1 to 5 under a root that was committed. */
  async function committed() {
    const world = await loadFixture(askedTimes(8));
    const results = resultsFrom(1n, 5) as [InferenceResult, InferenceResult, InferenceResult, ...InferenceResult[]];
    const batch = await commitRoot(world, batchOfResults(results));
    return { ...world, results, batch };
  }

  describe("commitRoot", () => {
    it("keeps the root with its config, in one event, and delivers nothing", async () => {
      const world = await loadFixture(askedTimes(8));
      const batch = batchOfResults(resultsFrom(1n, 5));
      const { firstId, count, root } = batch;

      expect(
        await eventsOf(world.oracle.commitRoot(attestLasting(world, batch), firstId, count, root), world.oracle),
      ).to.deep.equal([["RootCommitted", 1n, 5n, root, 1n]]);
      expect(await world.oracle.committedUnder(firstId, count, root)).to.equal(1n);
      expect(await world.oracle.isFulfilled(1n)).to.equal(false);
    });

    it("knows a root only with its first id and its count", async () => {
      const { oracle, batch } = await committed();

      expect(await oracle.committedUnder(2n, 5, batch.root)).to.equal(0n);
      expect(await oracle.committedUnder(1n, 6, batch.root)).to.equal(0n);
      expect(await oracle.committedUnder(1n, 5, id("another root"))).to.equal(0n);
    });

    it("takes a root over more leaves than a batch may have", async () => {
      const world = await loadFixture(askedTimes(8));
      const updates = Array.from({ length: 1_000 }, (_, index) => world.update({ sequence: BigInt(index + 1) }));
      const [first] = updates as [StateUpdate];
      const batch = await commitRoot(world, batchOfUpdates(updates));

      await world.oracle.applyUpdate(1_000, first, batch.proof(0));

      expect((await world.collection.programOf(world.tokenId)).sequence).to.equal(1n);
    });

    it("refuses a report that was signed to be delivered, which a deadline ends", async () => {
      const world = await loadFixture(askedTimes(8));
      const batch = batchOfResults(resultsFrom(1n, 5));

      await expect(world.oracle.commitRoot(attestBatch(world, batch), 1n, 5, batch.root)).to.be.revertedWithCustomError(
        world.oracle,
        "InferenceOracleInvalidSignature",
      );
    });

    it("is the only use of a report that was signed for it", async () => {
      const world = await loadFixture(askedTimes(8));
      const results = resultsFrom(1n, 5);
      const signed = attestLasting(world, batchOfResults(results));

      await expect(world.oracle.fulfillBatch(signed, ...batchArguments(results))).to.be.revertedWithCustomError(
        world.oracle,
        "InferenceOracleInvalidSignature",
      );
    });

    it("names what a report says instead of a root", async () => {
      const { oracle } = await loadFixture(askedTimes(8));

      expect(await oracle.lastingRoot(id("a root"))).to.equal(lastingRoot(id("a root")));
    });

    it("count 0: is refused", async () => {
      const { oracle, attest } = await loadFixture(askedTimes(8));

      await expect(oracle.commitRoot(attest.leaf(1n, ZeroHash), 1n, 0, ZeroHash))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleBadBatchLength")
        .withArgs(0n, 2n ** 32n - 1n);
    });

    it("refuses a root twice, before any signature is looked at", async () => {
      const { oracle, batch } = await committed();

      await expect(oracle.commitRoot("0x00000001", 1n, 5, batch.root))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleRootCommitted")
        .withArgs(1n, 5n, batch.root, 1n);
    });

    it("root overwrite before claim: later roots leave every earlier one as it is, over the same ids too", async () => {
      const world = await committed();
      const { oracle, results, batch } = world;
      for (const tries of [1, 2, 3]) {
        await commitRoot(world, batchOfResults(resultsFrom(1n, 5, { size: BigInt(1_000 + tries) })));
      }

      await oracle.applyResult(1n, 5, results[2], batch.proof(2));

      expect(await oracle.isFulfilled(3n)).to.equal(true);
    });

    it("refuses under a config that was revoked", async () => {
      const world = await loadFixture(askedTimes(8));
      const { firstId, count, root, ...batch } = batchOfResults(resultsFrom(1n, 5));
      await world.oracle.connect(world.dao).revokeConfig(1);

      await expect(
        world.oracle.commitRoot(attestLasting(world, { firstId, count, root, ...batch }), firstId, count, root),
      )
        .to.be.revertedWithCustomError(world.oracle, "InferenceOracleConfigNotLive")
        .withArgs(1n);
    });
  });

  describe("a root whose config was revoked", () => {
    it("proves nothing any more", async () => {
      const world = await committed();
      const { oracle, dao, results, batch } = world;
      await oracle.connect(dao).revokeConfig(1);

      expect(await oracle.committedUnder(1n, 5, batch.root)).to.equal(0n);
      await expect(oracle.applyResult(1n, 5, results[0], batch.proof(0)))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleUnknownRoot")
        .withArgs(1n, 5n, batch.root);
    });

    it("goes on proving when its config was only replaced, until that one is revoked as well", async () => {
      const world = await committed();
      const { oracle, dao, results, batch } = world;
      await oracle.connect(dao).setConfig(addressesOf(world.reporters), 3, 0);
      await oracle.applyResult(1n, 5, results[0], batch.proof(0));
      await oracle.connect(dao).revokeConfig(1);

      await expect(oracle.applyResult(1n, 5, results[1], batch.proof(1)))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleUnknownRoot")
        .withArgs(1n, 5n, batch.root);
    });

    it("can be committed anew by another quorum", async () => {
      const world = await committed();
      const { oracle, dao, results, batch } = world;
      await oracle.connect(dao).revokeConfig(1);
      await oracle.connect(dao).setConfig(addressesOf(world.reporters), 3, ONE_DAY);

      await oracle.commitRoot(attestLasting(world, batch, { configVersion: 2n }), 1n, 5, batch.root);
      await oracle.applyResult(1n, 5, results[0], batch.proof(0));

      expect(await oracle.committedUnder(1n, 5, batch.root)).to.equal(2n);
      expect(await oracle.isFulfilled(1n)).to.equal(true);
    });
  });

  describe("applyResult", () => {
    for (const count of [1, 2, 3, 4, 5, 7, 8]) {
      it(`single-leaf and unbalanced trees: delivers every result of ${count}, once`, async () => {
        const world = await loadFixture(askedTimes(8));
        const results = resultsFrom(1n, count);
        const batch = await commitRoot(world, batchOfResults(results));

        for (const [index, result] of results.entries()) {
          const sent = world.oracle.connect(world.stranger).applyResult(1n, count, result, batch.proof(index));
          expect(await eventsOf(sent, world.oracle)).to.deep.equal([
            ["ResultDelivered", result.requestId, result.requestHash, result.resultDigest],
          ]);
          await expect(world.oracle.applyResult(1n, count, result, batch.proof(index)))
            .to.be.revertedWithCustomError(world.oracle, "InferenceOracleAlreadyFulfilled")
            .withArgs(result.requestId);
        }
      });
    }

    it("delivers a failure as the end of its request", async () => {
      const world = await loadFixture(askedTimes(8));
      const results = resultsFrom(1n, 2, { status: Status.TIMEOUT }) as [InferenceResult, InferenceResult];
      const batch = await commitRoot(world, batchOfResults(results));

      const { requestHash, resultDigest } = results[0];
      expect(await eventsOf(world.oracle.applyResult(1n, 2, results[0], batch.proof(0)), world.oracle)).to.deep.equal([
        ["RequestFailed", 1n, requestHash, resultDigest, 2n],
      ]);
    });

    it("refuses a result that was delivered on its own already", async () => {
      const world = await committed();
      const { oracle, attest, results, batch } = world;
      await oracle.fulfill(attest.result(results[1]), results[1]);

      await expect(oracle.applyResult(1n, 5, results[1], batch.proof(1)))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleAlreadyFulfilled")
        .withArgs(2n);
    });

    it("proof too long or too short, of another leaf, or for another result: leads to no root", async () => {
      const { oracle, results, batch } = await committed();
      const [sibling = ZeroHash, ...rest] = batch.proof(0);
      const wrong: [InferenceResult, string[]][] = [
        [results[0], rest],
        [results[0], [...batch.proof(0), id("one more")]],
        [results[0], [sibling]],
        [results[0], []],
        [results[0], batch.proof(1)],
        [{ ...results[0], resultDigest: id("another answer") }, batch.proof(0)],
        [{ ...results[0], status: Status.TIMEOUT }, batch.proof(0)],
        [{ ...results[0], requestId: 2n }, batch.proof(0)],
      ];

      for (const [result, proof] of wrong) {
        await expect(oracle.applyResult(1n, 5, result, proof)).to.be.revertedWithCustomError(
          oracle,
          "InferenceOracleUnknownRoot",
        );
      }
    });

    it("second preimage: takes no inner node for a leaf, and no leaf for another kind", async () => {
      const world = await loadFixture(askedTimes(8));
      const [one, other] = resultsFrom(1n, 2) as [InferenceResult, InferenceResult];
      const leaves = [one, other].map((result) => resultLeaf(result, Delivery.DIGEST)) as [string, string];
      const inner = keccak256(concat([...leaves].sort()));
      const batch = await commitRoot(world, batchOf(1n, [inner, leaves[0]]));

      await expect(world.oracle.applyResult(1n, 2, one, [leaves[1]])).to.be.revertedWithCustomError(
        world.oracle,
        "InferenceOracleUnknownRoot",
      );
      // What the quorum really signed does count: the leaf beside the node.
      await world.oracle.applyResult(1n, 2, one, [inner]);
      expect(batch.count).to.equal(2);
    });

    it("duplicate leaf: delivers it once, and the place that it took stays open", async () => {
      const world = await loadFixture(askedTimes(8));
      const [one] = resultsFrom(1n, 1) as [InferenceResult];
      const leaf = resultLeaf(one, Delivery.DIGEST);
      const batch = await commitRoot(world, batchOf(1n, [leaf, leaf]));
      await world.oracle.applyResult(1n, 2, one, batch.proof(0));

      await expect(world.oracle.applyResult(1n, 2, one, batch.proof(1)))
        .to.be.revertedWithCustomError(world.oracle, "InferenceOracleAlreadyFulfilled")
        .withArgs(1n);
      expect(await world.oracle.isFulfilled(2n)).to.equal(false);
    });

    for (const [title, firstId, requestId] of [
      ["before its ids", 2n, 1n],
      ["behind its ids", 2n, 4n],
      ["of a root of updates", 0n, 1n],
      ["with the id 0, under a root of updates", 0n, 0n],
    ] as const) {
      it(`refuses a result ${title}, though the quorum signed it there`, async () => {
        const world = await loadFixture(askedTimes(8));
        const [one] = resultsFrom(requestId, 1) as [InferenceResult];
        const batch = await commitRoot(world, batchOf(firstId, [resultLeaf(one, Delivery.DIGEST), id("another leaf")]));

        await expect(world.oracle.applyResult(firstId, 2, one, batch.proof(0)))
          .to.be.revertedWithCustomError(world.oracle, "InferenceOracleOutsideRoot")
          .withArgs(requestId, firstId, 2n);
      });
    }

    it("id >= nextRequestId: refuses a root about a request that does not exist yet, and takes it once it does", async () => {
      const world = await loadFixture(askedTimes(8));
      const results = resultsFrom(8n, 2) as [InferenceResult, InferenceResult];
      const batch = batchOfResults(results);
      await expect(commitRoot(world, batch))
        .to.be.revertedWithCustomError(world.oracle, "InferenceOracleUnknownRequest")
        .withArgs(9n, 8n);

      await world.oracle.connect(world.requester).request(world.collectionAddress, 1n, "0x", world.request);
      await commitRoot(world, batch);
      await world.oracle.applyResult(8n, 2, results[1], batch.proof(1));

      expect(await world.oracle.isFulfilled(9n)).to.equal(true);
    });

    it("refuses ids that would go round behind the highest there is", async () => {
      const world = await loadFixture(askedTimes(8));
      const batch = batchOf(2n ** 64n - 1n, [id("one leaf"), id("another leaf")]);

      await expect(commitRoot(world, batch)).to.be.revertedWithPanic(0x11);
    });
  });

  describe("applyResultInline", () => {
    async function inline() {
      const world = await loadFixture(askedTimes(8));
      const answer = { resultDigest: keccak256(world.output), size: BigInt(dataLength(world.output)) };
      const results = resultsFrom(1n, 3, answer) as [InferenceResult, ...InferenceResult[]];
      const batch = await commitRoot(world, batchOfResults(results, Delivery.INLINE));
      return { ...world, results, batch };
    }

    it("delivers a result with its bytes", async () => {
      const { oracle, results, batch, output } = await inline();
      const [{ requestHash, resultDigest }] = results;

      expect(await eventsOf(oracle.applyResultInline(1n, 3, results[0], output, batch.proof(0)), oracle)).to.deep.equal(
        [
          ["ResultDelivered", 1n, requestHash, resultDigest],
          ["ResultOutput", 1n, output],
        ],
      );
    });

    it("refuses other bytes, and no bytes", async () => {
      const { oracle, results, batch } = await inline();
      for (const output of ["0x", "0x00"]) {
        await expect(oracle.applyResultInline(1n, 3, results[0], output, batch.proof(0)))
          .to.be.revertedWithCustomError(oracle, "InferenceOracleOutputMismatch")
          .withArgs(1n, results[0].resultDigest, keccak256(output), dataLength(output));
      }
    });

    it("is the only way for it: refused by applyResult", async () => {
      const { oracle, results, batch } = await inline();

      await expect(oracle.applyResult(1n, 3, results[0], batch.proof(0))).to.be.revertedWithCustomError(
        oracle,
        "InferenceOracleUnknownRoot",
      );
    });
  });
});
