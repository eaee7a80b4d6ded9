import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import type { IAINFT } from "../../typechain-types";
import { loadFixture, nextBlockAt, now } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import { freshProgram, type ProgramWorld, readProgram, updateOf } from "../helpers/programs";
import { digestOf } from "../helpers/typed-data";
import { IERC4906Events__factory } from "../../typechain-types";

/** A state that only the collection's oracle changes, one sequence at a time. */
export function behavesLikeSignedState(fixture: () => Promise<ProgramWorld>): void {
  /** `program` is connected to the oracle here. */
  async function world(): Promise<ProgramWorld> {
    const minted = await loadFixture(fixture);
    return { ...minted, program: minted.program.connect(minted.oracleAccount) };
  }

  const byOwner = ({ program, owner }: ProgramWorld): IAINFT => program.connect(owner);

  describe("applySignedState", () => {
    it("takes the first update: sequence 1 and the new state", async () => {
      const seen = await world();
      const { program, tokenId, manifest } = seen;
      const update = updateOf(seen);
      const time = (await now()) + 10n;
      await nextBlockAt(time);

      await program.applySignedState(update);

      expect(await readProgram(program, tokenId)).to.deep.equal({
        ...freshProgram(manifest),
        sequence: 1n,
        updatedAt: time,
        stateDigest: update.stateDigest,
      });
      expect(await program.stateDigest(tokenId)).to.equal(update.stateDigest);
    });

    it("emits the update with its actor, and no metadata update", async () => {
      const seen = await world();
      const { program, tokenId, player } = seen;
      const update = updateOf(seen);
      const metadata = IERC4906Events__factory.connect(seen.address, player);

      expect(await eventsOf(program.applySignedState(update), program, metadata)).to.deep.equal([
        ["StateUpdated", tokenId, player.address, 1n, update.inputDigest, update.outputDigest, update.stateDigest],
      ]);
    });

    it("takes updates one after the other, also back to the zero state", async () => {
      const seen = await world();
      const { program, tokenId } = seen;
      await program.applySignedState(updateOf(seen));
      await program.applySignedState(updateOf(seen, { sequence: 2n, stateDigest: digestOf("a second memory") }));
      await program.applySignedState(updateOf(seen, { sequence: 3n, stateDigest: ZeroHash }));

      const { sequence, stateDigest } = await readProgram(program, tokenId);
      expect({ sequence, stateDigest }).to.deep.equal({ sequence: 3n, stateDigest: ZeroHash });
    });

    for (const sequence of [0n, 1n, 3n, 2n ** 64n - 1n]) {
      it(`refuses sequence ${sequence} after the first update`, async () => {
        const seen = await world();
        const { program, tokenId } = seen;
        await program.applySignedState(updateOf(seen));

        await expect(program.applySignedState(updateOf(seen, { sequence })))
          .to.be.revertedWithCustomError(program, "AINFTStaleSequence")
          .withArgs(tokenId, 2n, sequence);
      });
    }

    for (const sequence of [0n, 2n]) {
      it(`refuses sequence ${sequence} as the first`, async () => {
        const seen = await world();
        const { program, tokenId } = seen;

        await expect(program.applySignedState(updateOf(seen, { sequence })))
          .to.be.revertedWithCustomError(program, "AINFTStaleSequence")
          .withArgs(tokenId, 1n, sequence);
      });
    }

    it("keeps an old update dead when the state is back at an earlier value", async () => {
      const seen = await world();
      const { program, tokenId } = seen;
      const first = updateOf(seen);
      await program.applySignedState(first);
      await program.applySignedState(updateOf(seen, { sequence: 2n, stateDigest: ZeroHash }));

      await expect(program.applySignedState(first))
        .to.be.revertedWithCustomError(program, "AINFTStaleSequence")
        .withArgs(tokenId, 3n, 1n);
    });

    it("counts the sequences of each token for itself", async () => {
      const seen = await world();
      const { program, tokenId, mint } = seen;
      const manifestDigest = digestOf("manifest of another token");
      const other = await mint(manifestDigest);
      await program.applySignedState(updateOf(seen));

      await program.applySignedState(updateOf(seen, { tokenId: other, manifestDigest }));

      expect((await readProgram(program, tokenId)).sequence).to.equal(1n);
      expect((await readProgram(program, other)).sequence).to.equal(1n);
    });

    it("goes on with the sequence across versions, records and owners", async () => {
      const seen = await world();
      const { program, tokenId, friend, handOver } = seen;
      await program.applySignedState(updateOf(seen));
      const second = digestOf("second manifest");
      await byOwner(seen).publishManifest(tokenId, second);
      await handOver(friend);

      await program.applySignedState(updateOf(seen, { sequence: 2n, manifestDigest: second }));

      expect((await readProgram(program, tokenId)).sequence).to.equal(2n);
    });

    it("refuses an update computed by a version that is no longer active", async () => {
      const seen = await world();
      const { program, tokenId, manifest } = seen;
      const second = digestOf("second manifest");
      await byOwner(seen).publishManifest(tokenId, second);

      await expect(program.applySignedState(updateOf(seen)))
        .to.be.revertedWithCustomError(program, "AINFTInactiveManifest")
        .withArgs(tokenId, second, manifest);
    });

    it("refuses an update computed by a version that was rolled back, and takes one by the active version", async () => {
      const seen = await world();
      const { program, tokenId, manifest } = seen;
      const second = digestOf("second manifest");
      await byOwner(seen).publishManifest(tokenId, second);
      await byOwner(seen).activateVersion(tokenId, 1, ZeroHash);

      await expect(program.applySignedState(updateOf(seen, { manifestDigest: second })))
        .to.be.revertedWithCustomError(program, "AINFTInactiveManifest")
        .withArgs(tokenId, manifest, second);
      await expect(program.applySignedState(updateOf(seen))).not.to.be.reverted;
    });

    it("[peers A4] refuses a used update once its version is back, and takes an unused one: nothing made it untrue", async () => {
      const seen = await world();
      const { program, tokenId } = seen;
      const [used, unused] = [updateOf(seen), updateOf(seen, { sequence: 2n })];
      await program.applySignedState(used);
      await byOwner(seen).publishManifest(tokenId, digestOf("second manifest"));
      await expect(program.applySignedState(unused)).to.be.revertedWithCustomError(program, "AINFTInactiveManifest");

      await byOwner(seen).activateVersion(tokenId, 1, ZeroHash);

      await expect(program.applySignedState(used))
        .to.be.revertedWithCustomError(program, "AINFTStaleSequence")
        .withArgs(tokenId, 2n, 1n);
      await program.applySignedState(unused);
      expect((await readProgram(program, tokenId)).sequence).to.equal(2n);
    });

    it("refuses an update that names a zero manifest", async () => {
      const seen = await world();
      const { program, tokenId, manifest } = seen;

      await expect(program.applySignedState(updateOf(seen, { manifestDigest: ZeroHash })))
        .to.be.revertedWithCustomError(program, "AINFTInactiveManifest")
        .withArgs(tokenId, manifest, ZeroHash);
    });

    it("refuses an update that names another collection", async () => {
      const seen = await world();
      const { program, stranger } = seen;

      await expect(program.applySignedState(updateOf(seen, { collection: stranger.address })))
        .to.be.revertedWithCustomError(program, "AINFTWrongCollection")
        .withArgs(stranger.address);
    });

    for (const manifestDigest of [ZeroHash, digestOf("first manifest")]) {
      it(`knows no token that was never minted (manifest ${manifestDigest.slice(0, 6)}…)`, async () => {
        const seen = await world();
        const { program, unknownId } = seen;

        await expect(program.applySignedState(updateOf(seen, { tokenId: unknownId, manifestDigest })))
          .to.be.revertedWithCustomError(program, "AINFTUnknownToken")
          .withArgs(unknownId);
      });
    }

    it("refuses everything once the program is frozen", async () => {
      const seen = await world();
      const { program, tokenId } = seen;
      await byOwner(seen).freeze(tokenId);

      await expect(program.applySignedState(updateOf(seen)))
        .to.be.revertedWithCustomError(program, "AINFTFrozen")
        .withArgs(tokenId);
      expect(await program.stateDigest(tokenId)).to.equal(ZeroHash);
    });

    for (const role of ["owner", "creator", "stranger", "player"] as const) {
      it(`refuses the ${role}`, async () => {
        const seen = await world();
        const { program, oracleAccount } = seen;
        const actor = seen[role];

        await expect(program.connect(actor).applySignedState(updateOf(seen)))
          .to.be.revertedWithCustomError(program, "AINFTNotOracle")
          .withArgs(actor.address, oracleAccount.address);
      });
    }

    it("obeys the new oracle and no longer the old one after a change", async () => {
      const seen = await world();
      const { program, link, oracleAccount, stranger, tokenId } = seen;
      await link.setOracle(stranger.address);

      await expect(program.applySignedState(updateOf(seen)))
        .to.be.revertedWithCustomError(program, "AINFTNotOracle")
        .withArgs(oracleAccount.address, stranger.address);
      await program.connect(stranger).applySignedState(updateOf(seen));
      expect((await readProgram(program, tokenId)).sequence).to.equal(1n);
    });

    it("obeys nobody while there is no oracle", async () => {
      const seen = await world();
      const { program, link, oracleAccount } = seen;
      await link.setOracle(ZeroAddress);

      await expect(program.applySignedState(updateOf(seen)))
        .to.be.revertedWithCustomError(program, "AINFTNotOracle")
        .withArgs(oracleAccount.address, ZeroAddress);
    });
  });
}
