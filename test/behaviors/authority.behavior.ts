import { expect } from "chai";
import { toBeHex, ZeroHash } from "ethers";
import type { IAINFT } from "../../typechain-types";
import { deployContract, loadFixture, type Person } from "../helpers/chain";
import { type ProgramWorld, recordBy } from "../helpers/programs";
import { digestOf } from "../helpers/typed-data";

/** One thing that only a token's controller may do. */
interface ControllerAct {
  name: string;
  data(world: ProgramWorld, tokenId: bigint, actor: { address: string }): string;
}

const acts: ControllerAct[] = [
  {
    name: "publishManifest",
    data: ({ program }, tokenId) =>
      program.interface.encodeFunctionData("publishManifest", [tokenId, digestOf("third manifest")]),
  },
  {
    name: "activateVersion",
    data: ({ program }, tokenId) => program.interface.encodeFunctionData("activateVersion", [tokenId, 1, ZeroHash]),
  },
  {
    name: "freeze",
    data: ({ program }, tokenId) => program.interface.encodeFunctionData("freeze", [tokenId]),
  },
  {
    name: "addTraining",
    data: ({ program }, tokenId, actor) =>
      program.interface.encodeFunctionData("addTraining", [tokenId, recordBy(actor), "0x"]),
  },
  {
    name: "addTrainingBatch",
    data: ({ program }, tokenId, actor) =>
      program.interface.encodeFunctionData("addTrainingBatch", [tokenId, [recordBy(actor)], "0x"]),
  },
  {
    name: "addTrainingByLeaves",
    data: ({ program }, tokenId, actor) => {
      const leaves = [digestOf("a record")];
      return program.interface.encodeFunctionData("addTrainingByLeaves", [tokenId, actor.address, leaves, "0x"]);
    },
  },
];

/** Who may change a program: its controller, whoever they approved, and nobody else in any configuration. */
export function behavesLikeControlledProgram(fixture: () => Promise<ProgramWorld>): void {
  /** Two versions, so that every act has something to change. */
  async function world(): Promise<ProgramWorld> {
    const minted = await loadFixture(fixture);
    await minted.program.publishManifest(minted.tokenId, digestOf("second manifest"));
    return minted;
  }

  describe("authority over a program", () => {
    for (const act of acts) {
      describe(act.name, () => {
        const send = (seen: ProgramWorld, actor: Person, tokenId = seen.tokenId) =>
          actor.sendTransaction({ to: seen.address, data: act.data(seen, tokenId, actor) });

        it("obeys the token's controller", async () => {
          const seen = await world();

          await expect(send(seen, seen.owner)).not.to.be.reverted;
        });

        for (const role of ["creator", "stranger", "trainer", "oracleAccount"] as const) {
          it(`refuses the ${role === "oracleAccount" ? "collection's oracle" : role}`, async () => {
            const seen = await world();
            const actor = seen[role];

            await expect(send(seen, actor))
              .to.be.revertedWithCustomError(seen.program, "AINFTNotController")
              .withArgs(seen.tokenId, actor.address);
          });
        }

        it("refuses the controller of another token", async () => {
          const seen = await world();
          const other = await seen.mint(digestOf("manifest of another token"));
          await seen.handOver(seen.friend);

          await expect(send(seen, seen.owner))
            .to.be.revertedWithCustomError(seen.program, "AINFTNotController")
            .withArgs(seen.tokenId, seen.owner.address);
          await expect(send(seen, seen.friend, other))
            .to.be.revertedWithCustomError(seen.program, "AINFTNotController")
            .withArgs(other, seen.friend.address);
        });

        it("moves with the token", async () => {
          const seen = await world();
          await seen.handOver(seen.friend);

          await expect(send(seen, seen.friend)).not.to.be.reverted;
        });

        it("refuses a hostile contract that the controller was lured into calling", async () => {
          const seen = await world();
          const hostile = await deployContract("ForwarderMock");
          const actor = { address: await hostile.getAddress() };
          const data = act.data(seen, seen.tokenId, actor);

          await expect(hostile.connect(seen.owner).forward(seen.address, data))
            .to.be.revertedWithCustomError(seen.program, "AINFTNotController")
            .withArgs(seen.tokenId, actor.address);
        });

        it("knows no token that was never minted, for anybody", async () => {
          const seen = await world();

          for (const tokenId of [0n, seen.unknownId, 2n ** 256n - 1n]) {
            await expect(send(seen, seen.owner, tokenId))
              .to.be.revertedWithCustomError(seen.program, "AINFTUnknownToken")
              .withArgs(tokenId);
          }
        });

        it("obeys whoever is approved for the token, until the token moves", async function () {
          const seen = await world();
          if (seen.approveForToken === undefined) return this.skip();
          await seen.approveForToken(seen.friend);

          await expect(send(seen, seen.friend)).not.to.be.reverted;

          await seen.handOver(seen.stranger);
          await expect(send(seen, seen.friend))
            .to.be.revertedWithCustomError(seen.program, "AINFTNotController")
            .withArgs(seen.tokenId, seen.friend.address);
        });

        it("obeys whoever is approved for everything the controller owns, until the token moves", async function () {
          const seen = await world();
          if (seen.approveForAll === undefined) return this.skip();
          await seen.approveForAll(seen.friend);

          await expect(send(seen, seen.friend)).not.to.be.reverted;

          await seen.handOver(seen.stranger);
          await expect(send(seen, seen.friend))
            .to.be.revertedWithCustomError(seen.program, "AINFTNotController")
            .withArgs(seen.tokenId, seen.friend.address);
        });
      });
    }

    describe("reading", () => {
      const reads: Record<string, (program: IAINFT, tokenId: bigint) => Promise<unknown>> = {
        programOf: (program, tokenId) => program.programOf(tokenId),
        activeVersion: (program, tokenId) => program.activeVersion(tokenId),
        manifestOf: (program, tokenId) => program.manifestOf(tokenId, 1),
        trainingCount: (program, tokenId) => program.trainingCount(tokenId),
        trainingRoot: (program, tokenId) => program.trainingRoot(tokenId),
        trainingPeak: (program, tokenId) => program.trainingPeak(tokenId, 0),
        verifyTraining: (program, tokenId) => program.verifyTraining(tokenId, recordBy(NOBODY), 0, []),
        stateDigest: (program, tokenId) => program.stateDigest(tokenId),
      };

      for (const [name, read] of Object.entries(reads)) {
        it(`${name} knows no token that was never minted`, async () => {
          const { program, unknownId } = await world();

          await expect(read(program, unknownId))
            .to.be.revertedWithCustomError(program, "AINFTUnknownToken")
            .withArgs(unknownId);
        });
      }
    });
  });
}

const NOBODY = { address: toBeHex(1, 20) };
