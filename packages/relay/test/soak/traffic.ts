import { inferenceOracleAbi, requestDeskAbi } from "ainft-contracts";
import { Agreement, canonicalJson, Delivery, type JsonValue } from "ainft-core";
import { Interface, toQuantity, ZeroAddress } from "ethers";
import { account, type World } from "../helpers/world.ts";
import { BUYER, type Books, consumer, PRICE } from "./books.ts";
import type { Random } from "./random.ts";

const oracle = new Interface(inferenceOracleAbi);
const desk = new Interface(requestDeskAbi);
const GAS = 400_000;
const ONE_HOUR = 3_600;
/** Chain time in which nobody can answer: fewer blocks than the relays wait for. */
const TOO_SHORT = 2;
const CALLBACK_GAS = 100_000;

/** Tokens by what asking them costs and changes. */
export interface Tokens {
  readonly echo: bigint;
  readonly counters: readonly bigint[];
  readonly pricedEcho: bigint;
  readonly pricedCounters: readonly bigint[];
}

/** What becomes of an order that nothing goes wrong with. */
type Fate = "answered" | "called back" | "program fails" | "deadline passes";

const FATES: readonly Fate[] = [
  ...["answered", "answered", "answered", "called back", "called back"],
  ...["program fails", "deadline passes"],
] as Fate[]; // TypeScript widens the words of a spread

/** People who ask. The node signs for them, so that a request that a reorganisation undoes leaves no hole in a nonce. */
export class Traffic {
  readonly #world: World;
  readonly #random: Random;
  readonly #tokens: Tokens;
  readonly #books: Books;
  #asked = 0;

  constructor(world: World, random: Random, tokens: Tokens, books: Books) {
    this.#world = world;
    this.#random = random;
    this.#tokens = tokens;
    this.#books = books;
  }

  /** Asks for nothing: of a token that keeps a state, or of one that keeps none. */
  async askFree(): Promise<void> {
    const token = this.#random.of([this.#tokens.echo, this.#random.of(this.#tokens.counters)]);
    const delivery = this.#random.of([Delivery.DIGEST, Delivery.INLINE]);
    const asked = [this.#world.collectionAddress, token, this.#input(), await this.#terms(ONE_HOUR, delivery)];
    await this.#send(account(2).address, this.#world.oracleAddress, oracle.encodeFunctionData("request", asked));
  }

  /** Pays at the desk. A part of the orders cannot be answered: those are to be paid back. */
  async askPaid(): Promise<void> {
    const fate = this.#random.of(FATES);
    const { pricedEcho, pricedCounters } = this.#tokens;
    const fails = fate === "program fails"; // only the program with a state knows how
    const token = fails
      ? this.#random.of(pricedCounters)
      : this.#random.of([pricedEcho, this.#random.of(pricedCounters)]);
    const calls = fate === "called back";
    const delivery = calls ? Delivery.CALLBACK : this.#random.of([Delivery.DIGEST, Delivery.INLINE]);
    const terms = await this.#terms(fate === "deadline passes" ? TOO_SHORT : ONE_HOUR, delivery);
    const input = this.#input(fails ? { mode: "off-schema" } : {});
    const payment = { currency: ZeroAddress, amount: PRICE };
    const asked = [this.#world.collectionAddress, token, input, terms, payment, calls ? CALLBACK_GAS : 0];
    const { deskAddress, consumerAddress } = this.#books;
    const data = calls ? consumer.encodeFunctionData("ask", asked) : desk.encodeFunctionData("request", asked);
    await this.#send(BUYER, calls ? consumerAddress : deskAddress, data, PRICE);
  }

  /** Has the desk take back the orders whose time is over without a result. */
  async cancelOverdue(): Promise<void> {
    for (const order of await this.#books.overdue()) {
      await this.#send(BUYER, this.#books.deskAddress, desk.encodeFunctionData("cancel", [order]));
    }
  }

  #input(more: { readonly mode?: string } = {}): Uint8Array {
    this.#asked += 1;
    const input: JsonValue = { say: `question ${this.#asked}`, ...more };
    return canonicalJson(input);
  }

  async #terms(seconds: number, delivery: Delivery): Promise<Record<string, number>> {
    const block = await this.#world.provider.getBlock("latest");
    const deadline = (block?.timestamp ?? 0) + seconds;
    return { maxOutputBytes: 1_000, delivery, agreement: Agreement.EXACT, deadline };
  }

  async #send(from: string, to: string, data: string, value = 0n): Promise<void> {
    const call = { from, to, data, gas: toQuantity(GAS), value: toQuantity(value) };
    await this.#world.provider.send("eth_sendTransaction", [call]);
  }
}
