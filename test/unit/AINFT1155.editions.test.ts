import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";
import type { ERC1155ReceiverMock } from "../../typechain-types";
import { deployContract, loadFixture } from "../helpers/chain";
import { editionKinds, type Editions, editionsOf } from "../helpers/editions";
import { EDITION_LIMIT, readProgram } from "../helpers/programs";
import { digestOf } from "../helpers/typed-data";

/** How a receiving contract may answer. */
const Manner = { ACCEPTING: 0, WRONG_ANSWER: 1, SHORT_ANSWER: 2, REVERTING: 3, BURNING_GAS: 4 } as const;

interface Received extends Editions {
  receiver: ERC1155ReceiverMock;
  to: string;
}

for (const [name, fixture] of editionKinds) {
  describe(name, () => {
    async function received(): Promise<Received> {
      const world = await fixture();
      const receiver = await deployContract("ERC1155ReceiverMock");
      return { ...world, receiver, to: await receiver.getAddress() };
    }

    /** `friend` holds five editions. */
    async function held(): Promise<Received> {
      const world = await received();
      await world.byCurator.mint(world.friend.address, world.tokenId, 5);
      return world;
    }

    /** Every way in which a contract comes to hold editions. */
    const ways: Record<string, (world: Received) => Promise<unknown>> = {
      mint: ({ byCurator, to, tokenId }) => byCurator.mint(to, tokenId, 2),
      mintBatch: ({ byCurator, to, player, tokenId }) => byCurator.mintBatch(tokenId, [player.address, to], [1, 2]),
      safeTransferFrom: ({ collection, friend, to, tokenId }) =>
        collection.connect(friend).safeTransferFrom(friend.address, to, tokenId, 2, "0x"),
      safeBatchTransferFrom: ({ collection, friend, to, tokenId }) =>
        collection.connect(friend).safeBatchTransferFrom(friend.address, to, [tokenId, tokenId], [1, 1], "0x"),
    };

    describe("a contract that receives editions", () => {
      for (const [way, give] of Object.entries(ways)) {
        it(`[peers B16] is given them by ${way} when it accepts`, async () => {
          const world = await loadFixture(held);
          await give(world);

          expect(await world.collection.balanceOf(world.to, world.tokenId)).to.equal(2n);
        });

        for (const [title, manner] of [
          ["answers with another value", Manner.WRONG_ANSWER],
          ["answers with fewer than 32 bytes", Manner.SHORT_ANSWER],
          ["reverts", Manner.REVERTING],
          ["burns all the gas it is given", Manner.BURNING_GAS],
        ] as const) {
          it(`[peers B18] refuses ${way}, and with it the whole act, when it ${title}`, async () => {
            const world = await loadFixture(held);
            const { collection, receiver, friend, player, to, tokenId } = world;
            await receiver.behave(manner);

            await expect(give(world)).to.be.reverted;

            const holders = [friend.address, player.address, to];
            expect(await collection.balanceOfBatch(holders, [tokenId, tokenId, tokenId])).to.deep.equal([5n, 0n, 0n]);
            expect((await editionsOf(collection, tokenId)).minted).to.equal(5n);
          });
        }
      }

      it("is named in the refusal when it answers with another value", async () => {
        const { byCurator, receiver, to, tokenId } = await loadFixture(received);
        await receiver.behave(Manner.WRONG_ANSWER);

        await expect(byCurator.mint(to, tokenId, 1))
          .to.be.revertedWithCustomError(byCurator, "ERC1155InvalidReceiver")
          .withArgs(to);
      });

      it("gives its own reason for the refusal when it reverts", async () => {
        const { byCurator, receiver, to, tokenId } = await loadFixture(received);
        await receiver.behave(Manner.REVERTING);

        await expect(byCurator.mint(to, tokenId, 1)).to.be.revertedWith("no editions here");
      });

      it("[peers B16] sees counters, program and balances complete while it receives", async () => {
        const { byCurator, collection, address, receiver, program, to, tokenId } = await loadFixture(received);
        const abi = collection.interface;
        await receiver.onNextReceipt(address, [
          abi.encodeFunctionData("editionsOf", [tokenId]),
          abi.encodeFunctionData("totalSupply", [tokenId]),
          abi.encodeFunctionData("balanceOf", [to, tokenId]),
          abi.encodeFunctionData("programOf", [tokenId]),
          abi.encodeFunctionData("uri", [tokenId]),
        ]);

        await byCurator.mint(to, tokenId, EDITION_LIMIT);

        const [editions = "", supply = "", balance = "", seen = "", uri = ""] = await receiver.answers();
        expect(abi.decodeFunctionResult("editionsOf", editions)).to.deep.equal([EDITION_LIMIT, EDITION_LIMIT]);
        expect(abi.decodeFunctionResult("totalSupply", supply)).to.deep.equal([EDITION_LIMIT]);
        expect(abi.decodeFunctionResult("balanceOf", balance)).to.deep.equal([EDITION_LIMIT]);
        expect(abi.decodeFunctionResult("programOf", seen)[0]).to.deep.equal(await program.programOf(tokenId));
        expect(abi.decodeFunctionResult("uri", uri)).to.deep.equal([await collection.uri(tokenId)]);
      });

      it("[peers B16] cannot mint past the limit from within, even as curator", async () => {
        const { byCurator, collection, address, owner, receiver, to, tokenId } = await loadFixture(received);
        await byCurator.offerCuration(tokenId, to);
        const abi = collection.interface;
        await collection.createProgram(owner.address, digestOf("a program to be called with"), 1);
        await receiver.onNextReceipt(address, [
          abi.encodeFunctionData("acceptCuration", [tokenId]),
          abi.encodeFunctionData("mint", [to, tokenId, EDITION_LIMIT - 1n]),
        ]);
        await byCurator.mint(to, tokenId, 1);
        expect(await editionsOf(collection, tokenId)).to.deep.include({ minted: EDITION_LIMIT, supply: EDITION_LIMIT });

        await receiver.onNextReceipt(address, [abi.encodeFunctionData("mint", [to, tokenId, 1])]);
        await expect(byCurator.mint(to, 2, 1))
          .to.be.revertedWithCustomError(collection, "AINFT1155OverLimit")
          .withArgs(tokenId, 1n, 0n);
      });

      it("[peers B16] sees the whole batch counted at its first receipt", async () => {
        const { byCurator, collection, address, receiver, to, tokenId } = await loadFixture(received);
        await receiver.onNextReceipt(address, [collection.interface.encodeFunctionData("editionsOf", [tokenId])]);

        await byCurator.mintBatch(tokenId, [to, to], [1, 2]);

        const [first = ""] = await receiver.answers();
        expect(collection.interface.decodeFunctionResult("editionsOf", first)).to.deep.equal([3n, EDITION_LIMIT]);
      });

      it("[peers B16] may burn or pass on what it receives at once, and the books stay right", async () => {
        const { byCurator, collection, address, receiver, player, to, tokenId } = await loadFixture(received);
        const abi = collection.interface;
        await receiver.onNextReceipt(address, [
          abi.encodeFunctionData("burn", [to, tokenId, 1]),
          abi.encodeFunctionData("safeTransferFrom", [to, player.address, tokenId, 2, "0x"]),
        ]);

        await byCurator.mint(to, tokenId, 4);

        const holders = [to, player.address];
        expect(await collection.balanceOfBatch(holders, [tokenId, tokenId])).to.deep.equal([1n, 2n]);
        expect(await editionsOf(collection, tokenId)).to.deep.include({ minted: 4n, supply: 3n });
      });

      it("[peers B16] is no controller by what it receives", async () => {
        const { byCurator, collection, address, receiver, program, to, tokenId } = await loadFixture(received);
        const data = collection.interface.encodeFunctionData("publishManifest", [
          tokenId,
          digestOf("its own manifest"),
        ]);
        await receiver.onNextReceipt(address, [data]);

        await expect(byCurator.mint(to, tokenId, 1))
          .to.be.revertedWithCustomError(collection, "AINFTNotController")
          .withArgs(tokenId, to);
        expect((await readProgram(program, tokenId)).versionCount).to.equal(1n);
      });
    });

    describe("burn", () => {
      it("takes editions from their holder for ever, and says so", async () => {
        const world = await loadFixture(held);
        const { collection, friend, tokenId } = world;

        const burned = collection.connect(friend).burn(friend.address, tokenId, 2);

        expect(await world.told(burned)).to.deep.equal([
          ["TransferSingle", friend.address, friend.address, ZeroAddress, tokenId, 2n],
        ]);
        expect(await collection.balanceOf(friend.address, tokenId)).to.equal(3n);
        expect(await editionsOf(collection, tokenId)).to.deep.equal({ minted: 5n, supply: 3n, limit: EDITION_LIMIT });
      });

      it("obeys an operator of the holder, until the right is taken back", async () => {
        const { collection, friend, player, tokenId } = await loadFixture(held);
        await collection.connect(friend).setApprovalForAll(player.address, true);
        await collection.connect(player).burn(friend.address, tokenId, 1);
        await collection.connect(friend).setApprovalForAll(player.address, false);

        await expect(collection.connect(player).burn(friend.address, tokenId, 1))
          .to.be.revertedWithCustomError(collection, "ERC1155MissingApprovalForAll")
          .withArgs(player.address, friend.address);
        expect(await collection.totalSupply(tokenId)).to.equal(4n);
      });

      for (const role of ["owner", "creator", "stranger", "oracleAccount"] as const) {
        it(`[lineage 1] refuses the ${role === "owner" ? "curator" : role}`, async () => {
          const world = await loadFixture(held);
          const actor = world[role];

          await expect(world.collection.connect(actor).burn(world.friend.address, world.tokenId, 1))
            .to.be.revertedWithCustomError(world.collection, "ERC1155MissingApprovalForAll")
            .withArgs(actor.address, world.friend.address);
        });
      }

      it("refuses more than the holder has, and counts nothing", async () => {
        const { collection, friend, tokenId } = await loadFixture(held);

        for (const amount of [6n, 2n ** 80n, MaxUint256]) {
          await expect(collection.connect(friend).burn(friend.address, tokenId, amount))
            .to.be.revertedWithCustomError(collection, "ERC1155InsufficientBalance")
            .withArgs(friend.address, 5n, amount, tokenId);
        }
        expect(await editionsOf(collection, tokenId)).to.deep.include({ minted: 5n, supply: 5n });
      });

      it("[lineage 4] gives nothing back to the limit", async () => {
        const { byCurator, collection, friend, tokenId } = await loadFixture(held);
        await byCurator.mint(friend.address, tokenId, EDITION_LIMIT - 5n);
        await collection.connect(friend).burn(friend.address, tokenId, EDITION_LIMIT);

        await expect(byCurator.mint(friend.address, tokenId, 1))
          .to.be.revertedWithCustomError(collection, "AINFT1155OverLimit")
          .withArgs(tokenId, 1n, 0n);
        expect(await editionsOf(collection, tokenId)).to.deep.equal({
          minted: EDITION_LIMIT,
          supply: 0n,
          limit: EDITION_LIMIT,
        });
      });

      it("[lineage 4] leaves the program alive without editions, and its curator in control", async () => {
        const { collection, friend, program, tokenId, manifest } = await loadFixture(held);
        await collection.connect(friend).burn(friend.address, tokenId, 5);

        expect(await collection.exists(tokenId)).to.equal(true);
        expect(await program.activeVersion(tokenId)).to.deep.equal([1n, manifest]);
        await program.publishManifest(tokenId, digestOf("second manifest"));
      });

      it("burns while minting is paused: the pause stops mints alone", async () => {
        const { collection, friend, tokenId } = await loadFixture(held);
        await collection.setMintingPaused(true);
        await collection.connect(friend).burn(friend.address, tokenId, 1);

        expect(await collection.totalSupply(tokenId)).to.equal(4n);
      });
    });

    describe("lowerLimit", () => {
      it("lowers the limit, says so, and nothing else", async () => {
        const { byCurator, collection, tokenId } = await loadFixture(held);
        const told = await (await byCurator.lowerLimit(tokenId, 6)).wait();

        expect(told?.logs.map((log) => collection.interface.parseLog(log)?.args.toArray())).to.deep.equal([
          [tokenId, 6n],
        ]);
        expect(await collection.editionsOf(tokenId)).to.deep.equal([5n, 6n]);
      });

      it("takes exactly what was minted: nothing more is ever minted, burned or not", async () => {
        const { byCurator, collection, friend, tokenId } = await loadFixture(held);
        await byCurator.lowerLimit(tokenId, 5);
        await collection.connect(friend).burn(friend.address, tokenId, 5);

        await expect(byCurator.mint(friend.address, tokenId, 1))
          .to.be.revertedWithCustomError(collection, "AINFT1155OverLimit")
          .withArgs(tokenId, 1n, 0n);
      });

      for (const [title, limit] of [
        ["less than was minted", 4n],
        ["the limit that stands", EDITION_LIMIT],
        ["a higher limit", EDITION_LIMIT + 1n],
        ["the highest limit of all", 2n ** 80n - 1n],
      ] as const) {
        it(`refuses ${title}`, async () => {
          const { byCurator, collection, tokenId } = await loadFixture(held);

          await expect(byCurator.lowerLimit(tokenId, limit))
            .to.be.revertedWithCustomError(collection, "AINFT1155BadLimit")
            .withArgs(tokenId, limit, 5n, EDITION_LIMIT);
        });
      }

      it("counts burned editions as minted", async () => {
        const { byCurator, collection, friend, tokenId } = await loadFixture(held);
        await collection.connect(friend).burn(friend.address, tokenId, 5);

        await expect(byCurator.lowerLimit(tokenId, 4))
          .to.be.revertedWithCustomError(collection, "AINFT1155BadLimit")
          .withArgs(tokenId, 4n, 5n, EDITION_LIMIT);
      });

      for (const role of ["creator", "friend", "stranger"] as const) {
        it(`[lineage 1] is not the ${role}'s to lower`, async () => {
          const world = await loadFixture(held);

          await expect(world.collection.connect(world[role]).lowerLimit(world.tokenId, 6))
            .to.be.revertedWithCustomError(world.collection, "AINFTNotController")
            .withArgs(world.tokenId, world[role].address);
        });
      }
    });
  });
}
