import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  decodeLifeLog,
  type LifeAspect,
  type ProgramState,
  type RawLog,
  TokenLife,
  TrainingHistory,
  ZERO_BYTES32,
} from "../../src/index.ts";
import { ACTOR, digest, lifeLog, TOKEN, trainingLog, trainingsLog } from "../helpers/life.ts";

const NEW: ProgramState = {
  versionCount: 0n,
  activeVersion: 0n,
  activeManifest: ZERO_BYTES32,
  trainingCount: 0n,
  trainingRoot: ZERO_BYTES32,
  sequence: 0n,
  stateDigest: ZERO_BYTES32,
  frozen: false,
  locked: false,
};

function lifeOf(...logs: readonly RawLog[]): TokenLife {
  const life = new TokenLife();
  for (const log of logs) life.add(decodeLifeLog(log));
  return life;
}

/** What does not agree, with what is told about it. */
function disagreements(life: TokenLife, program: Partial<ProgramState>): [LifeAspect, string][] {
  const verdicts = life.compare({ ...NEW, ...program });
  return verdicts.filter(({ agrees }) => !agrees).map(({ aspect, detail }) => [aspect, detail]);
}

const first = lifeLog("VersionPublished", 1, digest(1));
const second = lifeLog("VersionPublished", 2, digest(2));
const rollback = lifeLog("VersionActivated", 1, 2, ZERO_BYTES32, ACTOR);
const update = (sequence: number): RawLog =>
  lifeLog("StateUpdated", ACTOR, sequence, digest(1), digest(2), digest(100 + sequence));
const freeze = lifeLog("ProgramFrozen", ACTOR);

describe("TokenLife", () => {
  it("agrees with a chain on which nothing happened", () => {
    assert.deepEqual(
      lifeOf()
        .compare(NEW)
        .map(({ aspect, agrees }) => [aspect, agrees]),
      ["versions", "active version", "training log", "state", "frozen", "locked"].map((aspect) => [aspect, true]),
    );
  });

  it("follows a whole life", () => {
    const trainings = [trainingLog(0n), trainingsLog(1n, [digest(8), digest(9)]), trainingLog(3n)];
    const life = lifeOf(
      ...[first, second, rollback, ...trainings, update(1), update(2)],
      ...[lifeLog("DisputeLock", true), lifeLog("VersionRetired", 1, 2, digest(5))],
      ...[lifeLog("VersionActivated", 2, 1, digest(5), ACTOR), lifeLog("DisputeLock", false), freeze],
    );
    assert.deepEqual(life.versions, [digest(1), digest(2)]);
    assert.deepEqual([...life.retired], [1n]);
    const program = {
      ...{ versionCount: 2n, activeVersion: 2n, activeManifest: digest(2) },
      ...{ trainingCount: 4n, trainingRoot: TrainingHistory.fromLogs(TOKEN, trainings).root() },
      ...{ sequence: 2n, stateDigest: digest(102), frozen: true },
    };
    assert.deepEqual(disagreements(life, program), []);
    assert.equal(life.compare({ ...NEW, ...program }).find(({ aspect }) => aspect === "frozen")?.detail, "for ever");
  });

  for (const [what, program, expected] of [
    ["a version is missing", { versionCount: 2n }, ["versions", "1 in events, 2 on chain"]],
    ["another version is active", { activeVersion: 2n }, ["active version", "1 in events, 2 on chain"]],
    ["the active version has another manifest", { activeManifest: digest(9) }, ["active version", `1, ${digest(9)}`]],
    ["a training is missing", { trainingCount: 1n }, ["training log", `0 of 1 records, root ${ZERO_BYTES32}`]],
    ["the log has another root", { trainingRoot: digest(9) }, ["training log", `0 of 0 records, root ${ZERO_BYTES32}`]],
    ["an update is missing", { sequence: 1n }, ["state", `0 of 1 updates, ${ZERO_BYTES32}`]],
    ["the state is another", { stateDigest: digest(9) }, ["state", `0 of 0 updates, ${ZERO_BYTES32}`]],
    ["nobody told that it is frozen", { frozen: true }, ["frozen", "for ever"]],
    ["nobody told that it is locked", { locked: true }, ["locked", "by a dispute"]],
  ] as const) {
    it(`disagrees with the chain when ${what}`, () => {
      const base = { versionCount: 1n, activeVersion: 1n, activeManifest: digest(1) };
      assert.deepEqual(disagreements(lifeOf(first), { ...base, ...program }), [expected]);
    });
  }

  for (const [what, logs, program, expected] of [
    [
      "a version skips a number",
      [first, lifeLog("VersionPublished", 3, digest(3))],
      { versionCount: 2n, activeVersion: 3n },
      ["versions", "version 3 follows version 1"],
    ],
    [
      "a version runs that was never published",
      [first, lifeLog("VersionActivated", 2, 1, ZERO_BYTES32, ACTOR)],
      { versionCount: 1n, activeVersion: 2n },
      ["active version", "version 2 was activated and never published"],
    ],
    [
      "version 0 runs",
      [first, lifeLog("VersionActivated", 0, 1, ZERO_BYTES32, ACTOR)],
      { versionCount: 1n },
      ["active version", "version 0 was activated and never published"],
    ],
    [
      "a retired version runs",
      [first, second, lifeLog("VersionRetired", 1, 0, ZERO_BYTES32), rollback],
      { versionCount: 2n, activeVersion: 1n, activeManifest: digest(1) },
      ["active version", "version 1 was activated and is retired"],
    ],
    [
      "another version was active before",
      [first, second, lifeLog("VersionActivated", 1, 1, ZERO_BYTES32, ACTOR)],
      { versionCount: 2n, activeVersion: 1n, activeManifest: digest(1) },
      ["active version", "version 1 was to be active, not 2"],
    ],
    [
      "a version is retired twice",
      [first, lifeLog("VersionRetired", 1, 0, ZERO_BYTES32), lifeLog("VersionRetired", 1, 0, ZERO_BYTES32)],
      { versionCount: 1n, activeVersion: 1n, activeManifest: digest(1) },
      ["versions", "version 1 can't be retired"],
    ],
    [
      "an unknown version is retired",
      [lifeLog("VersionRetired", 1, 0, ZERO_BYTES32)],
      {},
      ["versions", "version 1 can't be retired"],
    ],
    [
      "an update skips a sequence",
      [update(1), update(3)],
      { sequence: 3n, stateDigest: digest(103) },
      ["state", "update 3 follows update 1"],
    ],
    [
      "it is locked twice",
      [lifeLog("DisputeLock", true), lifeLog("DisputeLock", true)],
      { locked: true },
      ["locked", "locked twice, or unlocked twice"],
    ],
    ["it is unlocked first", [lifeLog("DisputeLock", false)], {}, ["locked", "locked twice, or unlocked twice"]],
    [
      "something changes after it was frozen",
      [freeze, update(1)],
      { frozen: true, sequence: 1n, stateDigest: digest(101) },
      ["state", "changed after it was frozen"],
    ],
  ] as const) {
    it(`finds a contradiction in the events when ${what}, whatever the chain says`, () => {
      assert.deepEqual(disagreements(lifeOf(...logs), program), [expected]);
    });
  }

  it("finds a record that is missing in the log, or told twice", () => {
    const gap = lifeOf(trainingLog(0n), trainingsLog(2n, [digest(8)]));
    assert.deepEqual(disagreements(gap, { trainingCount: 2n })[0], ["training log", "record 2 follows 1 records"]);
    const twice = lifeOf(trainingLog(0n), trainingLog(0n));
    assert.deepEqual(disagreements(twice, { trainingCount: 2n })[0], ["training log", "record 0 follows 1 records"]);
  });
});
