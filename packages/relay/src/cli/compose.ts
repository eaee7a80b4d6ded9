import { oracleCalls } from "../adapters/chain/calls.ts";
import type { ActivityPagesParts } from "../adapters/http/activity.ts";
import { HttpPeer } from "../adapters/http/peer.ts";
import { serve } from "../adapters/http/server.ts";
import { MeteredRunner, meteredLogger } from "../adapters/metrics/metered.ts";
import { RelayMetrics } from "../adapters/metrics/metrics.ts";
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
import type { NewSignature, Store } from "../ports/store.ts";
import type { Logger, Runner } from "../ports/system.ts";
import { makeActivity } from "./activity.ts";
import { type ChainSide, makeRunner, openChain } from "./adapters.ts";
import { Closers } from "./closers.ts";
import { makeContent } from "./content.ts";
import { openMetrics } from "./metrics.ts";
import { openStore } from "./store.ts";
import { makeTracer } from "./tracing.ts";

const GWEI = 1e9;
const SHORTEST_STALE_MS = 30_000;

/** A relay that is ready to run, and how to take it down again. */
export interface RunningRelay {
  readonly relay: Relay;
  close(): Promise<void>;
}

/** Builds every adapter from the configuration. Throws a `StartRefused` subclass; what was opened is closed again. */
export async function compose(config: RelayConfig, log: Logger, onPersisted: OnPersisted): Promise<RunningRelay> {
  const closers = new Closers();
  try {
    const relay = await build(config, log, onPersisted, closers);
    return { relay, close: async () => closers.closeAll() };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function build(config: RelayConfig, plain: Logger, hook: OnPersisted, closers: Closers): Promise<Relay> {
  const metrics = new RelayMetrics();
  const log = meteredLogger(plain, metrics);
  const tracer = await makeTracer(config, log, closers);
  const onPersisted: OnPersisted = (persisted) => {
    metrics.persisted(persisted);
    tracer.persisted(persisted);
    hook(persisted);
  };
  const chain = await openChain(config, log, closers, metrics);
  const data = await openStore(config, chain, closers);
  const { store, seats } = data;
  const timed = new MeteredRunner(makeRunner(config, closers, metrics), systemClock, metrics);
  const runner = new TracedRunner(timed, tracer);
  await cleanUp(store, runner, log);
  const confirmations = BigInt(config.chain.confirmations);
  const context: Context = { chain: chain.reader, store, clock: systemClock, log, onPersisted, tracer, confirmations };
  const { cases, pages } = makeCases(config, context, chain, runner);
  const lane = chain.sender === null ? null : laneSeat(chain.sender.address);
  const relay = new Relay(context, cases, { pollMs: config.chain.pollMs, seats, lane });
  const server = await serve(
    {
      store,
      clock: systemClock,
      health: () => relay.health,
      staleAfterMs: Math.max(SHORTEST_STALE_MS, 5 * config.chain.pollMs),
      accept: async (signature) => cases.gatherer.accept(signature),
      activity: pages,
    },
    config.http.host,
    config.http.port,
  );
  closers.add(async () => server.close());
  await openMetrics(config, metrics, data, chain, () => relay.health, closers);
  const transmitter = chain.sender?.address ?? "disabled";
  const { signer, desk } = chain;
  const reporter = signer?.address ?? "none: it only runs containers";
  log.info("The relay is ready", { reporter, transmitter, oracle: config.chain.oracle, desk });
  return relay;
}

/** Ends what a killed relay left running, and makes its interrupted runs again. */
async function cleanUp(store: Store, runner: Runner, log: Logger): Promise<void> {
  await runner.cleanUp().catch((error: unknown) => {
    log.warn("What an earlier relay may have left running was not looked for: the runner does not answer", { error });
  });
  const interrupted = await store.requests.releaseOwn();
  if (interrupted > 0) log.info("Runs that were interrupted will be made again", { interrupted });
}

function makeCases(
  config: RelayConfig,
  context: Context,
  chain: ChainSide,
  runner: Runner,
): { readonly cases: UseCases; readonly pages: ActivityPagesParts | null } {
  const { limits, transmitter } = config;
  const content = makeContent(config, context.log);
  const peers = config.peers.map((url) => new HttpPeer(url));
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
  return { cases, pages: activity?.pages ?? null };
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
