import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { AINFT721__factory } from "../../typechain-types";
import { loadFixture } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import type { ProgramWorld } from "../helpers/programs";

/** The collection's controller chooses its oracle, until the choice is locked. */
export function behavesLikeOracleLink(fixture: () => Promise<ProgramWorld>): void {
  const opened = () => loadFixture(fixture);

  async function locked(): Promise<ProgramWorld> {
    const world = await opened();
    await world.link.lockOracle();
    return world;
  }

  describe("setOracle", () => {
    it("makes the collection obey another oracle, with both in the event and nothing else", async () => {
      const { link, oracleAccount, stranger } = await opened();

      expect(await eventsOf(link.setOracle(stranger.address), link)).to.deep.equal([
        ["OracleChanged", oracleAccount.address, stranger.address],
      ]);
      expect(await link.oracle()).to.equal(stranger.address);
    });

    it("takes zero: no oracle at all, and back", async () => {
      const { link, oracleAccount } = await opened();
      await link.setOracle(ZeroAddress);
      expect(await link.oracle()).to.equal(ZeroAddress);

      expect(await eventsOf(link.setOracle(oracleAccount.address), link)).to.deep.equal([
        ["OracleChanged", ZeroAddress, oracleAccount.address],
      ]);
    });

    it("refuses the oracle that the collection obeys already", async () => {
      const { link, oracleAccount } = await opened();

      await expect(link.setOracle(oracleAccount.address))
        .to.be.revertedWithCustomError(link, "AINFTOracleUnchanged")
        .withArgs(oracleAccount.address);
    });

    it("refuses everything once locked, the same oracle and zero included", async () => {
      const { link, oracleAccount, stranger } = await locked();

      for (const oracle of [stranger.address, oracleAccount.address, ZeroAddress]) {
        await expect(link.setOracle(oracle))
          .to.be.revertedWithCustomError(link, "AINFTOracleLocked")
          .withArgs(oracleAccount.address);
      }
    });
  });

  describe("lockOracle", () => {
    it("locks the choice for ever, and says so", async () => {
      const { link, oracleAccount } = await opened();
      expect(await link.isOracleLocked()).to.equal(false);

      expect(await eventsOf(link.lockOracle(), link)).to.deep.equal([["OracleLocked", oracleAccount.address]]);

      expect(await link.isOracleLocked()).to.equal(true);
      expect(await link.oracle()).to.equal(oracleAccount.address);
    });

    it("refuses a second lock", async () => {
      const { link, oracleAccount } = await locked();

      await expect(link.lockOracle())
        .to.be.revertedWithCustomError(link, "AINFTOracleLocked")
        .withArgs(oracleAccount.address);
    });

    it("locks the absence of an oracle as well", async () => {
      const { link, stranger } = await opened();
      await link.setOracle(ZeroAddress);

      expect(await eventsOf(link.lockOracle(), link)).to.deep.equal([["OracleLocked", ZeroAddress]]);
      await expect(link.setOracle(stranger.address))
        .to.be.revertedWithCustomError(link, "AINFTOracleLocked")
        .withArgs(ZeroAddress);
    });
  });

  describe("authority over the choice of oracle", () => {
    for (const [title, role] of [
      ["the owner of a token", "owner"],
      ["the oracle", "oracleAccount"],
      ["a stranger", "stranger"],
    ] as const) {
      it(`does not belong to ${title}`, async () => {
        const world = await opened();
        const actor = world[role];
        const link = world.link.connect(actor);
        const ownable = AINFT721__factory.connect(world.address, actor);

        for (const act of [() => link.setOracle(actor.address), () => link.lockOracle()]) {
          await expect(act())
            .to.be.revertedWithCustomError(ownable, "OwnableUnauthorizedAccount")
            .withArgs(actor.address);
        }
      });
    }
  });
}
