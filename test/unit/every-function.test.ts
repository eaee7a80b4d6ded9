import { expect } from "chai";
import { id, type Interface } from "ethers";
import {
  AINFTBinder__factory,
  AINFTFactory__factory,
  ActivityCounters__factory,
  AINToken__factory,
  Collectives__factory,
  Challenges__factory,
  ContributorSplits__factory,
  ERC7007Adapter__factory,
  ERC8004Adapter__factory,
  Governors__factory,
  Hatchery__factory,
  IAINFT1155__factory,
  IAINFT1155Votes__factory,
  IAINFT721__factory,
  IAINFT721Votes__factory,
  IAINFTRoyalties__factory,
  InferenceOracle__factory,
  OnchainMetadata__factory,
  RequestDesk__factory,
  RewardDistributor__factory,
  TraitSchema__factory,
} from "../../typechain-types";
import { callableKinds, callOf } from "../helpers/calls";
import { loadFixture } from "../helpers/chain";
import { functionsOf } from "../helpers/interfaces";
import { type ProgramWorld, readProgram } from "../helpers/programs";

/*
 * Rules that no function may break, tried on every function there is. Each call is one that succeeds for whom it is
 * meant, so a refusal here has the reason that the test is about.
 */

const abis: Record<keyof typeof callableKinds, Interface> = {
  AINFT721: IAINFT721__factory.createInterface(),
  AINFT721Votes: IAINFT721Votes__factory.createInterface(),
  AINFT1155: IAINFT1155__factory.createInterface(),
  AINFT1155Votes: IAINFT1155Votes__factory.createInterface(),
};

/** Tried where they are tested: they work once, or take the token that every other call needs. */
const ELSEWHERE = ["initialize", "mint", "mintBatch", "burn", "createProgram"];

/** Writes that are open to all: what one owns oneself, and what the holder of the votes signed. */
const OPEN_TO_ALL = ["setApprovalForAll", "delegate", "delegateBySig"];

/** Everything that a token's history consists of, and what its controller set for it; an arbiter's lock is neither. */
async function historyOf({ program, address, stranger, tokenId }: ProgramWorld) {
  const royalties = IAINFTRoyalties__factory.connect(address, stranger);
  const versions = [1, 2];
  return {
    ...(await readProgram(program, tokenId)),
    locked: undefined,
    manifests: await Promise.all(versions.map((version) => program.manifestOf(tokenId, version))),
    splits: await Promise.all(versions.map((version) => royalties.splitOf(tokenId, version))),
    trainingRoot: await program.trainingRoot(tokenId),
    holdersOnly: await program.isHoldersOnly(tokenId),
  };
}

for (const [kind, everythingCallable] of Object.entries(callableKinds)) {
  const abi = abis[kind as keyof typeof callableKinds]; // the keys of the record are those of the kinds
  const functions = functionsOf(abi).filter(({ name }) => !ELSEWHERE.includes(name));
  const writing = functions.filter(({ constant }) => !constant);

  async function prepared(fragment: (typeof functions)[number]) {
    const world = await loadFixture(everythingCallable);
    const { by, args } = await callOf(world, fragment.name, fragment.format("sighash"));
    return { world, by, call: { to: world.address, data: abi.encodeFunctionData(fragment, [...args]) } };
  }

  describe(`every function of ${kind}`, () => {
    for (const fragment of writing.filter(({ name }) => !OPEN_TO_ALL.includes(name))) {
      it(`[peers D28] ${fragment.format("sighash")} refuses whom it is not for`, async () => {
        const { world, by, call } = await prepared(fragment);
        await by.call(call);

        await expect(world.relayer.call(call)).to.be.reverted;
      });
    }

    for (const fragment of writing) {
      it(`[peers C25] ${fragment.format("sighash")} changes nothing of a frozen program`, async () => {
        const { world, by, call } = await prepared(fragment);
        await world.program.freeze(world.tokenId);
        const before = await historyOf(world);

        await by.sendTransaction(call).catch(() => undefined); // refused or not: what counts is what is left

        expect(await historyOf(world)).to.deep.equal(before);
      });
    }

    for (const fragment of functions) {
      it(`[lineage 15] ${fragment.format("sighash")} takes no ether`, async () => {
        const { by, call } = await prepared(fragment);
        await by.call(call);

        await expect(by.call({ ...call, value: 1n })).to.be.revertedWithoutReason();
      });
    }

    it("[peers D31] is none by which the code could be changed", async () => {
      const { address, creator } = await loadFixture(everythingCallable);

      expect(functions.filter(({ name }) => /upgrade|implementation|proxiable/iu.test(name))).to.deep.equal([]);
      for (const signature of ["proxiableUUID()", "upgradeTo(address)", "upgradeToAndCall(address,bytes)"]) {
        const data = id(signature).slice(0, 10) + "00".repeat(64);
        await expect(creator.call({ to: address, data })).to.be.revertedWithoutReason();
      }
    });
  });
}

describe("every function beside the collections and their splits", () => {
  const contracts = {
    AINFTBinder: AINFTBinder__factory.createInterface(),
    AINFTFactory: AINFTFactory__factory.createInterface(),
    ActivityCounters: ActivityCounters__factory.createInterface(),
    AINToken: AINToken__factory.createInterface(),
    Collectives: Collectives__factory.createInterface(),
    Challenges: Challenges__factory.createInterface(),
    ContributorSplits: ContributorSplits__factory.createInterface(),
    ERC7007Adapter: ERC7007Adapter__factory.createInterface(),
    ERC8004Adapter: ERC8004Adapter__factory.createInterface(),
    Governors: Governors__factory.createInterface(),
    Hatchery: Hatchery__factory.createInterface(),
    InferenceOracle: InferenceOracle__factory.createInterface(),
    OnchainMetadata: OnchainMetadata__factory.createInterface(),
    RewardDistributor: RewardDistributor__factory.createInterface(),
    TraitSchema: TraitSchema__factory.createInterface(),
  };

  for (const [name, abi] of Object.entries(contracts)) {
    it(`[peers F45] of ${name} takes no ether: no fee, no bond and no escrow`, () => {
      const paid = functionsOf(abi).filter(({ payable }) => payable);

      expect(paid.map((fragment) => fragment.format("sighash"))).to.deep.equal([]);
      expect([abi.receive, abi.fallback]).to.deep.equal([false, null]);
    });
  }

  it("[lineage 15] of RequestDesk takes no ether but the one that opens an order", () => {
    const abi = RequestDesk__factory.createInterface();
    const paid = functionsOf(abi).filter(({ payable }) => payable);

    expect(paid.map(({ name }) => name)).to.deep.equal(["request"]);
    expect([abi.receive, abi.fallback]).to.deep.equal([false, null]);
  });
});
