import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { AgentStatus, agentRegistered, agentWorld, type AgentWorld, walletConsent } from "../../helpers/adapters";
import { deployContract, loadFixture } from "../../helpers/chain";
import { eventsOf } from "../../helpers/events";
import { digestOf } from "../../helpers/typed-data";

describe("ERC8004Adapter, once a token is registered", () => {
  describe("setAgentWallet and clearAgentWallet", () => {
    async function setWallet(world: AgentWorld & { agentId: bigint }) {
      const { adapter, adapterAddress, registry, collectionAddress, tokenId, agentId, relayer } = world;
      const { deadline, signature } = await walletConsent(registry, relayer, agentId, adapterAddress);
      return adapter.setAgentWallet(collectionAddress, tokenId, relayer.address, deadline, signature);
    }

    it("passes the controller's wallet on", async () => {
      const world = await loadFixture(agentRegistered);
      const { adapter, registry, collectionAddress, tokenId, agentId, owner, relayer } = world;

      const events = await eventsOf(setWallet(world), adapter, registry);

      expect(events[0]).to.deep.equal([
        "AgentWalletChanged",
        collectionAddress,
        tokenId,
        agentId,
        relayer.address,
        owner.address,
      ]);
      expect(events.map(([name]) => name)).to.deep.equal(["AgentWalletChanged", "MetadataSet"]);
      expect(await registry.getAgentWallet(agentId)).to.equal(relayer.address);
    });

    it("refuses a stranger, also with the wallet's consent", async () => {
      const world = await loadFixture(agentRegistered);
      const { adapter, adapterAddress, registry, collectionAddress, tokenId, agentId, stranger } = world;
      const { deadline, signature } = await walletConsent(registry, stranger, agentId, adapterAddress);
      const byStranger = adapter.connect(stranger);

      await expect(byStranger.setAgentWallet(collectionAddress, tokenId, stranger.address, deadline, signature))
        .to.be.revertedWithCustomError(adapter, "ERC8004AdapterNotController")
        .withArgs(collectionAddress, tokenId, stranger.address);
    });

    it("[A6] cannot give an agent a wallet that consented for another owner or another agent", async () => {
      const world = await loadFixture(agentRegistered);
      const { adapter, adapterAddress, registry, collectionAddress, tokenId, agentId, owner, relayer } = world;

      for (const consent of [
        await walletConsent(registry, relayer, agentId, owner.address),
        await walletConsent(registry, relayer, agentId + 1n, adapterAddress),
      ]) {
        const { deadline, signature } = consent;
        await expect(adapter.setAgentWallet(collectionAddress, tokenId, relayer.address, deadline, signature))
          .to.be.revertedWithCustomError(registry, "ERC8004RegistryMockBadWallet")
          .withArgs(relayer.address);
      }
    });

    it("takes the wallet away for the controller", async () => {
      const world = await loadFixture(agentRegistered);
      const { adapter, registry, collectionAddress, tokenId, agentId, owner } = world;
      await setWallet(world);

      const events = await eventsOf(adapter.clearAgentWallet(collectionAddress, tokenId), adapter, registry);

      expect(events[0]).to.deep.equal([
        "AgentWalletChanged",
        collectionAddress,
        tokenId,
        agentId,
        ZeroAddress,
        owner.address,
      ]);
      expect(events.map(([name]) => name)).to.deep.equal(["AgentWalletChanged", "MetadataSet"]);
      expect(await registry.getAgentWallet(agentId)).to.equal(ZeroAddress);
    });

    it("lets another controller take away what the first one set", async () => {
      const world = await loadFixture(agentRegistered);
      const { adapter, registry, collection, collectionAddress, tokenId, agentId, friend } = world;
      await setWallet(world);
      await collection.setController(tokenId, friend.address, true);

      await adapter.connect(friend).clearAgentWallet(collectionAddress, tokenId);

      expect(await registry.getAgentWallet(agentId)).to.equal(ZeroAddress);
    });

    it("[D27] lets anybody take the seller's wallet away once the token is sold", async () => {
      const world = await loadFixture(agentRegistered);
      const { adapter, registry, collection, collectionAddress, tokenId, agentId, owner, friend, stranger } = world;
      await setWallet(world);
      await collection.setController(tokenId, owner.address, false);
      await collection.setController(tokenId, friend.address, true);

      await adapter.connect(stranger).clearAgentWallet(collectionAddress, tokenId);

      expect(await registry.getAgentWallet(agentId)).to.equal(ZeroAddress);
    });

    it("[D27] lets anybody take the wallet of a burned token away", async () => {
      const world = await loadFixture(agentRegistered);
      const { adapter, registry, collection, collectionAddress, tokenId, agentId, stranger } = world;
      await setWallet(world);
      await collection.burn(tokenId);

      await adapter.connect(stranger).clearAgentWallet(collectionAddress, tokenId);

      expect(await registry.getAgentWallet(agentId)).to.equal(ZeroAddress);
    });

    it("refuses a stranger while whoever set the wallet controls the token", async () => {
      const world = await loadFixture(agentRegistered);
      const { adapter, collectionAddress, tokenId, owner, stranger } = world;
      await setWallet(world);

      await expect(adapter.connect(stranger).clearAgentWallet(collectionAddress, tokenId))
        .to.be.revertedWithCustomError(adapter, "ERC8004AdapterWalletNotStale")
        .withArgs(collectionAddress, tokenId, owner.address);
    });

    it("[C23] refuses to take away what is not there", async () => {
      const world = await loadFixture(agentRegistered);
      const { adapter, collectionAddress, tokenId } = world;
      const refused = (): Promise<void> =>
        expect(adapter.clearAgentWallet(collectionAddress, tokenId))
          .to.be.revertedWithCustomError(adapter, "ERC8004AdapterNoWallet")
          .withArgs(collectionAddress, tokenId);
      await refused();

      await setWallet(world);
      await adapter.clearAgentWallet(collectionAddress, tokenId);
      await refused();
    });
  });

  describe("withdrawAgent", () => {
    it("hands the agent over without its binding and its wallet", async () => {
      const world = await loadFixture(agentRegistered);
      const { adapter, adapterAddress, registry, collectionAddress, tokenId, agentId, owner, friend } = world;

      const withdrawn = adapter.withdrawAgent(collectionAddress, tokenId, friend.address);
      const events = await eventsOf(withdrawn, adapter, registry);

      expect(events.map(([name]) => name)).to.deep.equal(["AgentWithdrawn", "MetadataSet", "MetadataSet", "Transfer"]);
      expect(events[0]?.slice(1)).to.deep.equal([collectionAddress, tokenId, agentId, friend.address, owner.address]);
      expect(events[1]?.slice(3)).to.deep.equal(["ainft", "0x"]);
      expect(events[3]?.slice(1)).to.deep.equal([adapterAddress, friend.address, agentId]);
      expect(await registry.ownerOf(agentId)).to.equal(friend.address);
      expect(await registry.getMetadata(agentId, "ainft")).to.equal("0x");
      expect(await adapter.agentOf(collectionAddress, tokenId)).to.deep.equal([agentId, AgentStatus.WITHDRAWN]);
    });

    it("refuses a stranger", async () => {
      const { adapter, collectionAddress, tokenId, stranger } = await loadFixture(agentRegistered);

      await expect(adapter.connect(stranger).withdrawAgent(collectionAddress, tokenId, stranger.address))
        .to.be.revertedWithCustomError(adapter, "ERC8004AdapterNotController")
        .withArgs(collectionAddress, tokenId, stranger.address);
    });

    it("[B18] refuses receivers that would lose the agent, this contract too", async () => {
      const { adapter, adapterAddress, registry, collection, collectionAddress, tokenId, agentId } =
        await loadFixture(agentRegistered);

      await expect(adapter.withdrawAgent(collectionAddress, tokenId, collection))
        .to.be.revertedWithCustomError(registry, "ERC721InvalidReceiver")
        .withArgs(collectionAddress);
      await expect(adapter.withdrawAgent(collectionAddress, tokenId, adapterAddress))
        .to.be.revertedWithCustomError(adapter, "ERC8004AdapterUnexpectedToken")
        .withArgs(await registry.getAddress(), agentId);
      await expect(adapter.withdrawAgent(collectionAddress, tokenId, ZeroAddress))
        .to.be.revertedWithCustomError(registry, "ERC721InvalidReceiver")
        .withArgs(ZeroAddress);
      expect(await adapter.agentOf(collectionAddress, tokenId)).to.deep.equal([agentId, AgentStatus.HELD]);
    });

    it("[B16] shows a receiving contract an agent that is gone already", async () => {
      const { adapter, registry, collectionAddress, tokenId, agentId } = await loadFixture(agentRegistered);
      const receiver = await deployContract("ReceiverMock");
      const sync = adapter.interface.encodeFunctionData("syncAgent", [collectionAddress, tokenId]);
      await receiver.onReceipt(await adapter.getAddress(), sync);

      await expect(adapter.withdrawAgent(collectionAddress, tokenId, receiver))
        .to.be.revertedWithCustomError(adapter, "ERC8004AdapterAgentWithdrawn")
        .withArgs(collectionAddress, tokenId, agentId);

      expect(await registry.ownerOf(agentId)).to.equal(await adapter.getAddress());
    });
  });

  context("when the token has no agent here", () => {
    type Call = (adapter: AgentWorld["adapter"], world: AgentWorld) => Promise<unknown>;
    const calls: Record<string, Call> = {
      syncAgent: (adapter, { collectionAddress, tokenId }) => adapter.syncAgent(collectionAddress, tokenId),
      setAgentWallet: (adapter, { collectionAddress, tokenId, owner }) =>
        adapter.setAgentWallet(collectionAddress, tokenId, owner.address, 0n, "0x"),
      clearAgentWallet: (adapter, { collectionAddress, tokenId }) =>
        adapter.clearAgentWallet(collectionAddress, tokenId),
      withdrawAgent: (adapter, { collectionAddress, tokenId, owner }) =>
        adapter.withdrawAgent(collectionAddress, tokenId, owner.address),
      reputationOf: (adapter, { collectionAddress, tokenId, player }) =>
        adapter.reputationOf(collectionAddress, tokenId, [player.address], "", ""),
    };

    for (const [name, call] of Object.entries(calls)) {
      it(`${name} says that it was never registered`, async () => {
        const world = await loadFixture(agentWorld);

        await expect(call(world.adapter, world))
          .to.be.revertedWithCustomError(world.adapter, "ERC8004AdapterNotRegistered")
          .withArgs(world.collectionAddress, world.tokenId);
      });

      it(`${name} says that it was withdrawn`, async () => {
        const world = await loadFixture(agentRegistered);
        await world.adapter.withdrawAgent(world.collectionAddress, world.tokenId, world.owner.address);

        await expect(call(world.adapter, world))
          .to.be.revertedWithCustomError(world.adapter, "ERC8004AdapterAgentWithdrawn")
          .withArgs(world.collectionAddress, world.tokenId, world.agentId);
      });
    }

    it("registerAgent refuses a second agent after a withdrawal", async () => {
      const { adapter, collectionAddress, tokenId, agentId, owner } = await loadFixture(agentRegistered);
      await adapter.withdrawAgent(collectionAddress, tokenId, owner.address);

      await expect(adapter.registerAgent(collectionAddress, tokenId))
        .to.be.revertedWithCustomError(adapter, "ERC8004AdapterAlreadyRegistered")
        .withArgs(collectionAddress, tokenId, agentId);
    });

    it("agentOf answers the status NONE", async () => {
      const { adapter, collectionAddress, tokenId } = await loadFixture(agentWorld);

      expect(await adapter.agentOf(collectionAddress, tokenId)).to.deep.equal([0n, AgentStatus.NONE]);
    });
  });

  describe("reputationOf", () => {
    it("sums up what the named clients said, by tag", async () => {
      const { adapter, reputation, collectionAddress, tokenId, agentId, player, requester, stranger } =
        await loadFixture(agentRegistered);
      const say = (client: typeof player, value: bigint, tag1: string, tag2: string) =>
        reputation.connect(client).giveFeedback(agentId, value, 2, tag1, tag2, "", "", digestOf("feedback"));
      await say(player, 400n, "chat", "week 1");
      await say(player, -100n, "chat", "week 2");
      await say(requester, 600n, "draw", "week 1");
      await say(stranger, -900n, "chat", "week 1");
      const clients = [player.address, requester.address];

      expect(await adapter.reputationOf(collectionAddress, tokenId, clients, "", "")).to.deep.equal([3n, 300n, 2n]);
      expect(await adapter.reputationOf(collectionAddress, tokenId, clients, "chat", "")).to.deep.equal([2n, 150n, 2n]);
      expect(await adapter.reputationOf(collectionAddress, tokenId, clients, "", "week 2")).to.deep.equal([
        1n,
        -100n,
        2n,
      ]);
    });

    it("[D29] wants clients to be named, as the registry does", async () => {
      const { adapter, reputation, collectionAddress, tokenId } = await loadFixture(agentRegistered);

      await expect(adapter.reputationOf(collectionAddress, tokenId, [], "", "")).to.be.revertedWithCustomError(
        reputation,
        "ERC8004ReputationMockNoClients",
      );
    });
  });
});
