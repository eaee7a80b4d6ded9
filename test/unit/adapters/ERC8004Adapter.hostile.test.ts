import { expect } from "chai";
import { Interface, ZeroAddress } from "ethers";
import { agentRegistered, AgentStatus, agentWorld, hostileRegistry } from "../../helpers/adapters";
import { deployContract, loadFixture } from "../../helpers/chain";
import { eventsOf, type SeenEvent } from "../../helpers/events";

/** What the hostile registry does at a registration, as the mock numbers it. */
const Manner = {
  HONEST: 0,
  CALLS_BEFORE: 1,
  CALLS_AFTER: 2,
  HANDS_NOTHING_OVER: 3,
  ANSWERS_ANOTHER_ID: 4,
  HANDS_OVER_TWICE: 5,
} as const;

describe("ERC8004Adapter before a registry that turns on it", () => {
  type World = Awaited<ReturnType<typeof hostileRegistry>>;

  async function registerWhile(world: World, manner: number, call: string): Promise<SeenEvent[]> {
    await world.hostile.behave(manner, call);
    const registered = world.adapter.registerAgent(world.collectionAddress, world.tokenId);
    return eventsOf(registered, world.adapter, world.hostile);
  }

  function calledBack(events: SeenEvent[]): SeenEvent | undefined {
    return events.find(([name]) => name === "CalledBack");
  }

  /** A custom error of the adapter as the registry got it back. */
  function refusal({ adapter }: World, name: string, args: readonly unknown[]): SeenEvent {
    const abi: Interface = adapter.interface;
    return ["CalledBack", false, abi.encodeErrorResult(name, args)];
  }

  it("[B16] shows no agent before the registry hands it over", async () => {
    const world = await loadFixture(hostileRegistry);
    const { adapter, collectionAddress, tokenId } = world;
    const sync = adapter.interface.encodeFunctionData("syncAgent", [collectionAddress, tokenId]);

    const events = await registerWhile(world, Manner.CALLS_BEFORE, sync);

    expect(calledBack(events)).to.deep.equal(
      refusal(world, "ERC8004AdapterNotRegistered", [collectionAddress, tokenId]),
    );
    expect(await adapter.agentOf(collectionAddress, tokenId)).to.deep.equal([0n, AgentStatus.HELD]);
  });

  it("[B16] shows the whole agent as soon as it is handed over", async () => {
    const world = await loadFixture(hostileRegistry);
    const { adapter, collectionAddress, tokenId, agentId } = { ...world, agentId: 0n };
    const read = adapter.interface.encodeFunctionData("agentOf", [collectionAddress, tokenId]);

    const events = await registerWhile(world, Manner.CALLS_AFTER, read);

    const answer = adapter.interface.encodeFunctionResult("agentOf", [agentId, AgentStatus.HELD]);
    expect(calledBack(events)).to.deep.equal(["CalledBack", true, answer]);
  });

  it("[B16] refuses a registration inside a registration, also to a token's controller", async () => {
    const world = await loadFixture(hostileRegistry);
    const { adapter, collection, collectionAddress, hostile, otherTokenId } = world;
    await collection.setController(otherTokenId, await hostile.getAddress(), true);
    const register = adapter.interface.encodeFunctionData("registerAgent", [collectionAddress, otherTokenId]);

    const events = await registerWhile(world, Manner.CALLS_BEFORE, register);

    expect(calledBack(events)).to.deep.equal(refusal(world, "ERC8004AdapterRegistrationOpen", []));
    expect(await adapter.agentOf(collectionAddress, otherTokenId)).to.deep.equal([0n, AgentStatus.NONE]);
  });

  it("[B16] refuses to register the same token twice while it is handed over", async () => {
    const world = await loadFixture(hostileRegistry);
    const { adapter, collection, collectionAddress, hostile, tokenId } = world;
    await collection.setController(tokenId, await hostile.getAddress(), true);
    const register = adapter.interface.encodeFunctionData("registerAgent", [collectionAddress, tokenId]);

    const events = await registerWhile(world, Manner.CALLS_AFTER, register);

    const already = refusal(world, "ERC8004AdapterAlreadyRegistered", [collectionAddress, tokenId, 0n]);
    expect(calledBack(events)).to.deep.equal(already);
  });

  it("[B17] refuses a registration whose agent left inside the callback", async () => {
    const world = await loadFixture(hostileRegistry);
    const { adapter, collection, collectionAddress, hostile, tokenId, stranger } = world;
    await collection.setController(tokenId, await hostile.getAddress(), true);
    const withdraw = adapter.interface.encodeFunctionData("withdrawAgent", [
      collectionAddress,
      tokenId,
      stranger.address,
    ]);
    await hostile.behave(Manner.CALLS_AFTER, withdraw);

    await expect(adapter.registerAgent(collectionAddress, tokenId))
      .to.be.revertedWithCustomError(adapter, "ERC8004AdapterAgentNotReceived")
      .withArgs(0n);
    expect(await adapter.agentOf(collectionAddress, tokenId)).to.deep.equal([0n, AgentStatus.NONE]);
  });

  for (const [title, manner, named] of [
    ["hands nothing over", Manner.HANDS_NOTHING_OVER, 0n],
    ["answers another id than it handed over", Manner.ANSWERS_ANOTHER_ID, 1n],
  ] as const) {
    it(`refuses a registry that ${title}, and leaves no trace`, async () => {
      const world = await loadFixture(hostileRegistry);
      const { adapter, collectionAddress, hostile, tokenId } = world;
      await hostile.behave(manner, "0x");

      await expect(adapter.registerAgent(collectionAddress, tokenId))
        .to.be.revertedWithCustomError(adapter, "ERC8004AdapterAgentNotReceived")
        .withArgs(named);

      await hostile.behave(Manner.HONEST, "0x");
      await adapter.registerAgent(collectionAddress, tokenId);
      expect(await adapter.agentOf(collectionAddress, tokenId)).to.deep.equal([0n, AgentStatus.HELD]);
    });
  }

  it("[B16] refuses a second agent in one registration", async () => {
    const world = await loadFixture(hostileRegistry);
    const { adapter, collectionAddress, hostile, tokenId } = world;
    await hostile.behave(Manner.HANDS_OVER_TWICE, "0x");

    await expect(adapter.registerAgent(collectionAddress, tokenId))
      .to.be.revertedWithCustomError(adapter, "ERC8004AdapterUnexpectedToken")
      .withArgs(await hostile.getAddress(), 1n);
  });

  describe("onERC721Received", () => {
    const receiver = new Interface(["function onERC721Received(address, address, uint256, bytes)"]);

    it("refuses an agent of somebody else, outside of a registration", async () => {
      const { adapter, adapterAddress, registry, stranger } = await loadFixture(agentRegistered);
      const send = registry.connect(stranger)["safeTransferFrom(address,address,uint256)"];

      await expect(send(stranger.address, adapterAddress, 0n))
        .to.be.revertedWithCustomError(adapter, "ERC8004AdapterUnexpectedToken")
        .withArgs(await registry.getAddress(), 0n);
    });

    it("refuses a mint that the registry claims outside of a registration", async () => {
      const { adapter, adapterAddress, hostile } = await loadFixture(hostileRegistry);
      const claim = receiver.encodeFunctionData("onERC721Received", [adapterAddress, ZeroAddress, 5n, "0x"]);

      const events = await eventsOf(hostile.callOut(adapterAddress, claim), hostile);

      const reason = [await hostile.getAddress(), 5n] as const;
      const error = adapter.interface.encodeErrorResult("ERC8004AdapterUnexpectedToken", reason);
      expect(events).to.deep.equal([["CalledBack", false, error]]);
    });

    for (const [title, operator, from] of [
      ["that somebody else asked for", "stranger", "nobody"],
      ["that somebody owned before", "adapter", "stranger"],
    ] as const) {
      it(`refuses an agent inside a registration ${title}`, async () => {
        const world = await loadFixture(hostileRegistry);
        const { adapter, adapterAddress, hostile, stranger } = world;
        const address = { stranger: stranger.address, nobody: ZeroAddress, adapter: adapterAddress };
        const args = [address[operator], address[from], 5n, "0x"];

        const events = await registerWhile(
          world,
          Manner.CALLS_BEFORE,
          receiver.encodeFunctionData("onERC721Received", args),
        );

        const reason = [await hostile.getAddress(), 5n];
        expect(calledBack(events)).to.deep.equal(refusal(world, "ERC8004AdapterUnexpectedToken", reason));
        expect(await adapter.agentOf(world.collectionAddress, world.tokenId)).to.deep.equal([0n, AgentStatus.HELD]);
        expect(await hostile.ownerOf(0n)).to.equal(adapterAddress);
      });
    }

    it("refuses tokens of other contracts, and calls that pretend to be one", async () => {
      const { adapter, adapterAddress, stranger } = await loadFixture(agentWorld);
      const pretend = adapter.connect(stranger).onERC721Received(adapterAddress, ZeroAddress, 5n, "0x");

      await expect(pretend)
        .to.be.revertedWithCustomError(adapter, "ERC8004AdapterUnexpectedToken")
        .withArgs(stranger.address, 5n);
      const other = await deployContract("ERC8004RegistryMock");
      await other.connect(stranger)["register()"]();
      await expect(
        other.connect(stranger)["safeTransferFrom(address,address,uint256)"](stranger.address, adapterAddress, 0n),
      )
        .to.be.revertedWithCustomError(adapter, "ERC8004AdapterUnexpectedToken")
        .withArgs(await other.getAddress(), 0n);
    });
  });
});
