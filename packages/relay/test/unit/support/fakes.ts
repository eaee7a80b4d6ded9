import type { Bytes32 } from "ainft-core";
import type { Context } from "../../../src/application/context.ts";
import type { Market } from "../../../src/domain/fees.ts";
import type { Block, OracleEvents, ProgramState, ReporterConfig } from "../../../src/domain/request.ts";
import { ChainUnavailable } from "../../../src/domain/errors.ts";
import type { Persisted } from "../../../src/domain/states.ts";
import type { ChainReader, ChainWriter, MinedReceipt } from "../../../src/ports/chain.ts";
import type { Store } from "../../../src/ports/store.ts";
import type { Clock, Logger, Tracer } from "../../../src/ports/system.ts";
import { word } from "./requests.ts";

const NOTHING: OracleEvents = { requests: [], landings: [], orders: [] };

/** A chain that is whatever the test says. */
export class FakeChain implements ChainReader {
  blocks: Block[] = [];
  readonly events = new Map<Bytes32, OracleEvents>();
  config_: ReporterConfig | null = null;
  program_: ProgramState | null = { sequence: 0n, stateDigest: word(0), activeManifest: word(7), frozen: false };
  /** A program's sequence at blocks where it is another one; null where the node has no state. */
  readonly programsBefore = new Map<bigint, bigint | null>();
  requests = 0n;
  readonly ranges: [bigint, bigint][] = [];
  /** What the desk keeps now, and what it kept at the blocks that tests ask about. */
  readonly openOrders = new Map<bigint, Bytes32>();
  readonly openedBefore = new Map<bigint, Bytes32>();

  async head(): Promise<Block> {
    const head = this.blocks.at(-1);
    if (head === undefined) throw new Error("The chain is empty.");
    return Promise.resolve(head);
  }

  async blockByNumber(number: bigint): Promise<Block | null> {
    return Promise.resolve(this.blocks.find((block) => block.number === number) ?? null);
  }

  async eventsOf({ hash }: Block): Promise<OracleEvents> {
    return Promise.resolve(this.events.get(hash) ?? NOTHING);
  }

  async eventsBetween(from: bigint, to: bigint): Promise<OracleEvents> {
    this.ranges.push([from, to]);
    const inside = this.blocks.filter(({ number }) => number >= from && number <= to);
    const all = inside.map(({ hash }) => this.events.get(hash) ?? NOTHING);
    return Promise.resolve({
      requests: all.flatMap(({ requests }) => requests),
      landings: all.flatMap(({ landings }) => landings),
      orders: all.flatMap(({ orders }) => orders),
    });
  }

  async requestCount(): Promise<bigint> {
    return Promise.resolve(this.requests);
  }

  async orderHashOf(requestId: bigint, at?: bigint): Promise<Bytes32 | null> {
    return Promise.resolve((at === undefined ? this.openOrders : this.openedBefore).get(requestId) ?? null);
  }

  async currentConfig(): Promise<ReporterConfig | null> {
    return Promise.resolve(this.config_);
  }

  async config(): Promise<null> {
    return Promise.resolve(null);
  }

  async program(_token: unknown, at: bigint): Promise<ProgramState | null> {
    const sequence = this.programsBefore.get(at);
    if (sequence === null) throw new ChainUnavailable(`it has no state of block ${at}`);
    const program = this.program_;
    return Promise.resolve(sequence === undefined || program === null ? program : { ...program, sequence });
  }

  async hasUpdate(): Promise<boolean> {
    return Promise.resolve(false);
  }
}

/** A node that takes transactions, and mines only what the test says. */
export class FakeWriter implements ChainWriter {
  nonce = 0n;
  confirmedNonce = 0n;
  market_: Market = { baseFee: 100n, priorityFee: 10n };
  objection: Error | null = null;
  readonly sent: string[] = [];
  /** Calls that were simulated. */
  readonly simulated: { readonly to: string; readonly data: string }[] = [];
  refusal: Error | null = null;
  readonly receipts = new Map<Bytes32, MinedReceipt>();

  async nonceOf(_sender: string, at?: bigint): Promise<bigint> {
    return Promise.resolve(at === undefined ? this.nonce : this.confirmedNonce);
  }

  async balanceOf(): Promise<bigint> {
    return Promise.resolve(0n);
  }

  async market(): Promise<Market> {
    return Promise.resolve(this.market_);
  }

  async simulate(_sender: string, to: string, data: string): Promise<bigint> {
    this.simulated.push({ to, data });
    if (this.refusal !== null) throw this.refusal;
    return Promise.resolve(40_000n);
  }

  async broadcast(raw: string): Promise<Error | null> {
    this.sent.push(raw);
    return Promise.resolve(this.objection);
  }

  async receiptOf(hash: Bytes32): Promise<MinedReceipt | null> {
    return Promise.resolve(this.receipts.get(hash) ?? null);
  }
}

/** A clock that only the test moves. */
export class FakeClock implements Clock {
  time = 1_000;

  now(): number {
    return this.time;
  }

  async sleep(): Promise<void> {
    return Promise.resolve();
  }
}

/** What a use case works with, and what it told. */
export interface TestContext extends Context {
  readonly clock: FakeClock;
  readonly chain: FakeChain;
  readonly persisted: Persisted[];
  /** Sentences at level error. */
  readonly errors: string[];
}

export function contextOf(store: Store, confirmations = 1n): TestContext {
  const persisted: Persisted[] = [];
  const errors: string[] = [];
  const log: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (sentence) => errors.push(sentence),
  };
  const onPersisted = (event: Persisted): number => persisted.push(event);
  const tracer: Tracer = { step: async (_name, _requestId, work) => work() };
  const told = { log, onPersisted, tracer, persisted, errors };
  return { chain: new FakeChain(), clock: new FakeClock(), store, confirmations, ...told };
}
