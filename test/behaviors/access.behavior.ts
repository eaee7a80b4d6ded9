import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { loadFixture } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import { type ProgramWorld, readProgram } from "../helpers/programs";

/** Who may ask a program, and who decides it. */
export function behavesLikeProgramWithAccess(fixture: () => Promise<ProgramWorld>): void {
  const opened = () => loadFixture(fixture);

  /** The program is kept for its holders. */
  async function kept(): Promise<ProgramWorld> {
    const world = await opened();
    await world.program.setHoldersOnly(world.tokenId, true);
    return world;
  }

  describe("setHoldersOnly", () => {
    it("keeps the program for its holders, then opens it again, and says both", async () => {
      const { program, tokenId, stranger } = await opened();
      expect(await program.isHoldersOnly(tokenId)).to.equal(false);
      expect(await program.mayAsk(tokenId, stranger)).to.equal(true);

      expect(await eventsOf(program.setHoldersOnly(tokenId, true), program)).to.deep.equal([
        ["AccessChanged", tokenId, true],
      ]);
      expect(await program.isHoldersOnly(tokenId)).to.equal(true);
      expect(await program.mayAsk(tokenId, stranger)).to.equal(false);

      expect(await eventsOf(program.setHoldersOnly(tokenId, false), program)).to.deep.equal([
        ["AccessChanged", tokenId, false],
      ]);
      expect(await program.isHoldersOnly(tokenId)).to.equal(false);
      expect(await program.mayAsk(tokenId, stranger)).to.equal(true);
    });

    it("changes nothing else about the program but the time of its last change", async () => {
      const { program, tokenId } = await opened();
      const before = await readProgram(program, tokenId);

      await program.setHoldersOnly(tokenId, true);

      const { updatedAt, ...after } = await readProgram(program, tokenId);
      expect({ ...after, updatedAt: before.updatedAt }).to.deep.equal(before);
      expect(updatedAt > before.updatedAt).to.equal(true);
    });

    it("refuses to leave access as it is, either way", async () => {
      const { program, tokenId } = await opened();
      await expect(program.setHoldersOnly(tokenId, false))
        .to.be.revertedWithCustomError(program, "AINFTAccessUnchanged")
        .withArgs(tokenId, false);
      await program.setHoldersOnly(tokenId, true);

      await expect(program.setHoldersOnly(tokenId, true))
        .to.be.revertedWithCustomError(program, "AINFTAccessUnchanged")
        .withArgs(tokenId, true);
    });

    for (const role of ["creator", "oracleAccount", "stranger"] as const) {
      it(`[lineage 1] refuses ${role}`, async () => {
        const world = await opened();

        await expect(world.program.connect(world[role]).setHoldersOnly(world.tokenId, true))
          .to.be.revertedWithCustomError(world.program, "AINFTNotController")
          .withArgs(world.tokenId, world[role].address);
      });
    }

    it("refuses an unknown token", async () => {
      const { program, unknownId } = await opened();

      await expect(program.setHoldersOnly(unknownId, true))
        .to.be.revertedWithCustomError(program, "AINFTUnknownToken")
        .withArgs(unknownId);
      await expect(program.isHoldersOnly(unknownId))
        .to.be.revertedWithCustomError(program, "AINFTUnknownToken")
        .withArgs(unknownId);
    });

    it("refuses a frozen program", async () => {
      const { program, tokenId } = await opened();
      await program.freeze(tokenId);

      await expect(program.setHoldersOnly(tokenId, true))
        .to.be.revertedWithCustomError(program, "AINFTFrozen")
        .withArgs(tokenId);
    });
  });

  describe("mayAsk, of a program kept for its holders", () => {
    it("is true for its controller and false for everybody else", async () => {
      const world = await kept();
      const { program, tokenId, owner, creator, friend, stranger } = world;

      const asked = await Promise.all([owner, creator, friend, stranger].map((each) => program.mayAsk(tokenId, each)));
      expect(asked).to.deep.equal([true, false, false, false]);
    });

    it("is true for who holds it without controlling it, where there is such a thing", async function () {
      const world = await kept();
      const { program, tokenId, friend } = world;
      // A program bound to an ERC-721 token has nobody who holds it without controlling it.
      if (world.letHold === undefined) return this.skip();

      await world.letHold(friend);

      expect(await program.isController(tokenId, friend)).to.equal(false);
      expect(await program.mayAsk(tokenId, friend)).to.equal(true);
    });

    it("goes with the token to its next controller, and stays kept", async () => {
      const { program, tokenId, handOver, owner, friend } = await kept();

      await handOver(friend);

      expect(await program.isHoldersOnly(tokenId)).to.equal(true);
      expect([await program.mayAsk(tokenId, friend), await program.mayAsk(tokenId, owner)]).to.deep.equal([
        true,
        false,
      ]);
    });

    it("is false for nobody at all", async () => {
      const { program, tokenId } = await kept();

      expect(await program.mayAsk(tokenId, ZeroAddress)).to.equal(false);
    });
  });

  it("mayAsk is false for an unknown token, open as it may seem", async () => {
    const { program, unknownId, owner } = await opened();

    expect(await program.mayAsk(unknownId, owner)).to.equal(false);
  });
}
