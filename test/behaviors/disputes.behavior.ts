import { expect } from "chai";
import { ZeroHash } from "ethers";
import type { IAINFT, IAINFTDisputes } from "../../typechain-types";
import { IAINFT__factory, IAINFTDisputes__factory, IERC4906Events__factory } from "../../typechain-types";
import { loadFixture, nextBlockAt, now } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import { type ProgramWorld, readProgram, recordBy, updateOf } from "../helpers/programs";
import { digestOf } from "../helpers/typed-data";

interface Disputed extends ProgramWorld {
  /** Connected to the arbiter. */
  disputes: IAINFTDisputes;
}

const second = digestOf("second manifest");
const third = digestOf("third manifest");
const reason = digestOf("the verdict");

/** A collection whose arbiter can lock a program while it is disputed. */
export function behavesLikeDisputedCollection(fixture: () => Promise<ProgramWorld>): void {
  async function opened(): Promise<Disputed> {
    const world = await loadFixture(fixture);
    return { ...world, disputes: IAINFTDisputes__factory.connect(world.address, world.arbiter) };
  }

  describe("a disputed program", () => {
    it("is locked and let go by the arbiter, and shows it", async () => {
      const { disputes, program, tokenId } = await opened();
      const before = await readProgram(program, tokenId);

      await expect(disputes.lock(tokenId)).to.emit(disputes, "DisputeLock").withArgs(tokenId, true);
      expect(await readProgram(program, tokenId)).to.deep.equal({ ...before, locked: true });

      await expect(disputes.unlock(tokenId)).to.emit(disputes, "DisputeLock").withArgs(tokenId, false);
      expect(await readProgram(program, tokenId)).to.deep.equal(before);
    });

    it("changes by no path: neither its controller nor the oracle moves it", async () => {
      const world = await opened();
      const { disputes, program, tokenId, owner, oracleAccount } = world;
      await disputes.lock(tokenId);

      for (const act of [
        () => program.publishManifest(tokenId, digestOf("second manifest")),
        () => program.addTraining(tokenId, recordBy(owner), "0x"),
        () => program.addTrainingBatch(tokenId, [recordBy(owner)], "0x"),
        () => program.addTrainingByLeaves(tokenId, owner.address, [digestOf("leaf")], "0x"),
        () => program.setHoldersOnly(tokenId, true),
        () => program.freeze(tokenId),
        () => program.connect(oracleAccount).applySignedState(updateOf(world)),
      ]) {
        await expect(act()).to.be.revertedWithCustomError(program, "AINFTLocked").withArgs(tokenId);
      }
    });

    it("can be locked although it is frozen, and not twice", async () => {
      const { disputes, program, tokenId } = await opened();
      await program.freeze(tokenId);
      await disputes.lock(tokenId);

      await expect(disputes.lock(tokenId))
        .to.be.revertedWithCustomError(disputes, "AINFTLockUnchanged")
        .withArgs(tokenId, true);
      await disputes.unlock(tokenId);
      await expect(disputes.unlock(tokenId))
        .to.be.revertedWithCustomError(disputes, "AINFTLockUnchanged")
        .withArgs(tokenId, false);
    });

    it("must be known", async () => {
      const { disputes, program, unknownId } = await opened();

      await expect(disputes.lock(unknownId))
        .to.be.revertedWithCustomError(program, "AINFTUnknownToken")
        .withArgs(unknownId);
    });

    for (const role of ["owner", "creator", "oracleAccount", "stranger"] as const) {
      it(`[lineage 1] is not for the ${role} to lock or to let go`, async () => {
        const world = await opened();
        const disputes = world.disputes.connect(world[role]);
        expect(await disputes.arbiter()).to.equal(world.arbiter.address);

        for (const act of [() => disputes.lock(world.tokenId), () => disputes.unlock(world.tokenId)]) {
          await expect(act())
            .to.be.revertedWithCustomError(disputes, "AINFTNotArbiter")
            .withArgs(world[role].address, world.arbiter.address);
        }
      });
    }
  });

  describe("retireVersion", () => {
    /** Three versions, the third active, and a dispute. */
    async function disputed(): Promise<Disputed> {
      const world = await opened();
      await world.program.publishManifest(world.tokenId, second);
      await world.program.publishManifest(world.tokenId, third);
      await world.disputes.lock(world.tokenId);
      return world;
    }

    /** The only active version is retired and nothing took its place; the dispute is over. */
    async function suspended(): Promise<Disputed> {
      const world = await disputed();
      await world.disputes.retireVersion(world.tokenId, 3, 0, reason);
      await world.disputes.unlock(world.tokenId);
      return world;
    }

    it("[peers F47] puts another version in the place of the active one, and touches nothing else", async () => {
      const world = await disputed();
      const { disputes, program, tokenId, manifest } = world;
      const before = await readProgram(program, tokenId);
      const time = (await now()) + 10n;
      await nextBlockAt(time);

      await disputes.retireVersion(tokenId, 3, 1, reason);

      expect(await readProgram(program, tokenId)).to.deep.equal({
        ...before,
        activeVersion: 1n,
        activeManifest: manifest,
        updatedAt: time,
      });
      expect(await program.manifestOf(tokenId, 3)).to.equal(third);
      const retired = await Promise.all([1, 2, 3].map((version) => disputes.isRetired(tokenId, version)));
      expect(retired).to.deep.equal([false, false, true]);
    });

    it("says what was retired, what took its place and why", async () => {
      const { disputes, address, arbiter, tokenId } = await disputed();
      const metadata = IERC4906Events__factory.connect(address, arbiter);

      const seen = await eventsOf(
        disputes.retireVersion(tokenId, 3, 2, reason),
        disputes,
        metadata,
        programAt(address),
      );
      expect(seen).to.deep.equal([
        ["VersionRetired", tokenId, 3n, 2n, reason],
        ["VersionActivated", tokenId, 2n, 3n, reason, arbiter.address],
        ["MetadataUpdate", tokenId],
      ]);
    });

    it("retires a version that is not active, and leaves the active one where it is", async () => {
      const { disputes, program, tokenId, manifest } = await disputed();
      const seen = await eventsOf(disputes.retireVersion(tokenId, 2, 0, ZeroHash), disputes);
      expect(seen).to.deep.equal([["VersionRetired", tokenId, 2n, 0n, ZeroHash]]);

      await disputes.unlock(tokenId);

      expect(await program.activeVersion(tokenId)).to.deep.equal([3n, third]);
      await program.activateVersion(tokenId, 1, reason);
      expect(await program.activeVersion(tokenId)).to.deep.equal([1n, manifest]);
    });

    it("keeps a retired version from ever becoming active again", async () => {
      const { disputes, program, tokenId } = await disputed();
      await disputes.retireVersion(tokenId, 3, 1, reason);
      await disputes.unlock(tokenId);

      await expect(program.activateVersion(tokenId, 3, reason))
        .to.be.revertedWithCustomError(program, "AINFTVersionRetired")
        .withArgs(tokenId, 3n);
      await program.activateVersion(tokenId, 2, reason);
      expect(await program.activeVersion(tokenId)).to.deep.equal([2n, second]);
    });

    it("retires a number, not a manifest: the same content can be published anew, in the open", async () => {
      const { disputes, program, tokenId } = await disputed();
      await disputes.retireVersion(tokenId, 3, 1, reason);
      await disputes.unlock(tokenId);

      await program.publishManifest(tokenId, third);

      expect(await program.activeVersion(tokenId)).to.deep.equal([4n, third]);
      expect(await disputes.isRetired(tokenId, 4)).to.equal(false);
    });

    context("when nothing takes the place of the active version", () => {
      it("suspends the program: nobody may ask it and nothing of it changes", async () => {
        const world = await suspended();
        const { program, tokenId, owner, oracleAccount } = world;
        expect(await program.mayAsk(tokenId, owner.address)).to.equal(false);

        for (const act of [
          () => program.addTraining(tokenId, recordBy(owner), "0x"),
          () => program.addTrainingBatch(tokenId, [recordBy(owner)], "0x"),
          () => program.addTrainingByLeaves(tokenId, owner.address, [digestOf("leaf")], "0x"),
          () => program.setHoldersOnly(tokenId, true),
          () => program.freeze(tokenId),
          () => program.connect(oracleAccount).applySignedState(updateOf(world, { manifestDigest: third })),
        ]) {
          await expect(act()).to.be.revertedWithCustomError(program, "AINFTVersionRetired").withArgs(tokenId, 3n);
        }
      });

      it("goes on with the next version that its controller publishes", async () => {
        const world = await suspended();
        const { program, tokenId, owner, oracleAccount } = world;
        const fourth = digestOf("fourth manifest");

        await program.publishManifest(tokenId, fourth);

        expect(await program.activeVersion(tokenId)).to.deep.equal([4n, fourth]);
        expect(await program.mayAsk(tokenId, owner.address)).to.equal(true);
        await program.connect(oracleAccount).applySignedState(updateOf(world, { manifestDigest: fourth }));
      });

      it("goes on with an earlier version that its controller activates, and not with the retired one", async () => {
        const { program, tokenId } = await suspended();

        await expect(program.activateVersion(tokenId, 3, reason))
          .to.be.revertedWithCustomError(program, "AINFTVersionUnchanged")
          .withArgs(tokenId, 3n);
        await program.activateVersion(tokenId, 2, reason);

        expect(await program.activeVersion(tokenId)).to.deep.equal([2n, second]);
        await program.setHoldersOnly(tokenId, true);
      });

      it("stays locked in another dispute, and suspended when that one ends", async () => {
        const { disputes, program, tokenId } = await suspended();
        await disputes.lock(tokenId);

        await expect(program.publishManifest(tokenId, second))
          .to.be.revertedWithCustomError(program, "AINFTLocked")
          .withArgs(tokenId);
        await disputes.unlock(tokenId);

        await expect(program.setHoldersOnly(tokenId, true))
          .to.be.revertedWithCustomError(program, "AINFTVersionRetired")
          .withArgs(tokenId, 3n);
      });
    });

    it("needs a dispute", async () => {
      const { disputes, tokenId } = await opened();

      await expect(disputes.retireVersion(tokenId, 1, 0, reason))
        .to.be.revertedWithCustomError(disputes, "AINFTNotLocked")
        .withArgs(tokenId);
    });

    it("changes nothing of a frozen program", async () => {
      const { disputes, program, tokenId } = await opened();
      await program.freeze(tokenId);
      await disputes.lock(tokenId);

      await expect(disputes.retireVersion(tokenId, 1, 0, reason))
        .to.be.revertedWithCustomError(program, "AINFTFrozen")
        .withArgs(tokenId);
    });

    for (const [title, version, fallbackVersion, error, args] of [
      ["a version that was never published", 4, 0, "AINFTUnknownVersion", [4n, 3n]],
      ["version zero", 0, 0, "AINFTUnknownVersion", [0n, 3n]],
      ["a fallback that was never published", 3, 4, "AINFTUnknownVersion", [4n, 3n]],
      ["itself as its fallback", 3, 3, "AINFTVersionRetired", [3n]],
      ["a fallback where none is needed", 2, 1, "AINFTNeedsNoFallback", [2n, 1n]],
    ] as const) {
      it(`refuses ${title}`, async () => {
        const { disputes, address, tokenId } = await disputed();
        const errors = error === "AINFTNeedsNoFallback" ? disputes : programAt(address);

        await expect(disputes.retireVersion(tokenId, version, fallbackVersion, reason))
          .to.be.revertedWithCustomError(errors, error)
          .withArgs(tokenId, ...args);
      });
    }

    it("refuses to retire a version twice, or to fall back on a retired one", async () => {
      const { disputes, program, tokenId } = await disputed();
      await disputes.retireVersion(tokenId, 2, 0, reason);

      for (const [version, fallbackVersion] of [
        [2, 0],
        [3, 2],
      ] as const) {
        await expect(disputes.retireVersion(tokenId, version, fallbackVersion, reason))
          .to.be.revertedWithCustomError(program, "AINFTVersionRetired")
          .withArgs(tokenId, 2n);
      }
    });

    it("knows no token that was never minted", async () => {
      const { disputes, program, unknownId } = await opened();

      for (const act of [
        () => disputes.retireVersion(unknownId, 1, 0, reason),
        () => disputes.isRetired(unknownId, 1),
      ]) {
        await expect(act()).to.be.revertedWithCustomError(program, "AINFTUnknownToken").withArgs(unknownId);
      }
    });

    for (const role of ["owner", "creator", "oracleAccount", "stranger"] as const) {
      it(`[peers F47] is not for the ${role}`, async () => {
        const world = await disputed();

        await expect(world.disputes.connect(world[role]).retireVersion(world.tokenId, 3, 1, reason))
          .to.be.revertedWithCustomError(world.disputes, "AINFTNotArbiter")
          .withArgs(world[role].address, world.arbiter.address);
      });
    }
  });
}

/** Reads the events and errors of the program's own interface. */
function programAt(address: string): IAINFT {
  return IAINFT__factory.connect(address);
}
