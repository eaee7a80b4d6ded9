import { expect } from "chai";
import type { ContractTransactionResponse } from "ethers";
import { id, ZeroHash } from "ethers";
import { loadFixture } from "../helpers/chain";
import { type AskedOnce, askedUnder } from "../helpers/fixtures";
import { eventsOf } from "../helpers/events";
import {
  type AskedOften,
  askedTimes,
  attestBatch,
  batchArguments,
  batchOfResults,
  commitRoot,
  resultsFrom,
} from "../helpers/result-batches";
import { answerHash, Delivery, type InferenceResult, resultLeaf, Status } from "../helpers/typed-data";

/** The most gas that one transaction may use (EIP-7825). */
const TRANSACTION_GAS = 16_777_216n;

const OPEN = 0n;
const ANSWERED = 1n;
const FAILED = 2n;

describe("InferenceOracle", () => {
  async function send(world: AskedOnce, results: readonly InferenceResult[]): Promise<ContractTransactionResponse> {
    const attestation = attestBatch(world, batchOfResults(results));
    return world.oracle.connect(world.relayer).fulfillBatch(attestation, ...batchArguments(results));
  }

  async function outcomes({ oracle }: AskedOnce, ids: readonly bigint[]): Promise<bigint[]> {
    return Promise.all(ids.map((requestId) => oracle.outcomeOf(requestId)));
  }

  describe("fulfillBatch", () => {
    for (const count of [1, 2, 3, 4, 5]) {
      it(`delivers ${count} results in one event, and nothing else`, async () => {
        const world = await loadFixture(askedTimes(5));
        const results = resultsFrom(1n, count);
        const [firstId, answers, statuses] = batchArguments(results);

        expect(await eventsOf(send(world, results), world.oracle)).to.deep.equal([
          ["BatchDelivered", firstId, statuses, answers],
        ]);
        for (const requestId of [1n, 2n, 3n, 4n, 5n]) {
          expect(await world.oracle.isFulfilled(requestId)).to.equal(requestId <= BigInt(count));
        }
      });
    }

    it("tells answers and failures apart, each by its own status", async () => {
      const world = await loadFixture(askedTimes(5));
      const results = resultsFrom(1n, 4).map((result, index) => ({ ...result, status: index as Status }));

      expect(await eventsOf(send(world, results), world.oracle)).to.deep.equal([
        ["BatchDelivered", 1n, "0x00010203", batchArguments(results)[1]],
      ]);
      expect(await outcomes(world, [0n, 1n, 2n, 3n, 4n, 5n])).to.deep.equal([
        OPEN,
        ANSWERED,
        FAILED,
        FAILED,
        FAILED,
        OPEN,
      ]);
    });

    for (const [title, first, count] of [
      ["that ends with the last request of a word", 250n, 6],
      ["that begins with the first request of a word", 256n, 4],
      ["that crosses from one word into the next", 253n, 6],
    ] as const) {
      it(`bitmap word boundary: delivers a batch ${title}, and touches no request beside it`, async () => {
        const world = await loadFixture(askedTimes(260));
        const results = resultsFrom(first, count).map((result, index) => ({
          ...result,
          status: index % 2 === 0 ? Status.OK : Status.TIMEOUT,
        }));

        await send(world, results);

        const ids = Array.from({ length: 260 }, (_, index) => BigInt(index + 1));
        const expected = ids.map((requestId) => {
          if (requestId < first || requestId >= first + BigInt(count)) return OPEN;
          return (requestId - first) % 2n === 0n ? ANSWERED : FAILED;
        });
        expect(await outcomes(world, ids)).to.deep.equal(expected);
      });
    }

    it("item already done: skips it with an event, whoever delivered it first, and delivers the others", async () => {
      const world = await loadFixture(askedTimes(5));
      const [first, second, third] = resultsFrom(1n, 3) as [InferenceResult, InferenceResult, InferenceResult];
      const alone = { ...second, status: Status.TIMEOUT };
      await world.oracle.connect(world.stranger).fulfill(world.attest.result(alone), alone);
      const results = [first, second, third];

      expect(await eventsOf(send(world, results), world.oracle)).to.deep.equal([
        ["ResultSkipped", 2n],
        ["BatchDelivered", 1n, "0x", batchArguments(results)[1]],
      ]);
      expect(await outcomes(world, [1n, 2n, 3n])).to.deep.equal([ANSWERED, FAILED, ANSWERED]);
    });

    it("front-run one item to grief the batch: costs the others nothing, at either end of a word", async () => {
      const world = await loadFixture(askedTimes(260));
      for (const requestId of [254n, 255n, 256n, 258n]) {
        const [alone] = resultsFrom(requestId, 1) as [InferenceResult];
        await world.oracle.connect(world.stranger).fulfill(world.attest.result(alone), alone);
      }

      const events = await eventsOf(send(world, resultsFrom(253n, 6)), world.oracle);

      expect(events.map(([name, requestId]) => [name, requestId])).to.deep.equal([
        ["ResultSkipped", 254n],
        ["ResultSkipped", 255n],
        ["ResultSkipped", 256n],
        ["ResultSkipped", 258n],
        ["BatchDelivered", 253n],
      ]);
      expect(await outcomes(world, [253n, 257n, 259n])).to.deep.equal([ANSWERED, ANSWERED, OPEN]);
    });

    it("id >= nextRequestId: skips requests that do not exist, which stay open for when they do", async () => {
      const world = await loadFixture(askedTimes(5));
      const results = resultsFrom(4n, 4);

      const events = await eventsOf(send(world, results), world.oracle);

      expect(events.slice(0, 2)).to.deep.equal([
        ["ResultSkipped", 6n],
        ["ResultSkipped", 7n],
      ]);
      expect(await outcomes(world, [4n, 5n, 6n, 7n])).to.deep.equal([ANSWERED, ANSWERED, OPEN, OPEN]);
    });

    it("bad status: skips a result whose status is none, though reporters signed it", async () => {
      const world = await loadFixture(askedTimes(5));
      const results = resultsFrom(1n, 3).map((result, index) =>
        index === 1 ? { ...result, status: 4 as Status } : result,
      );

      const events = await eventsOf(send(world, results), world.oracle);

      expect(events[0]).to.deep.equal(["ResultSkipped", 2n]);
      expect(await outcomes(world, [1n, 2n, 3n])).to.deep.equal([ANSWERED, OPEN, ANSWERED]);
    });

    for (const [title, quorum] of [
      ["with a quorum", true],
      ["with signatures of nobody, for none is looked at", false],
    ] as const) {
      it(`whole batch done: is refused ${title}`, async () => {
        const world = await loadFixture(askedTimes(5));
        const results = resultsFrom(1n, 3);
        await send(world, results);
        const { configVersion } = world.attest.terms;
        const attestation = quorum
          ? attestBatch(world, batchOfResults(results))
          : `0x${configVersion.toString(16).padStart(8, "0")}`;

        await expect(world.oracle.fulfillBatch(attestation, ...batchArguments(results)))
          .to.be.revertedWithCustomError(world.oracle, "InferenceOracleBatchDone")
          .withArgs(1n, 3n);
      });
    }

    it("count 0: is refused", async () => {
      const { oracle, attest } = await loadFixture(askedTimes(5));

      await expect(oracle.fulfillBatch(attest.leaf(1n, ZeroHash), 1n, [], "0x"))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleBadBatchLength")
        .withArgs(0n, 256n);
    });

    it("257 results: are refused", async () => {
      const world = await loadFixture(askedTimes(260));

      await expect(send(world, resultsFrom(1n, 257)))
        .to.be.revertedWithCustomError(world.oracle, "InferenceOracleBadBatchLength")
        .withArgs(257n, 256n);
    });

    for (const statuses of ["0x00", "0x0000", "0x00000000"]) {
      it(`${statuses.length / 2 - 1} statuses of 3 results: are refused`, async () => {
        const world = await loadFixture(askedTimes(5));
        const results = resultsFrom(1n, 3);
        const [firstId, answers] = batchArguments(results);

        await expect(world.oracle.fulfillBatch(attestBatch(world, batchOfResults(results)), firstId, answers, statuses))
          .to.be.revertedWithCustomError(world.oracle, "InferenceOracleBadStatusCount")
          .withArgs(3n, BigInt(statuses.length / 2 - 1));
      });
    }

    for (const firstId of [0n, 6n, 2n ** 64n - 1n]) {
      it(`firstId + count overflow: refuses a batch that begins with request ${firstId} of 5`, async () => {
        const world = await loadFixture(askedTimes(5));

        await expect(
          send(
            world,
            resultsFrom(firstId, 3).map((result) => ({ ...result, requestId: firstId })),
          ),
        )
          .to.be.revertedWithCustomError(world.oracle, "InferenceOracleUnknownRequest")
          .withArgs(firstId, 5n);
      });
    }

    for (const [title, count] of [
      ["count != leaves: a report that counts one leaf more", 4],
      ["count != leaves: a report that counts one leaf less", 2],
    ] as const) {
      it(`refuses ${title}`, async () => {
        const world = await loadFixture(askedTimes(5));
        const results = resultsFrom(1n, 3);
        const attestation = attestBatch(world, { ...batchOfResults(results), count });

        await expect(world.oracle.fulfillBatch(attestation, ...batchArguments(results))).to.be.revertedWithCustomError(
          world.oracle,
          "InferenceOracleInvalidSignature",
        );
        expect(await outcomes(world, [1n, 2n, 3n])).to.deep.equal([OPEN, OPEN, OPEN]);
      });
    }

    it("refuses the same answers for other requests, in another order, or with another status", async () => {
      const world = await loadFixture(askedTimes(5));
      const results = resultsFrom(1n, 3);
      const attestation = attestBatch(world, batchOfResults(results));
      const [firstId, answers, statuses] = batchArguments(results);
      const changed: [bigint, string[], string][] = [
        [firstId + 1n, answers, statuses],
        [firstId, [...answers].reverse(), statuses],
        [firstId, [...answers.slice(0, 2), id("another answer")], statuses],
        [firstId, answers, "0x000100"],
      ];

      for (const call of changed) {
        await expect(world.oracle.fulfillBatch(attestation, ...call)).to.be.revertedWithCustomError(
          world.oracle,
          "InferenceOracleInvalidSignature",
        );
      }
      await world.oracle.fulfillBatch(attestation, firstId, answers, "0x000000");
      expect(await outcomes(world, [1n, 2n, 3n])).to.deep.equal([ANSWERED, ANSWERED, ANSWERED]);
    });

    it("delivers no result that was signed to travel with its bytes", async () => {
      const world = await loadFixture(askedTimes(5));
      const results = resultsFrom(1n, 2);
      for (const delivery of [Delivery.INLINE, Delivery.CALLBACK]) {
        const attestation = attestBatch(world, batchOfResults(results, delivery));

        await expect(world.oracle.fulfillBatch(attestation, ...batchArguments(results))).to.be.revertedWithCustomError(
          world.oracle,
          "InferenceOracleInvalidSignature",
        );
      }
    });

    it("256-item gas: stays below what one transaction may use, in the worst case that is taken", async () => {
      const world = await loadFixture(askedUnder(32, 32));
      const often: AskedOften = { ...world, count: 1 };
      for (let asked = 1; asked < 511; asked += 1) {
        await world.oracle.connect(world.requester).request(world.collectionAddress, 1n, "0x", world.request);
      }
      // Unaligned ids touch four words, every second item is skipped, every other one is a failure.
      const results = resultsFrom(255n, 256).map((result) => ({ ...result, status: Status.TIMEOUT }));
      const root = await commitRoot(world, batchOfResults(results));
      for (const [index, alone] of results.entries()) {
        if (index % 2 === 0) await world.oracle.applyResult(255n, 256, alone, root.proof(index));
      }

      const receipt = await (await send(often, results)).wait();

      expect(receipt?.gasUsed).to.be.lessThan(TRANSACTION_GAS);
    });
  });

  describe("resultsRoot", () => {
    it("is the root that a quorum signs, and a single leaf for one result", async () => {
      const { oracle } = await loadFixture(askedTimes(5));
      for (const count of [1, 2, 3, 5, 8, 255, 256]) {
        const results = resultsFrom(7n, count).map((result, index) => ({ ...result, status: (index % 4) as Status }));

        expect(await oracle.resultsRoot(...batchArguments(results))).to.equal(batchOfResults(results).root);
      }
      const [one] = resultsFrom(7n, 1) as [InferenceResult];
      expect(await oracle.resultsRoot(...batchArguments([one]))).to.equal(resultLeaf(one, Delivery.DIGEST));
    });

    it("refuses the lengths that fulfillBatch refuses", async () => {
      const { oracle } = await loadFixture(askedTimes(5));

      await expect(oracle.resultsRoot(1n, [], "0x"))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleBadBatchLength")
        .withArgs(0n, 256n);
      await expect(oracle.resultsRoot(1n, [ZeroHash], "0x0000"))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleBadStatusCount")
        .withArgs(1n, 2n);
    });
  });

  describe("answerHash", () => {
    it("is the EIP-712 struct hash of request, result and size", async () => {
      const { oracle } = await loadFixture(askedTimes(5));
      const [result] = resultsFrom(1n, 1, { size: 7n }) as [InferenceResult];

      expect(await oracle.answerHash(result.requestHash, result.resultDigest, 7n)).to.equal(answerHash(result));
    });
  });

  describe("outcomeOf", () => {
    it("is open, then answered or failed, after single results too", async () => {
      const world = await loadFixture(askedTimes(5));
      const [answer, failure] = resultsFrom(1n, 2) as [InferenceResult, InferenceResult];
      const failed = { ...failure, status: Status.CONTAINER_ERROR };
      for (const result of [answer, failed]) await world.oracle.fulfill(world.attest.result(result), result);

      expect(await outcomes(world, [1n, 2n, 3n, 99n])).to.deep.equal([ANSWERED, FAILED, OPEN, OPEN]);
    });
  });
});
