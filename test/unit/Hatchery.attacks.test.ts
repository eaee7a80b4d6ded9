import { expect } from "chai";
import { AbiCoder, ZeroHash } from "ethers";
import {
  IAINFT721Tokens__factory,
  IAINFTCollection__factory,
  IAINFTLife__factory,
  IAINFTTraits__factory,
  IERC721__factory,
  IERC721Receiver__factory,
  IOwnable2Step__factory,
} from "../../typechain-types";
import {
  blockNumber,
  deployContract,
  impersonated,
  loadFixture,
  mineBlocks,
  nextBlockAt,
  now,
  provider,
} from "../helpers/chain";
import {
  certainTable,
  commit,
  common,
  drawnFrom,
  EGG_BOND,
  eggCommitted,
  eggLaid,
  EggState,
  hatcheryDeployed,
  KNOWN_BLOCKS,
  layEgg,
  legend,
  mineTo,
  NOTICE,
  raiseXp,
  rare,
  readEgg,
  seedOf,
  TREASURY,
} from "../helpers/hatchery";
import { word } from "../helpers/traits";
import { digestOf } from "../helpers/typed-data";

/*
 * Every way to bend a hatch that docs/hatching.md names: each fails, or costs what the document says.
 */

describe("Hatchery under attack", () => {
  describe("by the committer", () => {
    it("reveals nothing in the block of the commit", async () => {
      const { hatchery, player, eggId, commitment, secret } = await loadFixture(eggLaid);
      const byPlayer = hatchery.connect(player);
      await provider.send("evm_setAutomine", [false]);
      const gasLimit = 1_000_000n;
      const committing = await byPlayer.commit(eggId, commitment, 1, { gasLimit });
      const revealing = await byPlayer.reveal(eggId, secret, { gasLimit });
      await provider.send("evm_setAutomine", [true]);
      await mineBlocks(1);

      const receipts = await Promise.all(
        [committing, revealing].map(({ hash }) => provider.getTransactionReceipt(hash)),
      );
      expect(receipts.map((receipt) => receipt?.status)).to.deep.equal([1, 0]);
      expect(receipts[0]?.blockNumber).to.equal(receipts[1]?.blockNumber);
      expect((await readEgg(hatchery, eggId)).state).to.equal(EggState.WAITING);
    });

    it("reveals nothing before the block that decides, nor in it", async () => {
      const { hatchery, eggId, secret, revealBlock } = await loadFixture(eggCommitted);

      for (const block of [revealBlock - 1n, revealBlock]) {
        await mineTo(block - 1n);
        await expect(hatchery.reveal(eggId, secret))
          .to.be.revertedWithCustomError(hatchery, "HatcheryTooEarly")
          .withArgs(eggId, block, revealBlock);
      }
      await hatchery.reveal(eggId, secret); // the first block after it
      expect(await blockNumber()).to.equal(revealBlock + 1n);
    });

    it("reveals nothing when the hash is not known any more, even long after", async () => {
      const { hatchery, eggId, secret, revealBlock } = await loadFixture(eggCommitted);

      for (const late of [1n, 1000n, 9000n]) {
        await mineTo(revealBlock + KNOWN_BLOCKS + late - 1n);
        await expect(hatchery.reveal(eggId, secret))
          .to.be.revertedWithCustomError(hatchery, "HatcheryTooLate")
          .withArgs(eggId, revealBlock + KNOWN_BLOCKS + late, revealBlock);
      }
    });

    it("changes no secret after the draw is known", async () => {
      const { hatchery, eggId, revealBlock } = await loadFixture(eggCommitted);
      await mineTo(revealBlock);

      for (const secret of [digestOf("another secret"), ZeroHash]) {
        await expect(hatchery.reveal(eggId, secret))
          .to.be.revertedWithCustomError(hatchery, "HatcheryWrongSecret")
          .withArgs(eggId);
      }
    });

    it("commits no egg a second time to draw anew", async () => {
      const { hatchery, player, eggId, secret, revealBlock, address } = await loadFixture(eggCommitted);
      await mineTo(revealBlock);

      await expect(hatchery.connect(player).commit(eggId, digestOf("another"), 1))
        .to.be.revertedWithCustomError(hatchery, "HatcheryNotOwner")
        .withArgs(eggId, player.address, address);
      await hatchery.reveal(eggId, secret);
      await expect(hatchery.reveal(eggId, secret))
        .to.be.revertedWithCustomError(hatchery, "HatcheryWrongState")
        .withArgs(eggId, EggState.WAITING, EggState.NONE);
    });

    it("draws the same however often and whenever it is looked at", async () => {
      const world = await loadFixture(eggCommitted);
      const { hatchery, hatched, eggId, secret, revealBlock } = world;
      await mineTo(revealBlock);
      const outcome = drawnFrom([7000n, 2500n, 500n], await seedOf(world, eggId, revealBlock));
      await mineBlocks(100);

      await hatchery.reveal(eggId, secret);

      expect((await hatched.activeVersion(1n)).manifestDigest).to.equal([common, rare, legend][outcome]);
    });

    it("moves the egg nowhere while it waits, nor burns or changes it", async () => {
      const { eggs, eggsAddress, address, player, friend, eggId } = await loadFixture(eggCommitted);

      await expect(eggs.transferFrom(address, friend.address, eggId))
        .to.be.revertedWithCustomError(eggs, "ERC721InsufficientApproval")
        .withArgs(player.address, eggId);
      for (const act of [() => eggs.burn(eggId), () => eggs.publishManifest(eggId, rare)]) {
        await expect(act()).to.be.revertedWithCustomError(eggs, "AINFTNotController").withArgs(eggId, player.address);
      }
      expect(await eggs.getApproved(eggId)).to.equal("0x0000000000000000000000000000000000000000");
      expect(eggsAddress).to.equal(await eggs.getAddress());
    });

    it("gains no more by abandoning than the bond costs: the egg comes back, the bond does not", async () => {
      const { hatchery, token, eggs, player, eggId, secret, revealBlock } = await loadFixture(eggCommitted);
      const before = await token.balanceOf(player.address);
      await mineTo(revealBlock + KNOWN_BLOCKS);
      await hatchery.returnEgg(eggId);

      expect(await eggs.ownerOf(eggId)).to.equal(player.address);
      expect(await token.balanceOf(player.address)).to.equal(before);
      expect([await hatchery.owedTo(player.address), await hatchery.owedTo(TREASURY)]).to.deep.equal([0n, EGG_BOND]);
      await expect(hatchery.reveal(eggId, secret))
        .to.be.revertedWithCustomError(hatchery, "HatcheryWrongState")
        .withArgs(eggId, EggState.WAITING, EggState.NONE);
    });
  });

  describe("by somebody else", () => {
    it("uses no commitment of another: a copied one does not open with the secret that it was made of", async () => {
      const world = await loadFixture(eggCommitted);
      const { hatchery, address, eggs, token, friend, eggId, secret, commitment, revealBlock } = world;
      const copy = await layEgg(world, friend, 50n);
      await eggs.connect(friend).setApprovalForAll(address, true);
      await token.mint(friend.address, EGG_BOND);
      await token.connect(friend).approve(address, EGG_BOND);
      await hatchery.connect(friend).commit(copy, commitment, 1);
      await mineTo(revealBlock + 1n);
      await hatchery.reveal(eggId, secret); // from now on everybody knows the secret

      await expect(hatchery.connect(friend).reveal(copy, secret))
        .to.be.revertedWithCustomError(hatchery, "HatcheryWrongSecret")
        .withArgs(copy);
    });

    it("binds a commitment to hatchery, egg and committer", async () => {
      const { hatchery, settings, player, friend, eggId, secret, commitment } = await loadFixture(eggLaid);
      const other = await deployContract("Hatchery", [settings]);

      const others = await Promise.all([
        hatchery.commitmentOf(eggId + 1n, player.address, secret),
        hatchery.commitmentOf(eggId, friend.address, secret),
        hatchery.commitmentOf(eggId, player.address, digestOf("another secret")),
        other.commitmentOf(eggId, player.address, secret),
      ]);

      expect(new Set([commitment, ...others]).size).to.equal(5);
    });

    it("keeps no egg from hatching by a dispute: it hatches, and burns when the dispute is over", async () => {
      const { hatchery, hatched, eggs, arbiter, player, stranger, eggId, secret, revealBlock } =
        await loadFixture(eggCommitted);
      await eggs.connect(arbiter).lock(eggId);
      await mineTo(revealBlock);

      await hatchery.reveal(eggId, secret);

      expect(await hatched.ownerOf(1n)).to.equal(player.address);
      expect((await readEgg(hatchery, eggId)).state).to.equal(EggState.UNBURNED);
      await expect(hatchery.burnEgg(eggId)).to.be.revertedWithCustomError(eggs, "AINFTLocked").withArgs(eggId);
      for (const act of [() => hatchery.reveal(eggId, secret), () => hatchery.returnEgg(eggId)]) {
        await expect(act())
          .to.be.revertedWithCustomError(hatchery, "HatcheryWrongState")
          .withArgs(eggId, EggState.WAITING, EggState.UNBURNED);
      }
      await eggs.connect(arbiter).unlock(eggId);
      await hatchery.connect(stranger).burnEgg(eggId);
      await expect(eggs.ownerOf(eggId)).to.be.revertedWithCustomError(eggs, "ERC721NonexistentToken").withArgs(eggId);
      expect((await readEgg(hatchery, eggId)).state).to.equal(EggState.NONE);
    });

    it("sends no egg here by a safe transfer, which would be lost", async () => {
      const { eggs, address, player, eggId } = await loadFixture(eggLaid);

      await expect(eggs["safeTransferFrom(address,address,uint256)"](player.address, address, eggId))
        .to.be.revertedWithCustomError(eggs, "ERC721InvalidReceiver")
        .withArgs(address);
    });
  });

  describe("by the reporters", () => {
    it("raises XP after the commit in vain: the odds are those of the commit", async () => {
      const world = await loadFixture(eggCommitted);
      const { hatchery, hatched, eggs, eggId, secret, revealBlock } = world;
      await raiseXp(world, eggId, 500n); // a sure legend, were it committed now
      await mineTo(revealBlock);
      const outcome = drawnFrom([7000n, 2500n, 500n], await seedOf(world, eggId, revealBlock));

      await hatchery.reveal(eggId, secret);

      expect((await hatched.activeVersion(1n)).manifestDigest).to.equal([common, rare, legend][outcome]);
      expect((await hatchery.lineageOf(1n)).xp).to.equal(50n);
      expect((await eggs.programOf(eggId)).sequence).to.equal(2n);
    });
  });

  describe("by the owner", () => {
    it("changes the odds of no egg that waits", async () => {
      const world = await loadFixture(eggLaid);
      const { hatchery, hatched, dao, player } = world;
      const eggId = await layEgg(world, player, 500n);
      await hatchery.connect(dao).publishTable(certainTable(common));
      const countsFrom = (await now()) + NOTICE;
      await nextBlockAt(countsFrom - 1n);
      await commit(world, eggId); // under the first table, a second before the other counts
      await nextBlockAt(countsFrom);
      await mineTo((await readEgg(hatchery, eggId)).revealBlock);
      expect(await hatchery.currentTable()).to.equal(2n);

      await hatchery.reveal(eggId, world.secret);

      expect(await hatched.activeVersion(1n)).to.deep.equal([1n, legend]);
      expect((await hatchery.lineageOf(1n)).tableVersion).to.equal(1n);
    });

    it("takes no egg under a table that its owner did not ask for", async () => {
      const world = await loadFixture(eggLaid);
      await world.hatchery.connect(world.dao).publishTable(certainTable(common));
      await expect(commit(world, world.eggId, 2))
        .to.be.revertedWithCustomError(world.hatchery, "HatcheryOtherTable")
        .withArgs(2n, 1n);
      await nextBlockAt((await now()) + NOTICE);

      await expect(commit(world)).to.be.revertedWithCustomError(world.hatchery, "HatcheryOtherTable").withArgs(1n, 2n);
    });

    it("stops no reveal by pausing the collection of the hatched: it controls minting no more", async () => {
      const { hatchery, hatched, creator, dao, eggId, secret, revealBlock } = await loadFixture(eggCommitted);
      for (const person of [creator, dao]) {
        await expect(hatched.connect(person).setMintingPaused(true))
          .to.be.revertedWithCustomError(hatched, "OwnableUnauthorizedAccount")
          .withArgs(person.address);
      }
      await mineTo(revealBlock);

      await hatchery.reveal(eggId, secret);

      expect(await hatched.totalMinted()).to.equal(1n);
    });
  });

  describe("by a contract that is called", () => {
    it("asks no receiver: neither the new AINFT nor an egg that comes back calls its owner", async () => {
      const world = await loadFixture(eggLaid);
      const { hatchery, address, hatched, eggs, token, secret } = world;
      const receiver = await deployContract("RestlessMock");
      const holder = await impersonated(await receiver.getAddress());
      const received = IERC721Receiver__factory.createInterface().getFunction("onERC721Received").selector;
      await receiver.callBackOn(received, "0x");
      const [hatching, abandoned] = [await layEgg(world, holder, 50n), await layEgg(world, holder, 50n)];
      await eggs.connect(holder).setApprovalForAll(address, true);
      await token.mint(holder.address, 2n * EGG_BOND);
      await token.connect(holder).approve(address, 2n * EGG_BOND);
      for (const eggId of [hatching, abandoned]) {
        const commitment = await hatchery.commitmentOf(eggId, holder.address, secret);
        await hatchery.connect(holder).commit(eggId, commitment, 1);
      }
      await mineTo((await readEgg(hatchery, hatching)).revealBlock);
      await hatchery.reveal(hatching, secret);
      await mineTo((await readEgg(hatchery, abandoned)).revealBlock + KNOWN_BLOCKS);
      await hatchery.returnEgg(abandoned);

      expect([await hatched.ownerOf(1n), await eggs.ownerOf(abandoned)]).to.deep.equal([
        holder.address,
        holder.address,
      ]);
      expect(await receiver.callCount()).to.equal(0n);
    });

    it("answers no call from a collection of eggs or of the hatched while they are moved, burned or minted", async () => {
      const { hatchery, restless, kept, eggId, secret, player } = await loadFixture(restlessCollections);
      const refusal = hatchery.interface.encodeErrorResult("ReentrancyGuardReentrantCall");
      const again = hatchery.interface.encodeFunctionData("reveal", [eggId, secret]);
      const back = hatchery.interface.encodeFunctionData("returnEgg", [eggId]);
      const burning = hatchery.interface.encodeFunctionData("burnEgg", [eggId]);

      await restless.callBackOn(IERC721__factory.createInterface().getFunction("transferFrom").selector, back);
      await hatchery.connect(player).commit(eggId, await hatchery.commitmentOf(eggId, player.address, secret), 1);
      expect([await restless.callCount(), await restless.answer()]).to.deep.equal([1n, refusal]);

      await restless.callBackOn(IAINFT721Tokens__factory.createInterface().getFunction("burn").selector, burning);
      await kept.callBackOn(IAINFT721Tokens__factory.createInterface().getFunction("mint").selector, again);
      await mineTo((await readEgg(hatchery, eggId)).revealBlock);
      await hatchery.reveal(eggId, secret);
      expect([await restless.callCount(), await restless.answer()]).to.deep.equal([2n, refusal]);
      expect([await kept.callCount(), await kept.answer()]).to.deep.equal([1n, refusal]);
      expect(await hatchery.childOf(eggId)).to.equal(77n);

      const anew = hatchery.interface.encodeFunctionData("commit", [eggId, ZeroHash, 1]);
      await restless.callBackOn(IERC721__factory.createInterface().getFunction("transferFrom").selector, anew);
      await hatchery.connect(player).commit(eggId, ZeroHash, 1);
      expect([await restless.callCount(), await restless.answer()]).to.deep.equal([3n, refusal]);
    });

    it("tells XP beyond 128 bits as the largest number of 128 bits", async () => {
      const { hatchery, eggId, player } = await loadFixture(restlessCollections);

      await hatchery.connect(player).commit(eggId, ZeroHash, 1);

      expect((await readEgg(hatchery, eggId)).xp).to.equal(2n ** 128n - 1n);
    });
  });
});

/** A hatchery whose two collections answer whatever they like, and an egg of more XP than 128 bits hold. */
async function restlessCollections() {
  const world = await hatcheryDeployed();
  const { settings, eggs, player, dao } = world;
  const [restless, kept] = [await deployContract("RestlessMock"), await deployContract("RestlessMock")];
  const traits = IAINFTTraits__factory.createInterface();
  const owned = IOwnable2Step__factory.createInterface();
  const coded = (...values: readonly [type: string, value: unknown][]): string =>
    AbiCoder.defaultAbiCoder().encode(
      values.map(([type]) => type),
      values.map(([, value]) => value),
    );
  const answers: [selector: string, data: string][] = [
    [traits.getFunction("traitSchema").selector, coded(["address", await eggs.traitSchema()])],
    [traits.getFunction("getTraitValue").selector, word(2n ** 128n)],
    [IERC721__factory.createInterface().getFunction("ownerOf").selector, coded(["address", player.address])],
    [
      IAINFTLife__factory.createInterface().getFunction("activeVersion").selector,
      coded(["uint32", 1], ["bytes32", common]),
    ],
  ];
  for (const [selector, data] of answers) await restless.answerTo(selector, data);
  const hatchery = await deployContract("Hatchery", [
    { ...settings, eggs: await restless.getAddress(), collection: await kept.getAddress() },
  ]);
  await kept.answerTo(owned.getFunction("pendingOwner").selector, word(0n));
  await kept.answerTo(owned.getFunction("owner").selector, coded(["address", await hatchery.getAddress()]));
  await kept.answerTo(IAINFTCollection__factory.createInterface().getFunction("isMintingPaused").selector, word(0n));
  await kept.answerTo(IAINFT721Tokens__factory.createInterface().getFunction("mint").selector, word(77n));
  await hatchery.takeCollection();
  await hatchery.connect(dao).publishTable(certainTable(rare, 0n));
  return { ...world, hatchery, restless, kept, eggId: 5n, secret: digestOf("secret") };
}
