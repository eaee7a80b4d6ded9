import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { concat, dataSlice } from "ethers";
import {
  asAddress,
  type Bytes32,
  decodeTrainingLog,
  InvalidAddress,
  InvalidHex,
  MalformedTrainingLog,
  NotATrainingLog,
  RemovedTrainingLog,
  TRAINING_TOPICS,
  type TrainedToken,
  UintOutOfRange,
} from "../../src/index.ts";
import { leavesLog, recordLog, vectorRecord } from "../../scripts/vectors/history.ts";
import { vectorLeaf } from "../../scripts/vectors/training.ts";
import { assertFails } from "../helpers/failures.ts";

const TOKEN: TrainedToken = { collection: "0x5FbDB2315678afecb367f032d93F642f64180aa3", tokenId: 2n ** 256n - 1n };
const TRAINER = vectorRecord(0).contributor;
const LEAVES: Bytes32[] = [vectorLeaf(0), vectorLeaf(1), vectorLeaf(2)];
const OTHER_TOPIC: Bytes32 = `0x${"ee".repeat(32)}`;

describe("decodeTrainingLog", () => {
  const single = recordLog(TOKEN, 2n ** 64n - 1n, vectorRecord(0));
  const batch = leavesLog(TOKEN, 5n, TRAINER, LEAVES);
  const withTopic = (place: number, topic: string): typeof single => ({
    ...single,
    topics: single.topics.with(place, topic),
  });

  it("reads a record with every field", () => {
    assert.deepEqual(decodeTrainingLog(single), {
      kind: "record",
      ...TOKEN,
      index: 2n ** 64n - 1n,
      record: vectorRecord(0),
    });
  });

  it("reads a batch of leaves, an empty one too", () => {
    const expected = { kind: "leaves", ...TOKEN, firstIndex: 5n, contributor: TRAINER };
    assert.deepEqual(decodeTrainingLog(batch), { ...expected, leaves: LEAVES });
    assert.deepEqual(decodeTrainingLog(leavesLog(TOKEN, 5n, TRAINER, [])), { ...expected, leaves: [] });
  });

  it("takes an address in lower case as nodes answer it", () => {
    const lower = { ...single, address: asAddress(single.address).toLowerCase() };
    assert.equal(decodeTrainingLog(lower).collection, TOKEN.collection);
  });

  it("names the topics to filter by", () => {
    assert.deepEqual(TRAINING_TOPICS, [single.topics[0], batch.topics[0]]);
  });

  it("refuses logs of other events", () => {
    assertFails(() => decodeTrainingLog(withTopic(0, OTHER_TOPIC)), NotATrainingLog, { topic: OTHER_TOPIC });
    assertFails(() => decodeTrainingLog({ ...single, topics: [] }), NotATrainingLog, { topic: undefined });
  });

  it("refuses a log that a reorganisation removed", () => {
    assertFails(() => decodeTrainingLog({ ...single, removed: true }), RemovedTrainingLog);
    assert.equal(decodeTrainingLog({ ...single, removed: false }).kind, "record");
  });

  it("refuses too few and too many topics", () => {
    for (const topics of [single.topics.slice(0, 3), [...single.topics, OTHER_TOPIC]]) {
      const reason = `${topics.length} topics, expected 4`;
      assertFails(() => decodeTrainingLog({ ...single, topics }), MalformedTrainingLog, { reason });
    }
  });

  it("refuses record data of another length", () => {
    for (const data of [dataSlice(single.data, 0, 191), concat([single.data, "0x00"]), "0x"]) {
      const reason = `${(data.length - 2) / 2} bytes of data, expected 192`;
      assertFails(() => decodeTrainingLog({ ...single, data }), MalformedTrainingLog, { reason });
    }
  });

  it("refuses numbers wider than 64 bits, and says why", () => {
    const wide = `0x${"00".repeat(23)}01${"00".repeat(8)}`;
    const index = assertFails(() => decodeTrainingLog(withTopic(2, wide)), MalformedTrainingLog, {
      reason: "index is more than 64 bits wide",
    });
    assert.ok(index.cause instanceof UintOutOfRange);
    const data = concat([dataSlice(single.data, 0, 160), wide]);
    assertFails(() => decodeTrainingLog({ ...single, data }), MalformedTrainingLog, {
      reason: "trainedAt is more than 64 bits wide",
    });
  });

  it("refuses a contributor wider than an address", () => {
    const wide = `0x${"00".repeat(11)}01${"00".repeat(20)}`;
    assertFails(() => decodeTrainingLog(withTopic(3, wide)), MalformedTrainingLog, {
      reason: "contributor is more than 20 bytes wide",
    });
  });

  it("refuses leaves in any but their one encoding", () => {
    const word = (value: number): string => `0x${value.toString(16).padStart(64, "0")}`;
    const wrong = [
      "0x",
      word(32),
      dataSlice(batch.data, 0, 5 * 32 - 1),
      concat([batch.data, word(0)]),
      concat([word(64), dataSlice(batch.data, 32)]),
      concat([word(32), word(2), ...LEAVES]),
      concat([word(32), word(4), ...LEAVES]),
    ];
    for (const data of wrong) {
      assertFails(() => decodeTrainingLog({ ...batch, data }), MalformedTrainingLog, {
        reason: "its data is not one array of leaves",
      });
    }
  });

  it("refuses hex of the wrong shape", () => {
    assertFails(() => decodeTrainingLog(withTopic(1, "0x01")), InvalidHex, { field: "topic" });
    assertFails(() => decodeTrainingLog({ ...single, data: "0xZZ" }), InvalidHex, { field: "data" });
    assertFails(() => decodeTrainingLog({ ...single, address: "0x01" }), InvalidAddress, { field: "address" });
  });
});
