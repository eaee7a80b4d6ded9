import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type AskedLived,
  decodeOrderLog,
  decodeRequestLog,
  inOrder,
  NotALifeLog,
  type Place,
  RequestOutcome,
  ResultStatus,
} from "../../src/index.ts";
import { assertFails } from "../helpers/failures.ts";
import { ACTOR, all, digest, TOKEN } from "../helpers/life.ts";
import * as logs from "../helpers/requests.ts";

const { OPEN, ANSWERED, FAILED } = RequestOutcome;
const NOTHING = ["no requests", "no orders"];

const told = (lived: readonly AskedLived[]): string[] =>
  lived.map(({ block, event }) => `${block} ${event.kind} ${event.requestId}`);

describe("readTokenRequests", () => {
  it("tells requests and orders of one token, and how each ended, in the chain's order", async () => {
    const source = logs.chainOf(
      logs.asked(1n),
      logs.asked(2n, 8n),
      [logs.asked(3n), logs.ordered(3n), logs.asked(4n, 8n), logs.ordered(4n, 8n)],
      [logs.answered(2n, logs.hashOf(8n)), logs.answered(4n, logs.hashOf(8n)), logs.closed(4n, ANSWERED)],
      logs.failed(3n, ResultStatus.TIMEOUT),
      [logs.closed(3n, FAILED), logs.answered(1n)],
    );
    const lived = await logs.requestsOf(source, { outcomes: { 1: ANSWERED, 2: ANSWERED, 3: FAILED, 4: ANSWERED } });
    assert.deepEqual(told(lived), [
      "0 request 1",
      "2 request 3",
      "2 order 3",
      "4 result 3",
      "5 closing 3",
      "5 result 1",
    ]);
    assert.deepEqual(lived[3]?.event, {
      kind: "result",
      ...TOKEN,
      requestId: 3n,
      requester: ACTOR,
      status: ResultStatus.TIMEOUT,
      requestHash: logs.hashOf(),
      resultDigest: digest(51),
    });
    assert.deepEqual(logs.verdictsOf(lived), [
      "yes results: 2 requests: 1 answered, 1 failed, 0 without a result",
      "yes orders: 1 orders: 0 paid out, 1 given back, 0 open",
    ]);
  });

  it("finds the results of a batch by their places, and leaves out a status that is none", async () => {
    const source = logs.chainOf(
      [logs.asked(5n), logs.asked(6n), logs.asked(7n)],
      logs.batch(4n, "0x00000901", digest(4), digest(5), digest(6), digest(7)),
      logs.answered(6n),
    );
    const lived = await logs.requestsOf(source, { outcomes: { 5: ANSWERED, 6: ANSWERED, 7: FAILED } });
    assert.deepEqual(told(lived).slice(3), ["1 batched-result 5", "1 batched-result 7", "2 result 6"]);
    const { status, answerHash } = lived[4]?.event as { status: number; answerHash: string };
    assert.deepEqual([status, answerHash], [ResultStatus.CONTAINER_ERROR, digest(7)]);
    assert.deepEqual(logs.verdictsOf(lived)[0], "yes results: 3 requests: 2 answered, 1 failed, 0 without a result");
  });

  it("takes a batch without statuses for answers alone", async () => {
    const lived = await logs.requestsOf(logs.chainOf(logs.asked(1n), logs.batch(1n, "0x", digest(9))), {
      outcomes: { 1: ANSWERED },
    });
    assert.equal((lived[1]?.event as { status: number }).status, ResultStatus.OK);
  });

  it("reads no result while nothing waits for one that the oracle has", async () => {
    const source = logs.chainOf(logs.asked(1n), logs.asked(2n));
    const lived = await logs.requestsOf(source, {}, 15n);
    assert.deepEqual(told(lived), ["0 request 1", "1 request 2"]);
    assert.equal(source.asked.length, 2, "one question for requests, one for orders");
    assert.deepEqual(logs.verdictsOf(lived), [
      "yes results: 2 requests: 0 answered, 0 failed, 2 without a result",
      `yes orders: ${NOTHING[1] ?? ""}`,
    ]);
  });

  it("reads on for results from where something opens again, far behind", async () => {
    const source = logs.chainOf(
      logs.asked(1n),
      logs.answered(1n),
      ...Array.from({ length: 20_000 }, () => []),
      logs.asked(2n),
      logs.answered(2n),
    );
    const lived = await logs.requestsOf(source, { outcomes: { 1: ANSWERED, 2: ANSWERED } }, 20_100n);
    assert.deepEqual(told(lived), ["0 request 1", "1 result 1", "20002 request 2", "20003 result 2"]);
  });

  it("tells many requests in one block, each with its end", async () => {
    const ids = Array.from({ length: 40 }, (_, place) => BigInt(place + 1));
    const source = logs.chainOf(
      ids.map((id) => logs.asked(id)),
      ids.map((id) => logs.answered(id)),
    );
    const outcomes = Object.fromEntries(ids.map((id) => [String(id), ANSWERED]));
    const lived = await logs.requestsOf(source, { outcomes });
    assert.equal(lived.length, 80);
    assert.match(logs.verdictsOf(lived)[0] ?? "", /^yes results: 40 requests: 40 answered/u);
  });
});

describe("TokenRequests", () => {
  it("has nothing against a token that nobody asked", () => {
    assert.deepEqual(logs.verdictsOf([]), [`yes results: ${NOTHING[0] ?? ""}`, `yes orders: ${NOTHING[1] ?? ""}`]);
  });

  it("agrees with an order that is open, one that was paid and one that was cancelled and answered later", async () => {
    const source = logs.chainOf(
      [logs.asked(1n), logs.ordered(1n)],
      [logs.asked(2n), logs.ordered(2n), logs.asked(3n), logs.ordered(3n)],
      [logs.answered(2n), logs.closed(2n, ANSWERED), logs.closed(3n, OPEN), logs.answered(3n)],
    );
    const kept = { outcomes: { 2: ANSWERED, 3: ANSWERED }, orders: { 1: logs.orderHash(1n) } };
    assert.deepEqual(logs.verdictsOf(await logs.requestsOf(source, kept)), [
      "yes results: 3 requests: 2 answered, 0 failed, 1 without a result",
      "yes orders: 3 orders: 1 paid out, 1 given back, 1 open",
    ]);
  });

  const order = [logs.asked(1n), logs.ordered(1n)];
  for (const [what, chain, kept, expected] of [
    [
      "a result is left out",
      [logs.asked(1n)],
      { outcomes: { 1: ANSWERED } },
      "NO  results: the result of request 1 is missing",
    ],
    [
      "a failure is told as an answer",
      [logs.asked(1n), logs.answered(1n)],
      { outcomes: { 1: FAILED } },
      "NO  results: request 1 is FAILED on chain, ANSWERED in events",
    ],
    [
      "a result answers another request",
      [logs.asked(1n), logs.answered(1n, digest(3))],
      { outcomes: { 1: ANSWERED } },
      "NO  results: the result of request 1 answers another one",
    ],
    [
      "a request has another hash",
      [logs.asked(1n, TOKEN.tokenId, digest(3))],
      {},
      "NO  results: request 1 is not what its hash says",
    ],
    ["a request comes twice", [logs.asked(2n), logs.asked(2n)], {}, "NO  results: request 2 follows request 2"],
    ["how an order was closed is left out", [order], {}, "NO  orders: how order 1 was closed is missing"],
    [
      "an order was paid for a failure",
      [order, logs.failed(1n, 1), logs.closed(1n, ANSWERED)],
      { outcomes: { 1: FAILED } },
      "NO  orders: order 1 was closed as ANSWERED, and is FAILED",
    ],
    [
      "the desk keeps another order",
      [order],
      { orders: { 1: digest(3) } },
      "NO  orders: the desk keeps another order 1",
    ],
    [
      "the request of an order is left out",
      [logs.asked(1n), logs.ordered(2n)],
      { orders: { 2: logs.orderHash(2n) } },
      "NO  orders: order 2 is of no request of the token",
    ],
  ] as const) {
    it(`says no when ${what}`, async () => {
      const verdicts = logs.verdictsOf(await logs.requestsOf(logs.chainOf(...chain), kept));
      assert.deepEqual(
        verdicts.filter((line) => line.startsWith("NO")),
        [expected],
      );
    });
  }

  it("says no to an end of what was not to end", async () => {
    const source = logs.chainOf(logs.asked(1n), logs.answered(1n));
    const lived = await logs.requestsOf(source, { outcomes: { 1: ANSWERED } });
    assert.equal(logs.verdictsOf(lived.slice(1))[0], "NO  results: the result of request 1 comes unasked");
    const orders = await logs.requestsOf(logs.chainOf(order, logs.closed(1n, OPEN)), {});
    assert.equal(logs.verdictsOf(orders.slice(2))[1], "NO  orders: order 1 is closed and was not to be");
  });
});

describe("logs of requests", () => {
  it("are refused when they are of another event, or of another shape", () => {
    const request = logs.asked(1n);
    assertFails(() => decodeRequestLog(logs.answered(1n)), NotALifeLog, { topic: logs.answered(1n).topics[0] });
    assertFails(() => decodeOrderLog(request), NotALifeLog, { topic: request.topics[0] });
    const cut = { ...request, data: request.data.slice(0, 400) };
    assertFails(() => decodeRequestLog(cut), NotALifeLog, { topic: request.topics[0] });
    // The delivery, in the fifth word, is one that nobody knows.
    const data = `${request.data.slice(0, 2 + 5 * 64 - 1)}7${request.data.slice(2 + 5 * 64)}`;
    assertFails(() => decodeRequestLog({ ...request, data }), NotALifeLog, { topic: request.topics[0] });
  });
});

describe("inOrder", () => {
  it("tells what several tell by block and place, and ends when all have ended", async () => {
    const reader = async function* (...places: readonly (readonly [bigint, number])[]): AsyncGenerator<Place> {
      for (const [block, logIndex] of places) yield { block, logIndex, transaction: "0x" };
    };
    const merged = await all(inOrder([reader([1n, 0], [3n, 5]), reader(), reader([1n, 1], [3n, 4], [9n, 0])]));
    assert.deepEqual(
      merged.map(({ block, logIndex }) => [block, logIndex]),
      [
        [1n, 0],
        [1n, 1],
        [3n, 4],
        [3n, 5],
        [9n, 0],
      ],
    );
  });
});
