import { inferenceOracleAbi, requestDeskAbi } from "ainft-contracts";
import { type Contract, type EventLog, Interface, NonceManager, type Result, ZeroAddress } from "ethers";
import { account, compiled, contractAt, deploy, read, send, type World } from "../helpers/world.ts";

/** What an answer of a priced program costs, in wei: what is divided leaves no rest. */
export const PRICE = 10_000n;
/** Of that, what the reporters get. */
const PROVIDERS = 7_000n;
/** Who pays, and is neither a reporter nor one who sends for them. */
export const BUYER = account(11).address;
/** The only config of the soak's world. */
const CONFIG = 1;
const ETH = ZeroAddress;
/** As the contract numbers what becomes of an order. */
const OUTCOMES = ["cancelled", "answered", "failed"] as const;

export type Ending = (typeof OUTCOMES)[number];

const artifact = await compiled("mocks/RequesterMock");
export const consumer = new Interface(artifact.abi);

/** The request desk with its orders, and what it owes to whom. Everything is read from the chain. */
export class Books {
  readonly #world: World;
  readonly #oracle: Contract;
  readonly #desk: Contract;
  readonly deskAddress: string;
  readonly consumerAddress: string;

  private constructor(world: World, oracle: Contract, parts: { desk: Contract; desk_: string; consumer_: string }) {
    this.#world = world;
    this.#oracle = oracle;
    this.#desk = parts.desk;
    this.deskAddress = parts.desk_;
    this.consumerAddress = parts.consumer_;
  }

  /** Sets the price of tokens, and deploys a contract that asks and is called back. */
  static async open(world: World, priced: readonly bigint[]): Promise<Books> {
    const owner = new NonceManager(account(1).connect(world.provider));
    const oracle = contractAt(world.oracleAddress, inferenceOracleAbi, owner);
    const address = await read(oracle, "desk", []);
    const desk = contractAt(address, requestDeskAbi, owner);
    for (const token of priced) await send(desk, "setPrice", [world.collectionAddress, token, ETH, PRICE, false]);
    const consumer_ = await deploy("mocks/RequesterMock", [address], owner);
    return new Books(world, oracle, { desk, desk_: address, consumer_ });
  }

  /** How the orders ended, by request; an order that is open has no ending, and none may have two. */
  async endings(): Promise<Map<number, Ending[]>> {
    const opened = await this.#events("OrderOpened");
    const endings = new Map<number, Ending[]>(opened.map(({ args }) => [Number(args.getValue("requestId")), []]));
    for (const { args } of await this.#events("OrderClosed")) {
      const ending = OUTCOMES[Number(args.getValue("outcome"))];
      if (ending !== undefined) endings.get(Number(args.getValue("requestId")))?.push(ending);
    }
    return endings;
  }

  /** Orders that are open, have no result, and whose time is over. */
  async overdue(): Promise<Result[]> {
    const now = (await this.#world.provider.getBlock("latest"))?.timestamp ?? 0;
    const closed = new Set((await this.#events("OrderClosed")).map(({ args }) => String(args.getValue("requestId"))));
    const overdue: Result[] = [];
    for (const { args } of await this.#events("OrderOpened")) {
      const order = args.getValue("order") as Result; // the event's only struct
      const id = String(args.getValue("requestId"));
      if (closed.has(id) || Number(order.getValue("deadline")) >= now) continue;
      if ((await read(this.#oracle, "outcomeOf", [id])) === "0") overdue.push(order);
    }
    return overdue;
  }

  /** What is wrong with the callbacks: each order that asked for one and has a result must have had exactly one. */
  async callbackProblems(endings: ReadonlyMap<number, readonly Ending[]>): Promise<string[]> {
    const problems = (await this.#events("CallbackFailed")).map(
      ({ args }) => `the callback of request ${String(args.getValue("requestId"))} failed`,
    );
    const delivered = new Map<number, number>();
    for (const { args } of await this.#events("CallbackDelivered")) {
      const id = Number(args.getValue("requestId"));
      delivered.set(id, (delivered.get(id) ?? 0) + 1);
    }
    for (const { args } of await this.#events("OrderOpened")) {
      const id = Number(args.getValue("requestId"));
      const calls = Number((args.getValue("order") as Result).getValue("callbackGas")) > 0;
      const wanted = calls && endings.get(id)?.[0] !== "cancelled" ? 1 : 0;
      const had = delivered.get(id) ?? 0;
      if (had !== wanted) problems.push(`request ${id} was brought to its asker ${had} times and not ${wanted}`);
    }
    return problems;
  }

  /** Holds the books against the orders, to the wei, then pays out everything. Answers what does not fit. */
  async moneyProblems(endings: ReadonlyMap<number, readonly Ending[]>): Promise<string[]> {
    const all = [...endings.values()].flat();
    const answered = BigInt(all.filter((ending) => ending === "answered").length);
    const backs = BigInt(all.length) - answered;
    const owed = async (account_: string): Promise<bigint> => BigInt(await read(this.#desk, "owedTo", [ETH, account_]));
    const differs = (what: string, is: bigint, should: bigint): string[] =>
      is === should ? [] : [`${what} ${is} wei and not ${should}`];
    const problems = [
      ...differs("the desk holds", await this.#balance(), BigInt(all.length) * PRICE),
      ...differs("the desk's books hold", BigInt(await read(this.#desk, "held", [ETH])), BigInt(all.length) * PRICE),
      ...differs(
        "the reporters earned",
        BigInt(await read(this.#desk, "earnedBy", [CONFIG, ETH])),
        answered * PROVIDERS,
      ),
      ...differs("askers are owed", (await owed(BUYER)) + (await owed(this.consumerAddress)), backs * PRICE),
    ];
    if (answered > 0n) {
      for (const [index] of this.#world.reporters.entries()) await send(this.#desk, "collect", [CONFIG, ETH, index]);
    }
    const credited = [...(await this.#events("AccountCredited")).map(({ args }) => String(args.getValue("account")))];
    for (const name of new Set([...credited, ...this.#world.reporters.map(({ address }) => address)])) {
      if ((await owed(name)) > 0n) await send(this.#desk, "withdrawFor", [ETH, name]);
    }
    return [...problems, ...differs("when all is paid out, the desk holds", await this.#balance(), 0n)];
  }

  async #balance(): Promise<bigint> {
    return this.#world.provider.getBalance(this.deskAddress);
  }

  async #events(name: string): Promise<EventLog[]> {
    const found = await this.#desk.queryFilter(name, 0);
    return found.filter((event): event is EventLog => "args" in event);
  }
}
