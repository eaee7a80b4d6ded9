import { expect } from "chai";
import { id, ZeroAddress, ZeroHash } from "ethers";
import {
  type AINTimelock,
  type Collectives,
  IAINFT1155__factory,
  IAINFT721Votes__factory,
} from "../../typechain-types";
import { deployContract, loadFixture, passTime, provider } from "../helpers/chain";
import { CollectionKind, deployFactory } from "../helpers/contracts";
import { carried, deployGovernors, type Governed, governedAt, proposalOf, RULES } from "../helpers/dao";
import { eventsOf } from "../helpers/events";
import { dangerousInstructions } from "../helpers/interfaces";
import { everybody, type People } from "../helpers/people";
import { digestOf } from "../helpers/typed-data";

const MAX_HOLDERS = 100;
const salt = digestOf("salt of the collective");
const manifest = digestOf("manifest of the collective's program");
const rules = { ...RULES, proposalThreshold: 1n };

interface Opening extends People {
  collectives: Collectives;
  collectivesAddress: string;
  factoryAddress: string;
  governorsAddress: string;
}

async function nothingOpened(): Promise<Opening> {
  const people = await everybody();
  const factoryAddress = await (await deployFactory(people.dao)).factory.getAddress();
  const governorsAddress = await (await deployGovernors()).getAddress();
  const collectives = await deployContract("Collectives", [factoryAddress, governorsAddress]);
  const collectivesAddress = await collectives.getAddress();
  return { ...people, collectives, collectivesAddress, factoryAddress, governorsAddress };
}

/** The members of the tests: the player holds two units, the friend and the owner one each. */
const membersOf = ({ player, friend, owner }: People) => [player, friend, owner, player].map(({ address }) => address);

function configOf(world: Opening, kind: CollectionKind, changed: object = {}) {
  return {
    kind,
    name: "Soul Links",
    symbol: "SOUL",
    oracle: world.oracleAccount.address,
    arbiter: world.arbiter.address,
    manifestDigest: manifest,
    limit: kind === CollectionKind.ERC1155_VOTES ? 15_000n : 0n,
    holders: membersOf(world),
    settings: rules,
    ...changed,
  };
}

interface Opened extends Opening, Governed {
  kind: CollectionKind;
  address: string;
}

async function opened(kind: CollectionKind): Promise<Opened> {
  const world = await nothingOpened();
  const { collectives, creator, stranger } = world;
  const [address, governor, timelock] = await collectives.predictCollective(kind, creator.address, salt);
  await collectives.connect(creator).createCollective(salt, configOf(world, kind));
  return { ...world, ...governedAt(governor, timelock, stranger), kind, address };
}

async function tokensOpened(): Promise<Opened> {
  return opened(CollectionKind.ERC721_VOTES);
}
async function editionsOpened(): Promise<Opened> {
  return opened(CollectionKind.ERC1155_VOTES);
}

const kinds = [
  ["ERC721_VOTES", CollectionKind.ERC721_VOTES, tokensOpened],
  ["ERC1155_VOTES", CollectionKind.ERC1155_VOTES, editionsOpened],
] as const;

/** Which of the accounts hold a role. */
async function holdersOf(timelock: AINTimelock, role: string, accounts: readonly string[]): Promise<string[]> {
  const held = await Promise.all(accounts.map(async (account) => timelock.hasRole(role, account)));
  return accounts.filter((_, index) => held[index]);
}

describe("Collectives", () => {
  describe("constructor", () => {
    it("refuses a factory and governors that are no contracts", async () => {
      const { collectives, factoryAddress, governorsAddress, stranger } = await loadFixture(nothingOpened);
      for (const args of [
        [stranger.address, governorsAddress],
        [factoryAddress, stranger.address],
      ]) {
        await expect(deployContract("Collectives", args))
          .to.be.revertedWithCustomError(collectives, "CollectivesNoCode")
          .withArgs(stranger.address);
      }
      expect([await collectives.factory(), await collectives.governors()]).to.deep.equal([
        factoryAddress,
        governorsAddress,
      ]);
    });
  });

  for (const [name, kind, fixture] of kinds) {
    describe(`createCollective of ${name}`, () => {
      it("opens everything in one transaction, at the predicted addresses, and tells where", async () => {
        const world = await loadFixture(nothingOpened);
        const { collectives, friend } = world;
        const [address, governor, timelock] = await collectives.predictCollective(kind, friend.address, salt);
        const sent = collectives.connect(friend).createCollective(salt, configOf(world, kind));
        const [first] = await eventsOf(sent, collectives);

        expect(first).to.deep.equal(["CollectiveCreated", address, governor, friend.address, timelock, kind, 1n]);
        for (const place of [address, governor, timelock]) expect(await provider.getCode(place)).not.to.equal("0x");
      });

      it("opens the collection as it is asked for, with the program that the timelock controls", async () => {
        const { address, timelockAddress, creator, oracleAccount, arbiter, stranger } = await loadFixture(fixture);
        const collection = IAINFT721Votes__factory.connect(address, stranger);

        expect([await collection.name(), await collection.symbol()]).to.deep.equal(["Soul Links", "SOUL"]);
        expect([await collection.oracle(), await collection.arbiter()]).to.deep.equal([
          oracleAccount.address,
          arbiter.address,
        ]);
        expect((await collection.programOf(1)).activeManifest).to.equal(manifest);
        expect(await collection.isController(1, timelockAddress)).to.equal(true);
        expect(await collection.isController(1, creator.address)).to.equal(false);
      });

      it("[peers E36] gives each member their unit and its vote", async () => {
        const { address, player, friend, owner, creator, stranger } = await loadFixture(fixture);
        const collection = IAINFT721Votes__factory.connect(address, stranger);
        const votes = [player, friend, owner, creator].map(async (one) => collection.getVotes(one.address));

        expect(await Promise.all(votes)).to.deep.equal([2n, 1n, 1n, 0n]);
      });

      it("[peers D32] leaves no role to the creator, to Collectives, to the factory or to Governors", async () => {
        const world = await loadFixture(fixture);
        const { address, timelock, timelockAddress, governorAddress } = world;
        const collection = IAINFT721Votes__factory.connect(address, world.stranger);
        const accounts = [
          world.creator.address,
          world.collectivesAddress,
          world.factoryAddress,
          world.governorsAddress,
          governorAddress,
          timelockAddress,
          ZeroAddress,
        ];

        expect([await collection.owner(), await collection.pendingOwner()]).to.deep.equal([
          timelockAddress,
          ZeroAddress,
        ]);
        expect(await holdersOf(timelock, await timelock.DEFAULT_ADMIN_ROLE(), accounts)).to.deep.equal([
          timelockAddress,
        ]);
        expect(await holdersOf(timelock, await timelock.PROPOSER_ROLE(), accounts)).to.deep.equal([governorAddress]);
        expect(await holdersOf(timelock, await timelock.CANCELLER_ROLE(), accounts)).to.deep.equal([governorAddress]);
        expect(await holdersOf(timelock, await timelock.EXECUTOR_ROLE(), accounts)).to.deep.equal([ZeroAddress]);
        expect(await timelock.getMinDelay()).to.equal(rules.timelockDelay);
      });

      it("lets its members, and nobody else, change the program by vote", async () => {
        const world = await loadFixture(fixture);
        const { address, creator, player } = world;
        const collection = IAINFT721Votes__factory.connect(address, creator);
        await passTime(1n);
        await expect(collection.publishManifest(1, digestOf("next"))).to.be.reverted;

        await carried(world, await proposalOf(collection, "publishManifest", [1, digestOf("next")]), player, [player]);

        expect((await collection.programOf(1)).activeManifest).to.equal(digestOf("next"));
      });

      it("[peers D35] gives addresses bound to the creator: a stranger's salt takes nobody's place", async () => {
        const world = await loadFixture(nothingOpened);
        const { collectives, creator, stranger } = world;
        const predicted = await collectives.predictCollective(kind, creator.address, salt);
        await collectives.connect(stranger).createCollective(salt, configOf(world, kind));
        for (const place of predicted) expect(await provider.getCode(place)).to.equal("0x");

        await collectives.connect(creator).createCollective(salt, configOf(world, kind));
        for (const place of predicted) expect(await provider.getCode(place)).not.to.equal("0x");
      });

      it("is refused under a salt that was used", async () => {
        const world = await loadFixture(fixture);

        const clones = await deployGovernors();

        await expect(
          world.collectives.connect(world.creator).createCollective(salt, configOf(world, kind)),
        ).to.be.revertedWithCustomError(clones, "FailedDeployment");
      });

      it(`takes ${MAX_HOLDERS} members within the gas of one transaction, and neither one more nor none`, async () => {
        const world = await loadFixture(nothingOpened);
        const { collectives, creator } = world;
        expect(await collectives.MAX_HOLDERS()).to.equal(MAX_HOLDERS);
        for (const count of [0, MAX_HOLDERS + 1]) {
          const holders = new Array<string>(count).fill(world.player.address);
          await expect(collectives.connect(creator).createCollective(salt, configOf(world, kind, { holders })))
            .to.be.revertedWithCustomError(collectives, "CollectivesBadHolderCount")
            .withArgs(count, MAX_HOLDERS);
        }
        const holders = Array.from({ length: MAX_HOLDERS }, (_, at) => `0x${(at + 1).toString(16).padStart(40, "f")}`);
        const sent = await collectives.connect(creator).createCollective(salt, configOf(world, kind, { holders }));
        const receipt = await sent.wait();

        // EIP-7825: no transaction may use more.
        expect(receipt?.gasUsed ?? 0n).to.be.lessThan(2n ** 24n);
      });

      it("refuses a program without a manifest, and opens nothing then", async () => {
        const world = await loadFixture(nothingOpened);
        const { collectives, creator } = world;
        const predicted = await collectives.predictCollective(kind, creator.address, salt);
        const collection = IAINFT721Votes__factory.connect(predicted[0], creator);

        await expect(
          collectives.connect(creator).createCollective(salt, configOf(world, kind, { manifestDigest: ZeroHash })),
        )
          .to.be.revertedWithCustomError(collection, "AINFTEmptyManifest")
          .withArgs(1n);
        for (const place of predicted) expect(await provider.getCode(place)).to.equal("0x");
      });
    });
  }

  describe("createCollective of any kind", () => {
    for (const [name, kind] of [
      ["ERC721", CollectionKind.ERC721],
      ["ERC1155", CollectionKind.ERC1155],
    ] as const) {
      it(`refuses ${name}, which does not vote`, async () => {
        const world = await loadFixture(nothingOpened);

        await expect(world.collectives.createCollective(salt, configOf(world, kind)))
          .to.be.revertedWithCustomError(world.collectives, "CollectivesKindWithoutVotes")
          .withArgs(kind);
      });
    }

    it("refuses a limit of tokens, which have none, and keeps that of editions", async () => {
      const world = await loadFixture(nothingOpened);
      await expect(
        world.collectives.createCollective(salt, configOf(world, CollectionKind.ERC721_VOTES, { limit: 1n })),
      )
        .to.be.revertedWithCustomError(world.collectives, "CollectivesLimitWithoutEditions")
        .withArgs(1n);
      const { address, stranger } = await loadFixture(editionsOpened);
      const editions = await IAINFT1155__factory.connect(address, stranger).editionsOf(1);
      expect([editions.minted, editions.limit]).to.deep.equal([4n, 15_000n]);
    });

    it("gives the tokens of first members the collective's first manifest, after the program itself", async () => {
      const { address, stranger, player, timelockAddress } = await loadFixture(tokensOpened);
      const collection = IAINFT721Votes__factory.connect(address, stranger);

      expect([await collection.ownerOf(1), await collection.ownerOf(2)]).to.deep.equal([
        timelockAddress,
        player.address,
      ]);
      expect(await collection.totalMinted()).to.equal(5n);
      expect((await collection.programOf(5)).activeManifest).to.equal(manifest);
      expect(await collection.getVotes(timelockAddress)).to.equal(1n); // which nobody casts
    });
  });

  describe("a member that is a contract", () => {
    const kind = CollectionKind.ERC1155_VOTES;

    async function withContract() {
      const world = await nothingOpened();
      const member = await deployContract("ERC1155ReceiverMock");
      const memberAddress = await member.getAddress();
      const [, governorAddress, timelockAddress] = await world.collectives.predictCollective(
        kind,
        world.creator.address,
        salt,
      );
      const config = configOf(world, kind, { holders: [memberAddress, world.player.address] });
      const open = async () => world.collectives.connect(world.creator).createCollective(salt, config);
      return { ...world, ...governedAt(governorAddress, timelockAddress, world.stranger), member, memberAddress, open };
    }

    it("that takes no editions stops the opening, and nothing is left of it", async () => {
      const { member, governorAddress, open } = await loadFixture(withContract);
      await member.behave(3n); // reverting

      await expect(open()).to.be.revertedWith("no editions here");
      expect(await provider.getCode(governorAddress)).to.equal("0x");
    });

    it("[peers B16] cannot open the timelock anew while it is called", async () => {
      const { member, timelock, timelockAddress, governorAddress, open } = await loadFixture(withContract);
      const again = timelock.interface.encodeFunctionData("open", [0n, governorAddress, [], []]);
      await member.onNextReceipt(timelockAddress, [again]);

      await expect(open()).to.be.revertedWithCustomError(timelock, "InvalidInitialization");
    });

    it("[peers B16] cannot order the timelock about while it is called", async () => {
      const { member, memberAddress, timelock, timelockAddress, open } = await loadFixture(withContract);
      const order = timelock.interface.encodeFunctionData("schedule", [
        memberAddress,
        0n,
        "0x",
        ZeroHash,
        ZeroHash,
        0n,
      ]);
      await member.onNextReceipt(timelockAddress, [order]);

      await expect(open())
        .to.be.revertedWithCustomError(timelock, "AccessControlUnauthorizedAccount")
        .withArgs(memberAddress, id("PROPOSER_ROLE"));
    });
  });

  describe("later members", () => {
    it("come by vote, a batch of them in a proposal", async () => {
      const world = await loadFixture(editionsOpened);
      const { address, player, trainer, requester, stranger } = world;
      const collection = IAINFT1155__factory.connect(address, stranger);
      await passTime(1n);
      const accounts = [trainer.address, requester.address];

      await carried(world, await proposalOf(collection, "mintBatch", [1, accounts, [1, 1]]), player, [player]);

      const votes = IAINFT721Votes__factory.connect(address, stranger);
      expect([await votes.getVotes(trainer.address), await votes.getVotes(requester.address)]).to.deep.equal([1n, 1n]);
    });
  });

  it("[lineage 17] holds no instruction that could replace or destroy its code", async () => {
    const { collectivesAddress } = await loadFixture(nothingOpened);

    expect(dangerousInstructions(await provider.getCode(collectivesAddress))).to.deep.equal([]);
  });
});
