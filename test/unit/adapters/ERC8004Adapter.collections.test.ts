import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import type { ERC8004Adapter, ERC8004RegistryMock } from "../../../typechain-types";
import { IAINFT1155__factory, IAINFT721__factory } from "../../../typechain-types";
import { AgentStatus, bindingOf, walletConsent } from "../../helpers/adapters";
import { deployContract, loadFixture, type Person } from "../../helpers/chain";
import { eventsOf } from "../../helpers/events";
import { manifestUri } from "../../helpers/manifest-uri";
import {
  programAsBoundERC1155,
  programAsBoundERC721,
  programAsERC1155,
  programAsERC1155Votes,
  programAsERC721,
  programAsERC721Votes,
  type ProgramWorld,
} from "../../helpers/programs";
import { digestOf } from "../../helpers/typed-data";

const second = digestOf("second manifest");
const third = digestOf("third manifest");

/** A program of a real collection that is registered as agent 1: agent 0 is a stranger's. */
interface RealAgent extends ProgramWorld {
  registry: ERC8004RegistryMock;
  /** Connected to the token's controller, `owner`. */
  adapter: ERC8004Adapter;
  adapterAddress: string;
  agentId: bigint;
}

async function registered(world: ProgramWorld): Promise<RealAgent> {
  const registry = await deployContract("ERC8004RegistryMock");
  const registryAddress = await registry.getAddress();
  const reputation = await deployContract("ERC8004ReputationMock", [registryAddress]);
  const adapter = await deployContract("ERC8004Adapter", [registryAddress, await reputation.getAddress()]);
  await registry.connect(world.stranger)["register()"]();
  const byOwner = adapter.connect(world.owner);
  await byOwner.registerAgent(world.address, world.tokenId);
  return { ...world, registry, adapter: byOwner, adapterAddress: await adapter.getAddress(), agentId: 1n };
}

const agents721 = {
  AINFT721: async function agentOf721(): Promise<RealAgent> {
    return registered(await programAsERC721());
  },
  AINFT721Votes: async function agentOf721Votes(): Promise<RealAgent> {
    return registered(await programAsERC721Votes());
  },
};

const agents1155 = {
  AINFT1155: async function agentOf1155(): Promise<RealAgent> {
    return registered(await programAsERC1155());
  },
  AINFT1155Votes: async function agentOf1155Votes(): Promise<RealAgent> {
    return registered(await programAsERC1155Votes());
  },
};

const agents: Record<string, () => Promise<RealAgent>> = {
  ...agents721,
  ...agents1155,
  "AINFTBinder over ERC-721": async function agentOfBoundERC721(): Promise<RealAgent> {
    return registered(await programAsBoundERC721());
  },
  "AINFTBinder over ERC-1155": async function agentOfBoundERC1155(): Promise<RealAgent> {
    return registered(await programAsBoundERC1155());
  },
};

for (const [kind, agent] of Object.entries(agents)) {
  describe(`ERC8004Adapter, for a program in ${kind}`, () => {
    it("makes it an agent with its manifest's URI and its binding", async () => {
      const world = await loadFixture(agent);
      const { adapter, adapterAddress, registry, address, tokenId, agentId, manifest } = world;

      expect(await registry.ownerOf(agentId)).to.equal(adapterAddress);
      expect(await registry.tokenURI(agentId)).to.equal(manifestUri(manifest));
      expect(await registry.getMetadata(agentId, "ainft")).to.equal(bindingOf(address, tokenId));
      expect(await registry.getAgentWallet(agentId)).to.equal(ZeroAddress);
      expect(await adapter.agentOf(address, tokenId)).to.deep.equal([agentId, AgentStatus.HELD]);
    });

    it("gives another program of the collection an agent of its own", async () => {
      const world = await loadFixture(agent);
      const { adapter, registry, address } = world;
      const other = await world.mint(second);

      await adapter.registerAgent(address, other);

      expect(await adapter.agentOf(address, other)).to.deep.equal([2n, AgentStatus.HELD]);
      expect(await registry.tokenURI(2n)).to.equal(manifestUri(second));
    });

    it("lets the URI follow each published version, whoever calls", async () => {
      const world = await loadFixture(agent);
      const { adapter, adapterAddress, registry, program, address, tokenId, agentId, manifest, stranger } = world;
      for (const digest of [second, third]) {
        const before = await registry.tokenURI(agentId);
        await program.publishManifest(tokenId, digest);
        expect(await registry.tokenURI(agentId)).to.equal(before); // a collection knows nothing of its agents

        const synced = adapter.connect(stranger).syncAgent(address, tokenId);

        expect(await eventsOf(synced, adapter, registry)).to.deep.equal([
          ["AgentSynced", address, tokenId, agentId, digest],
          ["MetadataUpdate", agentId],
          ["URIUpdated", agentId, manifestUri(digest), adapterAddress],
        ]);
        expect(await registry.tokenURI(agentId)).to.equal(manifestUri(digest));
      }
      expect(await registry.tokenURI(agentId)).not.to.equal(manifestUri(manifest));
    });

    it("lets the URI follow an older version that is made active again", async () => {
      const world = await loadFixture(agent);
      const { adapter, registry, program, address, tokenId, agentId, manifest } = world;
      await program.publishManifest(tokenId, second);
      await adapter.syncAgent(address, tokenId);
      await program.activateVersion(tokenId, 1, ZeroHash);

      await adapter.syncAgent(address, tokenId);

      expect(await registry.tokenURI(agentId)).to.equal(manifestUri(manifest));
    });

    it("says that nothing would change, also when a version was left and made active again in between", async () => {
      const world = await loadFixture(agent);
      const { adapter, program, address, tokenId, agentId, stranger } = world;
      const expectUnchanged = (): Promise<void> =>
        expect(adapter.connect(stranger).syncAgent(address, tokenId))
          .to.be.revertedWithCustomError(adapter, "ERC8004AdapterUnchanged")
          .withArgs(address, tokenId, agentId);
      await expectUnchanged();

      await program.publishManifest(tokenId, second);
      await program.activateVersion(tokenId, 1, ZeroHash);

      await expectUnchanged();
    });

    it("lets the URI catch up with a frozen program, which then never changes", async () => {
      const world = await loadFixture(agent);
      const { adapter, registry, program, address, tokenId, agentId } = world;
      await program.publishManifest(tokenId, second);
      await program.freeze(tokenId);

      await adapter.syncAgent(address, tokenId);

      expect(await registry.tokenURI(agentId)).to.equal(manifestUri(second));
      await expect(program.publishManifest(tokenId, third))
        .to.be.revertedWithCustomError(program, "AINFTFrozen")
        .withArgs(tokenId);
    });

    it("obeys whoever controls the program now, and nobody who did", async () => {
      const world = await loadFixture(agent);
      const { adapter, registry, address, tokenId, agentId, owner, friend } = world;
      await world.handOver(friend);

      await expectNoAuthority(world, owner);
      await setWallet(world, friend);
      expect(await registry.getAgentWallet(agentId)).to.equal(world.relayer.address);
      await adapter.connect(friend).withdrawAgent(address, tokenId, friend.address);
      expect(await registry.ownerOf(agentId)).to.equal(friend.address);
      expect(await adapter.agentOf(address, tokenId)).to.deep.equal([agentId, AgentStatus.WITHDRAWN]);
    });

    it("lets anybody take away the wallet of whoever controlled the program before", async () => {
      const world = await loadFixture(agent);
      const { adapter, registry, address, tokenId, agentId, owner, friend, stranger } = world;
      await setWallet(world, owner);
      const byStranger = adapter.connect(stranger);
      await expect(byStranger.clearAgentWallet(address, tokenId))
        .to.be.revertedWithCustomError(adapter, "ERC8004AdapterWalletNotStale")
        .withArgs(address, tokenId, owner.address);
      await world.handOver(friend);

      await byStranger.clearAgentWallet(address, tokenId);

      expect(await registry.getAgentWallet(agentId)).to.equal(ZeroAddress);
    });

    it("does not obey the collection's controller, its oracle, its arbiter or a stranger", async () => {
      const world = await loadFixture(agent);

      for (const who of ["creator", "oracleAccount", "arbiter", "stranger"] as const) {
        await expectNoAuthority(world, world[who]);
      }
    });

    it("refuses a program that was never made", async () => {
      const world = await loadFixture(agent);
      const { adapter, address, unknownId, owner } = world;

      await expect(adapter.registerAgent(address, unknownId))
        .to.be.revertedWithCustomError(adapter, "ERC8004AdapterNotController")
        .withArgs(address, unknownId, owner.address);
    });
  });
}

for (const [kind, agent] of Object.entries(agents721)) {
  describe(`ERC8004Adapter, for a token in ${kind}`, () => {
    it("obeys whoever is approved for the token, until it is sold, and whoever is for everything", async () => {
      const world = await loadFixture(agent);
      const { registry, adapter, address, tokenId, agentId, player, requester, friend } = world;
      await world.approveForToken?.(player);
      await setWallet(world, player);
      expect(await registry.getAgentWallet(agentId)).to.equal(world.relayer.address);

      await world.handOver(friend);
      await expectNoAuthority(world, player);

      await IAINFT721__factory.connect(address, friend).setApprovalForAll(requester.address, true);
      await adapter.connect(requester).withdrawAgent(address, tokenId, friend.address);
      expect(await registry.ownerOf(agentId)).to.equal(friend.address);
    });

    it("does not obey the ERC-4907 user", async () => {
      const world = await loadFixture(agent);
      const { address, tokenId, owner, player } = world;
      await IAINFT721__factory.connect(address, owner).setUser(tokenId, player.address, 2n ** 64n - 1n);

      await expectNoAuthority(world, player);
    });

    it("goes on to name the last version of a token that is burned, and obeys nobody", async () => {
      const world = await loadFixture(agent);
      const { adapter, registry, program, address, tokenId, agentId, owner, stranger } = world;
      await setWallet(world, owner);
      await program.publishManifest(tokenId, second);
      await IAINFT721__factory.connect(address, owner).burn(tokenId);

      await adapter.connect(stranger).syncAgent(address, tokenId);
      await adapter.connect(stranger).clearAgentWallet(address, tokenId);

      expect(await registry.tokenURI(agentId)).to.equal(manifestUri(second));
      expect(await registry.getAgentWallet(agentId)).to.equal(ZeroAddress);
      await expectNoAuthority(world, owner);
    });
  });
}

for (const [kind, agent] of Object.entries(agents1155)) {
  describe(`ERC8004Adapter, for an id in ${kind}`, () => {
    it("obeys the curator alone, whoever has the editions, and not whoever acts for the curator", async () => {
      const world = await loadFixture(agent);
      const { registry, address, tokenId, agentId, owner, player, friend } = world;
      const collection = IAINFT1155__factory.connect(address, owner);
      await collection.mint(player.address, tokenId, 1_000n);
      await collection.setApprovalForAll(friend.address, true);

      for (const person of [player, friend]) await expectNoAuthority(world, person);
      await setWallet(world, owner);
      expect(await registry.getAgentWallet(agentId)).to.equal(world.relayer.address);
    });

    it("obeys the curator until another one accepts", async () => {
      const world = await loadFixture(agent);
      const { address, tokenId, owner, friend } = world;
      await IAINFT1155__factory.connect(address, owner).offerCuration(tokenId, friend.address);

      await expectNoAuthority(world, friend);
      await setWallet(world, owner);
    });
  });
}

/** Somebody makes the relayer's wallet the agent's, with its consent. */
async function setWallet(world: RealAgent, person: Person): Promise<void> {
  const { adapter, adapterAddress, registry, address, tokenId, agentId, relayer } = world;
  const { deadline, signature } = await walletConsent(registry, relayer, agentId, adapterAddress);
  await adapter.connect(person).setAgentWallet(address, tokenId, relayer.address, deadline, signature);
}

/** Whatever only the controller may do is refused, and the agent stays. */
async function expectNoAuthority(world: RealAgent, person: Person): Promise<void> {
  const { adapter, address, tokenId, agentId } = world;
  const byPerson = adapter.connect(person);
  for (const refused of [
    () => byPerson.registerAgent(address, tokenId),
    () => setWallet(world, person),
    () => byPerson.withdrawAgent(address, tokenId, person.address),
  ]) {
    await expect(refused())
      .to.be.revertedWithCustomError(adapter, "ERC8004AdapterNotController")
      .withArgs(address, tokenId, person.address);
  }
  expect(await adapter.agentOf(address, tokenId)).to.deep.equal([agentId, AgentStatus.HELD]);
}
