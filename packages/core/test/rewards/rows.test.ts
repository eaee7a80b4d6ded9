import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  activityRows,
  type Bytes32,
  ContradictingRewardEvents,
  type DeliveredResult,
  gpuTimeRows,
  Programme,
  type RelayActivityRow,
  type StateUpdatedEvent,
  type TrainingEvent,
  trainingRows,
  UintOutOfRange,
  ZERO_BYTES32,
} from "../../src/index.ts";
import { assertFails } from "../helpers/failures.ts";
import { account } from "../helpers/rewards.ts";

const COLLECTION = account(100);
const [ANN, BEN] = [account(1), account(2)] as const;
const HASH: Bytes32 = `0x${"ab".repeat(32)}`;
const OTHER_HASH: Bytes32 = `0x${"cd".repeat(32)}`;

const record = (index: bigint, contributor = ANN, tokenId = 1n): TrainingEvent => ({
  kind: "record",
  collection: COLLECTION,
  tokenId,
  index,
  record: {
    parentManifest: ZERO_BYTES32,
    childManifest: ZERO_BYTES32,
    datasetDigest: HASH,
    codeDigest: HASH,
    metricsDigest: HASH,
    contributor,
    trainedAt: 1n,
  },
});

describe("trainingRows", () => {
  const leaves = (firstIndex: bigint, count: number, contributor = BEN): TrainingEvent => ({
    kind: "leaves",
    collection: COLLECTION,
    tokenId: 1n,
    firstIndex,
    contributor,
    leaves: Array.from({ length: count }, () => HASH),
  });

  it("count every record once, by itself or in a batch, though events were fetched twice", () => {
    const rows = trainingRows([record(0n), leaves(1n, 3), record(0n), leaves(1n, 3), record(0n, ANN, 2n)]);

    assert.deepEqual(
      rows.map((row) => row.account),
      [ANN, BEN, BEN, BEN, ANN],
    );
    assert.ok(rows.every(({ programme, units }) => programme === Programme.TRAINING && units === 1n));
  });

  it("refuse two contributors at one place", () => {
    assertFails(() => trainingRows([record(2n), leaves(1n, 2)]), ContradictingRewardEvents, {
      place: `training log of token 1 of ${COLLECTION}, index 2`,
    });
  });
});

describe("activityRows", () => {
  const update = (sequence: bigint, actor = ANN, tokenId = 1n): StateUpdatedEvent => ({
    collection: COLLECTION,
    tokenId,
    actor,
    sequence,
  });

  it("count updates up to the most for each actor and token", () => {
    const events = [update(1n), update(2n), update(3n), update(4n, BEN), update(1n, ANN, 2n), update(1n)];

    assert.deepEqual(activityRows(events, 2n), [
      { programme: Programme.ACTIVITY, account: ANN, units: 2n },
      { programme: Programme.ACTIVITY, account: BEN, units: 1n },
      { programme: Programme.ACTIVITY, account: ANN, units: 1n },
    ]);
  });

  it("leave out updates that nobody caused", () => {
    assert.deepEqual(activityRows([update(1n, account(0))], 5n), []);
  });

  it("refuse two actors of one update, and a number that no contract has", () => {
    assertFails(() => activityRows([update(1n), update(1n, BEN)], 5n), ContradictingRewardEvents, {
      place: `update 1 of ${COLLECTION} 1`,
    });
    assertFails(() => activityRows([], -1n), UintOutOfRange, { field: "mostForActorAndToken" });
  });
});

describe("gpuTimeRows", () => {
  const [KEY, OTHER_KEY, STRAY_KEY] = [account(11), account(12), account(13)] as const;
  const providerOfKey = new Map([
    [KEY, ANN],
    [OTHER_KEY, BEN],
  ]);
  const rules = { providerOfKey, mostMilliseconds: 1_000n };
  const run = (changed: Partial<RelayActivityRow> = {}): RelayActivityRow => ({
    requestId: 7n,
    requestHash: HASH,
    reporter: KEY,
    milliseconds: 250n,
    ...changed,
  });
  const results: readonly DeliveredResult[] = [
    { requestId: 7n, requestHash: HASH, signers: [KEY, STRAY_KEY] },
    { requestId: 8n, requestHash: HASH, signers: [KEY, OTHER_KEY] },
  ];

  it("count runs whose result the chain has under the reporter's own signature, for its provider", () => {
    assert.deepEqual(gpuTimeRows([run(), run({ requestId: 8n, reporter: OTHER_KEY })], results, rules), [
      { programme: Programme.GPU_TIME, account: ANN, units: 250n },
      { programme: Programme.GPU_TIME, account: BEN, units: 250n },
    ]);
  });

  it("count nothing for another request, a reporter who did not sign, or a key of no provider", () => {
    const idle = [
      run({ requestId: 9n }),
      run({ requestHash: OTHER_HASH }),
      run({ reporter: OTHER_KEY }),
      run({ reporter: STRAY_KEY }),
    ];

    assert.deepEqual(gpuTimeRows(idle, results, rules), []);
  });

  it("count a run once, and no longer than the most", () => {
    const long = run({ milliseconds: 2n ** 64n - 1n });

    assert.deepEqual(
      gpuTimeRows([long, long], results, rules).map(({ units }) => units),
      [1_000n],
    );
  });

  it("refuse two times for one run, and times that no relay measures", () => {
    assertFails(() => gpuTimeRows([run(), run({ milliseconds: 251n })], results, rules), ContradictingRewardEvents);
    assertFails(() => gpuTimeRows([run({ milliseconds: -1n })], results, rules), UintOutOfRange, {
      field: "milliseconds",
    });
  });
});
