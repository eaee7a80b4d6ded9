import type { Address, Bytes32, Hex } from "ainft-core";
import { ContractRefused } from "../domain/errors.ts";
import { type FeeCaps, type Fees, firstFees, type Market } from "../domain/fees.ts";
import type { ReporterConfig } from "../domain/request.ts";
import { stageDelay, transmissionOrder } from "../domain/transmission.ts";
import type { ChainWriter } from "../ports/chain.ts";
import type { TransactionKey } from "../ports/store.ts";
import type { TransactionSigner } from "../ports/system.ts";
import { BoundedMap } from "./bounded-map.ts";
import type { Context } from "./context.ts";

/** Room above what the node estimates: state can change until the transaction is mined. */
const GAS_NUMERATOR = 5n;
const GAS_DENOMINATOR = 4n;
/** For how long a node's word about fees holds: transactions of one round are offered the same. */
const MARKET_MS = 1_000;
/** Pause after the contract refused a call: most often somebody else's transaction is on its way. */
const REFUSED_PAUSE_MS = 5_000;

/** What the dispatcher needs beyond the context. */
export interface DispatcherParts {
  readonly writer: ChainWriter;
  readonly signer: TransactionSigner;
  /** This relay's reporter key, which has its place in the order. */
  readonly reporter: Address;
  readonly stageDelayMs: number;
  readonly caps: FeeCaps;
  readonly maxInFlight: number;
}

/** A call that one of the reporters has to make. */
export interface Call {
  readonly key: TransactionKey;
  readonly to: Address;
  readonly data: Hex;
  /** From what the order of the reporters is drawn. */
  readonly root: Bytes32;
  /** Since when it has to be made, in milliseconds of this machine's clock. */
  readonly since: number;
  /** Gas beside the estimate. */
  readonly reserve: bigint;
}

/** Turns calls into signed transactions when it is this relay's turn to make them. Nothing is sent here. */
export class Dispatcher {
  readonly #context: Context;
  readonly #parts: DispatcherParts;
  readonly #pausedUntil = new BoundedMap<TransactionKey, number>();
  #market: { readonly at: number; readonly market: Market } | null = null;
  /** Calls are simulated side by side, but take their nonces one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(context: Context, parts: DispatcherParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Answers whether a transaction was kept. Several calls may be dispatched at once. */
  async dispatch(call: Call, config: ReporterConfig): Promise<boolean> {
    if (this.isPaused(call.key) || !this.isOurTurn(call, config)) return false;
    if ((await this.room()) <= 0) return false;
    const gas = await this.#simulate(call);
    if (gas === null) return false;
    const kept = this.#turn.then(async () => this.#keep(call, gas));
    this.#turn = kept.catch(() => undefined);
    return kept;
  }

  async #keep(call: Call, gas: bigint): Promise<boolean> {
    if ((await this.room()) <= 0) return false;
    const fees = firstFees(await this.#marketNow(), this.#parts.caps);
    if (fees === null) {
      this.#context.log.warn("Fees are above the cap: waiting", { key: call.key });
      return false;
    }
    return this.#prepare(call, (gas * GAS_NUMERATOR) / GAS_DENOMINATOR + call.reserve, fees);
  }

  async #marketNow(): Promise<Market> {
    const now = this.#context.clock.now();
    if (this.#market === null || now - this.#market.at >= MARKET_MS) {
      this.#market = { at: now, market: await this.#parts.writer.market() };
    }
    return this.#market.market;
  }

  isOurTurn({ root, since }: Pick<Call, "root" | "since">, config: ReporterConfig): boolean {
    const { reporter, stageDelayMs } = this.#parts;
    const order = transmissionOrder(root, config.version, config.reporters.length);
    const place = config.reporters.indexOf(reporter);
    const delay = stageDelay(order, place < 0 ? undefined : place, stageDelayMs);
    return this.#context.clock.now() >= since + delay;
  }

  /** How many more transactions may be on their way. */
  async room(): Promise<number> {
    const { signer, maxInFlight } = this.#parts;
    return maxInFlight - (await this.#context.store.transactions.countUnfinished(signer.address));
  }

  /** Whether the contract refused a call a short while ago. */
  isPaused(key: TransactionKey): boolean {
    return (this.#pausedUntil.get(key) ?? 0) > this.#context.clock.now();
  }

  /** Gas that the call needs. Null when the contract refuses it now. */
  async #simulate({ key, to, data }: Call): Promise<bigint | null> {
    const { writer, signer } = this.#parts;
    try {
      const gas = await writer.simulate(signer.address, to, data);
      this.#pausedUntil.delete(key);
      return gas;
    } catch (error) {
      if (!(error instanceof ContractRefused)) throw error;
      this.#context.log.warn("The contract refuses a call for now", { key, error });
      this.#pausedUntil.set(key, this.#context.clock.now() + REFUSED_PAUSE_MS);
      return null;
    }
  }

  /** Keeps the signed transaction. Nothing is sent before that. */
  async #prepare({ key, to, data }: Call, gasLimit: bigint, fees: Fees): Promise<boolean> {
    const { store, clock } = this.#context;
    const { signer } = this.#parts;
    const nonce = await this.#nextNonce();
    const { hash, raw } = await signer.sign({ to, data, nonce, gasLimit, fees });
    const attempt = { hash, raw, fees, createdAt: clock.now() };
    return store.transactions.prepare(signer.address, { key, nonce, target: to, data, gasLimit }, attempt);
  }

  async #nextNonce(): Promise<bigint> {
    const { writer, signer } = this.#parts;
    const kept = await this.#context.store.transactions.highestNonce(signer.address);
    const used = await writer.nonceOf(signer.address);
    return kept === null || kept + 1n < used ? used : kept + 1n;
  }
}
