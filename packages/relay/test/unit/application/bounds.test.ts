import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BoundedMap } from "../../../src/application/bounded-map.ts";
import { inParts } from "../../../src/application/parts.ts";
import { Window } from "../../../src/application/window.ts";

const ROWS = [1n, 2n, 3n, 5n, 8n];
const read = async (after: bigint, limit: number): Promise<bigint[]> =>
  Promise.resolve(ROWS.filter((id) => id > after).slice(0, limit));

describe("Window", () => {
  async function walk(size: number, rounds: number): Promise<(readonly bigint[])[]> {
    const window = new Window(size);
    const seen: (readonly bigint[])[] = [];
    for (let round = 0; round < rounds; round += 1) seen.push(await window.next(read, (id) => id));
    return seen;
  }

  it("comes to every row, and to the first again behind the last", async () => {
    assert.deepEqual(await walk(2, 4), [[1n, 2n], [3n, 5n], [8n], [1n, 2n]]);
  });

  it("gives every row in every round when they fit", async () => {
    assert.deepEqual(await walk(6, 2), [ROWS, ROWS]);
  });

  it("starts again when the last rows have filled it", async () => {
    assert.deepEqual(await walk(5, 3), [ROWS, [], ROWS]);
  });
});

describe("inParts", () => {
  it("moves until nothing is left, and tells of each", async () => {
    const parts = [[1, 2], [3], [], [4]];
    const told: number[] = [];
    await inParts(
      async () => Promise.resolve(parts.shift() ?? []),
      (moved) => told.push(moved),
    );

    assert.deepEqual([told, parts], [[1, 2, 3], [[4]]]);
  });
});

describe("BoundedMap", () => {
  it("forgets what was set first, unless it was set again", () => {
    const map = new BoundedMap<string, number>(2);
    map.set("a", 1);
    map.set("b", 2);
    map.set("a", 3);
    map.set("c", 4);

    assert.deepEqual([map.get("a"), map.get("b"), map.get("c")], [3, undefined, 4]);
    map.delete("a");
    map.set("d", 5);
    assert.deepEqual([map.get("a"), map.get("c"), map.get("d")], [undefined, 4, 5]);
  });
});
