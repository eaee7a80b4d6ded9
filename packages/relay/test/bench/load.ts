import { inferenceOracleAbi } from "ainft-contracts";
import { Agreement, canonicalJson, Delivery } from "ainft-core";
import { Interface, toQuantity } from "ethers";
import { account, type World } from "../helpers/world.ts";

const oracle = new Interface(inferenceOracleAbi);
/** Requests of one JSON-RPC batch, and of one block. */
const CALLS_AT_ONCE = 250;
const REQUESTS_A_BLOCK = 1_000;
/** Above what one request costs. */
const REQUEST_GAS = 150_000;
const ONE_DAY = 86_400;
/** Who asks: an account that no relay uses. */
const ASKER = account(2).address;

/** Has requests mined as fast as the node takes them, each with words of its own. Answers the first one's id. */
export class Load {
  readonly #world: World;
  readonly #token: bigint;
  #asked = 0;

  constructor(world: World, token: bigint) {
    this.#world = world;
    this.#token = token;
  }

  async file(count: number): Promise<void> {
    const { provider } = this.#world;
    await provider.send("anvil_autoImpersonateAccount", [true]);
    await provider.send("evm_setAutomine", [false]);
    for (let filed = 0; filed < count; filed += REQUESTS_A_BLOCK) {
      await this.#fileBlock(Math.min(REQUESTS_A_BLOCK, count - filed));
    }
    await provider.send("evm_setAutomine", [true]);
  }

  async #fileBlock(count: number): Promise<void> {
    const { provider } = this.#world;
    const block = await provider.getBlock("latest");
    const terms = {
      maxOutputBytes: 1_000,
      delivery: Delivery.DIGEST,
      agreement: Agreement.EXACT,
      deadline: (block?.timestamp ?? 0) + ONE_DAY,
    };
    const nonce = await provider.getTransactionCount(ASKER);
    for (let sent = 0; sent < count; sent += CALLS_AT_ONCE) {
      const size = Math.min(CALLS_AT_ONCE, count - sent);
      await this.#send(Array.from({ length: size }, (_, index) => this.#call(nonce + sent + index, terms)));
    }
    await provider.send("evm_mine", []);
  }

  #call(nonce: number, terms: Record<string, number>): Record<string, string> {
    this.#asked += 1;
    const input = canonicalJson({ say: `question ${this.#asked}` });
    const data = oracle.encodeFunctionData("request", [this.#world.collectionAddress, this.#token, input, terms]);
    const to = this.#world.oracleAddress;
    return { from: ASKER, to, data, gas: toQuantity(REQUEST_GAS), nonce: toQuantity(nonce) };
  }

  /** One HTTP request for many transactions: what the node needs for each would otherwise be mostly the way there. */
  async #send(calls: readonly Record<string, string>[]): Promise<void> {
    const body = calls.map((call, id) => ({ jsonrpc: "2.0", id, method: "eth_sendTransaction", params: [call] }));
    const headers = { "content-type": "application/json" };
    const answer = await fetch(this.#world.rpcUrl, { method: "POST", headers, body: JSON.stringify(body) });
    const answers = (await answer.json()) as readonly { error?: { message: string } }[];
    const refused = answers.find(({ error }) => error !== undefined);
    if (refused !== undefined) throw new Error(`The node refuses a request: ${refused.error?.message ?? ""}`);
  }
}

/** Counts what was delivered, block by block. */
export class Deliveries {
  readonly #world: World;
  #next = 0;
  #count = 0;
  #transactions = 0;
  readonly #topics = ["ResultDelivered", "RequestFailed", "ResultSkipped", "BatchDelivered"].map(
    (name) => oracle.getEvent(name)?.topicHash ?? "",
  );

  constructor(world: World) {
    this.#world = world;
  }

  /** Transactions that delivered something. */
  get transactions(): number {
    return this.#transactions;
  }

  async count(): Promise<number> {
    const { provider, oracleAddress } = this.#world;
    const head = await provider.getBlockNumber();
    if (head < this.#next) return this.#count;
    const logs = await provider.getLogs({
      address: oracleAddress,
      topics: [this.#topics],
      fromBlock: this.#next,
      toBlock: head,
    });
    for (const log of logs) {
      const event = oracle.parseLog(log);
      if (event?.name === "BatchDelivered") this.#count += (event.args.getValue("answers") as unknown[]).length;
      else this.#count += event?.name === "ResultSkipped" ? -1 : 1;
      if (event?.name !== "ResultSkipped") this.#transactions += 1;
    }
    this.#next = head + 1;
    return this.#count;
  }
}
