import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { asAddress, type LogFilter, TooManyLogs } from "ainft-core";
import { AnswerTooLong } from "../src/node.ts";
import { sourceOf } from "../src/logs.ts";
import { Settings } from "../src/settings.ts";

const MIB = 1_048_576;
const WORD = `0x${"0".repeat(64)}` as const;
const ADDRESS = asAddress(`0x${"11".repeat(20)}`);

describe("a node as a source of logs", () => {
  let node: Server;
  let settings: Settings;
  /** Bytes in the data of the one log that is answered. */
  let size = 1;
  const asked: unknown[] = [];

  before(async () => {
    node = createServer((request, response) => {
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString()));
      request.on("end", () => {
        asked.push((JSON.parse(body) as { params: unknown[] }).params[0]);
        const place = { blockNumber: "0x5", logIndex: "0x0", transactionHash: WORD };
        const log = { address: ADDRESS, topics: [WORD], data: `0x${"ab".repeat(size)}`, ...place };
        response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, result: [log] }));
      });
    });
    await new Promise<void>((done) => node.listen(0, "127.0.0.1", done));
    const rpc = `http://127.0.0.1:${(node.address() as AddressInfo).port}`;
    const silent = { out: () => undefined, err: () => undefined, progress: () => undefined, ask: async () => "" };
    settings = new Settings({ env: {}, cwd: "/", interactive: false, ...silent }, { rpc });
  });
  after(() => node.close());

  const filter = (toBlock: bigint): LogFilter => ({ address: ADDRESS, topics: [[WORD], []], fromBlock: 5n, toBlock });

  it("asks for any topic where none is named", async () => {
    const [log] = await sourceOf(settings).getLogs(filter(6n));
    assert.equal(log?.blockNumber, 5n);
    assert.deepEqual(asked, [{ address: ADDRESS, topics: [[WORD], null], fromBlock: "0x5", toBlock: "0x6" }]);
  });

  it("asks for fewer blocks when they answer more than 2 MiB, and takes it of a single block", async () => {
    size = 1.5 * MIB;
    await assert.rejects(sourceOf(settings).getLogs(filter(6n)), TooManyLogs);
    const [log] = await sourceOf(settings).getLogs(filter(5n));
    assert.equal(log?.data.length, 2 + 3 * MIB);
  });

  it("takes no more than 8 MiB of any block", async () => {
    size = 4 * MIB;
    await assert.rejects(sourceOf(settings).getLogs(filter(5n)), (error) => {
      assert(error instanceof TooManyLogs && error.cause instanceof AnswerTooLong);
      return true;
    });
  });
});
