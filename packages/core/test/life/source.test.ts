import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  LIFE_TOPICS,
  type LogFilter,
  type LogSource,
  type PlacedLog,
  readLogs,
  readTokenLife,
  StrangeLogs,
  TooManyLogs,
} from "../../src/index.ts";
import { assertFailure } from "../helpers/failures.ts";
import { ACTOR, all, digest, lifeLog, MemorySource, placed, TOKEN } from "../helpers/life.ts";

const filter = (fromBlock: bigint, toBlock: bigint): LogFilter => ({
  address: TOKEN.collection,
  topics: [LIFE_TOPICS, [digest(7)]],
  fromBlock,
  toBlock,
});
const frozen = (block: bigint, logIndex = 0): PlacedLog => placed(lifeLog("ProgramFrozen", ACTOR), block, logIndex);

/** A node that answers whatever it likes. */
const answering = (...logs: PlacedLog[]): LogSource => ({ getLogs: async () => logs });

describe("readLogs", () => {
  it("asks for every block once, in order, in ranges that grow while little comes", async () => {
    const source = new MemorySource([frozen(0n), frozen(149n), frozen(150n)]);
    const logs = await all(readLogs(source, filter(0n, 1_000n), { firstStep: 100n, largestStep: 300n }));
    assert.deepEqual(
      logs.map(({ blockNumber }) => blockNumber),
      [0n, 149n, 150n],
    );
    assert.deepEqual(source.asked, [
      [0n, 99n],
      [100n, 299n],
      [300n, 599n],
      [600n, 899n],
      [900n, 1_000n],
    ]);
  });

  it("asks nothing when the range is empty, and one block when it is one", async () => {
    const source = new MemorySource([frozen(5n)]);
    assert.deepEqual(await all(readLogs(source, filter(6n, 5n))), []);
    assert.deepEqual(source.asked, []);
    assert.equal((await all(readLogs(source, filter(5n, 5n)))).length, 1);
  });

  it("asks for fewer blocks when much comes", async () => {
    const many = Array.from({ length: 1_001 }, (_, index) => frozen(1n, index));
    const source = new MemorySource(many);
    await all(readLogs(source, filter(0n, 9n), { firstStep: 4n }));
    assert.deepEqual(source.asked, [
      [0n, 3n],
      [4n, 5n],
      [6n, 9n],
    ]);
  });

  it("asks for fewer blocks when the node refuses, down to one", async () => {
    const refuse = ({ fromBlock, toBlock }: LogFilter): Error | undefined =>
      toBlock > fromBlock ? new TooManyLogs(fromBlock, toBlock) : undefined;
    const source = new MemorySource([frozen(2n)], refuse);
    const logs = await all(readLogs(source, filter(0n, 2n), { firstStep: 4n }));
    assert.equal(logs.length, 1);
    assert.deepEqual(
      source.asked.filter(([from, to]) => from === to),
      [
        [0n, 0n],
        [1n, 1n],
        [2n, 2n],
      ],
    );
  });

  it("gives up when the node refuses a single block, or fails otherwise", async () => {
    const refuse = ({ fromBlock, toBlock }: LogFilter): Error => new TooManyLogs(fromBlock, toBlock);
    await assert.rejects(all(readLogs(new MemorySource([], refuse), filter(3n, 4n))), (error) => {
      assertFailure(error, TooManyLogs);
      return true;
    });
    const broken = new MemorySource([], () => new RangeError("broken"));
    await assert.rejects(all(readLogs(broken, filter(3n, 400n))), new RangeError("broken"));
    assert.equal(broken.asked.length, 1);
  });

  it("tells its progress after every answer", async () => {
    const heard: [bigint, number][] = [];
    const source = new MemorySource([frozen(1n), frozen(12n), frozen(13n)]);
    const onProgress = (block: bigint, logs: number): void => void heard.push([block, logs]);
    await all(readLogs(source, filter(0n, 15n), { firstStep: 10n, onProgress }));
    assert.deepEqual(heard, [
      [9n, 1],
      [15n, 3],
    ]);
  });

  for (const [what, logs, reason] of [
    ["was taken back", [{ ...frozen(1n), removed: true }], "one was taken back by a reorganisation"],
    ["is of another contract", [{ ...frozen(1n), address: ACTOR }], `one is of ${ACTOR}`],
    ["is of a block before", [frozen(0n)], "one is of block 0"],
    ["is of a block behind", [frozen(10n)], "one is of block 10"],
    ["is of another event", [{ ...frozen(1n), topics: [digest(1), digest(7)] }], "one is of another event or token"],
    [
      "is of another token",
      [placed({ ...lifeLog("ProgramFrozen", ACTOR), topics: [LIFE_TOPICS[0] ?? ""] }, 1n)],
      "one is of another event or token",
    ],
    ["comes twice", [frozen(1n), frozen(1n)], "log 0 of block 1 is out of order"],
    ["comes too late", [frozen(3n), frozen(2n)], "log 0 of block 2 is out of order"],
  ] as const) {
    it(`does not believe a node whose log ${what}`, async () => {
      await assert.rejects(all(readLogs(answering(...logs), filter(1n, 9n))), (error) => {
        assertFailure(error, StrangeLogs, { reason });
        return true;
      });
    });
  }
});

describe("readTokenLife", () => {
  it("reads a token's events with their places, and asks for no other's", async () => {
    const other = { ...lifeLog("ProgramFrozen", ACTOR) };
    const source = new MemorySource([
      placed(lifeLog("VersionPublished", 1, digest(1)), 4n, 2),
      placed({ ...other, topics: other.topics.with(1, digest(8)) }, 5n),
      frozen(6n, 1),
    ]);
    const lived = await all(readTokenLife(source, TOKEN, { fromBlock: 0n, toBlock: 10n }));
    assert.deepEqual(
      lived.map(({ block, logIndex, transaction, event }) => [block, logIndex, transaction, event.kind]),
      [
        [4n, 2, digest(4), "version"],
        [6n, 1, digest(6), "freeze"],
      ],
    );
  });
});
