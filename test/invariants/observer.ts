import { deepEqual, ok } from "node:assert/strict";
import type { Result } from "ethers";
import type { IAINFT721, BatchCallHarness, InferenceOracle } from "../../typechain-types";
import { answersOf, resultsOf } from "../helpers/batches";
import type { ProgramFields } from "../helpers/programs";
import { trainingProof, trainingRoot } from "../helpers/training";
import type { ModelProgram } from "./model/program";
import type { ModelCollection, ModelWorld } from "./model/world";

/** What the chain says about one program. */
interface SeenProgram extends ProgramFields {
  manifests: string[];
  root: string;
  owner: string;
}

/** What the chain says about requests and configs. */
interface SeenOracle {
  fulfilled: boolean[];
  live: boolean[];
  currentConfig: bigint;
}

/**
 * Reads everything after every command. It holds the chain against its own past (the invariants of the README, which
 * need no model), and then against the model.
 */
export class Observer {
  private programs = new Map<string, SeenProgram>();
  private oracleBefore: SeenOracle = { fulfilled: [], live: [], currentConfig: 0n };
  private readonly revoked = new Set<number>();
  private looks = 0;

  constructor(
    private readonly batch: BatchCallHarness,
    private readonly oracle: InferenceOracle,
    private readonly collections: readonly IAINFT721[],
  ) {}

  async look(model: ModelWorld): Promise<void> {
    for (const [place, collection] of this.collections.entries()) {
      const told = model.collections[place];
      if (told === undefined) throw new Error(`The model lacks collection ${place}.`);
      await this.lookAtCollection(collection, told, place);
    }
    await this.lookAtOracle(model);
  }

  private async lookAtCollection(collection: IAINFT721, told: ModelCollection, place: number): Promise<void> {
    deepEqual(await collection.totalMinted(), BigInt(told.programs.length));
    const seen = await this.readPrograms(collection, told.programs);
    for (const [index, program] of seen.entries()) {
      const key = `${place}/${index}`;
      const before = this.programs.get(key);
      if (before !== undefined) expectOnlyGrowth(before, program);
      expectSound(program);
      this.programs.set(key, program);
    }
    deepEqual(seen, told.programs.map(toldAs));
    await this.expectOldRecordsProvable(collection, told);
  }

  private async readPrograms(collection: IAINFT721, programs: readonly ModelProgram[]): Promise<SeenProgram[]> {
    const ids = programs.map(({ tokenId }) => [tokenId]);
    const views = await answersOf(this.batch, collection, "programOf", ids);
    const roots = await answersOf(this.batch, collection, "trainingRoot", ids);
    const owners = await answersOf(this.batch, collection, "ownerOf", ids);
    const versions = programs.flatMap(({ tokenId, versions }) => versions.map((_, index) => [tokenId, index + 1]));
    const manifests = (await answersOf(this.batch, collection, "manifestOf", versions)).map(String);
    return programs.map((program, index) => ({
      ...((views[index] as Result).toObject() as ProgramFields), // the interface declares exactly these fields
      manifests: manifests.splice(0, program.versions.length),
      root: String(roots[index]),
      owner: String(owners[index]),
    }));
  }

  /** Invariant 8: the oldest record, the newest, and a third that changes from look to look can be proved now. */
  private async expectOldRecordsProvable(collection: IAINFT721, told: ModelCollection): Promise<void> {
    this.looks += 1;
    const claims = told.programs.flatMap(({ tokenId, records, leaves }) => {
      const indexes = new Set([0, this.looks % records.length, records.length - 1]);
      return [...indexes].flatMap((index) => {
        const record = records[index];
        return record === undefined ? [] : [[tokenId, record, index, trainingProof(leaves, index)]];
      });
    });
    const verdicts = await answersOf(this.batch, collection, "verifyTraining", claims);
    deepEqual(
      verdicts,
      claims.map(() => true),
    );
  }

  private async lookAtOracle({ oracle: told, time }: ModelWorld): Promise<void> {
    const requests = Array.from({ length: Number(told.requestCount) + 2 }, (_, id) => [BigInt(id)]);
    const configs = told.configs.map((_, index) => BigInt(index + 1));
    const read = await resultsOf(
      this.batch,
      this.oracle,
      "configOf",
      configs.map((version) => [version]),
    );
    const seen: SeenOracle = {
      fulfilled: (await answersOf(this.batch, this.oracle, "isFulfilled", requests)).map(Boolean),
      live: read.map((config) => config["live"] === true),
      currentConfig: await this.oracle.currentConfig(),
    };
    expectOracleOnlyMovesOn(this.oracleBefore, seen);
    for (const [index, live] of seen.live.entries()) {
      if (this.oracleBefore.live[index] === true && !live) this.revoked.add(index);
      // Invariant 7: what counted no more once never counts again.
      ok(!(live && this.revoked.has(index)), `config ${index + 1} lives again`);
    }
    deepEqual(seen, {
      fulfilled: requests.map(([id]) => id !== undefined && told.done.has(id)),
      live: configs.map((version) => told.isLive(version, time)),
      currentConfig: told.current,
    });
    deepEqual(await this.oracle.requestCount(), told.requestCount);
    this.oracleBefore = seen;
  }
}

/** Invariants 1, 2 and 5, between two readings of a program with one transaction in between. */
function expectOnlyGrowth(before: SeenProgram, after: SeenProgram): void {
  deepEqual(after.manifests.slice(0, before.manifests.length), before.manifests, "a version changed");
  ok(after.versionCount >= before.versionCount, "versions shortened");
  ok(after.trainingCount >= before.trainingCount, "training log shortened");
  const steps = after.sequence - before.sequence;
  ok(steps === 0n || steps === 1n, "sequence jumped");
  if (steps === 0n) deepEqual(after.stateDigest, before.stateDigest, "state changed without a sequence");
  if (before.frozen) deepEqual({ ...after, owner: "" }, { ...before, owner: "" }, "a frozen program changed");
}

/** Invariant 4: the active version is one of the versions. */
function expectSound(seen: SeenProgram): void {
  ok(seen.activeVersion >= 1n && seen.activeVersion <= seen.versionCount, "active version");
  deepEqual(seen.activeManifest, seen.manifests[Number(seen.activeVersion) - 1]);
}

/** Invariants 3, 6 and 9: at most one bit is set by one transaction, none is ever cleared, and two configs count at most. */
function expectOracleOnlyMovesOn(before: SeenOracle, after: SeenOracle): void {
  const set = after.fulfilled.filter((done, id) => done && before.fulfilled[id] !== true).length;
  const cleared = before.fulfilled.filter((done, id) => done && after.fulfilled[id] !== true).length;
  deepEqual(cleared, 0, "a bit was cleared");
  ok(set <= 1, "two requests were finished at once");
  ok(after.live.filter(Boolean).length <= 2, "more than two configs count");
}

function toldAs(program: ModelProgram): SeenProgram {
  return {
    versionCount: BigInt(program.versions.length),
    activeVersion: program.active,
    trainingCount: BigInt(program.leaves.length),
    sequence: program.sequence,
    updatedAt: program.updatedAt,
    frozen: program.frozen,
    activeManifest: program.activeManifest,
    stateDigest: program.state,
    manifests: program.versions,
    root: trainingRoot(program.leaves),
    owner: program.owner,
  };
}
