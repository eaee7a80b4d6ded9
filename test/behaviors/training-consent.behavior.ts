import { expect } from "chai";
import { concat, dataSlice, Signature, toBeHex } from "ethers";
import type { ERC1271WalletMock } from "../../typechain-types";
import { withDirtyWord } from "../helpers/calldata";
import { chainId, deployContract, loadFixture, setCode } from "../helpers/chain";
import { type ConsentTerms, consentOf } from "../helpers/consent";
import { type ProgramWorld, recordBy } from "../helpers/programs";
import { collectionDomain, consentDigest, digestOf, type TrainingRecord } from "../helpers/typed-data";

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** How a contract wallet may answer when it is asked about a signature. */
const Manner = { HONEST: 0, ALWAYS_YES: 1, WRONG_MAGIC: 2, SHORT_ANSWER: 3, REVERTING: 4, BURNING_GAS: 5 } as const;

/** Nobody is named in a log without their signature for that record at that place. */
export function behavesLikeTrainingConsent(fixture: () => Promise<ProgramWorld>): void {
  const minted = () => loadFixture(fixture);

  async function expectRefused(world: ProgramWorld, record: TrainingRecord, consent: string): Promise<void> {
    await expect(world.program.addTraining(world.tokenId, record, consent))
      .to.be.revertedWithCustomError(world.program, "AINFTInvalidConsent")
      .withArgs(world.tokenId, 0n, record.contributor);
  }

  async function expectTaken(world: ProgramWorld, record: TrainingRecord, consent: string): Promise<void> {
    await world.program.addTraining(world.tokenId, record, consent);
    expect(await world.program.verifyTraining(world.tokenId, record, 0, [])).to.equal(true);
  }

  describe("trainingConsentDigest", () => {
    it("is the EIP-712 digest over token, index and record in the collection's domain", async () => {
      const { program, address, tokenId, trainer } = await minted();
      const record = recordBy(trainer);
      const domain = collectionDomain(await chainId(), address);

      expect(await program.trainingConsentDigest(tokenId, 7, record)).to.equal(
        consentDigest(domain, tokenId, 7n, record),
      );
    });
  });

  describe("consent of a contributor", () => {
    it("is taken as 65 bytes", async () => {
      const world = await minted();
      const record = recordBy(world.trainer);

      await expectTaken(world, record, await consentOf(world.trainer, world, record));
    });

    it("is taken as 64 bytes (EIP-2098), for both parities", async () => {
      const world = await minted();
      const parities = new Set<number>();
      for (let index = 0n; parities.size < 2; index++) {
        const record = recordBy(world.trainer, { datasetDigest: digestOf(`data ${index}`) });
        const signature = Signature.from(await consentOf(world.trainer, world, record, { index }));
        await world.program.addTraining(world.tokenId, record, signature.compactSerialized);
        parities.add(signature.yParity);
      }

      expect(await world.program.trainingCount(world.tokenId)).to.be.greaterThanOrEqual(2n);
    });

    it("is not needed of a contributor who appends the record", async () => {
      const world = await minted();

      await expectTaken(world, recordBy(world.owner), "0x");
    });

    it("is needed of the owner when somebody approved appends the record", async function () {
      const world = await minted();
      if (world.approveForToken === undefined) return this.skip();
      await world.approveForToken(world.friend);
      const byFriend = { ...world, program: world.program.connect(world.friend) };

      await expectRefused(byFriend, recordBy(world.owner), "0x");
      await expectTaken(byFriend, recordBy(world.friend), "0x");
    });

    it("[peers A5] goes with the token: after a hand-over it serves the next controller alone", async () => {
      const world = await minted();
      const { program, tokenId, owner, friend, trainer } = world;
      const record = recordBy(trainer);
      const consent = await consentOf(trainer, world, record);
      await world.handOver(friend);

      await expect(program.connect(owner).addTraining(tokenId, record, consent))
        .to.be.revertedWithCustomError(program, "AINFTNotController")
        .withArgs(tokenId, owner.address);
      await program.connect(friend).addTraining(tokenId, record, consent);
      expect(await program.verifyTraining(tokenId, record, 0, [])).to.equal(true);
    });

    it("is spent with the record: it cannot be used for the next place", async () => {
      const world = await minted();
      const record = recordBy(world.trainer);
      const consent = await consentOf(world.trainer, world, record);
      await world.program.addTraining(world.tokenId, record, consent);

      await expect(world.program.addTraining(world.tokenId, record, consent))
        .to.be.revertedWithCustomError(world.program, "AINFTInvalidConsent")
        .withArgs(world.tokenId, 1n, world.trainer.address);
    });

    it("dies when another record takes its place", async () => {
      const world = await minted();
      const record = recordBy(world.trainer);
      const consent = await consentOf(world.trainer, world, record);
      await world.program.addTraining(world.tokenId, recordBy(world.owner), "0x");

      await expect(world.program.addTraining(world.tokenId, record, consent))
        .to.be.revertedWithCustomError(world.program, "AINFTInvalidConsent")
        .withArgs(world.tokenId, 1n, world.trainer.address);
    });

    const otherDigest = digestOf("something else");
    const falseTerms: Record<string, (world: ProgramWorld, record: TrainingRecord) => Partial<ConsentTerms>> = {
      "another token": () => ({ tokenId: 2n }),
      "a later index": () => ({ index: 1n }),
      "another collection": ({ stranger }) => ({ domain: collectionDomain(31337n, stranger.address) }),
      "another chain": ({ address }) => ({ domain: collectionDomain(1n, address) }),
      "another domain version": ({ address }) => ({ domain: { ...collectionDomain(31337n, address), version: "2" } }),
      "another domain name": ({ address }) => ({ domain: { ...collectionDomain(31337n, address), name: "AINFT2" } }),
      "another parent manifest": (_, record) => ({ record: { ...record, parentManifest: otherDigest } }),
      "another child manifest": (_, record) => ({ record: { ...record, childManifest: otherDigest } }),
      "another data digest": (_, record) => ({ record: { ...record, datasetDigest: otherDigest } }),
      "another code digest": (_, record) => ({ record: { ...record, codeDigest: otherDigest } }),
      "another metrics digest": (_, record) => ({ record: { ...record, metricsDigest: otherDigest } }),
      "another contributor": ({ stranger }, record) => ({ record: { ...record, contributor: stranger.address } }),
      "another time": (_, record) => ({ record: { ...record, trainedAt: record.trainedAt + 1n } }),
    };

    for (const [title, change] of Object.entries(falseTerms)) {
      it(`is refused when it was given for ${title}`, async () => {
        const world = await minted();
        const record = recordBy(world.trainer);

        await expectRefused(world, record, await consentOf(world.trainer, world, record, change(world, record)));
      });
    }

    it("is refused when somebody else signed it", async () => {
      const world = await minted();
      const record = recordBy(world.trainer);

      await expectRefused(world, record, await consentOf(world.owner, world, record));
    });

    const malformed: Record<string, (signature: Signature) => string> = {
      "it is empty": () => "0x",
      "it is one byte": () => "0x1b",
      "it is 63 bytes": ({ compactSerialized }) => dataSlice(compactSerialized, 0, 63),
      "it is 66 bytes": ({ serialized }) => concat([serialized, "0x00"]),
      "its recovery byte is 0": ({ r, s }) => concat([r, s, "0x00"]),
      "its recovery byte is 1": ({ r, s }) => concat([r, s, "0x01"]),
      "its recovery byte is 29": ({ r, s }) => concat([r, s, "0x1d"]),
      "its parity is flipped": ({ r, s, v }) => concat([r, s, v === 27 ? "0x1c" : "0x1b"]),
      "its s is high": ({ r, s, v }) => concat([r, toBeHex(CURVE_ORDER - BigInt(s), 32), v === 27 ? "0x1c" : "0x1b"]),
      "its r is zero": ({ s }) => concat([toBeHex(0, 32), s, "0x1b"]),
      "its s is zero": ({ r }) => concat([r, toBeHex(0, 32), "0x1b"]),
    };

    for (const [title, bend] of Object.entries(malformed)) {
      it(`is refused when ${title}`, async () => {
        const world = await minted();
        const record = recordBy(world.trainer);
        const signature = Signature.from(await consentOf(world.trainer, world, record));

        await expectRefused(world, record, bend(signature));
      });
    }
  });

  describe("consent of a contract wallet", () => {
    interface WalletWorld extends ProgramWorld {
      wallet: ERC1271WalletMock;
      record: TrainingRecord;
      consent: string;
    }

    /** A wallet that `trainer` owns, and the trainer's signature for it. */
    async function walletOf(manner: number): Promise<WalletWorld> {
      const world = await minted();
      const wallet = await deployContract("ERC1271WalletMock", [world.trainer.address]);
      await wallet.behave(manner);
      const record = recordBy({ address: await wallet.getAddress() });
      return { ...world, wallet, record, consent: await consentOf(world.trainer, world, record) };
    }

    it("is taken when the wallet says that its owner signed", async () => {
      const { record, consent, ...world } = await walletOf(Manner.HONEST);

      await expectTaken(world, record, consent);
    });

    it("is whatever the wallet says: its own form of signature is passed on", async () => {
      const { record, ...world } = await walletOf(Manner.ALWAYS_YES);

      await expectTaken(world, record, "0x");
    });

    it("is refused when the wallet's owner signed something else", async () => {
      const { record, ...world } = await walletOf(Manner.HONEST);

      await expectRefused(world, record, await consentOf(world.trainer, world, record, { index: 1n }));
    });

    for (const [title, manner] of [
      ["answers with another value", Manner.WRONG_MAGIC],
      ["answers with fewer than 32 bytes", Manner.SHORT_ANSWER],
      ["reverts", Manner.REVERTING],
      ["burns all the gas it is given", Manner.BURNING_GAS],
    ] as const) {
      it(`is refused when the wallet ${title}`, async () => {
        const { record, consent, ...world } = await walletOf(manner);

        await expectRefused(world, record, consent);
      });
    }
  });

  describe("[peers A12] consent of a contract wallet that acts while it is asked", () => {
    /** Code that answers yes whatever it is asked. */
    const YES = "0x631626ba7e60e01b5f5260205ff3";
    /** The same, but it writes to its own storage first. */
    const WRITE = "0x60015f55";

    for (const [title, code, taken] of [
      ["is taken when the wallet only looks", YES, true],
      ["is refused when the wallet writes: nobody can act in the middle of a record", concat([WRITE, YES]), false],
    ] as const) {
      it(title, async () => {
        const world = await minted();
        await setCode(world.trainer.address, code);
        const record = recordBy(world.trainer);

        await (taken ? expectTaken : expectRefused)(world, record, "0x");
      });
    }
  });

  describe("consent of an account with delegated code (EIP-7702)", () => {
    /** The trainer's account runs the code of a wallet that answers no. */
    async function delegated(): Promise<ProgramWorld> {
      const world = await minted();
      const wallet = await deployContract("ERC1271WalletMock", [world.trainer.address]);
      await setCode(world.trainer.address, concat(["0xef0100", await wallet.getAddress()]));
      return world;
    }

    it("is still its key's signature", async () => {
      const world = await delegated();
      const record = recordBy(world.trainer);

      await expectTaken(world, record, await consentOf(world.trainer, world, record));
    });

    it("is refused when neither key nor code agrees", async () => {
      const world = await delegated();
      const record = recordBy(world.trainer);

      await expectRefused(world, record, await consentOf(world.stranger, world, record));
    });
  });

  describe("a record with dirty bits above a narrow field", () => {
    const CONTRIBUTOR_WORD = 6; // after the token id: five digests, then the contributor, then the time
    const TIME_WORD = 7;

    for (const [title, position] of [
      ["contributor", CONTRIBUTOR_WORD],
      ["time", TIME_WORD],
    ] as const) {
      it(`is refused (${title})`, async () => {
        const { program, tokenId, owner } = await minted();
        const data = program.interface.encodeFunctionData("addTraining", [tokenId, recordBy(owner), "0x"]);

        await expect(
          owner.sendTransaction({ to: await program.getAddress(), data: withDirtyWord(data, position, 255n) }),
        ).to.be.revertedWithoutReason();
      });
    }
  });
}
