import { inferenceOracleAbi, questionBoardAbi, requestDeskAbi } from "ainft-contracts";
import { Agreement, canonicalJson, Delivery, type JsonValue } from "ainft-core";
import { type Contract, NonceManager, type Result, ZeroAddress } from "ethers";
import { account, compiled, contractAt, deploy, eventsOf, read, send, type World } from "./world.ts";

/** What a question costs in these tests, in wei. */
export const PRICE = 10_000n;
/** The only config of a test world. */
const CONFIG = 1;
const MOCK = "mocks/RequesterMock";
/** More than making 100,000 bytes costs. */
const CALLBACK_GAS = 150_000;
const PAYMENT = { currency: ZeroAddress, amount: PRICE };

/** The request desk of a world, and people who use it. */
export class DeskWorld {
  readonly #world: World;
  readonly #oracle: Contract;
  readonly #desk: Contract;
  readonly #asker: NonceManager;

  private constructor(world: World, oracle: Contract, desk: Contract, asker: NonceManager) {
    this.#world = world;
    this.#oracle = oracle;
    this.#desk = desk;
    this.#asker = asker;
  }

  static async open(world: World): Promise<DeskWorld> {
    const asker = new NonceManager(account(9).connect(world.provider));
    const oracle = contractAt(world.oracleAddress, inferenceOracleAbi, asker);
    const desk = contractAt(await read(oracle, "desk", []), requestDeskAbi, asker);
    return new DeskWorld(world, oracle, desk, asker);
  }

  get asker(): string {
    return account(9).address;
  }

  /** A new token whose program has a price. */
  async mintPriced(): Promise<bigint> {
    const { provider, collectionAddress } = this.#world;
    const tokenId = await this.#world.mint();
    const owner = account(1).connect(provider);
    const desk = contractAt(await this.#desk.getAddress(), requestDeskAbi, owner);
    await send(desk, "setPrice", [collectionAddress, tokenId, ZeroAddress, PRICE, false]);
    return tokenId;
  }

  /** Pays for an answer that goes into the oracle's event, and answers the request's id. */
  async askInline(tokenId: bigint, input: JsonValue): Promise<bigint> {
    const terms = await this.#world.inlineTerms();
    const asked = [this.#world.collectionAddress, tokenId, canonicalJson(input), terms, PAYMENT, 0];
    await send(this.#desk, "request", [...asked, { value: PRICE }]);
    return BigInt(await read(this.#oracle, "requestCount", []));
  }

  /** A board on which a program is asked. */
  async openBoard(tokenId: bigint): Promise<Contract> {
    const asked = [this.#world.collectionAddress, tokenId, Agreement.EXACT];
    const args = [await this.#desk.getAddress(), ...asked, this.asker];
    return contractAt(await deploy("consumer/QuestionBoard", args, this.#asker), questionBoardAbi, this.#asker);
  }

  /** Pays for an answer that is brought to a board, and answers the request's id. */
  async askOn(board: Contract, input: JsonValue): Promise<bigint> {
    await send(board, "ask", [canonicalJson(input), PAYMENT, { value: PRICE }]);
    return BigInt(await read(this.#oracle, "requestCount", []));
  }

  /** Has a contract ask that will abuse its callback in a manner of `RequesterMock`. */
  async askAbusively(
    tokenId: bigint,
    manner: number,
    input: JsonValue,
  ): Promise<{ readonly requester: Contract; readonly requestId: bigint }> {
    const { abi } = await compiled(MOCK);
    const requester = contractAt(await deploy(MOCK, [await this.#desk.getAddress()], this.#asker), abi, this.#asker);
    const terms = { ...(await this.#world.inlineTerms()), delivery: Delivery.CALLBACK };
    await send(requester, "behave", [manner]);
    const asked = [this.#world.collectionAddress, tokenId, canonicalJson(input), terms, PAYMENT, CALLBACK_GAS];
    await send(requester, "ask", [...asked, { value: PRICE }]);
    return { requester, requestId: BigInt(await read(this.#oracle, "requestCount", [])) };
  }

  /** Has a callback that failed tried again, by somebody who is neither relay nor asker of it, once its taker behaves. */
  async retry(requester: Contract, requestId: bigint, output: Uint8Array): Promise<void> {
    await send(requester, "behave", [0]);
    const [failed] = await eventsOf(this.#desk, "CallbackFailed", requestId);
    const callback = failed?.args.getValue("callback") as Result; // the event's only struct
    await send(this.#desk, "retry", [callback.toArray(), output]);
  }

  /** What was told of callbacks about a request. */
  async callbacks(requestId: bigint): Promise<string[]> {
    const names = ["CallbackFailed", "CallbackDelivered"];
    const events = await Promise.all(names.map(async (name) => eventsOf(this.#desk, name, requestId)));
    return events.flat().map(({ eventName }) => eventName);
  }

  async isOpen(requestId: bigint): Promise<boolean> {
    return BigInt(await read(this.#desk, "orderHashOf", [requestId])) !== 0n;
  }

  /** What became of the orders of a request that were closed. */
  async closings(requestId: bigint): Promise<bigint[]> {
    const events = await eventsOf(this.#desk, "OrderClosed", requestId);
    return events.map(({ args }) => BigInt(String(args.getValue("outcome"))));
  }

  /** What the reporters have earned so far. */
  async earned(): Promise<bigint> {
    return BigInt(await read(this.#desk, "earnedBy", [CONFIG, ZeroAddress]));
  }

  /** What waits at the desk for the asker. */
  async owedToAsker(): Promise<bigint> {
    return BigInt(await read(this.#desk, "owedTo", [ZeroAddress, this.asker]));
  }
}
