import { expect } from "chai";
import { AbiCoder, ZeroAddress, ZeroHash } from "ethers";
import { behavesLikeAINFT } from "../behaviors/ainft.behavior";
import { deployContract, loadFixture } from "../helpers/chain";
import { everybody, type People } from "../helpers/people";
import { programAsBoundERC1155, programAsBoundERC721 } from "../helpers/programs";
import { digestOf } from "../helpers/typed-data";
import { interfaceId } from "../helpers/interfaces";
import { IAINFT__factory, IAINFTBinder__factory } from "../../typechain-types";
import type { AINFTBinder, BoundERC1155Mock, BoundERC721Mock } from "../../typechain-types";

const manifest = digestOf("first manifest");
const word = (value: string | bigint): string => AbiCoder.defaultAbiCoder().encode(["uint256"], [value]);

interface World extends People {
  binder: AINFTBinder;
  erc721: BoundERC721Mock;
  erc1155: BoundERC1155Mock;
}

/** Originals that `owner` holds: ERC-721 token 7, and five units of ERC-1155 id 7. Nothing is bound. */
async function originals(): Promise<World> {
  const people = await everybody();
  const binder = await deployContract("AINFTBinder", [people.dao.address, people.oracleAccount.address]);
  const erc721 = await deployContract("BoundERC721Mock");
  const erc1155 = await deployContract("BoundERC1155Mock");
  await erc721.give(people.owner.address, 7);
  await erc1155.give(people.owner.address, 7, 5);
  return { ...people, binder, erc721, erc1155 };
}

describe("AINFTBinder, bound to an ERC-721 token", () => behavesLikeAINFT(programAsBoundERC721));
describe("AINFTBinder, bound to an ERC-1155 id", () => behavesLikeAINFT(programAsBoundERC1155));

describe("AINFTBinder", () => {
  describe("bindERC721", () => {
    it("gives the original its program, which its owner controls", async () => {
      const { binder, erc721, owner, stranger } = await loadFixture(originals);

      await expect(binder.connect(owner).bindERC721(erc721, 7, manifest))
        .to.emit(binder, "ProgramBound")
        .withArgs(1n, await erc721.getAddress(), 7n, false, owner.address)
        .and.to.emit(binder, "VersionPublished")
        .withArgs(1n, 1n, manifest);

      expect(await binder.programFor(erc721, 7)).to.equal(1n);
      expect(await binder.programCount()).to.equal(1n);
      expect(await binder.bindingOf(1)).to.deep.equal([await erc721.getAddress(), 0n, 7n, ZeroAddress]);
      expect([await binder.isController(1, owner), await binder.isController(1, stranger)]).to.deep.equal([
        true,
        false,
      ]);
    });

    it("returns the program's id", async () => {
      const { binder, erc721, owner } = await loadFixture(originals);

      expect(await binder.connect(owner).bindERC721.staticCall(erc721, 7, manifest)).to.equal(1n);
    });

    it("is open to whom the owner approved, for the token or for all", async () => {
      const { binder, erc721, owner, friend, trainer } = await loadFixture(originals);
      await erc721.connect(owner).approve(friend, 7);
      await erc721.connect(owner).setApprovalForAll(trainer, true);

      expect(await binder.connect(friend).bindERC721.staticCall(erc721, 7, manifest)).to.equal(1n);
      expect(await binder.connect(trainer).bindERC721.staticCall(erc721, 7, manifest)).to.equal(1n);
    });

    it("refuses everybody else, and tokens that nobody owns", async () => {
      const { binder, erc721, owner, stranger } = await loadFixture(originals);

      for (const [actor, tokenId] of [
        [stranger, 7n],
        [owner, 8n],
      ] as const) {
        await expect(binder.connect(actor).bindERC721(erc721, tokenId, manifest))
          .to.be.revertedWithCustomError(binder, "AINFTBinderNotHolder")
          .withArgs(await erc721.getAddress(), tokenId, actor.address);
      }
    });

    it("refuses an address without code", async () => {
      const { binder, owner, stranger } = await loadFixture(originals);

      await expect(binder.connect(owner).bindERC721(stranger, 7, manifest))
        .to.be.revertedWithCustomError(binder, "AINFTBinderNotHolder")
        .withArgs(stranger.address, 7n, owner.address);
    });

    it("[lineage 8] binds an original once, whoever holds it later", async () => {
      const { binder, erc721, owner, friend } = await loadFixture(originals);
      await binder.connect(owner).bindERC721(erc721, 7, manifest);
      await erc721.connect(owner).transferFrom(owner, friend, 7);

      await expect(binder.connect(friend).bindERC721(erc721, 7, digestOf("another manifest")))
        .to.be.revertedWithCustomError(binder, "AINFTBinderAlreadyBound")
        .withArgs(await erc721.getAddress(), 7n, 1n);
    });

    it("refuses a zero manifest and leaves the original free", async () => {
      const { binder, erc721, owner } = await loadFixture(originals);

      await expect(binder.connect(owner).bindERC721(erc721, 7, ZeroHash))
        .to.be.revertedWithCustomError(binder, "AINFTEmptyManifest")
        .withArgs(1n);
      expect(await binder.programFor(erc721, 7)).to.equal(0n);
    });
  });

  describe("authority over a program bound to an ERC-721 token", () => {
    it("[lineage 8] moves with the original through a sale, approvals too", async () => {
      const { binder, erc721, owner, friend, trainer } = await loadFixture(originals);
      await binder.connect(owner).bindERC721(erc721, 7, manifest);
      await erc721.connect(owner).approve(trainer, 7);
      expect(await binder.isController(1, trainer)).to.equal(true);

      await erc721.connect(owner).transferFrom(owner, friend, 7);

      const may = await Promise.all([owner, trainer, friend].map((person) => binder.isController(1, person)));
      expect(may).to.deep.equal([false, false, true]);
      await expect(binder.connect(owner).publishManifest(1, digestOf("late manifest")))
        .to.be.revertedWithCustomError(binder, "AINFTNotController")
        .withArgs(1n, owner.address);
    });

    it("ends when the original is burned; the program stays readable", async () => {
      const { binder, erc721, owner } = await loadFixture(originals);
      await binder.connect(owner).bindERC721(erc721, 7, manifest);

      await erc721.burn(7);

      expect(await binder.isController(1, owner)).to.equal(false);
      expect(await binder.isController(1, ZeroAddress)).to.equal(false);
      expect(await binder.activeVersion(1)).to.deep.equal([1n, manifest]);
    });

    it("needs nothing of a collection but to say who owns a token", async () => {
      const { binder, owner, friend } = await loadFixture(originals);
      const minimal = await deployContract("MinimalERC721Mock");
      await minimal.give(owner, 7);
      await binder.connect(owner).bindERC721(minimal, 7, manifest);
      await binder.connect(owner).publishManifest(1, digestOf("second manifest"));

      await minimal.connect(owner).give(friend, 7);

      await binder.connect(friend).publishManifest(1, digestOf("third manifest"));
      expect((await binder.activeVersion(1))[0]).to.equal(3n);
      expect(await binder.isController(1, owner)).to.equal(false);
    });

    for (const [title, answer, reverts] of [
      ["reverts", "0x", true],
      ["reverts with what would be an answer", "OWNER", true],
      ["answers nothing", "0x", false],
      ["answers half a word", "HALF", false],
      ["answers an address with dirty high bits", "DIRTY", false],
      ["reverts with far too much", "0x" + "ff".repeat(20_000), true],
    ] as const) {
      it(`says no, and never fails, when a collection ${title}`, async () => {
        const { binder, owner } = await loadFixture(originals);
        const hostile = await deployContract("HostileOriginalMock");
        await hostile.tell(word(owner.address), false);
        await binder.connect(owner).bindERC721(hostile, 7, manifest);
        const answers: Record<string, string> = {
          OWNER: word(owner.address),
          HALF: word(owner.address).slice(0, 34),
          DIRTY: word((1n << 255n) | BigInt(owner.address)),
        };

        await hostile.tell(answers[answer] ?? answer, reverts);

        expect(await binder.isController(1, owner)).to.equal(false);
      });
    }
  });

  describe("bindERC1155", () => {
    it("makes the holder the steward of the program", async () => {
      const { binder, erc1155, owner } = await loadFixture(originals);

      await expect(binder.connect(owner).bindERC1155(erc1155, 7, manifest))
        .to.emit(binder, "ProgramBound")
        .withArgs(1n, await erc1155.getAddress(), 7n, true, owner.address);

      expect(await binder.bindingOf(1)).to.deep.equal([await erc1155.getAddress(), 1n, 7n, owner.address]);
      expect(await binder.isController(1, owner)).to.equal(true);
    });

    it("takes nothing from a steward whose original fails to answer, or answers less than a word", async () => {
      const { binder, owner, stranger } = await loadFixture(originals);
      const original = await deployContract("HostileOriginalMock");
      await original.tell(word(1n), false);
      await binder.connect(owner).bindERC1155(original, 7, manifest);

      for (const [answer, reverts] of [
        ["0x", true],
        [word(0n), true],
        ["0x", false],
        ["0x00", false],
      ] as const) {
        await original.tell(answer, reverts);
        await expect(binder.connect(stranger).takeStewardship(1))
          .to.be.revertedWithCustomError(binder, "AINFTBinderStewardStays")
          .withArgs(1n, owner.address);
      }
    });

    it("refuses somebody without a unit", async () => {
      const { binder, erc1155, stranger } = await loadFixture(originals);

      await expect(binder.connect(stranger).bindERC1155(erc1155, 7, manifest))
        .to.be.revertedWithCustomError(binder, "AINFTBinderNotHolder")
        .withArgs(await erc1155.getAddress(), 7n, stranger.address);
    });

    it("[lineage 8] binds an original once", async () => {
      const { binder, erc1155, owner } = await loadFixture(originals);
      await binder.connect(owner).bindERC1155(erc1155, 7, manifest);

      await expect(binder.connect(owner).bindERC1155(erc1155, 7, manifest))
        .to.be.revertedWithCustomError(binder, "AINFTBinderAlreadyBound")
        .withArgs(await erc1155.getAddress(), 7n, 1n);
    });
  });

  describe("takeStewardship", () => {
    async function sold(): Promise<World> {
      const world = await originals();
      await world.binder.connect(world.owner).bindERC1155(world.erc1155, 7, manifest);
      await world.erc1155.connect(world.owner).safeTransferFrom(world.owner, world.friend, 7, 5, "0x");
      return world;
    }

    it("hands the program to a holder once the steward has sold every unit", async () => {
      const { binder, owner, friend } = await loadFixture(sold);
      expect([await binder.isController(1, owner), await binder.isController(1, friend)]).to.deep.equal([false, false]);

      await expect(binder.connect(friend).takeStewardship(1))
        .to.emit(binder, "StewardChanged")
        .withArgs(1n, owner.address, friend.address);

      expect([await binder.isController(1, owner), await binder.isController(1, friend)]).to.deep.equal([false, true]);
    });

    it("refuses while the steward holds one unit", async () => {
      const { binder, erc1155, owner, friend } = await loadFixture(sold);
      await erc1155.connect(friend).safeTransferFrom(friend, owner, 7, 1, "0x");

      await expect(binder.connect(friend).takeStewardship(1))
        .to.be.revertedWithCustomError(binder, "AINFTBinderStewardStays")
        .withArgs(1n, owner.address);
    });

    it("refuses somebody without a unit", async () => {
      const { binder, erc1155, stranger } = await loadFixture(sold);

      await expect(binder.connect(stranger).takeStewardship(1))
        .to.be.revertedWithCustomError(binder, "AINFTBinderNotHolder")
        .withArgs(await erc1155.getAddress(), 7n, stranger.address);
    });

    it("refuses programs of ERC-721 tokens and unknown ones", async () => {
      const { binder, erc721, owner } = await loadFixture(originals);
      await binder.connect(owner).bindERC721(erc721, 7, manifest);

      for (const programId of [1n, 2n]) {
        await expect(binder.connect(owner).takeStewardship(programId))
          .to.be.revertedWithCustomError(binder, "AINFTBinderStewardStays")
          .withArgs(programId, ZeroAddress);
      }
    });
  });

  describe("programURI", () => {
    it("follows the active version", async () => {
      const { binder, erc721, owner } = await loadFixture(originals);
      await binder.connect(owner).bindERC721(erc721, 7, manifest);
      const before = await binder.programURI(1);

      await binder.connect(owner).publishManifest(1, digestOf("second manifest"));

      expect(before).to.match(/^ipfs:\/\/bafkrei[a-z2-7]{52}$/);
      expect(await binder.programURI(1)).not.to.equal(before);
    });

    it("refuses an unknown program", async () => {
      const { binder } = await loadFixture(originals);

      await expect(binder.programURI(1)).to.be.revertedWithCustomError(binder, "AINFTUnknownToken").withArgs(1n);
    });
  });

  describe("supportsInterface", () => {
    it("says yes to what it answers, and no to the rest", async () => {
      const { binder } = await loadFixture(originals);
      const own = [IAINFT__factory, IAINFTBinder__factory].map((each) => interfaceId(each.createInterface()));
      const yes = ["0x01ffc9a7", "0x84b0196e", ...own];
      const no = ["0xffffffff", "0x80ac58cd", "0xd9b67a26", "0x49064906"];

      for (const id of yes) expect(await binder.supportsInterface(id)).to.equal(true);
      for (const id of no) expect(await binder.supportsInterface(id)).to.equal(false);
    });
  });
});
