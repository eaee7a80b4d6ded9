import { expect } from "chai";
import { ZeroAddress } from "ethers";
import type { OnchainMetadata } from "../../typechain-types";
import {
  IERC1155MetadataURI__factory,
  IERC4906Events__factory,
  IERC721Metadata__factory,
  IMetadataRefresh__factory,
  IOwnable2Step__factory,
} from "../../typechain-types";
import { deployContract, loadFixture } from "../helpers/chain";
import { jsonOf } from "../helpers/data-uri";
import { eventsOf } from "../helpers/events";
import { manifestUri } from "../helpers/manifest-uri";
import type { ProgramWorld } from "../helpers/programs";
import { text } from "../helpers/rendered";
import { digestOf } from "../helpers/typed-data";

const ALL_TOKENS = ["BatchMetadataUpdate", 1n, 2n ** 256n - 1n];

interface Rendered extends ProgramWorld {
  renderer: OnchainMetadata;
  rendererAddress: string;
}

/** A collection whose metadata another contract may tell. */
export function behavesLikeRenderedCollection(fixture: () => Promise<ProgramWorld>): void {
  const opened = () => loadFixture(fixture);

  async function rendered(): Promise<Rendered> {
    const world = await opened();
    const renderer = await deployContract("OnchainMetadata");
    const rendererAddress = await renderer.getAddress();
    await world.link.setRenderer(rendererAddress);
    return { ...world, renderer, rendererAddress };
  }

  const metadata = ({ address, stranger }: ProgramWorld) => IERC4906Events__factory.connect(address, stranger);

  /** What a wallet reads, whatever the standard. */
  async function uriOf({ address, stranger }: ProgramWorld, tokenId: bigint): Promise<string> {
    const of721 = IERC721Metadata__factory.connect(address, stranger);
    const of1155 = IERC1155MetadataURI__factory.connect(address, stranger);
    return (await of721.supportsInterface("0x80ac58cd")) ? of721.tokenURI(tokenId) : of1155.uri(tokenId);
  }

  describe("setRenderer", () => {
    it("[peers C23] lets a contract tell the metadata, and says that all of it changed", async () => {
      const world = await opened();
      const renderer = await (await deployContract("OnchainMetadata")).getAddress();
      expect(await world.link.renderer()).to.equal(ZeroAddress);

      const events = await eventsOf(world.link.setRenderer(renderer), world.link, metadata(world));

      expect(events).to.deep.equal([["RendererChanged", renderer], ALL_TOKENS]);
      expect(await world.link.renderer()).to.equal(renderer);
    });

    it("shows the manifest still, until the token's controller writes a text", async () => {
      const world = await rendered();
      const { renderer, address, owner, tokenId, manifest } = world;
      expect(await uriOf(world, tokenId)).to.equal(manifestUri(manifest));

      await renderer.connect(owner).setText(address, tokenId, text);

      expect(jsonOf(await uriOf(world, tokenId))).to.include({ name: text.name, description: text.description });
    });

    it("[peers C23] announces a text as one change of metadata, by the collection", async () => {
      const world = await rendered();
      const { renderer, address, owner, tokenId } = world;

      const act = renderer.connect(owner).setText(address, tokenId, text);

      expect(await eventsOf(act, renderer, metadata(world))).to.deep.equal([
        ["TokenTextChanged", address, tokenId, owner.address],
        ["MetadataUpdate", tokenId],
      ]);
    });

    it("lets the manifests tell the metadata again", async () => {
      const world = await rendered();
      await world.renderer.connect(world.owner).setText(world.address, world.tokenId, text);

      await world.link.setRenderer(ZeroAddress);

      expect(await uriOf(world, world.tokenId)).to.equal(manifestUri(world.manifest));
    });

    it("is not asked about a token that does not exist", async () => {
      const world = await rendered();

      // Each standard has an error of its own for it; the renderer's would be that of `programOf`.
      await expect(uriOf(world, world.unknownId)).to.be.reverted;
    });

    it("refuses an address without code, and what it is already", async () => {
      const { link, stranger, rendererAddress } = await rendered();

      await expect(link.setRenderer(stranger))
        .to.be.revertedWithCustomError(link, "AINFTNoRenderer")
        .withArgs(stranger.address);
      await expect(link.setRenderer(rendererAddress))
        .to.be.revertedWithCustomError(link, "AINFTSettingUnchanged")
        .withArgs();
    });

    it("[lineage 1] refuses everybody but the collection's controller", async () => {
      const { link, owner, rendererAddress } = await rendered();

      await expect(link.connect(owner).setRenderer(rendererAddress))
        .to.be.revertedWithCustomError(
          { interface: IOwnable2Step__factory.createInterface() },
          "OwnableUnauthorizedAccount",
        )
        .withArgs(owner.address);
    });
  });

  describe("refreshMetadata", () => {
    it("refuses everybody but the renderer, who sets it too", async () => {
      const { link, address, creator, tokenId, rendererAddress } = await rendered();
      const collection = IMetadataRefresh__factory.connect(address, creator);

      await expect(collection.refreshMetadata(tokenId))
        .to.be.revertedWithCustomError(link, "AINFTNotRenderer")
        .withArgs(creator.address, rendererAddress);
    });

    it("refuses everybody while there is no renderer", async () => {
      const { link, address, creator, tokenId } = await opened();

      await expect(IMetadataRefresh__factory.connect(address, creator).refreshMetadata(tokenId))
        .to.be.revertedWithCustomError(link, "AINFTNotRenderer")
        .withArgs(creator.address, ZeroAddress);
    });
  });

  it("a program says the same of its manifest whatever the renderer shows", async () => {
    const { program, tokenId, manifest, link } = await rendered();
    await link.setContractManifest(digestOf("the collection"));

    expect(await program.activeVersion(tokenId)).to.deep.equal([1n, manifest]);
  });
}
