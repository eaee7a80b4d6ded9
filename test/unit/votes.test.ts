import { expect } from "chai";
import { Signature, TypedDataEncoder, ZeroAddress, ZeroHash } from "ethers";
import { IAINFT1155__factory } from "../../typechain-types";
import { chainId, inOneBlock, mineBlock, nextBlockAt, now, passTime, type Person } from "../helpers/chain";
import { type Collective, collectiveKinds } from "../helpers/collectives";
import { eventsOf } from "../helpers/events";
import { recordBy } from "../helpers/programs";
import { collectionDomain, consentDigest, digestOf } from "../helpers/typed-data";

const delegationTypes = {
  Delegation: [
    { name: "delegatee", type: "address" },
    { name: "nonce", type: "uint256" },
    { name: "expiry", type: "uint256" },
  ],
};

const FOREVER = 2n ** 64n;

for (const [name, open] of collectiveKinds) {
  describe(`votes of ${name}`, () => {
    /** The player holds three units, the friend two. */
    async function held(): Promise<Collective> {
      const world = await open();
      await world.give(world.player, 3);
      await world.give(world.friend, 2);
      return world;
    }

    const votesOf = async ({ votes }: Collective, ...people: Person[]) =>
      Promise.all(people.map(async (person) => Number(await votes.getVotes(person.address))));

    /** Sends what somebody signed: a delegation by signature. */
    async function delegateBySig(
      world: Collective,
      signer: Person,
      to: string,
      changed: { nonce?: bigint; expiry?: bigint; domainOf?: string } = {},
    ) {
      const { nonce = await world.votes.nonces(signer.address), expiry = FOREVER, domainOf = world.address } = changed;
      const domain = collectionDomain(await chainId(), domainOf);
      const signed = await signer.signTypedData(domain, delegationTypes, { delegatee: to, nonce, expiry });
      const { v, r, s } = Signature.from(signed);
      return world.votes.connect(world.relayer).delegateBySig(to, nonce, expiry, v, r, s);
    }

    describe("delegation", () => {
      it("[peers E36] is to oneself without any call: who receives a unit has its vote", async () => {
        const world = await held();

        expect(await votesOf(world, world.player, world.friend, world.owner)).to.deep.equal([3, 2, 0]);
        expect(await world.votes.delegates(world.player.address)).to.equal(world.player.address);
      });

      it("[peers E36] to oneself by a call, also twice, counts no vote twice", async () => {
        const world = await held();
        const { player, votes } = world;
        for (let time = 0; time < 2; time++) {
          expect(await eventsOf(votes.connect(player).delegate(player.address), votes)).to.deep.equal([
            ["DelegateChanged", player.address, player.address, player.address],
          ]);
        }

        expect(await votesOf(world, player)).to.deep.equal([3]);
      });

      it("[peers E36] moves all votes to the delegate, who may have some already", async () => {
        const world = await held();
        const { player, friend, votes } = world;

        expect(await eventsOf(votes.connect(player).delegate(friend.address), votes)).to.deep.equal([
          ["DelegateChanged", player.address, player.address, friend.address],
          ["DelegateVotesChanged", player.address, 3n, 0n],
          ["DelegateVotesChanged", friend.address, 2n, 5n],
        ]);
        expect(await votesOf(world, player, friend)).to.deep.equal([0, 5]);
        expect(await votes.delegates(player.address)).to.equal(friend.address);
      });

      it("[peers E36] can be moved on", async () => {
        const world = await held();
        const { player, friend, trainer, votes } = world;
        await votes.connect(player).delegate(friend.address);
        await votes.connect(player).delegate(trainer.address);

        expect(await votesOf(world, player, friend, trainer)).to.deep.equal([0, 2, 3]);
      });

      it("[peers E36] to zero takes the votes back to their holder: none is lost", async () => {
        const world = await held();
        const { player, friend, votes } = world;
        await votes.connect(player).delegate(friend.address);

        expect(await eventsOf(votes.connect(player).delegate(ZeroAddress), votes)).to.deep.equal([
          ["DelegateChanged", player.address, friend.address, player.address],
          ["DelegateVotesChanged", friend.address, 5n, 2n],
          ["DelegateVotesChanged", player.address, 0n, 3n],
        ]);
        expect(await votesOf(world, player, friend)).to.deep.equal([3, 2]);
        await votes.connect(player).delegate(ZeroAddress);
        expect(await votesOf(world, player, friend)).to.deep.equal([3, 2]);
      });

      it("[peers E36] before anything is held counts from the first unit on", async () => {
        const world = await held();
        const { trainer, friend, votes, give } = world;
        await votes.connect(trainer).delegate(friend.address);
        await give(trainer, 4);

        expect(await votesOf(world, trainer, friend)).to.deep.equal([0, 6]);
      });

      it("[peers E38] is moved by nobody else: neither by what one is sent, nor by whom one is sent it", async () => {
        const world = await held();
        const { player, friend, stranger, votes, move } = world;
        await votes.connect(player).delegate(stranger.address);
        await votes.connect(friend).delegate(friend.address);

        await move(friend, player, 1);

        expect(await votes.delegates(player.address)).to.equal(stranger.address);
        expect(await votesOf(world, player, friend, stranger)).to.deep.equal([0, 1, 4]);
      });
    });

    describe("delegateBySig", () => {
      it("moves the signer's votes, whoever sends it", async () => {
        const world = await held();
        await delegateBySig(world, world.player, world.friend.address);

        expect(await votesOf(world, world.player, world.friend, world.relayer)).to.deep.equal([0, 5, 0]);
      });

      it("[peers E36] to zero gives the votes back to the signer", async () => {
        const world = await held();
        await delegateBySig(world, world.player, world.friend.address);
        await delegateBySig(world, world.player, ZeroAddress);

        expect(await votesOf(world, world.player, world.friend)).to.deep.equal([3, 2]);
        expect(await world.votes.delegates(world.player.address)).to.equal(world.player.address);
      });

      it("[peers A1] works once", async () => {
        const world = await held();
        await delegateBySig(world, world.player, world.friend.address, { nonce: 0n });

        await expect(delegateBySig(world, world.player, world.friend.address, { nonce: 0n }))
          .to.be.revertedWithCustomError(world.votes, "InvalidAccountNonce")
          .withArgs(world.player.address, 1n);
      });

      it("[peers A13] works in its last second and not after", async () => {
        const world = await held();
        const expiry = (await now()) + 100n;
        await nextBlockAt(expiry);
        await delegateBySig(world, world.player, world.friend.address, { expiry });

        await expect(delegateBySig(world, world.player, world.friend.address, { expiry }))
          .to.be.revertedWithCustomError(world.votes, "VotesExpiredSignature")
          .withArgs(expiry);
      });

      it("[peers E38] in another collection's name moves nothing of the signer", async () => {
        const world = await held();
        const { player, friend, stranger } = world;

        // The signature recovers to somebody unknown, as any bytes do; their votes, of which there are none, move.
        await delegateBySig(world, player, friend.address, { nonce: 0n, domainOf: stranger.address });

        expect(await votesOf(world, player, friend)).to.deep.equal([3, 2]);
        expect(await world.votes.delegates(player.address)).to.equal(player.address);
      });
    });

    /** What somebody may have done with their delegation before units move. */
    const before: Record<string, (world: Collective) => Promise<unknown>> = {
      "nothing was delegated": async () => undefined,
      "a delegation to oneself": ({ votes, player }) => votes.connect(player).delegate(player.address),
      "a delegation": ({ votes, player, trainer }) => votes.connect(player).delegate(trainer.address),
      "a delegation to the receiver": ({ votes, player, friend }) => votes.connect(player).delegate(friend.address),
      "a delegation to zero": ({ votes, player }) => votes.connect(player).delegate(ZeroAddress),
      "a delegation to zero after one to somebody": async ({ votes, player, trainer }) => {
        await votes.connect(player).delegate(trainer.address);
        await votes.connect(player).delegate(ZeroAddress);
      },
      "a delegation to zero by signature": (world) => delegateBySig(world, world.player, ZeroAddress),
    };

    for (const [title, delegate] of Object.entries(before)) {
      it(`[peers E36] follow units that are transferred and burned after ${title}`, async () => {
        const world = await held();
        const { player, friend, trainer, votes, move, burn, give } = world;
        await delegate(world);
        const delegatee = await votes.delegates(player.address);
        const everybody = [player, friend, trainer];
        const expected = (player_: number, friend_: number) =>
          everybody.map(
            ({ address }) => (address === delegatee ? player_ : 0) + (address === friend.address ? friend_ : 0),
          );
        expect(await votesOf(world, ...everybody)).to.deep.equal(expected(3, 2));

        await move(player, friend, 1);
        expect(await votesOf(world, ...everybody)).to.deep.equal(expected(2, 3));
        await burn(player, 1);
        expect(await votesOf(world, ...everybody)).to.deep.equal(expected(1, 3));
        await give(player, 5);
        await burn(friend, 3);
        expect(await votesOf(world, ...everybody)).to.deep.equal(expected(6, 0));
        await move(player, player, 6);
        expect(await votesOf(world, ...everybody)).to.deep.equal(expected(6, 0));
      });
    }

    describe("the clock (ERC-6372)", () => {
      it("[peers E37] is the time of the block, and says so", async () => {
        const { votes } = await held();
        const time = (await now()) + 1_000n;
        await nextBlockAt(time);
        await mineBlock();

        expect(await votes.clock()).to.equal(time);
        expect(await votes.CLOCK_MODE()).to.equal("mode=timestamp");
      });

      it("[peers E37] keeps the last of several changes at one time", async () => {
        const world = await held();
        const { player, friend, trainer, votes, give, move, burn } = world;
        const time = (await now()) + 100n;
        await inOneBlock(time, async () => {
          await give(player, 2);
          await move(player, friend, 4);
          await burn(friend, 1);
          await votes.connect(friend).delegate(trainer.address, { gasLimit: 5_000_000 });
        });
        expect(await votesOf(world, player, friend, trainer)).to.deep.equal([1, 0, 5]);
        expect(await now()).to.equal(time);
        await passTime(10n);

        const past = [player, friend, trainer].map(({ address }) => votes.getPastVotes(address, time));
        expect(await Promise.all(past)).to.deep.equal([1n, 0n, 5n]);
        expect(await votes.getPastTotalSupply(time)).to.equal(6n);
        expect(await votes.getPastVotes(player.address, time - 1n)).to.equal(3n);
        expect(await votes.getPastTotalSupply(time - 1n)).to.equal(5n);
      });

      it("[peers E37] shows no time that is not over", async () => {
        const { votes, player } = await held();
        const time = await now();

        for (const asked of [time, time + 1n, FOREVER]) {
          await expect(votes.getPastVotes(player.address, asked))
            .to.be.revertedWithCustomError(votes, "ERC5805FutureLookup")
            .withArgs(asked, time);
          await expect(votes.getPastTotalSupply(asked))
            .to.be.revertedWithCustomError(votes, "ERC5805FutureLookup")
            .withArgs(asked, time);
        }
      });

      it("[peers E42] keeps the past as it was, whatever moves after it", async () => {
        const world = await held();
        const { player, friend, stranger, votes, move, give, burn } = world;
        const snapshot = await now();
        await passTime(10n);
        await move(player, friend, 3);
        await give(stranger, 50);
        await burn(friend, 5);

        expect(await votes.getPastVotes(player.address, snapshot)).to.equal(3n);
        expect(await votes.getPastVotes(stranger.address, snapshot)).to.equal(0n);
        expect(await votes.getPastTotalSupply(snapshot)).to.equal(5n);
      });
    });

    it("[peers A7] stand in the domain of the training consents, and eip712Domain tells it", async () => {
      const { votes, program, address, tokenId, trainer } = await held();
      const {
        fields,
        name: title,
        version,
        chainId: chain,
        verifyingContract,
        salt,
        extensions,
      } = await votes.eip712Domain();
      const domain = { name: title, version, chainId: chain, verifyingContract };

      expect([fields, salt, extensions.length]).to.deep.equal(["0x0f", ZeroHash, 0]);
      expect(TypedDataEncoder.hashDomain(domain)).to.equal(
        TypedDataEncoder.hashDomain(collectionDomain(await chainId(), address)),
      );
      const record = recordBy(trainer);
      expect(await program.trainingConsentDigest(tokenId, 3, record)).to.equal(
        consentDigest(domain, tokenId, 3n, record),
      );
    });
  });
}

describe("votes of AINFT1155Votes, over several ids", () => {
  const [, [, open]] = collectiveKinds;

  it("[peers E36] count editions of the first id alone, also when others move in the same batch", async () => {
    const world = await open();
    const { address, owner, player, friend, votes, tokenId } = world;
    const collection = IAINFT1155__factory.connect(address, owner);
    const ids = [tokenId, tokenId + 1n];
    for (const id of ids) await collection.mint(player.address, id, 4);
    expect(await votes.getVotes(player.address)).to.equal(4n);

    const byPlayer = collection.connect(player);
    await byPlayer.safeBatchTransferFrom(player.address, friend.address, ids, [1, 3], "0x");
    expect([await votes.getVotes(player.address), await votes.getVotes(friend.address)]).to.deep.equal([3n, 1n]);
    await byPlayer.safeBatchTransferFrom(player.address, friend.address, [], [], "0x");
    await byPlayer.safeBatchTransferFrom(player.address, friend.address, [tokenId, tokenId], [1, 1], "0x");
    await byPlayer.burn(player.address, tokenId, 1);
    await byPlayer.burn(player.address, tokenId + 1n, 1);

    expect([await votes.getVotes(player.address), await votes.getVotes(friend.address)]).to.deep.equal([0n, 3n]);
  });

  it("give a curator of another id none, however many editions they mint themselves", async () => {
    const { address, owner, creator, player, stranger, votes, tokenId } = await open();
    const collection = IAINFT1155__factory.connect(address, owner);
    await collection.mint(player.address, tokenId, 1);
    await collection.connect(creator).createProgram(stranger.address, digestOf("manifest of a stranger"), 10_000);
    const made = await collection.totalMinted();

    const moved = eventsOf(collection.connect(stranger).mint(stranger.address, made, 10_000), votes);

    expect((await moved).filter(([name]) => name === "DelegateVotesChanged")).to.deep.equal([]);
    await votes.connect(stranger).delegate(stranger.address);
    const end = await now();
    await mineBlock();
    expect([await votes.getVotes(stranger.address), await votes.getVotes(player.address)]).to.deep.equal([0n, 1n]);
    expect(await votes.getPastTotalSupply(end)).to.equal(1n);
  });

  it("[peers E36] do not change when somebody sends editions to themselves, one id twice", async () => {
    const { address, owner, player, votes, tokenId } = await open();
    const collection = IAINFT1155__factory.connect(address, owner);
    await collection.mint(player.address, tokenId, 4);

    const byPlayer = collection.connect(player);
    await byPlayer.safeBatchTransferFrom(player.address, player.address, [tokenId, tokenId], [4, 4], "0x");

    expect(await votes.getVotes(player.address)).to.equal(4n);
    expect(await collection.balanceOf(player.address, tokenId)).to.equal(4n);
  });

  it("[peers E36] count for nobody but their holder, whoever curates the id", async () => {
    const { address, owner, player, votes, tokenId } = await open();
    await IAINFT1155__factory.connect(address, owner).mint(player.address, tokenId, 4);

    expect(await votes.getVotes(owner.address)).to.equal(0n);
  });
});
