import { expect } from "chai";
import { AbiCoder, Interface, ZeroAddress } from "ethers";
import {
  IERC8004Identity__factory,
  IERC8004Adapter__factory,
  IERC721Receiver__factory,
} from "../../../typechain-types";
import { AgentStatus, agentRegistered, agentWorld, bindingOf } from "../../helpers/adapters";
import { deployContract, loadFixture, provider } from "../../helpers/chain";
import { eventsOf } from "../../helpers/events";
import { dangerousInstructions, declarations, functionsOf, interfaceId } from "../../helpers/interfaces";
import { manifestUri } from "../../helpers/manifest-uri";
import { digestOf } from "../../helpers/typed-data";

const UNKNOWN_TOKEN = 99n;
const second = digestOf("second manifest");

describe("ERC8004Adapter", () => {
  describe("constructor", () => {
    it("keeps the registries it was built on", async () => {
      const { adapter, registry, reputation } = await loadFixture(agentWorld);

      expect([await adapter.identityRegistry(), await adapter.reputationRegistry()]).to.deep.equal([
        await registry.getAddress(),
        await reputation.getAddress(),
      ]);
    });

    it("accepts a registry that has agents, and one that refuses an unknown agent with a reason", async () => {
      const { registry, reputation, stranger } = await loadFixture(agentWorld);
      const registries = [await registry.getAddress(), await reputation.getAddress()];
      await deployContract("ERC8004Adapter", registries);
      await registry.connect(stranger)["register()"]();

      expect(await (await deployContract("ERC8004Adapter", registries)).identityRegistry()).to.equal(registries[0]);
    });

    context("when the identity registry is none", () => {
      const abi = new Interface(["function getMetadata(uint256, string)", "function ownerOf(uint256)"]);
      const metadata = abi.getFunction("getMetadata")?.selector ?? "";
      const ownerOf = abi.getFunction("ownerOf")?.selector ?? "";
      const noBytes = AbiCoder.defaultAbiCoder().encode(["bytes"], ["0x"]);
      const owner = AbiCoder.defaultAbiCoder().encode(["address"], [ZeroAddress]);
      const wrong: [string, [selector: string, reverts: boolean, data: string][]][] = [
        ["answers nothing", []],
        ["answers no metadata", [[ownerOf, false, owner]]],
        [
          "refuses to answer metadata",
          [
            [metadata, true, noBytes],
            [ownerOf, false, owner],
          ],
        ],
        [
          "answers metadata that is too short",
          [
            [metadata, false, noBytes.slice(0, -2)],
            [ownerOf, false, owner],
          ],
        ],
        ["knows no owners", [[metadata, false, noBytes]]],
      ];
      for (const [title, answers] of wrong) {
        it(`refuses a contract that ${title}`, async () => {
          const { adapter, reputation } = await loadFixture(agentWorld);
          const contract = await deployContract("AnswerMock");
          for (const answer of answers) await contract.answerTo(...answer);

          await expect(deployContract("ERC8004Adapter", [await contract.getAddress(), await reputation.getAddress()]))
            .to.be.revertedWithCustomError(adapter, "ERC8004AdapterNotARegistry")
            .withArgs(await contract.getAddress());
        });
      }

      it("goes as far as the reputation registry with one that answers both", async () => {
        const { adapter, reputation, registry } = await loadFixture(agentWorld);
        const contract = await deployContract("AnswerMock");
        await contract.answerTo(metadata, false, noBytes);
        await contract.answerTo(ownerOf, true, owner);

        await expect(deployContract("ERC8004Adapter", [await contract.getAddress(), await reputation.getAddress()]))
          .to.be.revertedWithCustomError(adapter, "ERC8004AdapterWrongIdentityRegistry")
          .withArgs(await reputation.getAddress(), await registry.getAddress());
      });

      it("refuses an account without code", async () => {
        const { adapter, reputation, stranger } = await loadFixture(agentWorld);

        await expect(deployContract("ERC8004Adapter", [stranger.address, await reputation.getAddress()]))
          .to.be.revertedWithCustomError(adapter, "ERC8004AdapterNotARegistry")
          .withArgs(stranger.address);
      });
    });

    context("when the reputation registry is none", () => {
      const selector =
        new Interface(["function getIdentityRegistry()"]).getFunction("getIdentityRegistry")?.selector ?? "";

      it("refuses an account without code", async () => {
        const { adapter, registry, stranger } = await loadFixture(agentWorld);

        await expect(deployContract("ERC8004Adapter", [await registry.getAddress(), stranger.address]))
          .to.be.revertedWithCustomError(adapter, "ERC8004AdapterNotARegistry")
          .withArgs(stranger.address);
      });

      for (const [title, reverts, length] of [
        ["refuses to name its identity registry", true, 32],
        ["answers more than an address", false, 64],
      ] as const) {
        it(`refuses a contract that ${title}`, async () => {
          const { adapter, registry } = await loadFixture(agentWorld);
          const contract = await deployContract("AnswerMock");
          await contract.answerTo(selector, reverts, `0x${"00".repeat(length)}`);

          await expect(deployContract("ERC8004Adapter", [await registry.getAddress(), await contract.getAddress()]))
            .to.be.revertedWithCustomError(adapter, "ERC8004AdapterNotARegistry")
            .withArgs(await contract.getAddress());
        });
      }
    });
  });

  describe("registerAgent", () => {
    it("makes the token an agent with its manifest's URI, its binding and no wallet", async () => {
      const world = await loadFixture(agentRegistered);
      const { registry, adapter, adapterAddress, collectionAddress, tokenId, agentId, manifest } = world;

      expect(await registry.ownerOf(agentId)).to.equal(adapterAddress);
      expect(await registry.tokenURI(agentId)).to.equal(manifestUri(manifest));
      expect(await registry.getMetadata(agentId, "ainft")).to.equal(bindingOf(collectionAddress, tokenId));
      expect(await registry.getAgentWallet(agentId)).to.equal(ZeroAddress);
      expect(await adapter.agentOf(collectionAddress, tokenId)).to.deep.equal([agentId, AgentStatus.HELD]);
    });

    it("takes id 0, which the first agent of a registry has, and returns it", async () => {
      const { adapter, collectionAddress, tokenId } = await loadFixture(agentWorld);
      expect(await adapter.registerAgent.staticCall(collectionAddress, tokenId)).to.equal(0n);

      await adapter.registerAgent(collectionAddress, tokenId);

      expect(await adapter.agentOf(collectionAddress, tokenId)).to.deep.equal([0n, AgentStatus.HELD]);
      await expect(adapter.registerAgent(collectionAddress, tokenId))
        .to.be.revertedWithCustomError(adapter, "ERC8004AdapterAlreadyRegistered")
        .withArgs(collectionAddress, tokenId, 0n);
    });

    it("[B16] tells of the agent once, after the registry has told everything", async () => {
      const world = await loadFixture(agentWorld);
      const { adapter, adapterAddress, registry, collectionAddress, tokenId, manifest, owner } = world;
      const binding = bindingOf(collectionAddress, tokenId);

      const events = await eventsOf(adapter.registerAgent(collectionAddress, tokenId), adapter, registry);

      expect(events.map(([name]) => name)).to.deep.equal([
        "Transfer",
        "MetadataUpdate",
        "Registered",
        "MetadataSet",
        "MetadataSet",
        "AgentRegistered",
        "MetadataSet",
      ]);
      expect(events[2]).to.deep.equal(["Registered", 0n, manifestUri(manifest), adapterAddress]);
      expect(events[4]?.slice(3)).to.deep.equal(["ainft", binding]);
      expect(events[5]).to.deep.equal(["AgentRegistered", collectionAddress, tokenId, 0n, manifest, owner.address]);
      expect(events[6]?.slice(3)).to.deep.equal(["agentWallet", "0x"]);
    });

    it("gives every token an agent of its own", async () => {
      const { adapter, collectionAddress, otherTokenId, agentId, tokenId } = await loadFixture(agentRegistered);

      await adapter.registerAgent(collectionAddress, otherTokenId);

      expect(await adapter.agentOf(collectionAddress, otherTokenId)).to.deep.equal([2n, AgentStatus.HELD]);
      expect(await adapter.agentOf(collectionAddress, tokenId)).to.deep.equal([agentId, AgentStatus.HELD]);
    });

    it("gives a token of the same id in another collection an agent of its own", async () => {
      const { adapter, tokenId, owner, manifest } = await loadFixture(agentRegistered);
      const other = await deployContract("AuthorityCollectionMock");
      await other.publish(tokenId, manifest);
      await other.setController(tokenId, owner.address, true);

      await adapter.registerAgent(await other.getAddress(), tokenId);

      expect(await adapter.agentOf(await other.getAddress(), tokenId)).to.deep.equal([2n, AgentStatus.HELD]);
    });

    it("refuses a stranger, also one who owned the token before", async () => {
      const { adapter, collection, collectionAddress, tokenId, owner, stranger } = await loadFixture(agentWorld);
      await collection.setController(tokenId, owner.address, false);

      for (const account of [stranger, owner]) {
        await expect(adapter.connect(account).registerAgent(collectionAddress, tokenId))
          .to.be.revertedWithCustomError(adapter, "ERC8004AdapterNotController")
          .withArgs(collectionAddress, tokenId, account.address);
      }
    });

    it("[C24] refuses a token that does not exist", async () => {
      const { adapter, collectionAddress, owner } = await loadFixture(agentWorld);

      await expect(adapter.registerAgent(collectionAddress, UNKNOWN_TOKEN))
        .to.be.revertedWithCustomError(adapter, "ERC8004AdapterNotController")
        .withArgs(collectionAddress, UNKNOWN_TOKEN, owner.address);
    });

    it("refuses an account without code as collection", async () => {
      const { adapter, stranger, tokenId } = await loadFixture(agentWorld);

      await expect(adapter.registerAgent(stranger.address, tokenId))
        .to.be.revertedWithCustomError(adapter, "ERC8004AdapterNotACollection")
        .withArgs(stranger.address);
    });
  });

  describe("syncAgent", () => {
    it("[C22] lets the URI follow the active version, whoever calls", async () => {
      const world = await loadFixture(agentRegistered);
      const { adapter, adapterAddress, registry, collection, collectionAddress, tokenId, agentId, stranger } = world;
      await collection.publish(tokenId, second);

      const synced = adapter.connect(stranger).syncAgent(collectionAddress, tokenId);

      expect(await eventsOf(synced, adapter, registry)).to.deep.equal([
        ["AgentSynced", collectionAddress, tokenId, agentId, second],
        ["MetadataUpdate", agentId],
        ["URIUpdated", agentId, manifestUri(second), adapterAddress],
      ]);
      expect(await registry.tokenURI(agentId)).to.equal(manifestUri(second));
    });

    it("[C23] says by an error of its own that nothing would change", async () => {
      const { adapter, collection, collectionAddress, tokenId, agentId } = await loadFixture(agentRegistered);
      const refused = (): Promise<void> =>
        expect(adapter.syncAgent(collectionAddress, tokenId))
          .to.be.revertedWithCustomError(adapter, "ERC8004AdapterUnchanged")
          .withArgs(collectionAddress, tokenId, agentId);
      await refused();

      await collection.publish(tokenId, second);
      await adapter.syncAgent(collectionAddress, tokenId);
      await refused();
    });

    it("[C22] refuses a burned token with its collection's own error", async () => {
      const { adapter, collection, collectionAddress, tokenId } = await loadFixture(agentRegistered);
      await collection.burn(tokenId);

      await expect(adapter.syncAgent(collectionAddress, tokenId))
        .to.be.revertedWithCustomError(collection, "AINFTUnknownToken")
        .withArgs(tokenId);
    });
  });

  describe("the interfaces", () => {
    it("[D34] are advertised, and only they", async () => {
      const { adapter } = await loadFixture(agentWorld);
      const id = interfaceId(IERC8004Adapter__factory.createInterface());

      for (const advertised of [id, "0x150b7a02", "0x01ffc9a7"]) {
        expect(await adapter.supportsInterface(advertised), advertised).to.equal(true);
      }
      for (const other of ["0xffffffff", "0x80ac58cd", "0xf3e6ef75"]) {
        expect(await adapter.supportsInterface(other), other).to.equal(false);
      }
    });

    it("are kept letter by letter", async () => {
      const { adapter } = await loadFixture(agentWorld);
      const promised = [IERC8004Adapter__factory, IERC721Receiver__factory].flatMap((factory) =>
        declarations(factory.createInterface() as Interface),
      );

      expect(declarations(adapter.interface)).to.include.members(promised);
      const own = declarations(adapter.interface).filter((line) => /^(error|event) /u.test(line));
      expect(promised).to.include.members(own);
    });

    it("of the registry have the selectors that ERC-8004 fixes", () => {
      const selectors = Object.fromEntries(
        functionsOf(IERC8004Identity__factory.createInterface() as Interface).map((fragment) => [
          fragment.format("sighash"),
          fragment.selector,
        ]),
      );

      expect(selectors).to.include({
        "register(string,(string,bytes)[])": "0x8ea42286",
        "register(string)": "0xf2c298be",
        "register()": "0x1aa3a008",
        "setAgentURI(uint256,string)": "0x0af28bd3",
        "getMetadata(uint256,string)": "0xcb4799f2",
        "setMetadata(uint256,string,bytes)": "0x466648da",
        "setAgentWallet(uint256,address,uint256,bytes)": "0x2d1ef5ae",
      });
    });

    it("[D33] hide no instruction that could replace or destroy the code", async () => {
      const { adapter } = await loadFixture(agentWorld);

      expect(dangerousInstructions(await provider.getCode(await adapter.getAddress()))).to.deep.equal([]);
    });
  });
});
