import { inferenceOracleAbi } from "ainft-contracts";
import { Agreement, canonicalJson, Delivery } from "ainft-core";
import { Interface, toQuantity } from "ethers";
import { account, type World } from "../helpers/world.ts";
import type { Random } from "./random.ts";

const oracle = new Interface(inferenceOracleAbi);
const GAS = 300_000;
const ONE_HOUR = 3_600;

/** People who ask. The node signs for them, so that a request that a reorganisation undoes leaves no hole in a nonce. */
export class Traffic {
  readonly #world: World;
  readonly #random: Random;
  /** The token of a program that keeps no state, and those of programs that do. */
  readonly #echo: bigint;
  readonly #counters: readonly bigint[];
  #asked = 0;

  constructor(world: World, random: Random, echo: bigint, counters: readonly bigint[]) {
    this.#world = world;
    this.#random = random;
    this.#echo = echo;
    this.#counters = counters;
  }

  async askEcho(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) await this.#ask(this.#echo, Delivery.DIGEST);
  }

  async askCounters(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      await this.#ask(this.#random.of(this.#counters), this.#random.of([Delivery.DIGEST, Delivery.INLINE]));
    }
  }

  async #ask(token: bigint, delivery: Delivery): Promise<void> {
    const { provider, collectionAddress, oracleAddress } = this.#world;
    this.#asked += 1;
    const deadline = Math.floor(Date.now() / 1_000) + ONE_HOUR;
    const terms = { maxOutputBytes: 1_000, delivery, agreement: Agreement.EXACT, deadline };
    const input = canonicalJson({ say: `question ${this.#asked}` });
    const data = oracle.encodeFunctionData("request", [collectionAddress, token, input, terms]);
    const call = { from: account(2).address, to: oracleAddress, data, gas: toQuantity(GAS) };
    await provider.send("eth_sendTransaction", [call]);
  }
}
