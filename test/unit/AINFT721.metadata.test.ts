import { expect } from "chai";
import { id, sha256, toUtf8Bytes, ZeroAddress, ZeroHash } from "ethers";
import type { ContractTransactionResponse } from "ethers";
import { loadFixture } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import { type MintedToken, tokenMinted } from "../helpers/fixtures";
import { manifestUri } from "../helpers/manifest-uri";
import { recordBy } from "../helpers/programs";
import { digestOf } from "../helpers/typed-data";

const second = digestOf("second manifest");

describe("AINFT721", () => {
  describe("tokenURI", () => {
    it("is the IPFS address of the first manifest after the mint", async () => {
      const { collection, tokenId, manifest } = await loadFixture(tokenMinted);

      expect(await collection.tokenURI(tokenId)).to.equal(manifestUri(manifest));
    });

    it("is what IPFS itself calls these bytes", async () => {
      const { collection, creator } = await loadFixture(tokenMinted);
      const digest = sha256(toUtf8Bytes("hello world"));
      await collection.mint(creator.address, digest);

      // `ipfs add --raw-leaves --cid-version=1` of the eleven bytes "hello world".
      expect(await collection.tokenURI(2)).to.equal(
        "ipfs://bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e",
      );
    });

    it("follows the active version when one is published and when one is rolled back", async () => {
      const { collection, owner, tokenId, manifest } = await loadFixture(tokenMinted);
      const byOwner = collection.connect(owner);

      await byOwner.publishManifest(tokenId, second);
      expect(await collection.tokenURI(tokenId)).to.equal(manifestUri(second));

      await byOwner.activateVersion(tokenId, 1, ZeroHash);
      expect(await collection.tokenURI(tokenId)).to.equal(manifestUri(manifest));

      await byOwner.activateVersion(tokenId, 2, ZeroHash);
      expect(await collection.tokenURI(tokenId)).to.equal(manifestUri(second));
    });

    it("stays where it was once the program is frozen", async () => {
      const { collection, owner, tokenId, manifest } = await loadFixture(tokenMinted);
      await collection.connect(owner).freeze(tokenId);

      expect(await collection.tokenURI(tokenId)).to.equal(manifestUri(manifest));
    });
  });

  describe("metadata updates (ERC-4906)", () => {
    type Act = (world: MintedToken) => Promise<ContractTransactionResponse>;

    /** Every transaction that a collection knows, by how many metadata updates it should announce. */
    const acts: Record<string, [updates: number, act: Act]> = {
      publishManifest: [
        1,
        ({ collection, owner, tokenId }) => collection.connect(owner).publishManifest(tokenId, second),
      ],
      activateVersion: [
        1,
        async ({ collection, owner, tokenId }) => {
          await collection.connect(owner).publishManifest(tokenId, second);
          return collection.connect(owner).activateVersion(tokenId, 1, ZeroHash);
        },
      ],
      mint: [0, ({ collection, owner }) => collection.mint(owner.address, second)],
      freeze: [0, ({ collection, owner, tokenId }) => collection.connect(owner).freeze(tokenId)],
      addTraining: [
        0,
        ({ collection, owner, tokenId }) => collection.connect(owner).addTraining(tokenId, recordBy(owner), "0x"),
      ],
      applySignedState: [
        0,
        async ({ collection, creator, update }) => {
          await collection.setOracle(creator.address);
          return collection.applySignedState(update());
        },
      ],
      transferFrom: [
        0,
        ({ collection, owner, friend, tokenId }) =>
          collection.connect(owner).transferFrom(owner.address, friend.address, tokenId),
      ],
      approve: [
        0,
        ({ collection, owner, friend, tokenId }) => collection.connect(owner).approve(friend.address, tokenId),
      ],
      setOracle: [0, ({ collection }) => collection.setOracle(ZeroAddress)],
      lockOracle: [0, ({ collection }) => collection.lockOracle()],
      transferOwnership: [0, ({ collection, friend }) => collection.transferOwnership(friend.address)],
    };

    for (const [name, [updates, act]] of Object.entries(acts)) {
      it(`${updates === 0 ? "are not announced" : "are announced once"} by ${name}`, async () => {
        const world = await loadFixture(tokenMinted);

        const seen = await eventsOf(act(world), world.collection);

        const expected = Array.from({ length: updates }, () => ["MetadataUpdate", world.tokenId]);
        expect(seen.filter(([name]) => name.includes("MetadataUpdate"))).to.deep.equal(expected);
      });
    }

    it("use the event signatures of the standard", async () => {
      const { collection } = await loadFixture(tokenMinted);

      expect(collection.interface.getEvent("MetadataUpdate").topicHash).to.equal(id("MetadataUpdate(uint256)"));
      expect(collection.interface.getEvent("BatchMetadataUpdate").topicHash).to.equal(
        id("BatchMetadataUpdate(uint256,uint256)"),
      );
    });
  });
});
