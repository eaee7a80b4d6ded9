import { oracleCalls } from "../adapters/chain/calls.ts";
import type { ActivityPagesParts } from "../adapters/http/activity.ts";
import { HttpPeer } from "../adapters/http/peer.ts";
import type { ChainParts } from "../adapters/http/served-chains.ts";
import type { GaugeSources } from "../adapters/metrics/gauges.ts";
import { MeteredRunner } from "../adapters/metrics/metered.ts";
import type { ChainMetrics } from "../adapters/metrics/metrics.ts";
import type { Tracing } from "../adapters/tracing/sdk.ts";
import { TracedRunner } from "../adapters/tracing/traced-runner.ts";
import { systemClock } from "../adapters/system-clock.ts";
import { Attestor } from "../application/attestor.ts";
import { Batcher } from "../application/batcher.ts";
import type { Context } from "../application/context.ts";
import { Dispatcher } from "../application/dispatcher.ts";
import { Executor } from "../application/executor.ts";
import { Follower } from "../application/follower.ts";
import { Gatherer } from "../application/gatherer.ts";
import { Ingest } from "../application/ingest.ts";
import { OrderSettler } from "../application/order-settler.ts";
import { Programs } from "../application/programs.ts";
import { Relay, type UseCases } from "../application/relay.ts";
import { Settler } from "../application/settler.ts";
import { Submitter } from "../application/submitter.ts";
import { TransactionManager } from "../application/transactions.ts";
import type { RelayConfig } from "../config/schema.ts";
import type { FeeCaps } from "../domain/fees.ts";
import { laneSeat } from "../domain/seats.ts";
import type { OnPersisted } from "../domain/states.ts";
import type { NewSignature } from "../ports/store.ts";
import type { BodyStore, ContentStore, Logger, Runner } from "../ports/system.ts";
import { makeActivity } from "./activity.ts";
import { type ChainSide, openChain } from "./adapters.ts";
import { Closers } from "./closers.ts";
import type { Storage } from "./store.ts";
import { makeTracer } from "./tracing.ts";

const GWEI = 1e9;
const SHORTEST_STALE_MS = 30_000;

/** What the chains of a process share. */
export interface Shared {
  readonly storage: Storage;
  readonly runner: Runner;
  readonly content: ContentStore & BodyStore;
  readonly tracing: Tracing;
  readonly onPersisted: OnPersisted;
  /** Closed when the process ends. */
  readonly closers: Closers;
}

/** Where one chain is told about. */
export interface Telling {
  /** Names the chain in every line, and counts errors. */
  readonly log: Logger;
  readonly metrics: ChainMetrics;
}

/** A chain that is ready to be served. */
export interface OpenedChain {
  readonly relay: Relay;
  readonly pages: ChainParts;
  readonly gauges: GaugeSources;
  readonly leave: () => Promise<void>;
}

/** Builds what serves one chain. Throws a `StartRefused` subclass or `ChainUnavailable`; what was opened is closed again. */
export async function serveChain(config: RelayConfig, shared: Shared, telling: Telling): Promise<OpenedChain> {
  const closers = new Closers();
  try {
    const opened = await build(config, shared, telling, closers);
    shared.closers.add(async () => closers.closeAll());
    return opened;
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function build(
  config: RelayConfig,
  shared: Shared,
  { log, metrics }: Telling,
  closers: Closers,
): Promise<OpenedChain> {
  const tracer = makeTracer(config, shared.tracing);
  const onPersisted: OnPersisted = (persisted) => {
    metrics.persisted(persisted);
    tracer.persisted(persisted);
    shared.onPersisted(persisted);
  };
  const chain = await openChain(config, log, closers, metrics);
  const { store, seats, figures, leave } = await shared.storage.of(config, chain, closers);
  const interrupted = await store.requests.releaseOwn();
  if (interrupted > 0) log.info("Runs that were interrupted will be made again", { interrupted });
  const confirmations = BigInt(config.chain.confirmations);
  const context: Context = { chain: chain.reader, store, clock: systemClock, log, onPersisted, tracer, confirmations };
  const runner = new TracedRunner(new MeteredRunner(shared.runner, systemClock, metrics), tracer);
  const { cases, activity } = makeCases(config, context, chain, { ...shared, runner });
  const { sender, writer } = chain;
  const lane = sender === null ? null : laneSeat(sender.address);
  const relay = new Relay(context, cases, { pollMs: config.chain.pollMs, seats, lane });
  const health = (): Relay["health"] => relay.health;
  const staleAfterMs = Math.max(SHORTEST_STALE_MS, 5 * config.chain.pollMs);
  const accept = async (signature: NewSignature): Promise<void> => cases.gatherer.accept(signature);
  const balance = sender === null ? null : async (): Promise<bigint> => writer.balanceOf(sender.address);
  logReady(log, chain);
  return {
    relay,
    pages: { store, health, staleAfterMs, accept, activity },
    gauges: { store, figures, health, clock: systemClock, balance },
    leave,
  };
}

function logReady(log: Logger, { signer, sender, domain: { oracle }, desk }: ChainSide): void {
  const reporter = signer?.address ?? "none: it only runs containers";
  log.info("The relay is ready", { reporter, transmitter: sender?.address ?? "disabled", oracle, desk });
}

function makeCases(
  config: RelayConfig,
  context: Context,
  chain: ChainSide,
  { content, runner }: Pick<Shared, "content" | "runner">,
): { readonly cases: UseCases; readonly activity: ActivityPagesParts | null } {
  const { limits, transmitter } = config;
  const peers = config.peers.map((url) => new HttpPeer(url, config.chain.id));
  const gatherer = new Gatherer(context, peers, chain.domain);
  const programs = new Programs(content, context.store.requests);
  const concurrentRuns = config.role === "lead" ? 0 : limits.concurrentRuns;
  const { mode, size, windowSeconds, patienceMs } = config.batching;
  const terms = { limits, concurrentRuns, leaseMs: limits.leaseSeconds * 1_000, batching: mode };
  const announce = (signature: NewSignature): void => gatherer.announce(signature);
  const cutting = { size: BigInt(size), windowSeconds: BigInt(windowSeconds), patienceMs };
  const { signer, domain } = chain;
  const { dispatcher, ...sending } = makeSending(context, chain, transmitter);
  const activity = makeActivity(config, context, chain, { content, runner, peers, dispatcher });
  const cases = {
    ingest: new Ingest(context, config.chain.startBlock),
    follower: new Follower(context),
    settler: new Settler(context, programs),
    executor: new Executor(context, { content, programs, runner, peers, ...terms }),
    attestor: signer === null ? null : new Attestor(context, signer, domain, announce),
    batcher: signer === null ? null : new Batcher(context, { signer, domain, announce, ...cutting }),
    gatherer,
    activity: activity?.activity ?? null,
    ...sending,
  };
  return { cases, activity: activity?.pages ?? null };
}

/** Without a sender, reports are only closed when somebody else has brought them. */
function makeSending(
  context: Context,
  { sender, writer, signer, domain: { oracle }, desk }: ChainSide,
  transmitter: RelayConfig["transmitter"],
): Pick<UseCases, "submitter" | "orders" | "transactions"> & { readonly dispatcher: Dispatcher | null } {
  if (sender === null || signer === null)
    return { dispatcher: null, submitter: new Submitter(context, null), orders: null, transactions: null };
  const { stageDelayMs, maxInFlight, bumpAfterMs, settleOrders } = transmitter;
  const sending = { writer, signer: sender, caps: capsOf(transmitter) };
  const dispatcher = new Dispatcher(context, { ...sending, reporter: signer.address, stageDelayMs, maxInFlight });
  const parts = { dispatcher, calls: oracleCalls, oracle, desk };
  return {
    dispatcher,
    submitter: new Submitter(context, parts),
    orders: settleOrders ? new OrderSettler(context, parts) : null,
    transactions: new TransactionManager(context, { ...sending, bumpAfterMs }),
  };
}

/** The most that may ever be offered for gas. */
export function capsOf({ maxFeeGwei, maxPriorityFeeGwei }: RelayConfig["transmitter"]): FeeCaps {
  return { maxFee: wei(maxFeeGwei), maxPriorityFee: wei(maxPriorityFeeGwei) };
}

function wei(gwei: number): bigint {
  return BigInt(Math.round(gwei * GWEI));
}
