import { expect } from "chai";
import { ZeroHash } from "ethers";
import { IERC7572__factory, IOwnable2Step__factory } from "../../typechain-types";
import { loadFixture } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import { manifestUri } from "../helpers/manifest-uri";
import type { ProgramWorld } from "../helpers/programs";
import { digestOf } from "../helpers/typed-data";

/** What the controller of a collection sets about it: whether it mints, and what it says of itself. */
export function behavesLikeCollectionSettings(fixture: () => Promise<ProgramWorld>): void {
  const opened = () => loadFixture(fixture);
  const about = digestOf("manifest of the collection");

  describe("setMintingPaused", () => {
    it("[lineage 5] stops minting, says so, and nothing else", async () => {
      const { link, mint, tokenId } = await opened();
      expect(await link.isMintingPaused()).to.equal(false);

      expect(await eventsOf(link.setMintingPaused(true), link)).to.deep.equal([["MintingPaused", true]]);

      expect(await link.isMintingPaused()).to.equal(true);
      await expect(mint(about)).to.be.revertedWithCustomError(link, "AINFTMintingPaused").withArgs();
      expect(await link.totalMinted()).to.equal(tokenId);
    });

    it("[lineage 5] opens minting again, with the next id", async () => {
      const { link, mint, tokenId } = await opened();
      await link.setMintingPaused(true);

      expect(await eventsOf(link.setMintingPaused(false), link)).to.deep.equal([["MintingPaused", false]]);

      expect(await link.isMintingPaused()).to.equal(false);
      expect(await mint(about)).to.equal(tokenId + 1n);
    });

    it("refuses to leave it as it is, either way", async () => {
      const { link } = await opened();
      await expect(link.setMintingPaused(false))
        .to.be.revertedWithCustomError(link, "AINFTSettingUnchanged")
        .withArgs();
      await link.setMintingPaused(true);

      await expect(link.setMintingPaused(true)).to.be.revertedWithCustomError(link, "AINFTSettingUnchanged").withArgs();
    });

    it("[lineage 5] stops no life of a program", async () => {
      const { link, program, tokenId, handOver, friend } = await opened();
      await link.setMintingPaused(true);

      await program.publishManifest(tokenId, digestOf("second manifest"));
      await program.activateVersion(tokenId, 1, ZeroHash);
      await handOver(friend);
      await program.connect(friend).freeze(tokenId);
    });
  });

  describe("setContractManifest", () => {
    const contractOf = ({ address, stranger }: ProgramWorld) => IERC7572__factory.connect(address, stranger);

    it("gives the collection a contractURI, where it had none (ERC-7572)", async () => {
      const world = await opened();
      const contract = contractOf(world);
      expect(await contract.contractURI()).to.equal("");

      await world.link.setContractManifest(about);

      expect(await contract.contractURI()).to.equal(manifestUri(about));
    });

    it("[peers C23] announces every change once, and nothing else", async () => {
      const world = await opened();
      const contract = contractOf(world);

      for (const digest of [about, digestOf("another manifest"), ZeroHash]) {
        const events = await eventsOf(world.link.setContractManifest(digest), contract);
        expect(events).to.deep.equal([["ContractURIUpdated"]]);
      }
      expect(await contract.contractURI()).to.equal("");
    });

    it("[peers C23] refuses a change to what it is already: there is nothing to announce", async () => {
      const { link } = await opened();
      await expect(link.setContractManifest(ZeroHash))
        .to.be.revertedWithCustomError(link, "AINFTSettingUnchanged")
        .withArgs();
      await link.setContractManifest(about);

      await expect(link.setContractManifest(about))
        .to.be.revertedWithCustomError(link, "AINFTSettingUnchanged")
        .withArgs();
    });

    it("says nothing about the tokens' own metadata", async () => {
      const { link, program, tokenId, manifest } = await opened();
      await link.setContractManifest(about);

      expect(await program.activeVersion(tokenId)).to.deep.equal([1n, manifest]);
    });
  });

  describe("authority over the settings", () => {
    for (const [title, role] of [
      ["the owner of a token", "owner"],
      ["the oracle", "oracleAccount"],
      ["the arbiter", "arbiter"],
      ["a stranger", "stranger"],
    ] as const) {
      it(`[lineage 1] does not belong to ${title}`, async () => {
        const world = await opened();
        const actor = world[role];
        const link = world.link.connect(actor);
        const ownable = IOwnable2Step__factory.connect(world.address, actor);

        for (const act of [() => link.setMintingPaused(true), () => link.setContractManifest(about)]) {
          await expect(act())
            .to.be.revertedWithCustomError(ownable, "OwnableUnauthorizedAccount")
            .withArgs(actor.address);
        }
      });
    }
  });
}
