import { expect } from "chai";
import { dataLength, hexlify, keccak256, toUtf8Bytes, ZeroHash } from "ethers";
import type { ERC7007Adapter } from "../../../typechain-types";
import { type Claim, encodeProof, verifies } from "../../helpers/aigc";
import { addressesOf, makeReporters } from "../../helpers/attestation";
import { deployContract, loadFixture, mineBlock, nextBlockAt, now } from "../../helpers/chain";
import { openCollection } from "../../helpers/contracts";
import { ask, askedInline, type AskedOnce, askedOnce, INPUT } from "../../helpers/fixtures";
import { claimFromChain } from "../../helpers/proofs";
import { Delivery, digestOf, type InferenceResult, requestHash, Status } from "../../helpers/typed-data";

const ONE_DAY = 86_400n;
const FAILURE = hexlify(toUtf8Bytes('{"error":"TIMEOUT"}'));

describe("ERC7007Adapter before the suite's own oracle and collection", () => {
  interface Answered extends AskedOnce {
    adapter: ERC7007Adapter;
    /** What a stranger finds on the chain about request 1. */
    claim: Claim;
  }

  /** A request was asked and its answer delivered with its bytes. */
  async function answeredOnChain(): Promise<Answered> {
    const world = await withAdapter(await askedInline());
    await deliver(world, world.result, world.output);
    return { ...world, claim: await claimFromChain(world.oracle, world.requestId) };
  }

  async function withAdapter<World extends AskedOnce>(world: World): Promise<World & { adapter: ERC7007Adapter }> {
    const adapter = await deployContract("ERC7007Adapter", [world.collectionAddress, await world.oracle.getAddress()]);
    return { ...world, adapter: adapter.connect(world.stranger) };
  }

  async function deliver({ oracle, relayer, attest }: AskedOnce, result: InferenceResult, output: string) {
    const attestation = attest.result(result, Delivery.INLINE);
    return oracle.connect(relayer).fulfillInline(attestation, result, output);
  }

  const add = ({ adapter }: Answered, tokenId: bigint, claim: Claim) =>
    adapter.addAigcData(tokenId, claim.prompt, claim.aigcData, encodeProof(claim));

  describe("a proof that is built from the chain alone", () => {
    it("holds exactly what was asked, answered and signed", async () => {
      const { claim, request, result, output, attest } = await loadFixture(answeredOnChain);

      expect(claim.request).to.deep.equal(request);
      expect(claim.result).to.deep.equal(result);
      expect([claim.prompt, claim.aigcData]).to.deep.equal([INPUT, output]);
      expect(claim.attestation).to.equal(attest.result(result, Delivery.INLINE));
    });

    it("verifies, and is added by a stranger", async () => {
      const world = await loadFixture(answeredOnChain);
      const { adapter, claim, tokenId, requestId, output } = world;
      expect(await verifies(adapter, claim)).to.equal(true);

      await expect(add(world, tokenId, claim)).to.emit(adapter, "AigcData");

      expect(await adapter.aigcDataDigest(tokenId, requestId)).to.equal(keccak256(output));
      expect(await verifies(adapter, claim)).to.equal(true);
    });

    it("verifies for an answer whose bytes stayed off chain, from whoever has them", async () => {
      const world = await withAdapter(await loadFixture(askedOnce));
      const { oracle, relayer, attest, request, result, output } = world;
      const attestation = attest.result(result);
      const { configVersion, deadline } = attest.terms;
      const root = await oracle.resultLeaf(result, Delivery.DIGEST);
      const report = { configVersion, deadline, firstId: result.requestId, count: 1n, root };
      const claim: Claim = { request, result, report, attestation, prompt: INPUT, aigcData: output };
      expect(await verifies(world.adapter, claim)).to.equal(false);

      await oracle.connect(relayer).fulfill(attestation, result);

      expect(await verifies(world.adapter, claim)).to.equal(true);
    });

    it("does not verify before the answer is delivered, though it is signed", async () => {
      const { adapter, claim, ...world } = await loadFixture(answeredOnChain);
      await ask(world, world.request, INPUT);
      const result = { ...claim.result, requestId: 2n };
      const attestation = world.attest.result(result, Delivery.INLINE);
      const root = await world.oracle.resultLeaf(result, Delivery.INLINE);
      const report = { ...claim.report, firstId: 2n, root };
      const early: Claim = { ...claim, result, report, attestation };
      expect(await verifies(adapter, early)).to.equal(false);

      await deliver(world, result, world.output);

      expect(await verifies(adapter, early)).to.equal(true);
      expect(await claimFromChain(world.oracle, 2n)).to.deep.equal(early);
    });

    it("does not verify with other bytes, another prompt, or a field of the report or the attestation changed", async () => {
      const { adapter, claim } = await loadFixture(answeredOnChain);
      const { report } = claim;
      const later = `0x${claim.attestation.slice(2, 10)}${(report.deadline + 1n).toString(16).padStart(16, "0")}`;

      for (const changed of [
        { aigcData: FAILURE },
        { prompt: FAILURE },
        { report: { ...report, deadline: report.deadline + 1n } },
        { report: { ...report, deadline: report.deadline + 1n }, attestation: later + claim.attestation.slice(26) },
        { report: { ...report, count: 2n } },
        { attestation: "0x" },
        { attestation: claim.attestation.slice(0, -2) },
        { attestation: `${claim.attestation}00` },
      ]) {
        expect(await verifies(adapter, { ...claim, ...changed })).to.equal(false);
      }
    });
  });

  describe("a config that does not count any more", () => {
    it("says so by the oracle's own error once it is revoked; what was added stays", async () => {
      const world = await loadFixture(answeredOnChain);
      const { adapter, oracle, dao, claim, tokenId, requestId, output } = world;
      await add(world, tokenId, claim);
      await oracle.connect(dao).revokeConfig(1);

      await expect(verifies(adapter, claim))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleConfigNotLive")
        .withArgs(1n);
      expect(await adapter.aigcDataDigest(tokenId, requestId)).to.equal(keccak256(output));
    });

    it("cannot be used to add any more", async () => {
      const world = await loadFixture(answeredOnChain);
      const { adapter, oracle, dao, claim, tokenId, requestId } = world;
      await oracle.connect(dao).revokeConfig(1);

      await expect(add(world, tokenId, claim))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleConfigNotLive")
        .withArgs(1n);
      expect(await adapter.aigcDataDigest(tokenId, requestId)).to.equal(ZeroHash);
    });

    it("verifies during its grace period, and not after it", async () => {
      const { adapter, oracle, dao, relayer, attest, ...world } = await loadFixture(asked);
      const deadline = (await now()) + 2n * ONE_DAY;
      const attestation = attest.result(world.result, Delivery.INLINE, { deadline });
      await oracle.connect(relayer).fulfillInline(attestation, world.result, world.output);
      const claim = await claimFromChain(oracle, world.requestId);
      await oracle.connect(dao).setConfig(addressesOf(makeReporters(4, "second config")), 2, ONE_DAY);
      const end = (await now()) + ONE_DAY;
      await atSecond(end - 1n);
      expect(await verifies(adapter, claim)).to.equal(true);

      await atSecond(end);

      await expect(verifies(adapter, claim))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleConfigNotLive")
        .withArgs(1n);
    });

    it("is no matter of an answer that a later config signed once more", async () => {
      const world = await loadFixture(answeredOnChain);
      const { adapter, oracle, dao, attest, claim, result, tokenId } = world;
      const reporters = makeReporters(5, "second config");
      await oracle.connect(dao).setConfig(addressesOf(reporters), 3, 0);
      const terms = { configVersion: 2n, reporters };
      const report = { ...claim.report, configVersion: 2n };
      const again = { ...claim, report, attestation: attest.result(result, Delivery.INLINE, terms) };

      expect(await verifies(adapter, again)).to.equal(true);
      await add(world, tokenId, again);
    });
  });

  describe("a report that has expired", () => {
    it("says so by the oracle's own error one second after its deadline; until then it verifies", async () => {
      const { adapter, oracle, claim } = await loadFixture(answeredOnChain);
      const { deadline } = claim.report;
      await atSecond(deadline);
      expect(await verifies(adapter, claim)).to.equal(true);

      await atSecond(deadline + 1n);

      await expect(verifies(adapter, claim))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleReportExpired")
        .withArgs(deadline, deadline + 1n);
    });

    it("cannot be added any more; what was added in time stays", async () => {
      const world = await loadFixture(answeredOnChain);
      const { adapter, oracle, claim, tokenId, requestId, output } = world;
      const { deadline } = claim.report;
      await ask(world, world.request, INPUT);
      const next = { ...claim.result, requestId: 2n };
      await deliver(world, next, output);
      await add(world, tokenId, claim);
      const late = await claimFromChain(oracle, 2n);
      await nextBlockAt(deadline + 1n);

      await expect(add(world, tokenId, late))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleReportExpired")
        .withArgs(deadline, deadline + 1n);
      expect(await adapter.aigcDataDigest(tokenId, requestId)).to.equal(keccak256(output));
      expect(await adapter.aigcDataDigest(tokenId, 2n)).to.equal(ZeroHash);
    });
  });

  describe("a result that is no answer", () => {
    for (const [name, status] of Object.entries(Status).filter(([, status]) => status !== Status.OK)) {
      it(`is no content: ${name}, though a quorum signed it and it ended the request`, async () => {
        const world = await loadFixture(asked);
        const { adapter, oracle, tokenId, requestId } = world;
        const body = hexlify(toUtf8Bytes(JSON.stringify({ error: name })));
        const size = BigInt(dataLength(body));
        await deliver(world, { ...world.result, status, resultDigest: keccak256(body), size }, body);
        const claim = await claimFromChain(oracle, requestId);

        expect(await oracle.isFulfilled(requestId)).to.equal(true);
        expect(await verifies(adapter, claim)).to.equal(false);
        await expect(add({ ...world, claim }, tokenId, claim))
          .to.be.revertedWithCustomError(adapter, "ERC7007AdapterInvalidProof")
          .withArgs(tokenId, requestId);
      });
    }

    it("proves nothing when it was signed for other content of the request, though it ended the request", async () => {
      const world = await loadFixture(asked);
      const { adapter, oracle, request, requestId, result } = world;
      const replaced = requestHash({ ...request, inputDigest: digestOf("before a reorganisation") });
      await deliver(world, { ...result, requestHash: replaced }, world.output);

      expect(await oracle.isFulfilled(requestId)).to.equal(true);
      expect(await verifies(adapter, await claimFromChain(oracle, requestId))).to.equal(false);
    });
  });

  describe("another token", () => {
    it("does not get the answer of the one that was asked", async () => {
      const world = await loadFixture(answeredOnChain);
      const { adapter, collection, creator, owner, manifest, claim } = world;
      await collection.connect(creator).mint(owner.address, manifest);
      const pretended = { ...claim, request: { ...claim.request, tokenId: 2n } };

      await expect(add(world, 2n, claim))
        .to.be.revertedWithCustomError(adapter, "ERC7007AdapterWrongToken")
        .withArgs(2n, 1n);
      await expect(add(world, 2n, pretended))
        .to.be.revertedWithCustomError(adapter, "ERC7007AdapterInvalidProof")
        .withArgs(2n, 1n);
      expect(await verifies(adapter, pretended)).to.equal(false);
    });

    it("gets its own answer to the same prompt", async () => {
      const world = await loadFixture(answeredOnChain);
      const { adapter, collection, creator, owner, oracle, manifest, output } = world;
      await collection.connect(creator).mint(owner.address, manifest);
      const request = { ...world.request, tokenId: 2n };
      await ask(world, request, INPUT);
      await deliver(world, { ...world.result, requestId: 2n, requestHash: requestHash(request) }, output);

      await add(world, 2n, await claimFromChain(oracle, 2n));

      expect(await adapter.aigcDataDigest(2n, 2n)).to.equal(keccak256(output));
      expect(await adapter.aigcDataDigest(1n, 2n)).to.equal(ZeroHash);
    });

    it("of another collection under the same oracle proves nothing here, and all in its own adapter", async () => {
      const world = await loadFixture(answeredOnChain);
      const { adapter, factory, oracle, owner, manifest, output } = world;
      const oracleAddress = await oracle.getAddress();
      const other = await openCollection(factory, world, oracleAddress, digestOf("second collection"));
      await other.mint(owner.address, manifest);
      const request = { ...world.request, collection: await other.getAddress() };
      await ask(world, request, INPUT);
      await deliver(world, { ...world.result, requestId: 2n, requestHash: requestHash(request) }, output);
      const claim = await claimFromChain(oracle, 2n);

      expect(await verifies(adapter, claim)).to.equal(false);
      const its = await deployContract("ERC7007Adapter", [await other.getAddress(), oracleAddress]);
      expect(await verifies(its, claim)).to.equal(true);
      expect(await verifies(its, world.claim)).to.equal(false);
    });
  });

  describe("a token whose life goes on", () => {
    it("keeps what it answered when it is burned, and when its collection follows another oracle", async () => {
      const world = await loadFixture(answeredOnChain);
      const { adapter, collection, owner, oracleAccount, claim, tokenId } = world;
      await collection.connect(owner).burn(tokenId);
      await collection.setOracle(oracleAccount.address);

      expect(await verifies(adapter, claim)).to.equal(true);
      await add(world, tokenId, claim);
    });

    it("keeps what an earlier version of it answered", async () => {
      const world = await loadFixture(answeredOnChain);
      const { adapter, collection, owner, claim, tokenId } = world;
      await collection.connect(owner).publishManifest(tokenId, digestOf("second manifest"));

      expect(await verifies(adapter, claim)).to.equal(true);
    });
  });

  /** A request was asked, and nothing delivered. */
  async function asked() {
    return withAdapter(await askedInline());
  }

  /** The newest block, in which calls run, stands at this second. */
  async function atSecond(time: bigint): Promise<void> {
    await nextBlockAt(time);
    await mineBlock();
  }
});
