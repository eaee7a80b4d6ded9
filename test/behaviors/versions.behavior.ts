import { expect } from "chai";
import { AbiCoder, keccak256, ZeroHash } from "ethers";
import { erc7201Slot } from "../../scripts/generate/storage-layout";
import { loadFixture, nextBlockAt, now, setStorageAt } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import { freshProgram, type ProgramWorld, readProgram } from "../helpers/programs";
import { digestOf } from "../helpers/typed-data";
import { IERC4906Events__factory } from "../../typechain-types";

const second = digestOf("second manifest");
const third = digestOf("third manifest");
const reason = digestOf("why it was rolled back");

/** Where a program's header is kept: the first word of its entry in the mapping of ERC-7201 `ainft.storage.Programs`. */
function headerSlot(tokenId: bigint): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(["uint256", "bytes32"], [tokenId, PROGRAMS]));
}

const PROGRAMS = erc7201Slot("ainft.storage.Programs");

/** A list of versions that only grows, and one of them active. */
export function behavesLikeVersions(fixture: () => Promise<ProgramWorld>): void {
  const minted = () => loadFixture(fixture);

  /** The same world, with versions 2 and 3 published: 3 is active. */
  async function withThreeVersions(): Promise<ProgramWorld> {
    const world = await minted();
    await world.program.publishManifest(world.tokenId, second);
    await world.program.publishManifest(world.tokenId, third);
    return world;
  }

  async function frozen(): Promise<ProgramWorld> {
    const world = await withThreeVersions();
    await world.program.freeze(world.tokenId);
    return world;
  }

  const metadata = ({ address, owner }: ProgramWorld) => IERC4906Events__factory.connect(address, owner);

  describe("publishManifest", () => {
    it("appends the version and makes it the active one", async () => {
      const { program, tokenId, manifest } = await minted();
      const time = (await now()) + 10n;
      await nextBlockAt(time);

      await program.publishManifest(tokenId, second);

      expect(await readProgram(program, tokenId)).to.deep.equal({
        ...freshProgram(second),
        versionCount: 2n,
        activeVersion: 2n,
        updatedAt: time,
      });
      expect(await program.manifestOf(tokenId, 1)).to.equal(manifest);
      expect(await program.manifestOf(tokenId, 2)).to.equal(second);
    });

    it("returns the number of the new version", async () => {
      const { program, tokenId } = await withThreeVersions();

      expect(await program.publishManifest.staticCall(tokenId, second)).to.equal(4n);
    });

    it("refuses one version more than can be numbered", async () => {
      const { program, address, tokenId } = await minted();
      const most = 2n ** 32n - 1n;
      await setStorageAt(address, headerSlot(tokenId), most - 2n); // versions after the first
      await program.publishManifest(tokenId, second);
      expect((await readProgram(program, tokenId)).versionCount).to.equal(most);

      await expect(program.publishManifest(tokenId, third))
        .to.be.revertedWithCustomError(program, "AINFTTooManyVersions")
        .withArgs(tokenId);
    });

    it("emits the version, then one metadata update, and nothing else", async () => {
      const world = await minted();
      const { program, tokenId } = world;

      expect(await eventsOf(program.publishManifest(tokenId, second), program, metadata(world))).to.deep.equal([
        ["VersionPublished", tokenId, 2n, second],
        ["MetadataUpdate", tokenId],
      ]);
    });

    it("publishes the same digest again as a new version", async () => {
      const { program, tokenId, manifest } = await minted();

      await program.publishManifest(tokenId, manifest);

      expect(await program.activeVersion(tokenId)).to.deep.equal([2n, manifest]);
    });

    context("when an earlier version is active", () => {
      it("takes the next unused number, and never that of a version that was left", async () => {
        const { program, tokenId, manifest } = await withThreeVersions();
        await program.activateVersion(tokenId, 1, reason);
        const fourth = digestOf("fourth manifest");

        await program.publishManifest(tokenId, fourth);

        expect(await program.activeVersion(tokenId)).to.deep.equal([4n, fourth]);
        const versions = await Promise.all([1, 2, 3, 4].map((version) => program.manifestOf(tokenId, version)));
        expect(versions).to.deep.equal([manifest, second, third, fourth]);
      });
    });

    it("refuses a zero digest", async () => {
      const { program, tokenId } = await minted();

      await expect(program.publishManifest(tokenId, ZeroHash))
        .to.be.revertedWithCustomError(program, "AINFTEmptyManifest")
        .withArgs(tokenId);
    });

    it("leaves other tokens as they were", async () => {
      const { program, tokenId, mint } = await minted();
      const otherManifest = digestOf("manifest of another token");
      const other = await mint(otherManifest);

      await program.publishManifest(tokenId, second);

      expect(await readProgram(program, other)).to.deep.equal(freshProgram(otherManifest));
    });
  });

  describe("activateVersion", () => {
    it("rolls back to an earlier version, whose number and content stay what they were", async () => {
      const { program, tokenId, manifest } = await withThreeVersions();
      const time = (await now()) + 10n;
      await nextBlockAt(time);

      await program.activateVersion(tokenId, 1, reason);

      expect(await readProgram(program, tokenId)).to.deep.equal({
        ...freshProgram(manifest),
        versionCount: 3n,
        activeVersion: 1n,
        updatedAt: time,
      });
      const versions = await Promise.all([1, 2, 3].map((version) => program.manifestOf(tokenId, version)));
      expect(versions).to.deep.equal([manifest, second, third]);
    });

    it("rolls forward to the newest version", async () => {
      const { program, tokenId } = await withThreeVersions();
      await program.activateVersion(tokenId, 1, reason);

      await program.activateVersion(tokenId, 3, ZeroHash);

      expect(await program.activeVersion(tokenId)).to.deep.equal([3n, third]);
    });

    it("emits the act with its reason and its actor, then one metadata update, and nothing else", async () => {
      const world = await withThreeVersions();
      const { program, tokenId, owner } = world;

      expect(await eventsOf(program.activateVersion(tokenId, 2, reason), program, metadata(world))).to.deep.equal([
        ["VersionActivated", tokenId, 2n, 3n, reason, owner.address],
        ["MetadataUpdate", tokenId],
      ]);
    });

    it("refuses the version that is already active", async () => {
      const { program, tokenId } = await withThreeVersions();

      await expect(program.activateVersion(tokenId, 3, reason))
        .to.be.revertedWithCustomError(program, "AINFTVersionUnchanged")
        .withArgs(tokenId, 3n);
    });

    for (const version of [0n, 4n, 2n ** 32n - 1n]) {
      it(`refuses version ${version} of three`, async () => {
        const { program, tokenId } = await withThreeVersions();

        await expect(program.activateVersion(tokenId, version, reason))
          .to.be.revertedWithCustomError(program, "AINFTUnknownVersion")
          .withArgs(tokenId, version, 3n);
      });
    }
  });

  describe("freeze", () => {
    it("marks the program as frozen and changes nothing else", async () => {
      const { program, tokenId } = await withThreeVersions();
      const before = await readProgram(program, tokenId);
      const time = (await now()) + 10n;
      await nextBlockAt(time);

      await program.freeze(tokenId);

      expect(await readProgram(program, tokenId)).to.deep.equal({ ...before, frozen: true, updatedAt: time });
    });

    it("emits the act with its actor, and no metadata update", async () => {
      const world = await minted();
      const { program, tokenId, owner } = world;

      expect(await eventsOf(program.freeze(tokenId), program, metadata(world))).to.deep.equal([
        ["ProgramFrozen", tokenId, owner.address],
      ]);
    });

    it("leaves other tokens free", async () => {
      const { program, tokenId, mint } = await minted();
      const other = await mint(digestOf("manifest of another token"));
      await program.freeze(tokenId);

      await program.publishManifest(other, second);

      expect(await program.activeVersion(other)).to.deep.equal([2n, second]);
    });

    context("when the program is already frozen", () => {
      it("refuses another freeze", async () => {
        const { program, tokenId } = await frozen();

        await expect(program.freeze(tokenId)).to.be.revertedWithCustomError(program, "AINFTFrozen").withArgs(tokenId);
      });

      it("refuses a new version", async () => {
        const { program, tokenId } = await frozen();

        await expect(program.publishManifest(tokenId, second))
          .to.be.revertedWithCustomError(program, "AINFTFrozen")
          .withArgs(tokenId);
      });

      it("refuses a rollback", async () => {
        const { program, tokenId } = await frozen();

        await expect(program.activateVersion(tokenId, 1, reason))
          .to.be.revertedWithCustomError(program, "AINFTFrozen")
          .withArgs(tokenId);
      });

      it("stays frozen for the next controller", async () => {
        const { program, tokenId, friend, handOver } = await frozen();
        await handOver(friend);

        await expect(program.connect(friend).publishManifest(tokenId, second))
          .to.be.revertedWithCustomError(program, "AINFTFrozen")
          .withArgs(tokenId);
      });

      it("still answers every question about the program", async () => {
        const { program, tokenId, manifest } = await frozen();

        expect(await program.activeVersion(tokenId)).to.deep.equal([3n, third]);
        expect(await program.manifestOf(tokenId, 1)).to.equal(manifest);
        expect(await program.stateDigest(tokenId)).to.equal(ZeroHash);
        expect(await program.trainingRoot(tokenId)).to.equal(ZeroHash);
      });
    });
  });

  describe("programOf and activeVersion", () => {
    it("show a fresh token with its first version and no time of change", async () => {
      const { program, tokenId, manifest } = await minted();

      expect(await readProgram(program, tokenId)).to.deep.equal(freshProgram(manifest));
      expect(await program.activeVersion(tokenId)).to.deep.equal([1n, manifest]);
    });
  });

  describe("manifestOf", () => {
    for (const version of [0n, 4n, 2n ** 32n - 1n]) {
      it(`does not know version ${version} of three`, async () => {
        const { program, tokenId } = await withThreeVersions();

        await expect(program.manifestOf(tokenId, version))
          .to.be.revertedWithCustomError(program, "AINFTUnknownVersion")
          .withArgs(tokenId, version, 3n);
      });
    }
  });
}
