import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import { loadFixture, nextBlockAt, now } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import { freshProgram, type ProgramWorld, readProgram, recordBy } from "../helpers/programs";
import { hashNode, trainingPeak, trainingProof, trainingRoot } from "../helpers/training";
import { digestOf, recordLeaf, type TrainingRecord } from "../helpers/typed-data";

/** A log that only grows, and proves for ever what it holds. Records here are the controller's own: no consent needed. */
export function behavesLikeTrainingLog(fixture: () => Promise<ProgramWorld>): void {
  const minted = () => loadFixture(fixture);

  interface GrownLog extends ProgramWorld {
    records: TrainingRecord[];
    leaves: string[];
    append(count: number): Promise<void>;
  }

  /** A log of so many records, each of which is different. */
  async function logOf(count: number): Promise<GrownLog> {
    const world = await minted();
    const records: TrainingRecord[] = [];
    const leaves: string[] = [];
    const append = async (more: number): Promise<void> => {
      for (let i = 0; i < more; i++) {
        const record = recordBy(world.owner, { datasetDigest: digestOf(`data ${records.length}`) });
        await world.program.addTraining(world.tokenId, record, "0x");
        records.push(record);
        leaves.push(recordLeaf(record));
      }
    };
    await append(count);
    return { ...world, records, leaves, append };
  }

  describe("addTraining", () => {
    it("appends the record at the next index", async () => {
      const { program, tokenId, owner, manifest } = await minted();
      const record = recordBy(owner);
      const time = (await now()) + 10n;
      await nextBlockAt(time);

      await program.addTraining(tokenId, record, "0x");

      expect(await readProgram(program, tokenId)).to.deep.equal({
        ...freshProgram(manifest),
        trainingCount: 1n,
        updatedAt: time,
      });
      expect(await program.trainingCount(tokenId)).to.equal(1n);
      expect(await program.trainingRoot(tokenId)).to.equal(trainingRoot([recordLeaf(record)]));
    });

    it("returns the index", async () => {
      const { program, tokenId, owner } = await logOf(2);

      expect(await program.addTraining.staticCall(tokenId, recordBy(owner), "0x")).to.equal(2n);
    });

    it("emits every field of the record, and nothing else", async () => {
      const { program, tokenId, owner } = await logOf(1);
      const record = recordBy(owner);

      expect(await eventsOf(program.addTraining(tokenId, record, "0x"), program)).to.deep.equal([
        [
          "TrainingRecorded",
          tokenId,
          1n,
          record.contributor,
          record.parentManifest,
          record.childManifest,
          record.datasetDigest,
          record.codeDigest,
          record.metricsDigest,
          record.trainedAt,
        ],
      ]);
    });

    it("takes the same content again as another record", async () => {
      const { program, tokenId, owner } = await minted();
      const record = recordBy(owner);
      await program.addTraining(tokenId, record, "0x");
      await program.addTraining(tokenId, record, "0x");

      const leaf = recordLeaf(record);
      expect(await program.trainingRoot(tokenId)).to.equal(trainingRoot([leaf, leaf]));
    });

    it("takes a record of no child version and of the first second of all", async () => {
      const { program, tokenId, owner } = await minted();
      const record = recordBy(owner, { childManifest: ZeroHash, trainedAt: 0n });
      await program.addTraining(tokenId, record, "0x");

      expect(await program.verifyTraining(tokenId, record, 0, [])).to.equal(true);
    });

    it("refuses a record that names nobody", async () => {
      const { program, tokenId } = await minted();

      await expect(program.addTraining(tokenId, recordBy({ address: ZeroAddress }), "0x"))
        .to.be.revertedWithCustomError(program, "AINFTEmptyContributor")
        .withArgs(tokenId);
    });

    it("takes a contribution that ended in this very block", async () => {
      const { program, tokenId, owner } = await minted();
      const time = (await now()) + 10n;
      await nextBlockAt(time);

      await program.addTraining(tokenId, recordBy(owner, { trainedAt: time }), "0x");

      expect(await program.trainingCount(tokenId)).to.equal(1n);
    });

    for (const [title, late] of [
      ["one second after this block", (time: bigint) => time + 1n],
      ["at the end of all time", () => 2n ** 64n - 1n],
    ] as const) {
      it(`refuses a contribution that would end ${title}`, async () => {
        const { program, tokenId, owner } = await minted();
        const time = (await now()) + 10n;
        const trainedAt = late(time);
        await nextBlockAt(time);

        await expect(program.addTraining(tokenId, recordBy(owner, { trainedAt }), "0x"))
          .to.be.revertedWithCustomError(program, "AINFTTrainingInFuture")
          .withArgs(trainedAt, time);
      });
    }

    it("refuses everything once the program is frozen", async () => {
      const { program, tokenId, owner } = await logOf(3);
      await program.freeze(tokenId);

      await expect(program.addTraining(tokenId, recordBy(owner), "0x"))
        .to.be.revertedWithCustomError(program, "AINFTFrozen")
        .withArgs(tokenId);
      expect(await program.trainingCount(tokenId)).to.equal(3n);
    });

    it("leaves the logs of other tokens as they were", async () => {
      const { program, tokenId, mint, owner } = await minted();
      const other = await mint(digestOf("manifest of another token"));
      await program.addTraining(tokenId, recordBy(owner), "0x");

      expect(await program.trainingCount(other)).to.equal(0n);
      expect(await program.trainingRoot(other)).to.equal(ZeroHash);
    });
  });

  describe("trainingRoot and trainingPeak", () => {
    it("show an empty log as zero", async () => {
      const { program, tokenId } = await minted();

      expect(await program.trainingRoot(tokenId)).to.equal(ZeroHash);
      expect(await program.trainingPeak(tokenId, 0)).to.equal(ZeroHash);
      expect(await program.trainingPeak(tokenId, 255)).to.equal(ZeroHash);
    });

    it("commit to every record and to their number, at every size up to 17", async () => {
      const { program, tokenId, leaves, append } = await logOf(0);
      for (let size = 1; size <= 17; size++) {
        await append(1);

        expect(await program.trainingRoot(tokenId)).to.equal(trainingRoot(leaves));
        for (let height = 0; 2 ** height <= size; height++) {
          const top = trainingPeak(leaves, height);
          if (top !== undefined) expect(await program.trainingPeak(tokenId, height)).to.equal(top);
        }
      }
    });
  });

  describe("verifyTraining", () => {
    it("proves every record, at every size up to 9", async () => {
      const { program, tokenId, leaves, records, append } = await logOf(0);
      for (let size = 1; size <= 9; size++) {
        await append(1);
        for (const [index, record] of records.entries()) {
          const proof = trainingProof(leaves, index);
          expect(await program.verifyTraining(tokenId, record, index, proof)).to.equal(true);
        }
      }
    });

    it("proves an old record for ever, under versions, rollbacks, a new owner and the freeze", async () => {
      const { program, tokenId, leaves, records, append, handOver, friend } = await logOf(3);
      const [oldest = recordBy(friend)] = records;
      await program.publishManifest(tokenId, digestOf("second manifest"));
      await append(4);
      await program.activateVersion(tokenId, 1, ZeroHash);
      await program.freeze(tokenId);
      await handOver(friend);

      expect(await program.verifyTraining(tokenId, oldest, 0, trainingProof(leaves, 0))).to.equal(true);
    });

    interface Lie {
      record?: Partial<TrainingRecord>;
      index?: bigint;
      proof?(honest: string[]): string[];
    }

    const other = digestOf("something else");
    const lies: Record<string, Lie> = {
      "another parent manifest": { record: { parentManifest: other } },
      "another child manifest": { record: { childManifest: other } },
      "another data digest": { record: { datasetDigest: other } },
      "another code digest": { record: { codeDigest: other } },
      "another metrics digest": { record: { metricsDigest: other } },
      "another contributor": { record: { contributor: "0x000000000000000000000000000000000000dEaD" } },
      "another time": { record: { trainedAt: 1_600_000_001n } },
      "the index before": { index: 4n },
      "the index after": { index: 6n },
      "an index of another mountain": { index: 10n },
      "the count as index": { index: 11n },
      "the largest index": { index: 2n ** 64n - 1n },
      "no proof": { proof: () => [] },
      "a proof one hash too short": { proof: (honest) => honest.slice(0, -1) },
      "a proof one hash too long": { proof: (honest) => [...honest, other] },
      "a proof in the wrong order": { proof: (honest) => [...honest].reverse() },
      "a wrong sibling": { proof: ([, ...rest]) => [other, ...rest] },
    };

    for (const [title, lie] of Object.entries(lies)) {
      it(`answers no, and does not revert, to ${title}`, async () => {
        const { program, tokenId, leaves, records } = await logOf(11);
        const { [5]: honest } = records;
        const proof = trainingProof(leaves, 5);
        if (honest === undefined) throw new Error("The log is too short.");
        expect(await program.verifyTraining(tokenId, honest, 5, proof)).to.equal(true);

        const verdict = await program.verifyTraining(
          tokenId,
          { ...honest, ...lie.record },
          lie.index ?? 5n,
          lie.proof?.(proof) ?? proof,
        );

        expect(verdict).to.equal(false);
      });
    }

    it("answers no while the log is empty", async () => {
      const { program, tokenId, owner } = await minted();

      expect(await program.verifyTraining(tokenId, recordBy(owner), 0, [])).to.equal(false);
    });

    it("answers no to a proof of another token's log", async () => {
      const { program, mint, leaves, records } = await logOf(2);
      const other = await mint(digestOf("manifest of another token"));
      const [first] = records;
      if (first === undefined) throw new Error("The log is too short.");

      expect(await program.verifyTraining(other, first, 0, trainingProof(leaves, 0))).to.equal(false);
    });

    it("answers no to an old proof that stops at a peak which the log has outgrown", async () => {
      const { program, tokenId, records, leaves, append } = await logOf(1);
      const [first] = records;
      if (first === undefined) throw new Error("The log is too short.");
      expect(await program.verifyTraining(tokenId, first, 0, [])).to.equal(true);

      await append(1);

      expect(await program.verifyTraining(tokenId, first, 0, [])).to.equal(false);
      expect(await program.trainingPeak(tokenId, 1)).to.equal(hashNode(leaves[0] ?? "", leaves[1] ?? ""));
    });
  });
}
