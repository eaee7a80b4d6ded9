import { expect } from "chai";
import { ZeroAddress } from "ethers";
import {
  BoundERC1155Mock__factory,
  BoundERC721Mock__factory,
  IAINFT1155__factory,
  IAINFT721__factory,
  IAINFTBinder__factory,
} from "../../typechain-types";
import { loadFixture, nextBlockAt, now, type Person } from "../helpers/chain";
import { type AskedOnce, askedOnce, ask, INPUT } from "../helpers/fixtures";
import { askAs, live1155, live721, liveBound, liveKinds, type LiveProgram } from "../helpers/live-programs";
import { digestOf } from "../helpers/typed-data";

const ONE_DAY = 86_400n;
const BOUND_721 = "AINFTBinder over ERC-721";

describe("InferenceOracle", () => {
  for (const [kind, live] of Object.entries(liveKinds)) {
    describe(`request, of a program in ${kind}`, () => {
      it("takes anybody's request of an open program", async () => {
        const world = await loadFixture(live);

        for (const who of ["owner", "requester", "stranger"] as const) await expectTaken(world, world[who]);
        expect(await world.oracle.requestCount()).to.equal(3n);
      });

      it("takes its controller's request, and no stranger's, once the program is kept for its holders", async () => {
        const world = await loadFixture(live);
        await world.program.setHoldersOnly(world.tokenId, true);

        await expectTaken(world, world.owner);
        for (const who of ["stranger", "requester", "creator", "dao", "arbiter"] as const) {
          await expectRefused(world, world[who]);
        }
        expect(await world.oracle.requestCount()).to.equal(1n);
      });

      it("takes anybody's request again once the program is opened again", async () => {
        const world = await loadFixture(live);
        await world.program.setHoldersOnly(world.tokenId, true);
        await expectRefused(world, world.stranger);
        await world.program.setHoldersOnly(world.tokenId, false);

        await expectTaken(world, world.stranger);
      });

      it("goes by the token that is asked, and by no other of the collection", async () => {
        const world = await loadFixture(live);
        const other = await world.mint(digestOf("another program"));
        await world.program.setHoldersOnly(other, true);

        await expectTaken(world, world.stranger);
        await expectRefused(world, world.stranger, other);
      });

      it("follows the control of the token: who gets it may ask, who gave it may not", async () => {
        const world = await loadFixture(live);
        await world.program.setHoldersOnly(world.tokenId, true);
        await expectRefused(world, world.friend);

        await world.handOver(world.friend);

        await expectTaken(world, world.friend);
        await expectRefused(world, world.owner);
      });

      it("keeps to who may ask when the program is frozen", async () => {
        const world = await loadFixture(live);
        await world.program.setHoldersOnly(world.tokenId, true);
        await world.program.freeze(world.tokenId);

        await expectTaken(world, world.owner);
        await expectRefused(world, world.stranger);
      });

      it("says of an unknown token that it is unknown, to whoever asks", async () => {
        const world = await loadFixture(live);

        await expect(askAs(world, world.owner, world.unknownId))
          .to.be.revertedWithCustomError(world.program, "AINFTUnknownToken")
          .withArgs(world.unknownId);
      });
    });
  }

  for (const [kind, live] of Object.entries({ ...live721, [BOUND_721]: liveBound[BOUND_721] })) {
    describe(`request, of a program kept for its holders in ${kind}`, () => {
      it("takes the request of whoever is approved for the token, until it changes hands", async () => {
        const world = await loadFixture(live);
        await world.program.setHoldersOnly(world.tokenId, true);
        await world.approveForToken?.(world.player);
        await expectTaken(world, world.player);

        await world.handOver(world.friend);

        await expectRefused(world, world.player);
      });

      it("takes the request of whoever is approved for everything of the owner", async () => {
        const world = await loadFixture(live);
        await world.program.setHoldersOnly(world.tokenId, true);
        await world.approveForAll?.(world.player);

        await expectTaken(world, world.player);
      });
    });
  }

  for (const [kind, live] of Object.entries(live721)) {
    describe(`request, of a program kept for its holders in ${kind}, by its ERC-4907 user`, () => {
      async function lent(): Promise<LiveProgram & { expires: bigint }> {
        const world = await loadFixture(live);
        await world.program.setHoldersOnly(world.tokenId, true);
        const expires = (await now()) + ONE_DAY;
        await erc721(world).setUser(world.tokenId, world.player.address, expires);
        return { ...world, expires };
      }

      it("takes it up to the very second in which the use expires", async () => {
        const world = await lent();
        await expectTaken(world, world.player);

        await nextBlockAt(world.expires);
        await expectTaken(world, world.player);
      });

      it("refuses it one second later", async () => {
        const world = await lent();
        await nextBlockAt(world.expires + 1n);

        await expectRefused(world, world.player);
      });

      it("refuses it once another may use the token, or nobody", async () => {
        const world = await lent();
        await erc721(world).setUser(world.tokenId, world.requester.address, world.expires);
        await expectTaken(world, world.requester);
        await expectRefused(world, world.player);

        await erc721(world).setUser(world.tokenId, ZeroAddress, 0n);
        await expectRefused(world, world.requester);
      });

      it("refuses it once the token changed hands", async () => {
        const world = await lent();
        await world.handOver(world.friend);

        await expectRefused(world, world.player);
      });

      it("refuses everybody once the token is burned", async () => {
        const world = await lent();
        await erc721(world).burn(world.tokenId);

        for (const who of ["owner", "player", "stranger"] as const) await expectRefused(world, world[who]);
      });
    });
  }

  for (const [kind, live] of Object.entries(live1155)) {
    describe(`request, of a program kept for its holders in ${kind}`, () => {
      it("takes the request of whoever has an edition, and of the curator who has none", async () => {
        const world = await loadFixture(live);
        await world.program.setHoldersOnly(world.tokenId, true);
        await erc1155(world).mint(world.player.address, world.tokenId, 1n);

        await expectTaken(world, world.player);
        await expectTaken(world, world.owner);
        expect(await erc1155(world).balanceOf(world.owner.address, world.tokenId)).to.equal(0n);
      });

      it("refuses who gave the last edition away, and takes the request of who has it now", async () => {
        const world = await loadFixture(live);
        const { tokenId, player, friend } = world;
        await world.program.setHoldersOnly(tokenId, true);
        await erc1155(world).mint(player.address, tokenId, 2n);
        const give = () =>
          erc1155(world).connect(player).safeTransferFrom(player.address, friend.address, tokenId, 1n, "0x");
        await give();
        await expectTaken(world, player);
        await give();

        await expectRefused(world, player);
        await expectTaken(world, friend);
      });

      it("refuses who burned the last edition", async () => {
        const world = await loadFixture(live);
        const { tokenId, player } = world;
        await world.program.setHoldersOnly(tokenId, true);
        await erc1155(world).mint(player.address, tokenId, 1n);
        await erc1155(world).connect(player).burn(player.address, tokenId, 1n);

        await expectRefused(world, player);
      });

      it("refuses who has editions of another id alone, and who acts for a holder", async () => {
        const world = await loadFixture(live);
        const { tokenId, player, friend, owner } = world;
        await world.program.setHoldersOnly(tokenId, true);
        const other = await world.mint(digestOf("another program"));
        await erc1155(world).mint(player.address, other, 5n);
        for (const holder of [owner, player]) await erc1155(world).connect(holder).setApprovalForAll(friend, true);

        await expectRefused(world, player);
        await expectRefused(world, friend);
      });
    });
  }

  describe("request, of a bound program kept for its holders", () => {
    it("takes the request of whoever has a unit of its ERC-1155 original, until it is gone", async () => {
      const world = await loadFixture(liveBound["AINFTBinder over ERC-1155"]);
      const { tokenId, owner, player } = world;
      await world.program.setHoldersOnly(tokenId, true);
      await expectRefused(world, player);
      const { collection } = await IAINFTBinder__factory.connect(world.address, owner).bindingOf(tokenId);
      const original = BoundERC1155Mock__factory.connect(collection, owner);

      await original.safeTransferFrom(owner.address, player.address, tokenId, 1n, "0x");
      await expectTaken(world, player);
      await expectTaken(world, owner);

      await original.connect(player).safeTransferFrom(player.address, owner.address, tokenId, 1n, "0x");
      await expectRefused(world, player);
    });

    it("refuses everybody once the ERC-721 original is burned", async () => {
      const world = await loadFixture(liveBound[BOUND_721]);
      await world.program.setHoldersOnly(world.tokenId, true);
      const { collection } = await IAINFTBinder__factory.connect(world.address, world.owner).bindingOf(world.tokenId);
      await BoundERC721Mock__factory.connect(collection, world.owner).burn(world.tokenId);

      for (const who of ["owner", "stranger"] as const) await expectRefused(world, world[who]);
    });
  });

  describe("request, before and after a program is kept for its holders", () => {
    it("delivers the answer to what was asked while the program was open", async () => {
      const world = await loadFixture(askedOnce);
      await keepForHolders(world);
      const { oracle, relayer, attest, result, requestId } = world;

      await oracle.connect(relayer).fulfill(attest.result(result), result);

      expect(await oracle.isFulfilled(requestId)).to.equal(true);
    });

    it("refuses the same request from the same requester, and gives its id to the next", async () => {
      const world = await loadFixture(askedOnce);
      await keepForHolders(world);

      await expect(ask(world, world.request, INPUT))
        .to.be.revertedWithCustomError(world.oracle, "InferenceOracleMayNotAsk")
        .withArgs(world.collectionAddress, world.tokenId, world.requester.address);
      await ask({ ...world, requester: world.owner }, world.request, INPUT);
      expect(await world.oracle.requestCount()).to.equal(2n);
    });
  });
});

async function keepForHolders({ collection, owner, tokenId }: AskedOnce): Promise<void> {
  await collection.connect(owner).setHoldersOnly(tokenId, true);
}

function erc721({ address, owner }: LiveProgram) {
  return IAINFT721__factory.connect(address, owner);
}

function erc1155({ address, owner }: LiveProgram) {
  return IAINFT1155__factory.connect(address, owner);
}

/** The request is made, in the name of whoever asked. */
async function expectTaken(world: LiveProgram, person: Person): Promise<void> {
  const before = await world.oracle.requestCount();
  const receipt = await (await askAs(world, person)).wait();
  const [made, ...more] = await world.oracle.queryFilter(
    world.oracle.filters.RequestCreated(before + 1n),
    receipt?.blockNumber,
  );
  expect([made?.args.collection, made?.args.tokenId, made?.args.requester]).to.deep.equal([
    world.address,
    world.tokenId,
    person.address,
  ]);
  expect(more).to.deep.equal([]);
}

async function expectRefused(world: LiveProgram, person: Person, tokenId = world.tokenId): Promise<void> {
  const before = await world.oracle.requestCount();
  await expect(askAs(world, person, tokenId))
    .to.be.revertedWithCustomError(world.oracle, "InferenceOracleMayNotAsk")
    .withArgs(world.address, tokenId, person.address);
  expect(await world.oracle.requestCount()).to.equal(before);
}
