import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stageDelay, transmissionOrder } from "../../../src/domain/transmission.ts";
import { word } from "../support/requests.ts";

describe("transmissionOrder", () => {
  it("is a permutation of all reporters", () => {
    const order = transmissionOrder(word(1), 1n, 32);

    assert.deepEqual(
      [...order].sort((left, right) => left - right),
      [...Array(32).keys()],
    );
  });

  it("is the same for everybody", () => {
    assert.deepEqual(transmissionOrder(word(1), 1n, 7), transmissionOrder(word(1), 1n, 7));
  });

  it("changes with the report and with the config", () => {
    const order = transmissionOrder(word(1), 1n, 32);

    assert.notDeepEqual(transmissionOrder(word(2), 1n, 32), order);
    assert.notDeepEqual(transmissionOrder(word(1), 2n, 32), order);
  });

  it("gives every reporter the first place about as often", () => {
    const firsts = Array.from({ length: 600 }, (_, root) => transmissionOrder(word(root), 1n, 3)[0]);

    for (const index of [0, 1, 2]) {
      const share = firsts.filter((first) => first === index).length;
      assert.ok(share > 140 && share < 260, `reporter ${index} was first ${share} times of 600`);
    }
  });
});

describe("stageDelay", () => {
  it("is a stage for each reporter that goes before", () => {
    assert.deepEqual(
      [2, 0, 1].map((index) => stageDelay([2, 0, 1], index, 100)),
      [0, 100, 200],
    );
  });

  it("puts a stranger to the config last", () => {
    assert.equal(stageDelay([2, 0, 1], undefined, 100), 300);
  });
});
