import { deepEqual, equal, ok } from "node:assert/strict";
import type { Result } from "ethers";
import type { BatchCallHarness, InferenceOracle } from "../../typechain-types";
import { answersTo, type Question, verdictsOf } from "../helpers/batches";
import type { RealCollection } from "./collections";
import type { ModelCollection } from "./model/collection";
import type { ModelOracle } from "./model/oracle";
import type { ModelWorld } from "./model/world";
import { expectOnlyGrowth, expectSound, questionsAbout, readProgram, type SeenProgram, toldAs } from "./seen-program";
import { trainingProof } from "../helpers/training";

/** What the chain says about requests and configs. */
interface SeenOracle {
  fulfilled: boolean[];
  live: boolean[];
  currentConfig: bigint;
}

/** What one collection said after the last act. */
interface SeenCollection {
  programs: SeenProgram[];
  /** Units that existed, as the programs tell. */
  supply: bigint;
  /** Unix seconds of the block that was read. */
  time: bigint;
}

/** Looks after which every collection is read, whatever was touched. */
const LOOK_EVERYWHERE_EVERY = 5;

/**
 * Reads the oracle and everything about the touched collection after every command, and about all of them every few
 * commands. It holds the chain against its own past (the invariants of the README, which need no model), and then against
 * the model.
 */
export class Observer {
  private readonly before: SeenCollection[] = [];
  private oracleBefore: SeenOracle = { fulfilled: [], live: [], currentConfig: 0n };
  private readonly revoked = new Set<number>();
  private looks = 0;

  constructor(
    private readonly batch: BatchCallHarness,
    private readonly oracle: InferenceOracle,
    private readonly collections: readonly RealCollection[],
    private readonly holders: readonly string[],
  ) {}

  /** @param touched The only collection that the last command was about; absent when it may have been any. */
  async look(model: ModelWorld, touched?: RealCollection): Promise<void> {
    this.looks += 1;
    const isEverywhere = touched === undefined || this.looks % LOOK_EVERYWHERE_EVERY === 0;
    for (const [place, collection] of this.collections.entries()) {
      if (!isEverywhere && collection !== touched) continue;
      const told = model.collections[place];
      if (told === undefined) throw new Error(`The model lacks collection ${place}.`);
      await this.lookAtCollection(collection, told, place, model.time);
    }
    await this.lookAtOracle(model);
  }

  /** One round trip for everything that a collection says, and one for the ids that must have no owner. */
  private async lookAtCollection(
    real: RealCollection,
    told: ModelCollection,
    place: number,
    time: bigint,
  ): Promise<void> {
    const before = this.before[place] ?? { programs: [], supply: 0n, time: 0n };
    const questions = told.programs.map((program) => questionsAbout(program, this.holders));
    const proofs = this.proofsOf(told);
    const votes = told.votes === undefined ? [] : this.questionsOfVotes(before.time);
    const settings: Question[] = [["totalMinted"], ["isMintingPaused"], ["oracle"], ["isOracleLocked"]];
    const contract = told.is1155 ? real.as1155 : real.as721;
    const answers = await answersTo(this.batch, contract, [...settings, ...questions.flat(), ...proofs, ...votes]);

    deepEqual(values(answers.splice(0, settings.length)), [
      BigInt(told.programs.length),
      told.paused,
      told.oracle,
      told.oracleLocked,
    ]);
    const seen = told.programs.map((program, index) =>
      readProgram(program, answers.splice(0, questions[index]?.length ?? 0), this.holders),
    );
    for (const [index, program] of seen.entries()) {
      const earlier = before.programs[index];
      if (earlier !== undefined) expectOnlyGrowth(earlier, program);
      expectSound(program);
    }
    const expected = told.programs.map((program) => toldAs(program, this.holders, time));
    deepEqual(seen, expected);
    // Invariant 8.
    deepEqual(
      values(answers.splice(0, proofs.length)),
      proofs.map(() => true),
    );
    const voting = told.is1155 ? seen.slice(0, 1) : seen; // of an ERC-1155 collective, the first id alone
    const supply = voting.reduce((sum, { held }) => held.reduce((total, units) => total + units, sum), 0n);
    if (told.votes !== undefined) this.expectVotes(told, values(answers), { supply, supplyBefore: before.supply });
    await this.expectBurnedStayAway(real, told);
    this.before[place] = { programs: seen, supply, time };
  }

  /** Invariant 10, which the owners read above cannot show: they are asked of tokens alone that have one. */
  private async expectBurnedStayAway(real: RealCollection, told: ModelCollection): Promise<void> {
    const burned = told.tokens.filter(({ owner }) => owner === undefined).map(({ tokenId }) => [tokenId]);
    if (burned.length === 0) return;
    const owned = await verdictsOf(this.batch, real.as721, "ownerOf", burned);
    ok(!owned.includes(true), "a burned id came back");
  }

  /** Invariant 8: the oldest record, the newest, and a third that changes from look to look can be proved now. */
  private proofsOf(told: ModelCollection): Question[] {
    return told.programs.flatMap(({ tokenId, records, leaves }) => {
      const indexes = new Set([0, this.looks % records.length, records.length - 1]);
      return [...indexes].flatMap((index): Question[] => {
        const record = records[index];
        return record === undefined ? [] : [["verifyTraining", tokenId, record, index, trainingProof(leaves, index)]];
      });
    });
  }

  private questionsOfVotes(timeBefore: bigint): Question[] {
    const votes = this.holders.map((holder): Question => ["getVotes", holder]);
    const delegates = this.holders.map((holder): Question => ["delegates", holder]);
    return [...votes, ...delegates, ["getPastTotalSupply", timeBefore]];
  }

  /** Invariant 11. The supply of the look before is asked, because the second of this one is not yet over. */
  private expectVotes(
    { votes: told, programs, is1155 }: ModelCollection,
    answers: readonly unknown[],
    { supply, supplyBefore }: { supply: bigint; supplyBefore: bigint },
  ): void {
    const count = this.holders.length;
    const votes = answers.slice(0, count).map((answer) => answer as bigint);
    equal(
      votes.reduce((sum, some) => sum + some, 0n),
      supply,
      "votes differ from the supply",
    );
    equal(answers[2 * count], supplyBefore, "the past supply changed");
    const voting = is1155 ? programs.slice(0, 1) : programs;
    const counted = told?.count(voting.map((program) => program.holdings()));
    deepEqual(
      votes,
      this.holders.map((holder) => counted?.get(holder) ?? 0n),
    );
    deepEqual(
      answers.slice(count, 2 * count),
      this.holders.map((holder) => told?.delegateOf(holder)),
    );
  }

  private async lookAtOracle({ oracle: told, time }: ModelWorld): Promise<void> {
    const requests = Array.from({ length: Number(told.requestCount) + 2 }, (_, id) => BigInt(id));
    const configs = told.configs.map((_, index) => BigInt(index + 1));
    const answers = await answersTo(this.batch, this.oracle, [
      ["requestCount"],
      ["currentConfig"],
      ...requests.map((id): Question => ["isFulfilled", id]),
      ...configs.map((version): Question => ["configOf", version]),
    ]);
    const seen: SeenOracle = {
      currentConfig: answers[1]?.[0] as bigint,
      fulfilled: values(answers.slice(2, 2 + requests.length)).map(Boolean),
      live: answers.slice(2 + requests.length).map((config) => config["live"] === true),
    };
    expectOracleOnlyMovesOn(this.oracleBefore, seen);
    for (const [index, live] of seen.live.entries()) {
      if (this.oracleBefore.live[index] === true && !live) this.revoked.add(index);
      // Invariant 7: what counted no more once never counts again.
      ok(!(live && this.revoked.has(index)), `config ${index + 1} lives again`);
    }
    deepEqual(seen, toldAsOracle(told, requests, configs, time));
    deepEqual(answers[0]?.[0], told.requestCount);
    this.oracleBefore = seen;
  }
}

function toldAsOracle(
  told: ModelOracle,
  requests: readonly bigint[],
  configs: readonly bigint[],
  time: bigint,
): SeenOracle {
  return {
    currentConfig: told.current,
    fulfilled: requests.map((id) => told.done.has(id)),
    live: configs.map((version) => told.isLive(version, time)),
  };
}

/** Invariants 3, 6 and 9: at most one bit is set by one transaction, none is ever cleared, and two configs count at most. */
function expectOracleOnlyMovesOn(before: SeenOracle, after: SeenOracle): void {
  const set = after.fulfilled.filter((done, id) => done && before.fulfilled[id] !== true).length;
  const cleared = before.fulfilled.filter((done, id) => done && after.fulfilled[id] !== true).length;
  deepEqual(cleared, 0, "a bit was cleared");
  ok(set <= 1, "two requests were finished at once");
  ok(after.live.filter(Boolean).length <= 2, "more than two configs count");
}

function values(answers: readonly Result[]): unknown[] {
  return answers.map((answer): unknown => answer[0]);
}
