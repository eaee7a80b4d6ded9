import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { JsonRpcProvider, parseEther, parseUnits, Wallet } from "ethers";
import { NotMined, receiptOf, type Sent, TransactionDropped, TransactionReplaced } from "../src/mined.ts";
import { ChainUnavailable } from "../src/errors.ts";
import { freePort, type LocalChain, startChain, until } from "./helpers/chain.ts";
import { CREATOR, testAccount, TRAINER } from "./helpers/creator.ts";
import { run } from "./helpers/run.ts";

const LONG_MS = 60_000;

describe("waiting for a transaction", () => {
  let chain: LocalChain;
  let told: string[];

  before(async () => (chain = await startChain()));
  after(() => chain.stop());
  beforeEach(async () => {
    told = [];
    await chain.provider.send("anvil_dropAllTransactions", []);
    await chain.provider.send("evm_setAutomine", [true]);
  });

  const wait = async (sent: Sent, timeoutMs = LONG_MS, provider = chain.provider): ReturnType<typeof receiptOf> =>
    receiptOf(provider, sent, { timeoutMs, pollMs: 20, told: (text) => told.push(text) });

  /** Sends a payment of account 1's, which is mined when somebody says so. */
  async function pay(overrides: object = {}): Promise<Sent> {
    const payer = testAccount(1).connect(chain.provider);
    const fees = { maxFeePerGas: parseUnits("10", "gwei"), maxPriorityFeePerGas: parseUnits("1", "gwei") };
    return payer.sendTransaction({ to: TRAINER, value: 1n, ...fees, ...overrides });
  }

  const holdBlocks = async (): Promise<unknown> => chain.provider.send("evm_setAutomine", [false]);
  const mine = async (): Promise<unknown> => chain.provider.send("evm_mine", []);

  it("finds one that was mined before anybody looked", async () => {
    const sent = await pay();
    await until("the receipt", LONG_MS, async () => (await chain.provider.getTransactionReceipt(sent.hash)) !== null);
    const receipt = await wait(sent);
    assert.deepEqual([receipt.hash, receipt.status], [sent.hash, 1]);
    assert.deepEqual(told, []);
  });

  it("finds one that is mined later, and tells that it waits", async () => {
    await holdBlocks();
    const sent = await pay();
    const waited = wait(sent);
    await until("a look", LONG_MS, async () => told.length > 0);
    await mine();
    assert.equal((await waited).hash, sent.hash);
    assert.equal(told[0], `waiting for ${sent.hash}: 0 s`);
  });

  it("notices that another transaction took its nonce", async () => {
    await holdBlocks();
    const sent = await pay();
    const waited = wait(sent);
    await until("a look", LONG_MS, async () => told.length > 0);
    const fees = { maxFeePerGas: parseUnits("30", "gwei"), maxPriorityFeePerGas: parseUnits("20", "gwei") };
    await pay({ nonce: sent.nonce, value: 2n, ...fees });
    await mine();
    await assert.rejects(waited, (error) => {
      assert(error instanceof TransactionReplaced);
      const instead = `another transaction of ${CREATOR} with nonce ${sent.nonce} was mined in its place.`;
      assert.equal(error.message, `${sent.hash} never comes: ${instead}`);
      return true;
    });
  });

  it("notices that the node dropped it", async () => {
    await holdBlocks();
    const sent = await pay();
    const waited = wait(sent);
    await until("a look", LONG_MS, async () => told.length > 0);
    await chain.provider.send("anvil_dropTransaction", [sent.hash]);
    await assert.rejects(waited, (error) => {
      assert(error instanceof TransactionDropped);
      assert.match(error.message, new RegExp(`^The node dropped ${sent.hash}, of nonce ${sent.nonce}\\. `, "u"));
      return true;
    });
  });

  it("ends after its time with what to look for", async () => {
    await holdBlocks();
    const sent = await pay();
    await assert.rejects(wait(sent, 200), (error) => {
      assert(error instanceof NotMined);
      assert.match(error.message, new RegExp(`^${sent.hash} is not mined after 0\\.2 s, and may still be: `, "u"));
      return true;
    });
  });

  it("ends with what to look for when the node stops answering", async () => {
    const nobody = new JsonRpcProvider(`http://127.0.0.1:${await freePort()}`, 31_337, { staticNetwork: true });
    const sent = { hash: `0x${"11".repeat(32)}`, from: CREATOR, nonce: 0 };
    await assert.rejects(wait(sent, LONG_MS, nobody), (error) => {
      assert(error instanceof ChainUnavailable);
      assert.match(error.message, new RegExp(`^The node failed: .*\\. ${sent.hash} was sent: see whether`, "u"));
      return true;
    });
    nobody.destroy();
  });

  it("takes as long as --timeout says, for a command", async () => {
    const to = Wallet.createRandom().address;
    await chain.provider.send("anvil_setCode", [to, "0x00"]);
    await chain.provider.send("anvil_setBalance", [testAccount(7).address, `0x${parseEther("1").toString(16)}`]);
    await holdBlocks();
    const env = { AINFT_RPC_URL: chain.rpcUrl, AINFT_ACCOUNT: "7" };
    const argv = ["version", "freeze", "1", "--collection", to, "--timeout", "1"];
    const { code, err, progress } = await run(argv, { cwd: ".", env });
    assert.equal(code, 3);
    assert.match(err[0] ?? "", /^ainft: 0x[0-9a-f]{64} is not mined after 1 s, and may still be: /u);
    assert.match(progress[0] ?? "", /^waiting for 0x[0-9a-f]{64}: 0 s$/u);
  });
});
