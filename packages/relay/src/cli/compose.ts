import type { ServedChain } from "../adapters/http/served-chains.ts";
import { serve } from "../adapters/http/server.ts";
import type { ChainGauges } from "../adapters/metrics/gauges.ts";
import { meteredLogger } from "../adapters/metrics/metered.ts";
import { RelayMetrics } from "../adapters/metrics/metrics.ts";
import { systemClock } from "../adapters/system-clock.ts";
import { ChainLife } from "../application/chain-life.ts";
import type { RelayConfigs } from "../config/chains.ts";
import type { OnPersisted } from "../domain/states.ts";
import type { Logger, Runner } from "../ports/system.ts";
import { makeRunner } from "./adapters.ts";
import { type OpenedChain, serveChain, type Shared } from "./chain.ts";
import { Closers } from "./closers.ts";
import { makeContent } from "./content.ts";
import { openMetrics } from "./metrics.ts";
import { openStorage } from "./store.ts";
import { startTracing } from "./tracing.ts";

/** A relay that is ready to run, and how to take it down again. */
export interface RunningRelay {
  /** Resolves after the signal, when what runs has ended. Throws what halted a chain, once every chain has ended. */
  run(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

type Life = ChainLife<OpenedChain>;

/**
 * Builds every adapter from the configurations of the chains, which share one process. Throws a `StartRefused` subclass, or
 * `ChainUnavailable` when no chain is reached; what was opened is closed again.
 */
export async function compose(configs: RelayConfigs, log: Logger, onPersisted: OnPersisted): Promise<RunningRelay> {
  const closers = new Closers();
  try {
    const lives = await build(configs, log, onPersisted, closers);
    return { run: async (signal) => play(lives, signal), close: async () => closers.closeAll() };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function build(
  configs: RelayConfigs,
  log: Logger,
  onPersisted: OnPersisted,
  closers: Closers,
): Promise<readonly Life[]> {
  const [config] = configs;
  const metrics = new RelayMetrics();
  const tracing = await startTracing(config, log, closers);
  const runner = makeRunner(config, closers, metrics);
  const storage = await openStorage(config, closers);
  await cleanUp(runner, log);
  const ofChains = new Closers(); // closed after the servers that show what is in them
  closers.add(async () => ofChains.closeAll());
  const content = makeContent(config, log);
  const shared: Shared = { storage, runner, content, tracing, onPersisted, closers: ofChains };
  const lives = configs.map((of) => {
    const own = metrics.of(of.chain.id);
    const telling = { log: meteredLogger(aboutChain(log, of.chain.id), own), metrics: own };
    const open = async (): Promise<OpenedChain> => serveChain(of, shared, telling);
    return new ChainLife(of.chain.id, { open, clock: systemClock, log: telling.log });
  });
  const chains = lives.map(shown);
  const server = await serve({ clock: systemClock, chains }, config.http.host, config.http.port);
  closers.add(async () => server.close());
  await openMetrics(config, metrics, chains, closers);
  await reach(lives, log);
  return lives;
}

/** The first try for every chain. Those that are not reached follow later, unless there are no others. */
async function reach(lives: readonly Life[], log: Logger): Promise<void> {
  const tries = await Promise.allSettled(lives.map(async (life) => life.reach()));
  const failures = tries.map((end) => {
    if (end.status === "rejected") throw end.reason;
    return end.value;
  });
  const [first] = failures;
  if (first !== undefined && first !== null && failures.every((failure) => failure !== null)) throw first;
  failures.forEach((error, index) => {
    if (error !== null) log.warn("A chain is not reached and will be tried again", { chain: lives[index]?.id, error });
  });
}

/** Plays every chain, each on its own. */
async function play(lives: readonly Life[], signal: AbortSignal): Promise<void> {
  const failures = await Promise.all(lives.map(async (life) => life.play(signal)));
  for (const failure of failures) if (failure !== null) throw failure;
}

/** A chain as pages and gauges show it at any time. */
function shown(life: Life): ServedChain & ChainGauges {
  return {
    id: life.id,
    get state() {
      return life.state;
    },
    get parts() {
      return life.opened?.pages ?? null;
    },
    get sources() {
      return life.opened?.gauges ?? null;
    },
  };
}

/** Ends what a killed relay left running. */
async function cleanUp(runner: Runner, log: Logger): Promise<void> {
  await runner.cleanUp().catch((error: unknown) => {
    log.warn("What an earlier relay may have left running was not looked for: the runner does not answer", { error });
  });
}

/** A logger whose every line names a chain. */
function aboutChain(log: Logger, chain: bigint): Logger {
  return {
    debug: (message, fields) => log.debug(message, { chain, ...fields }),
    info: (message, fields) => log.info(message, { chain, ...fields }),
    warn: (message, fields) => log.warn(message, { chain, ...fields }),
    error: (message, fields) => log.error(message, { chain, ...fields }),
  };
}
