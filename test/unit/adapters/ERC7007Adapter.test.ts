import { expect } from "chai";
import { concat, dataSlice, hexlify, id, keccak256, toUtf8Bytes, zeroPadValue, ZeroAddress, ZeroHash } from "ethers";
import { IERC7007__factory, IERC7007Adapter__factory } from "../../../typechain-types";
import { type AigcWorld, answerFulfilled, type Claim, claimOf, encodeProof, verifies } from "../../helpers/aigc";
import { deployContract, loadFixture, provider } from "../../helpers/chain";
import { dangerousInstructions, declarations, interfaceId } from "../../helpers/interfaces";
import {
  Delivery,
  digestOf,
  type InferenceRequest,
  type InferenceResult,
  type Report,
  Status,
} from "../../helpers/typed-data";

const OTHER = digestOf("something else");
const OTHER_TEXT = hexlify(toUtf8Bytes('{"content":"A whale."}'));

/** A claim that reporters signed, although it is not what happened. */
async function signed(world: AigcWorld, claim: Claim): Promise<Claim> {
  await world.oracle.accept(claim.report, claim.attestation, true);
  await world.oracle.fulfil(claim.result.requestId);
  return claim;
}

describe("ERC7007Adapter", () => {
  describe("constructor", () => {
    it("keeps its collection and its oracle", async () => {
      const { adapter, collection, oracle } = await loadFixture(answerFulfilled);

      expect([await adapter.collection(), await adapter.oracle()]).to.deep.equal([
        await collection.getAddress(),
        await oracle.getAddress(),
      ]);
    });

    it("refuses accounts without code", async () => {
      const { adapter, collection, oracle, stranger } = await loadFixture(answerFulfilled);

      for (const addresses of [
        [stranger.address, await oracle.getAddress()],
        [await collection.getAddress(), stranger.address],
      ]) {
        await expect(deployContract("ERC7007Adapter", addresses))
          .to.be.revertedWithCustomError(adapter, "ERC7007AdapterNotAContract")
          .withArgs(stranger.address);
      }
    });
  });

  describe("verify", () => {
    it("is true for the answer that the quorum signed to the request, in either delivery", async () => {
      const world = await loadFixture(answerFulfilled);
      const byDigest = await signed(world, claimOf({ ...world.claim.request, delivery: Delivery.DIGEST }));

      expect(await verifies(world.adapter, world.claim)).to.equal(true);
      expect(await verifies(world.adapter, byDigest)).to.equal(true);
    });

    it("is true for an empty prompt and empty content, when that is what was asked and answered", async () => {
      const world = await loadFixture(answerFulfilled);
      const request = { ...world.claim.request, inputDigest: keccak256("0x") };
      const claim = await signed(world, claimOf(request, { resultDigest: keccak256("0x"), size: 0n }));

      expect(await verifies(world.adapter, { ...claim, prompt: "0x", aigcData: "0x" })).to.equal(true);
    });

    it("[A6] is false for another prompt", async () => {
      const { adapter, claim } = await loadFixture(answerFulfilled);

      expect(await verifies(adapter, { ...claim, prompt: OTHER_TEXT })).to.equal(false);
    });

    it("[A6] is false for other content, and for content with a byte more or less", async () => {
      const { adapter, claim } = await loadFixture(answerFulfilled);

      for (const aigcData of [OTHER_TEXT, concat([claim.aigcData, "0x00"]), dataSlice(claim.aigcData, 0, 5), "0x"]) {
        expect(await verifies(adapter, { ...claim, aigcData }), aigcData).to.equal(false);
      }
    });

    describe("[A6] is false when one field is not what was signed:", () => {
      const requests: Partial<InferenceRequest>[] = [
        { requester: ZeroAddress },
        { collection: ZeroAddress },
        { tokenId: 8n },
        { manifestDigest: OTHER },
        { inputDigest: OTHER },
        { maxOutputBytes: 1025n },
        { delivery: Delivery.DIGEST },
        { deadline: 1n },
      ];
      const results: Partial<InferenceResult>[] = [
        { requestId: 4n },
        { requestHash: OTHER },
        { resultDigest: OTHER },
        { status: Status.TIMEOUT },
        { size: 1n },
      ];
      const reports: Partial<Report>[] = [
        { configVersion: 2n },
        { deadline: 1n },
        { firstId: 4n },
        { count: 2n },
        { root: OTHER },
      ];
      const cases: [string, (claim: Claim) => Claim][] = [
        ...requests.map((changed): [string, (claim: Claim) => Claim] => [
          `the request's ${Object.keys(changed).join()}`,
          (claim) => ({ ...claim, request: { ...claim.request, ...changed } }),
        ]),
        ...results.map((changed): [string, (claim: Claim) => Claim] => [
          `the result's ${Object.keys(changed).join()}`,
          (claim) => ({ ...claim, result: { ...claim.result, ...changed } }),
        ]),
        ...reports.map((changed): [string, (claim: Claim) => Claim] => [
          `the report's ${Object.keys(changed).join()}`,
          (claim) => ({ ...claim, report: { ...claim.report, ...changed } }),
        ]),
        ["the attestation", (claim) => ({ ...claim, attestation: "0x5162" })],
      ];
      for (const [title, change] of cases) {
        it(title, async () => {
          const { adapter, oracle, claim } = await loadFixture(answerFulfilled);
          await oracle.fulfil(4n);

          expect(await verifies(adapter, change(claim))).to.equal(false);
        });
      }
    });

    describe("is false when the quorum signed", () => {
      const cases: [string, (request: InferenceRequest) => Claim][] = [
        ["a request of another collection", (request) => claimOf({ ...request, collection: request.requester })],
        ["a request with another input", (request) => claimOf({ ...request, inputDigest: OTHER })],
        ["a result for another request", (request) => claimOf(request, { requestHash: OTHER })],
        ["a result of another digest", (request) => claimOf(request, { resultDigest: OTHER })],
        ["a result of another length", (request) => claimOf(request, { size: 1n })],
        ["that the container failed", (request) => claimOf(request, { status: Status.CONTAINER_ERROR })],
        ["that it ran out of time", (request) => claimOf(request, { status: Status.TIMEOUT })],
        ["that it refused the input", (request) => claimOf(request, { status: Status.REJECTED_INPUT })],
        ["a report that starts elsewhere", (request) => withReport(claimOf(request), { firstId: 4n })],
        ["a report of more than one result", (request) => withReport(claimOf(request), { count: 2n })],
        ["a report of another root", (request) => withReport(claimOf(request), { root: OTHER })],
      ];
      for (const [title, make] of cases) {
        it(title, async () => {
          const world = await loadFixture(answerFulfilled);

          expect(await verifies(world.adapter, await signed(world, make(world.claim.request)))).to.equal(false);
        });
      }

      it("[A8] a leaf that is hashed once more, or no leaf at all", async () => {
        const world = await loadFixture(answerFulfilled);
        const { claim } = world;
        for (const root of [keccak256(claim.report.root), ZeroHash]) {
          expect(await verifies(world.adapter, await signed(world, withReport(claim, { root })))).to.equal(false);
        }
      });
    });

    it("is false while the request is not fulfilled", async () => {
      const world = await loadFixture(answerFulfilled);
      const claim = claimOf(world.claim.request, { requestId: 4n });
      await world.oracle.accept(claim.report, claim.attestation, true);
      expect(await verifies(world.adapter, claim)).to.equal(false);

      await world.oracle.fulfil(4n);

      expect(await verifies(world.adapter, claim)).to.equal(true);
    });

    it("[A5] is false as soon as the oracle does not accept the attestation any more", async () => {
      const { adapter, oracle, claim } = await loadFixture(answerFulfilled);
      await oracle.accept(claim.report, claim.attestation, false);

      expect(await verifies(adapter, claim)).to.equal(false);
    });

    it("reverts without a reason for a proof that is not encoded as one", async () => {
      const { adapter, claim } = await loadFixture(answerFulfilled);
      const proof = encodeProof(claim);

      for (const broken of ["0x", dataSlice(proof, 0, 64), `${zeroPadValue("0xff", 32)}${proof.slice(66)}`]) {
        await expect(adapter.verify(claim.prompt, claim.aigcData, broken)).to.be.revertedWithoutReason();
      }
    });
  });

  describe("addAigcData", () => {
    it("[A15] lets a stranger add an answer, records its digest, and emits AigcData and nothing else", async () => {
      const { adapter, tokenId, requestId, claim } = await loadFixture(answerFulfilled);
      const { prompt, aigcData } = claim;
      const proof = encodeProof(claim);
      expect(await adapter.aigcDataDigest(tokenId, requestId)).to.equal(ZeroHash);

      const receipt = await (await adapter.addAigcData(tokenId, prompt, aigcData, proof)).wait();

      const log = adapter.interface.encodeEventLog("AigcData", [tokenId, prompt, aigcData, proof]);
      expect(receipt?.logs.map(({ topics, data }) => ({ topics, data }))).to.deep.equal([log]);
      expect(log.topics.slice(2)).to.deep.equal([keccak256(prompt), keccak256(aigcData)]);
      expect(log.topics[0]).to.equal(id("AigcData(uint256,bytes,bytes,bytes)"));
      expect(await adapter.aigcDataDigest(tokenId, requestId)).to.equal(keccak256(aigcData));
    });

    it("[A1] adds the answer to a request once", async () => {
      const { adapter, tokenId, requestId, claim } = await loadFixture(answerFulfilled);
      const add = () => adapter.addAigcData(tokenId, claim.prompt, claim.aigcData, encodeProof(claim));
      await add();

      await expect(add())
        .to.be.revertedWithCustomError(adapter, "ERC7007AdapterAlreadyAdded")
        .withArgs(tokenId, requestId, keccak256(claim.aigcData));
    });

    it("[A1] keeps the first of two answers that a quorum signed to one request", async () => {
      const world = await loadFixture(answerFulfilled);
      const { adapter, tokenId, requestId, claim } = world;
      const size = BigInt((OTHER_TEXT.length - 2) / 2);
      const second = await signed(world, claimOf(claim.request, { resultDigest: keccak256(OTHER_TEXT), size }));
      await adapter.addAigcData(tokenId, claim.prompt, claim.aigcData, encodeProof(claim));
      expect(await verifies(adapter, { ...second, aigcData: OTHER_TEXT })).to.equal(true);

      await expect(adapter.addAigcData(tokenId, claim.prompt, OTHER_TEXT, encodeProof(second)))
        .to.be.revertedWithCustomError(adapter, "ERC7007AdapterAlreadyAdded")
        .withArgs(tokenId, requestId, keccak256(claim.aigcData));
    });

    it("adds the answers to several requests of one token", async () => {
      const world = await loadFixture(answerFulfilled);
      const { adapter, tokenId, claim } = world;
      const next = await signed(world, claimOf(claim.request, { requestId: 4n }));

      for (const each of [claim, next]) {
        await adapter.addAigcData(tokenId, each.prompt, each.aigcData, encodeProof(each));
        expect(await adapter.aigcDataDigest(tokenId, each.result.requestId)).to.equal(keccak256(each.aigcData));
      }
    });

    it("[A1] refuses to add the answer to another token", async () => {
      const { adapter, tokenId, claim } = await loadFixture(answerFulfilled);

      await expect(adapter.addAigcData(tokenId + 1n, claim.prompt, claim.aigcData, encodeProof(claim)))
        .to.be.revertedWithCustomError(adapter, "ERC7007AdapterWrongToken")
        .withArgs(tokenId + 1n, tokenId);
    });

    it("refuses what does not verify, and records nothing", async () => {
      const { adapter, tokenId, requestId, claim } = await loadFixture(answerFulfilled);

      await expect(adapter.addAigcData(tokenId, claim.prompt, OTHER_TEXT, encodeProof(claim)))
        .to.be.revertedWithCustomError(adapter, "ERC7007AdapterInvalidProof")
        .withArgs(tokenId, requestId);
      expect(await adapter.aigcDataDigest(tokenId, requestId)).to.equal(ZeroHash);
    });
  });

  describe("the interfaces", () => {
    it("[D34] are advertised by ids whose every function was called above, and only they", async () => {
      const { adapter } = await loadFixture(answerFulfilled);
      const own = interfaceId(IERC7007Adapter__factory.createInterface());
      expect(interfaceId(IERC7007__factory.createInterface())).to.equal("0x702c55a6");

      for (const advertised of ["0x702c55a6", own, "0x01ffc9a7"]) {
        expect(await adapter.supportsInterface(advertised), advertised).to.equal(true);
      }
      for (const other of ["0xffffffff", "0x80ac58cd", "0x3f37dce2", "0xfa1a557a"]) {
        expect(await adapter.supportsInterface(other), other).to.equal(false);
      }
    });

    it("are kept letter by letter", async () => {
      const { adapter } = await loadFixture(answerFulfilled);
      const promised = [IERC7007__factory, IERC7007Adapter__factory].flatMap((factory) =>
        declarations(factory.createInterface()),
      );

      expect(declarations(adapter.interface)).to.include.members(promised);
      const own = declarations(adapter.interface).filter((line) => /^(error|event) /u.test(line));
      expect(promised).to.include.members(own);
    });

    it("[D33] hide no instruction that could replace or destroy the code", async () => {
      const { adapter } = await loadFixture(answerFulfilled);

      expect(dangerousInstructions(await provider.getCode(await adapter.getAddress()))).to.deep.equal([]);
    });
  });
});

function withReport(claim: Claim, changed: Partial<Report>): Claim {
  return { ...claim, report: { ...claim.report, ...changed } };
}
