import { expect } from "chai";
import { AbiCoder, dataLength, dataSlice, hexlify, keccak256, toUtf8Bytes } from "ethers";
import type { InferenceOracle } from "../../typechain-types";
import { withWord } from "../helpers/calldata";
import { addressesOf } from "../helpers/attestation";
import { loadFixture, nextBlockAt, now, passTime, provider, setCode } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import { ask, type AskedOnce, askedInline, askedOnce, INPUT, OUTPUT } from "../helpers/fixtures";
import { Delivery, digestOf, type InferenceResult, Status } from "../helpers/typed-data";

const MANY = 257n;

/** Names of the instructions that a transaction executed. */
async function instructionsOf(transaction: string): Promise<Set<string>> {
  const trace = (await provider.send("debug_traceTransaction", [
    transaction,
    { disableMemory: true, disableStack: true, disableStorage: true },
  ])) as { structLogs: { op: string }[] };
  return new Set(trace.structLogs.map(({ op }) => op));
}

describe("InferenceOracle", () => {
  /** Requests 1 to 257, so that the first word of bits is full and the second has begun. */
  async function askedManyTimes(): Promise<AskedOnce> {
    const world = await askedOnce();
    for (let asked = 1n; asked < MANY; asked++) await ask(world, world.request, INPUT);
    return world;
  }

  const byRelayer = ({ oracle, relayer }: AskedOnce): InferenceOracle => oracle.connect(relayer);

  describe("fulfill", () => {
    it("records an answer and emits what was signed, and nothing else", async () => {
      const world = await loadFixture(askedOnce);
      const { oracle, result, attest, requestId } = world;

      expect(await eventsOf(byRelayer(world).fulfill(attest.result(result), result), oracle)).to.deep.equal([
        ["ResultDelivered", requestId, result.requestHash, result.resultDigest],
      ]);
      expect(await oracle.isFulfilled(requestId)).to.equal(true);
    });

    for (const name of ["CONTAINER_ERROR", "TIMEOUT", "REJECTED_INPUT"] as const) {
      it(`records the signed failure ${name} as the end of the request`, async () => {
        const world = await loadFixture(askedOnce);
        const { oracle, requestId, attest } = world;
        const bytes = hexlify(toUtf8Bytes(`{"error":"${name}"}`));
        const result: InferenceResult = {
          ...world.result,
          status: Status[name],
          resultDigest: keccak256(bytes),
          size: BigInt(bytes.length / 2 - 1),
        };

        expect(await eventsOf(byRelayer(world).fulfill(attest.result(result), result), oracle)).to.deep.equal([
          ["RequestFailed", requestId, result.requestHash, result.resultDigest, BigInt(Status[name])],
        ]);
        await expect(byRelayer(world).fulfill(attest.result(world.result), world.result))
          .to.be.revertedWithCustomError(oracle, "InferenceOracleAlreadyFulfilled")
          .withArgs(requestId);
      });
    }

    for (const role of ["relayer", "requester", "stranger", "owner"] as const) {
      it(`may be sent by the ${role}: authority is in the signatures`, async () => {
        const world = await loadFixture(askedOnce);
        const { oracle, result, attest, requestId } = world;

        await oracle.connect(world[role]).fulfill(attest.result(result), result);

        expect(await oracle.isFulfilled(requestId)).to.equal(true);
      });
    }

    for (const [title, second] of [
      ["the same result again", {}],
      ["another result", { resultDigest: digestOf("another answer") }],
      ["a failure", { status: Status.TIMEOUT }],
    ] as const) {
      it(`refuses ${title} once a request has its result`, async () => {
        const world = await loadFixture(askedOnce);
        const { oracle, result, attest, requestId } = world;
        await byRelayer(world).fulfill(attest.result(result), result);
        const again = { ...result, ...second };

        await expect(byRelayer(world).fulfill(attest.result(again), again))
          .to.be.revertedWithCustomError(oracle, "InferenceOracleAlreadyFulfilled")
          .withArgs(requestId);
      });
    }

    for (const requestId of [0n, 2n, 2n ** 64n - 1n]) {
      it(`refuses a result for request ${requestId} when there is one request`, async () => {
        const world = await loadFixture(askedOnce);
        const { oracle, attest } = world;
        const result = { ...world.result, requestId };

        await expect(byRelayer(world).fulfill(attest.result(result), result))
          .to.be.revertedWithCustomError(oracle, "InferenceOracleUnknownRequest")
          .withArgs(requestId, 1n);
      });
    }

    it("[peers A2] keeps a request answered for ever: no later config takes it back", async () => {
      const world = await loadFixture(askedOnce);
      const { oracle, dao, reporters, result, attest, requestId } = world;
      await byRelayer(world).fulfill(attest.result(result), result);
      const byDao = oracle.connect(dao);
      await byDao.revokeConfig(1);
      await byDao.setConfig(addressesOf(reporters), 3, 0);
      await byDao.setConfig(addressesOf(reporters), 3, 0);

      const later = { configVersion: 3n, deadline: (await now()) + 60n };
      await expect(byRelayer(world).fulfill(attest.result(result, Delivery.DIGEST, later), result))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleAlreadyFulfilled")
        .withArgs(requestId);
      expect(await oracle.isFulfilled(requestId)).to.equal(true);
    });

    it("[peers B19] needs nothing of who asked: a requester whose code refuses every call has its result", async () => {
      const world = await loadFixture(askedOnce);
      const { oracle, requester, result, attest, requestId } = world;
      await setCode(requester.address, "0xfe");

      await byRelayer(world).fulfill(attest.result(result), result);

      expect(await oracle.isFulfilled(requestId)).to.equal(true);
    });

    it("refuses a status that does not exist", async () => {
      const world = await loadFixture(askedOnce);
      const { oracle, result, attest, relayer } = world;
      const STATUS_WORD = 3;
      const data = oracle.interface.encodeFunctionData("fulfill", [attest.result(result), result]);

      await expect(relayer.sendTransaction({ to: await oracle.getAddress(), data: withWord(data, STATUS_WORD, 4n) })).to
        .be.reverted;
      expect(await oracle.isFulfilled(1)).to.equal(false);
    });

    it("still delivers after the request's deadline, while the report lives", async () => {
      const world = await loadFixture(askedOnce);
      const { oracle, result, attest, request, requestId } = world;
      await nextBlockAt(request.deadline + 1n);

      await byRelayer(world).fulfill(
        attest.result(result, Delivery.DIGEST, { deadline: request.deadline + 60n }),
        result,
      );

      expect(await oracle.isFulfilled(requestId)).to.equal(true);
    });

    it("still delivers when the program has moved on, was sold, frozen, and obeys another oracle", async () => {
      const world = await loadFixture(askedOnce);
      const { oracle, collection, owner, friend, stranger, tokenId, result, attest, requestId } = world;
      await collection.connect(owner).publishManifest(tokenId, digestOf("second manifest"));
      await collection.connect(owner).freeze(tokenId);
      await collection.connect(owner).transferFrom(owner.address, friend.address, tokenId);
      await collection.setOracle(stranger.address);

      await byRelayer(world).fulfill(attest.result(result), result);

      expect(await oracle.isFulfilled(requestId)).to.equal(true);
    });

    it("shows a result for another request's content by its hash, which readers compare", async () => {
      const world = await loadFixture(askedOnce);
      const { oracle, attest, requestId } = world;
      const result = { ...world.result, requestHash: digestOf("another request") };

      expect(await eventsOf(byRelayer(world).fulfill(attest.result(result), result), oracle)).to.deep.equal([
        ["ResultDelivered", requestId, digestOf("another request"), result.resultDigest],
      ]);
    });

    context("when many requests are open", () => {
      it("sets the bit of the answered request alone, on both sides of a word's edge", async () => {
        const world = await loadFixture(askedManyTimes);
        const { oracle, result, attest } = world;
        const edges = [1n, 2n, 254n, 255n, 256n, 257n];
        for (const [done, requestId] of edges.entries()) {
          const answer = { ...result, requestId };
          await byRelayer(world).fulfill(attest.result(answer), answer);

          const seen = await Promise.all(edges.map((edge) => oracle.isFulfilled(edge)));
          expect(seen).to.deep.equal(edges.map((_, index) => index <= done));
        }
        for (const requestId of edges) {
          const answer = { ...result, requestId };
          await expect(byRelayer(world).fulfill(attest.result(answer), answer))
            .to.be.revertedWithCustomError(oracle, "InferenceOracleAlreadyFulfilled")
            .withArgs(requestId);
        }
        expect(await oracle.isFulfilled(0)).to.equal(false);
        expect(await oracle.isFulfilled(258)).to.equal(false);
        expect(await oracle.isFulfilled(2n ** 64n - 1n)).to.equal(false);
      });

      it("takes the answers in any order", async () => {
        const world = await loadFixture(askedManyTimes);
        const { oracle, result, attest } = world;
        for (const requestId of [257n, 3n, 256n, 1n]) {
          const answer = { ...result, requestId };
          await byRelayer(world).fulfill(attest.result(answer), answer);
          expect(await oracle.isFulfilled(requestId)).to.equal(true);
        }
      });

      it("does not let the answer to one request answer another", async () => {
        const world = await loadFixture(askedManyTimes);
        const { oracle, result, attest, reporters } = world;
        const attestation = attest.result(result);

        await expect(byRelayer(world).fulfill(attestation, { ...result, requestId: 2n }))
          .to.be.revertedWithCustomError(oracle, "InferenceOracleInvalidSignature")
          .withArgs(0n, reporters[0]?.address, isSomebodyElse(reporters[0]?.address));
      });
    });
  });

  describe("fulfillInline", () => {
    it("records an answer and emits its bytes beside it", async () => {
      const world = await loadFixture(askedInline);
      const { oracle, result, attest, requestId, output } = world;

      expect(
        await eventsOf(byRelayer(world).fulfillInline(attest.result(result, Delivery.INLINE), result, output), oracle),
      ).to.deep.equal([
        ["ResultDelivered", requestId, result.requestHash, result.resultDigest],
        ["ResultOutput", requestId, OUTPUT],
      ]);
      expect(await oracle.isFulfilled(requestId)).to.equal(true);
    });

    it("records a failure and emits its bytes beside it", async () => {
      const world = await loadFixture(askedInline);
      const { oracle, attest, requestId } = world;
      const output = hexlify(toUtf8Bytes('{"error":"TIMEOUT"}'));
      const result = { ...world.result, status: Status.TIMEOUT, resultDigest: keccak256(output), size: 19n };

      expect(
        await eventsOf(byRelayer(world).fulfillInline(attest.result(result, Delivery.INLINE), result, output), oracle),
      ).to.deep.equal([
        ["RequestFailed", requestId, result.requestHash, result.resultDigest, BigInt(Status.TIMEOUT)],
        ["ResultOutput", requestId, output],
      ]);
    });

    it("[peers B20] takes an answer as data alone: whatever it looks like, nobody is called with it", async () => {
      const world = await loadFixture(askedInline);
      const { oracle, collection, collectionAddress, relayer, attest, requestId, tokenId } = world;
      const freeze = collection.interface.encodeFunctionData("freeze", [tokenId]);
      const output = AbiCoder.defaultAbiCoder().encode(["address", "bytes"], [collectionAddress, freeze]);
      const result = { ...world.result, resultDigest: keccak256(output), size: BigInt(dataLength(output)) };

      const sent = await oracle.connect(relayer).fulfillInline(attest.result(result, Delivery.INLINE), result, output);

      expect((await eventsOf(sent, oracle)).at(-1)).to.deep.equal(["ResultOutput", requestId, output]);
      expect((await collection.programOf(tokenId)).frozen).to.equal(false);
      const executed = await instructionsOf(sent.hash);
      expect(executed.has("STATICCALL")).to.equal(true); // that of the precompile that recovers signers
      for (const name of ["CALL", "CALLCODE", "DELEGATECALL", "CREATE", "CREATE2"]) {
        expect(executed.has(name), name).to.equal(false);
      }
    });

    it("delivers an answer of no bytes", async () => {
      const world = await loadFixture(askedInline);
      const { oracle, attest, requestId } = world;
      const result = { ...world.result, resultDigest: keccak256("0x"), size: 0n };

      expect(
        await eventsOf(byRelayer(world).fulfillInline(attest.result(result, Delivery.INLINE), result, "0x"), oracle),
      ).to.deep.equal([
        ["ResultDelivered", requestId, result.requestHash, result.resultDigest],
        ["ResultOutput", requestId, "0x"],
      ]);
    });

    for (const [title, bend] of [
      ["other bytes", () => hexlify(toUtf8Bytes('{"content":"Something else, and false"}'))],
      ["bytes that stop early", (honest: string) => dataSlice(honest, 0, 10)],
      ["one byte more", (honest: string) => `${honest}00`],
      ["no bytes", () => "0x"],
    ] as const) {
      it(`refuses ${title}`, async () => {
        const world = await loadFixture(askedInline);
        const { oracle, result, attest, requestId } = world;
        const output = bend(world.output);

        await expect(byRelayer(world).fulfillInline(attest.result(result, Delivery.INLINE), result, output))
          .to.be.revertedWithCustomError(oracle, "InferenceOracleOutputMismatch")
          .withArgs(requestId, result.resultDigest, keccak256(output), (output.length - 2) / 2);
        expect(await oracle.isFulfilled(requestId)).to.equal(false);
      });
    }

    for (const [title, change] of [
      ["one less", -1n],
      ["one more", 1n],
    ] as const) {
      it(`refuses the right bytes under a signed size of ${title}`, async () => {
        const world = await loadFixture(askedInline);
        const { oracle, attest, requestId, output } = world;
        const result = { ...world.result, size: world.result.size + change };

        await expect(byRelayer(world).fulfillInline(attest.result(result, Delivery.INLINE), result, output))
          .to.be.revertedWithCustomError(oracle, "InferenceOracleOutputMismatch")
          .withArgs(requestId, result.resultDigest, result.resultDigest, world.result.size);
      });
    }

    it("refuses a second delivery, in either form", async () => {
      const world = await loadFixture(askedInline);
      const { oracle, result, attest, requestId, output } = world;
      await byRelayer(world).fulfillInline(attest.result(result, Delivery.INLINE), result, output);

      await expect(byRelayer(world).fulfillInline(attest.result(result, Delivery.INLINE), result, output))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleAlreadyFulfilled")
        .withArgs(requestId);
      await expect(byRelayer(world).fulfill(attest.result(result, Delivery.DIGEST), result))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleAlreadyFulfilled")
        .withArgs(requestId);
    });

    it("refuses a result for a request that was never made", async () => {
      const world = await loadFixture(askedInline);
      const { oracle, attest, output } = world;
      const result = { ...world.result, requestId: 2n };

      await expect(byRelayer(world).fulfillInline(attest.result(result, Delivery.INLINE), result, output))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleUnknownRequest")
        .withArgs(2n, 1n);
    });
  });

  describe("what is not stored", () => {
    it("lets a request stay open for ever without an answer", async () => {
      const { oracle, requestId } = await loadFixture(askedOnce);
      await passTime(365n * 86_400n);

      expect(await oracle.isFulfilled(requestId)).to.equal(false);
    });
  });
});

/** The key that a tampered message seems to be signed by: anybody but the reporter. */
function isSomebodyElse(reporter: string | undefined): (recovered: string) => boolean {
  return (recovered) => recovered !== reporter;
}
