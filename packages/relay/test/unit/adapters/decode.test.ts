import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inferenceOracleAbi } from "ainft-contracts";
import { ResultStatus } from "ainft-core";
import { Interface } from "ethers";
import { type RawLog, readEvents } from "../../../src/adapters/chain/decode.ts";
import { block, word } from "../support/requests.ts";

const oracle = new Interface(inferenceOracleAbi);
const AT = block(5);

function log(name: string, args: readonly unknown[], transaction = 8): RawLog {
  const { data, topics } = oracle.encodeEventLog(name, [...args]);
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
});
