import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ainft721Abi } from "ainft-contracts";
import { AbiCoder, Interface } from "ethers";
import { RpcActivityChain } from "../../../src/adapters/chain/activity-chain.ts";
import { RpcChainReader } from "../../../src/adapters/chain/reader.ts";
import { Rpc } from "../../../src/adapters/chain/rpc.ts";
import { ChainUnavailable, ContractRefused } from "../../../src/domain/errors.ts";
import { type Fault, RpcProxy } from "../../helpers/rpc-proxy.ts";
import { COLLECTION, DESK, PLAYER, word } from "../support/requests.ts";

const CALL = { to: COLLECTION, data: "0x12345678" };
const TOKEN = { collection: COLLECTION, tokenId: 7n };
const BLOCK = {
  number: "0x5",
  hash: word(5),
  parentHash: word(4),
  timestamp: "0x10",
  baseFeePerGas: "0x1",
};

const UNKNOWN_TOKEN = new Interface(ainft721Abi).encodeErrorResult("ERC721NonexistentToken", [7n]);
const REASON = `0x08c379a0${AbiCoder.defaultAbiCoder().encode(["string"], ["header not found"]).slice(2)}`;

type Told = Omit<Extract<Fault, { kind: "error" }>, "kind">;

/** What nodes answer to a call that they have not carried out. */
const AWAY: readonly (readonly [string, Told])[] = [
  ["a block that geth has not got", { code: -32_000, message: "header not found" }],
  [
    "a state that geth has pruned",
    { code: -32_000, message: "missing trie node 0a1b (path ) state 0x0a is not available" },
  ],
  ["a state that geth keeps no more", { code: -32_000, message: "historical state 0a1b is not available" }],
  ["a call that geth broke off", { code: -32_000, message: "execution aborted (timeout = 5s)" }],
  [
    "a call that geth did not begin",
    { code: -32_000, message: "err: max fee per gas less than block base fee (supplied gas 50000000)" },
  ],
  [
    "a block that anvil has not got",
    { code: -32_602, message: "BlockOutOfRangeError: block height is 822 but requested was 823" },
  ],
  ["a database of anvil's that fails", { code: -32_603, message: "EVM error FatalExternalError" }],
  ["a block that Reth has not got", { code: -32_001, message: "block not found: hash 0x0a" }],
  ["a state that Reth has pruned", { code: 4_444, message: "pruned history unavailable" }],
  ["a state that Nethermind has not got", { code: -32_002, message: "No state available for block 0x0a" }],
  [
    "a call that Nethermind did not begin",
    { code: -32_015, message: "VM execution error.", data: "wrong transaction nonce" },
  ],
  ["a block that Besu has not got", { code: -39_001, message: "Unknown block" }],
  ["a state that Besu has not got", { code: -32_000, message: "World state unavailable" }],
  ["a rate limit", { code: -32_005, message: "limit exceeded" }],
  [
    "a rate limit with data",
    { code: 429, message: "Too many requests, reason: call rate limit exhausted", data: "0x" },
  ],
  ["a range that is too wide", { code: -32_005, message: "query returned more than 10000 results" }],
  ["a node that is starting", { code: -32_603, message: "failed to get the last block number from state" }],
  ["an internal error", { code: -32_603, message: "Internal error" }],
  ["a method that is not there", { code: -32_601, message: "the method eth_call does not exist/is not available" }],
  ["a time-out on the way", { code: -32_002, message: "request timed out" }],
  ["a node that speaks of what was reverted", { code: -32_000, message: "the state was reverted below this block" }],
  ["an error of code 3 that is none", { code: 3, message: "header not found" }],
  ["an error without words", { code: -32_000, message: "" }],
];

/** What nodes answer to a call that they have carried out, and what the relay makes of it. */
const REFUSED: readonly (readonly [string, Told, string])[] = [
  ["geth's revert", { code: 3, message: "execution reverted", data: UNKNOWN_TOKEN }, "ERC721NonexistentToken"],
  [
    "geth's revert for a reason that a contract made up",
    { code: 3, message: "execution reverted: header not found", data: REASON },
    "Error",
  ],
  ["geth's revert without a word", { code: 3, message: "execution reverted", data: "0x" }, "0x"],
  ["older geth's revert", { code: -32_000, message: "execution reverted" }, "execution reverted"],
  ["geth out of gas", { code: -32_000, message: "out of gas" }, "out of gas"],
  ["geth on an unknown instruction", { code: -32_000, message: "invalid opcode: INVALID" }, "invalid opcode: INVALID"],
  ["geth on an empty stack", { code: -32_000, message: "stack underflow (0 <=> 1)" }, "stack underflow (0 <=> 1)"],
  [
    "geth on a full stack",
    { code: -32_000, message: "stack limit reached 1024 (1023)" },
    "stack limit reached 1024 (1023)",
  ],
  ["geth on a jump to nowhere", { code: -32_000, message: "invalid jump destination" }, "invalid jump destination"],
  ["geth on a write of a view", { code: -32_000, message: "write protection" }, "write protection"],
  [
    "anvil's revert",
    { code: 3, message: "execution reverted: custom error 0x7e273289", data: UNKNOWN_TOKEN },
    "ERC721NonexistentToken",
  ],
  [
    "anvil on an unknown instruction",
    { code: -32_603, message: "EVM error InvalidFEOpcode" },
    "EVM error InvalidFEOpcode",
  ],
  ["Reth on an empty stack", { code: -32_003, message: "EVM error: StackUnderflow" }, "EVM error: StackUnderflow"],
  [
    "Reth out of gas",
    { code: -32_003, message: "out of gas: gas required exceeds: 50000000" },
    "out of gas: gas required exceeds: 50000000",
  ],
  [
    "Nethermind's revert",
    { code: -32_015, message: "VM execution error.", data: `Reverted ${UNKNOWN_TOKEN}` },
    "ERC721NonexistentToken",
  ],
  ["Nethermind's revert without data", { code: -32_015, message: "VM execution error.", data: "revert" }, "revert"],
  [
    "Nethermind on an unknown instruction",
    { code: -32_015, message: "VM execution error.", data: "BadInstruction" },
    "BadInstruction",
  ],
  ["OpenEthereum's bare word", { code: -32_015, message: "VM execution error" }, "VM execution error"],
  [
    "OpenEthereum on an unknown instruction",
    { code: -32_015, message: "VM execution error.", data: "Bad instruction fe" },
    "Bad instruction fe",
  ],
  ["Besu's revert", { code: -32_000, message: "Execution reverted", data: UNKNOWN_TOKEN }, "ERC721NonexistentToken"],
  [
    "Hardhat's revert",
    {
      code: -32_603,
      message: "Error: VM Exception while processing transaction: reverted with an unrecognized custom error",
      data: { message: "Error", data: UNKNOWN_TOKEN },
    },
    "ERC721NonexistentToken",
  ],
  [
    "a revert with an error of ours and other data than it has",
    { code: 3, message: "execution reverted", data: UNKNOWN_TOKEN.slice(0, 12) },
    "ERC721NonexistentToken",
  ],
];

describe("a node's error", () => {
  let node: RpcProxy;
  let rpc: Rpc;

  before(async () => {
    node = await RpcProxy.open("http://127.0.0.1:9"); // never asked: every request is answered by a plan
    rpc = new Rpc({ url: node.url, chainId: 31_337n, timeoutMs: 5_000 });
  });

  after(async () => {
    rpc.close();
    await node.close();
  });

  for (const [name, told] of AWAY) {
    it(`takes ${name} for a node that is away, not for the contract's no`, async () => {
      node.plan = () => ({ kind: "error", ...told });
      const words = told.message;

      await assert.rejects(rpc.send("eth_call", [CALL, "0x5"]), (error) => {
        assert(error instanceof ChainUnavailable);
        assert.equal(error.message, `JSON-RPC node unavailable: eth_call: ${words}.`);
        return true;
      });
    });
  }

  for (const [name, told, reason] of REFUSED) {
    it(`takes ${name} for the contract's no`, async () => {
      node.plan = () => ({ kind: "error", ...told });

      for (const method of ["eth_call", "eth_estimateGas"]) {
        await assert.rejects(rpc.send(method, [CALL]), (error) => {
          assert(error instanceof ContractRefused);
          assert.equal(error.reason, reason);
          return true;
        });
      }
    });
  }

  it("is no contract's word about anything but a call", async () => {
    node.plan = () => ({ kind: "error", code: 3, message: "execution reverted", data: UNKNOWN_TOKEN });

    await assert.rejects(rpc.send("eth_getLogs", [{}]), ChainUnavailable);
  });

  it("is one even when it is no object", async () => {
    node.plan = () => ({ kind: "body", body: '{"jsonrpc":"2.0","id":1,"error":null}' });

    const own = new Rpc({ url: node.url, chainId: 31_337n, timeoutMs: 5_000 }); // whose first request has the id 1
    await assert.rejects(own.send("eth_call", [CALL]), {
      name: "ChainUnavailable",
      message: "JSON-RPC node unavailable: eth_call: it answers an error without a message.",
    });
    own.close();
  });

  describe("about a token, an order or a holder", () => {
    const no: Fault = { kind: "error", code: 3, message: "execution reverted", data: "0x" };
    const nothing: Fault = { kind: "result", result: "0x" };
    const zero: Fault = { kind: "result", result: word(0) };

    const asked = (): readonly (readonly [string, readonly Fault[], () => Promise<unknown>, unknown])[] => {
      const reader = new RpcChainReader(rpc, COLLECTION, DESK);
      const activity = new RpcActivityChain(rpc);
      return [
        ["a token", [no, nothing], async () => reader.program(TOKEN, 5n), null],
        ["an order", [zero], async () => reader.orderHashOf(1n, 5n), null],
        ["a holder", [no, nothing], async () => activity.mayGrant(PLAYER, TOKEN, 5n), false],
        ["a signer", [no, nothing], async () => activity.isSignatureOf(PLAYER, word(1), "0x", 5n), false],
      ];
    };

    function answer(call: Fault, block: unknown): void {
      node.plan = (method) => (method === "eth_call" ? call : { kind: "result", result: block });
    }

    it("counts when the node has the block that was asked about", async () => {
      for (const [name, answers, ask, expected] of asked()) {
        for (const call of answers) {
          answer(call, BLOCK);
          assert.equal(await ask(), expected, name);
        }
      }
    });

    it("does not count when the node has not got that block", async () => {
      for (const [, answers, ask] of asked()) {
        for (const call of answers) {
          answer(call, null);
          await assert.rejects(ask(), {
            name: "ChainUnavailable",
            message: "JSON-RPC node unavailable: it has not got block 5.",
          });
        }
      }
    });

    it("does not count when the node could not carry out the call", async () => {
      for (const [, , ask] of asked()) {
        answer({ kind: "error", code: -32_000, message: "header not found" }, BLOCK);
        await assert.rejects(ask(), {
          name: "ChainUnavailable",
          message: "JSON-RPC node unavailable: eth_call: header not found.",
        });
      }
    });
  });
});
