import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inferenceOracleAbi, requestDeskAbi } from "ainft-contracts";
import { asAddress, asAgreement, asDelivery, bytesDigest, requestHash, ResultStatus } from "ainft-core";
import { getBytes, hexlify, id, Interface } from "ethers";
import { type RawLog, readEvents } from "../../../src/adapters/chain/decode.ts";
import { ChainUnavailable } from "../../../src/domain/errors.ts";
import type { PlacedOrder } from "../../../src/domain/order.ts";
import type { AskedRequest } from "../../../src/domain/request.ts";
import { asked, block, COLLECTION, placed, PLAYER, word } from "../support/requests.ts";

const oracle = new Interface(inferenceOracleAbi);
const desk = new Interface(requestDeskAbi);
const AT = block(5);

function log(name: string, args: readonly unknown[], transaction = 8): RawLog {
  return raw(oracle.encodeEventLog(name, [...args]), transaction);
}

/** The oracle's event of a request. */
function requested(request: AskedRequest): RawLog {
  const event = oracle.getEvent("RequestCreated");
  const fields: Record<string, unknown> = { ...request, requestId: request.id };
  return log("RequestCreated", event?.inputs.map(({ name }) => fields[name]) ?? []);
}

/** Requests whose fields are of every size that the contract's types take: the first has the least, the second the most. */
function requests(): AskedRequest[] {
  const sizes = [0n, 2n ** 256n - 1n, ...Array.from({ length: 30 }, (_, index) => BigInt(id(`request ${index}`)))];
  return sizes.map((random, index) => {
    const uint = (bits: bigint): bigint => ((random >> 1n) % 2n ** bits) | (index === 1 ? 2n ** bits - 1n : 0n);
    const account = asAddress(`0x${uint(160n).toString(16).padStart(40, "0")}`);
    const input = getBytes(index === 0 ? "0x" : id(String(random))).slice(0, Number(random % 33n));
    const hashed = {
      requester: account,
      collection: asAddress(account.toLowerCase().replaceAll("3", "7")),
      tokenId: uint(256n),
      manifestDigest: word(index),
      inputDigest: bytesDigest(input),
      maxOutputBytes: uint(32n),
      delivery: asDelivery(random % 2n),
      agreement: asAgreement(random % 3n),
      deadline: uint(64n),
    };
    return { ...hashed, id: uint(64n), input, requestHash: requestHash(hashed), block: AT };
  });
}

/** The desk's event of an order. */
function opened({ requestId, encoded }: PlacedOrder): RawLog {
  const topics = desk.encodeFilterTopics("OrderOpened", [requestId, PLAYER, COLLECTION]);
  return raw({ data: encoded, topics: topics.map(String) }, 8);
}

function raw({ data, topics }: { data: string; topics: string[] }, transaction: number): RawLog {
  return {
    address: "0x0000000000000000000000000000000000000033",
    data,
    topics,
    blockHash: AT.hash,
    blockNumber: AT.number,
    transactionHash: word(transaction),
    logIndex: 0n,
    removed: false,
  } as unknown as RawLog; // whatever else a node tells beside it
}

const read = (...logs: RawLog[]) => readEvents(logs, () => AT);

describe("readEvents", () => {
  it("reads a landing for each result of a batch, by the hash of its answer", () => {
    const { landings, requests } = read(log("BatchDelivered", [7n, "0x", [word(1), word(2)]]));

    assert.deepEqual(requests, []);
    assert.deepEqual(landings, [
      { requestId: 7n, resultDigest: null, answer: word(1), status: ResultStatus.OK, txHash: word(8), block: AT },
      { requestId: 8n, resultDigest: null, answer: word(2), status: ResultStatus.OK, txHash: word(8), block: AT },
    ]);
  });

  it("reads the status of each result", () => {
    const { landings } = read(log("BatchDelivered", [7n, "0x0201", [word(1), word(2)]]));

    assert.deepEqual(
      landings.map(({ status }) => status),
      [ResultStatus.TIMEOUT, ResultStatus.CONTAINER_ERROR],
    );
  });

  it("leaves out what was skipped in the same transaction, a status that is none too", () => {
    const { landings } = read(
      log("ResultSkipped", [8n]),
      log("BatchDelivered", [7n, "0x00ff00", [word(1), word(2), word(3)]]),
    );

    assert.deepEqual(
      landings.map(({ requestId }) => requestId),
      [7n, 9n],
    );
  });

  it("does not mistake what another transaction skipped", () => {
    const { landings } = read(
      log("ResultSkipped", [7n], 1),
      log("BatchDelivered", [6n, "0x", [word(1)]], 1),
      log("BatchDelivered", [7n, "0x", [word(2)]], 2),
    );

    assert.deepEqual(
      landings.map(({ requestId }) => requestId),
      [6n, 7n],
    );
  });

  it("reads results that came alone by their digest", () => {
    const { landings } = read(
      log("ResultDelivered", [7n, word(1), word(2)]),
      log("RequestFailed", [8n, word(1), word(3), 2n]),
    );

    assert.deepEqual(
      landings.map(({ resultDigest, answer, status }) => [resultDigest, answer, status]),
      [
        [word(2), null, ResultStatus.OK],
        [word(3), null, ResultStatus.TIMEOUT],
      ],
    );
  });

  it("reads an order with all that the desk wants back to close it, under the hash that the desk keeps", () => {
    const expected = placed(asked({ id: 7, at: AT }), { amount: 2n ** 127n, callbackGas: 200_000n });
    const { orders, requests, landings } = read(opened(expected));

    const [found, ...none] = orders;
    assert.deepEqual([found?.block, none, requests, landings], [AT, [], [], []]);
    assert.deepEqual({ ...found, block: expected.block }, expected);
  });

  it("reads a request as a decoder of any event does", () => {
    for (const expected of requests()) {
      const event = requested(expected);
      const fields = oracle.parseLog(event)?.args.toObject() ?? {};
      const { requests: found } = read(event);

      assert.deepEqual(found, [expected]);
      assert.deepEqual(
        [fields["requestId"], fields["collection"], fields["tokenId"], fields["requester"], fields["input"]],
        [expected.id, expected.collection, expected.tokenId, expected.requester, hexlify(expected.input)],
      );
    }
  });

  it("takes a broken request for a node that does not answer", () => {
    const whole = requested(asked({ id: 7, at: AT }));
    const word = (index: number, text: string): string =>
      `${whole.data.slice(0, 2 + 64 * index)}${text}${whole.data.slice(2 + 64 * index + text.length)}`;
    for (const data of [
      "0x",
      whole.data.slice(0, 2 + 64 * 9), // no input
      word(0, "01"), // more than an address
      word(1, "ff"), // another manifest
      word(4, "f".repeat(64)), // a delivery that is none
      word(7, "f".repeat(64)), // input elsewhere
      word(8, "f".repeat(64)), // input without end
      word(9, "ff"), // another input
    ]) {
      assert.throws(() => read({ ...whole, data }), ChainUnavailable);
    }
    assert.throws(() => read({ ...whole, topics: whole.topics.slice(0, 3) }), ChainUnavailable);
  });

  it("takes a broken order for a node that does not answer", () => {
    const whole = opened(placed(asked({ id: 7, at: AT })));
    for (const data of [
      "0x",
      whole.data.slice(0, -64),
      `${whole.data}${"00".repeat(32)}`,
      whole.data.replace("0x00", "0xff"),
    ]) {
      assert.throws(() => read({ ...whole, data }), ChainUnavailable);
    }
  });
});
