import { expect } from "chai";
import type { IAINFTDisputes } from "../../typechain-types";
import { IAINFTDisputes__factory } from "../../typechain-types";
import { loadFixture } from "../helpers/chain";
import { type ProgramWorld, readProgram, recordBy, updateOf } from "../helpers/programs";
import { digestOf } from "../helpers/typed-data";

interface Disputed extends ProgramWorld {
  /** Connected to the arbiter. */
  disputes: IAINFTDisputes;
}

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
}
