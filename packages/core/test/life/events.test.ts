import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeLifeLog, LIFE_TOPICS, NotALifeLog, RemovedTrainingLog } from "../../src/index.ts";
import { vectorRecord } from "../../scripts/vectors/history.ts";
import { assertFails } from "../helpers/failures.ts";
import { ACTOR, digest, lifeLog, TOKEN, trainingLog, trainingsLog } from "../helpers/life.ts";

describe("decodeLifeLog", () => {
  const cases = [
    ["VersionPublished", [1, digest(5)], { kind: "version", version: 1n, manifestDigest: digest(5) }],
    [
      "VersionActivated",
      [1, 2, digest(6), ACTOR],
      { kind: "activation", version: 1n, previousVersion: 2n, reasonDigest: digest(6), actor: ACTOR },
    ],
    [
      "VersionRetired",
      [2, 1, digest(7)],
      { kind: "retirement", version: 2n, fallbackVersion: 1n, reasonDigest: digest(7) },
    ],
    [
      "StateUpdated",
      [ACTOR, 9, digest(1), digest(2), digest(3)],
      {
        kind: "update",
        actor: ACTOR,
        sequence: 9n,
        inputDigest: digest(1),
        outputDigest: digest(2),
        stateDigest: digest(3),
      },
    ],
    ["DisputeLock", [true], { kind: "lock", locked: true }],
    ["DisputeLock", [false], { kind: "lock", locked: false }],
    ["ProgramFrozen", [ACTOR], { kind: "freeze", actor: ACTOR }],
  ] as const;

  for (const [name, values, expected] of cases) {
    it(`reads ${name}(${values.join(", ").slice(0, 40)})`, () => {
      const { kind, ...fields } = expected;
      assert.deepEqual(decodeLifeLog(lifeLog(name, ...values)), { kind, ...TOKEN, ...fields });
    });
  }

  it("reads trainings as decodeTrainingLog does", () => {
    assert.deepEqual(decodeLifeLog(trainingLog(3n)), { kind: "record", ...TOKEN, index: 3n, record: vectorRecord(3) });
    assert.equal(decodeLifeLog(trainingsLog(4n, [digest(1)])).kind, "leaves");
  });

  it("names one topic for each event, and no other", () => {
    assert.equal(new Set(LIFE_TOPICS).size, 8);
    for (const [name, values] of cases) assert(LIFE_TOPICS.includes(lifeLog(name, ...values).topics[0] as never));
  });

  it("refuses another event, one without topics, and one of another shape", () => {
    const transfer = { ...lifeLog("ProgramFrozen", ACTOR), topics: [digest(1)] };
    assertFails(() => decodeLifeLog(transfer), NotALifeLog, { topic: digest(1) });
    assertFails(() => decodeLifeLog({ ...transfer, topics: [] }), NotALifeLog, { topic: undefined });
    const update = lifeLog("StateUpdated", ACTOR, 9, digest(1), digest(2), digest(3));
    const [topic] = update.topics;
    assertFails(() => decodeLifeLog({ ...update, data: update.data.slice(0, -2) }), NotALifeLog, { topic });
    assertFails(() => decodeLifeLog({ ...update, data: "0x" }), NotALifeLog, { topic });
    assertFails(() => decodeLifeLog({ ...update, topics: update.topics.slice(0, 2) }), NotALifeLog, { topic });
  });

  it("refuses a log that a reorganisation took back", () => {
    assertFails(() => decodeLifeLog({ ...lifeLog("ProgramFrozen", ACTOR), removed: true }), RemovedTrainingLog);
  });
});
