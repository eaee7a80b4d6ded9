import { join } from "node:path";
import type { OracleDomain } from "ainft-core";
import { oracleCalls } from "../adapters/chain/calls.ts";
import { RpcChainReader } from "../adapters/chain/reader.ts";
import { Rpc } from "../adapters/chain/rpc.ts";
import { checkChain, checkSigner } from "../adapters/chain/start-checks.ts";
import { RpcChainWriter } from "../adapters/chain/writer.ts";
import { FolderContentStore } from "../adapters/content/folder-store.ts";
import { HttpPeer } from "../adapters/http/peer.ts";
import { serve } from "../adapters/http/server.ts";
import { EngineRunner } from "../adapters/runner/engine-runner.ts";
import { findEngineSocket } from "../adapters/runner/find-engine.ts";
import { ProcessRunner } from "../adapters/runner/process-runner.ts";
import { loadKey } from "../adapters/signer/keys.ts";
import { WalletReportSigner, WalletTransactionSigner } from "../adapters/signer/signers.ts";
import { lockDataFolder } from "../adapters/store/data-lock.ts";
import { openDatabase } from "../adapters/store/database.ts";
import { sqlStore } from "../adapters/store/sql-store.ts";
import { systemClock } from "../adapters/system-clock.ts";
import { Attestor } from "../application/attestor.ts";
import type { Context } from "../application/context.ts";
import { Executor } from "../application/executor.ts";
import { Gatherer } from "../application/gatherer.ts";
import { Ingest } from "../application/ingest.ts";
import { Relay } from "../application/relay.ts";
import { Settler } from "../application/settler.ts";
import { Submitter } from "../application/submitter.ts";
import { TransactionManager } from "../application/transactions.ts";
import type { RelayConfig, TransmitterConfig } from "../config/schema.ts";
import type { OnPersisted } from "../domain/states.ts";
import type { Store } from "../ports/store.ts";
import type { Logger, Runner } from "../ports/system.ts";
import { DataFolderOfAnother } from "./errors.ts";

const GWEI = 1e9;

/** A relay that is ready to run, and how to take it down again. */
export interface RunningRelay {
  readonly relay: Relay;
  close(): Promise<void>;
}

/** Things to close, the last opened first. */
class Closers {
  readonly #closers: (() => Promise<void> | void)[] = [];

  add(close: () => Promise<void> | void): void {
    this.#closers.push(close);
  }

  async closeAll(): Promise<void> {
    for (const close of this.#closers.reverse()) await close();
    this.#closers.length = 0;
  }
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

async function build(config: RelayConfig, log: Logger, onPersisted: OnPersisted, closers: Closers): Promise<Relay> {
  const { chain, transmitter } = config;
  const domain: OracleDomain = { chainId: chain.id, oracle: chain.oracle };
  const signer = new WalletReportSigner(await loadKey(config.signer), domain);
  const rpc = new Rpc(chain.rpcUrl, chain.id, chain.timeoutMs);
  closers.add(() => rpc.close());
  await checkChain(rpc, domain);
  const reader = new RpcChainReader(rpc, chain.oracle);
  checkSigner(signer.address, await reader.currentConfig());
  const store = await openStore(config, domain, closers);
  const context: Context = {
    chain: reader,
    store,
    clock: systemClock,
    log,
    onPersisted,
    confirmations: BigInt(chain.confirmations),
  };
  const content = new FolderContentStore(config.content.dir, join(config.dataDir, "models"));
  const runner = makeRunner(config);
  await runner.cleanUp();
  const interrupted = await store.requests.releaseAll();
  if (interrupted > 0) log.info("Runs that were interrupted will be made again", { interrupted });
  const peers = config.peers.map((url) => new HttpPeer(url));
  const writer = new RpcChainWriter(rpc);
  const sender = await makeSender(transmitter, domain);
  const caps = { maxFee: wei(transmitter.maxFeeGwei), maxPriorityFee: wei(transmitter.maxPriorityFeeGwei) };
  const sending = sender === null ? null : { writer, signer: sender, caps };
  const relay = new Relay(
    context,
    {
      ingest: new Ingest(context, chain.startBlock),
      settler: new Settler(context, content),
      executor: new Executor(context, {
        content,
        runner,
        peers,
        limits: config.limits,
        concurrentRuns: config.limits.concurrentRuns,
      }),
      attestor: new Attestor(context, signer, domain),
      gatherer: new Gatherer(context, peers, domain),
      submitter: new Submitter(
        context,
        sending && {
          ...sending,
          calls: oracleCalls,
          oracle: chain.oracle,
          reporter: signer.address,
          stageDelayMs: transmitter.stageDelayMs,
          maxInFlight: transmitter.maxInFlight,
        },
      ),
      transactions: sending && new TransactionManager(context, { ...sending, bumpAfterMs: transmitter.bumpAfterMs }),
    },
    chain.pollMs,
  );
  const server = await serve(
    { store, clock: systemClock, lastRound: () => relay.health.lastRound },
    config.http.host,
    config.http.port,
  );
  closers.add(async () => server.close());
  log.info("The relay is ready", {
    reporter: signer.address,
    transmitter: sender?.address ?? "disabled",
    oracle: chain.oracle,
  });
  return relay;
}

async function openStore(config: RelayConfig, { chainId, oracle }: OracleDomain, closers: Closers): Promise<Store> {
  const lock = await lockDataFolder(config.dataDir);
  closers.add(async () => lock.release());
  const database = await openDatabase(config.dataDir);
  closers.add(async () => database.destroy());
  const store = sqlStore(database);
  const bound = await store.peers.bind(`${chainId}:${oracle}`);
  if (bound !== null && bound !== `${chainId}:${oracle}`) throw new DataFolderOfAnother(config.dataDir, bound);
  return store;
}

function makeRunner({ runner, dataDir }: RelayConfig): Runner {
  if (runner.type === "process") return new ProcessRunner(runner.commands);
  const socket = runner.socket ?? findEngineSocket();
  return new EngineRunner({
    socket,
    imageMirrors: runner.imageMirrors,
    pullTimeoutMs: runner.pullTimeoutMs,
    owner: dataDir,
  });
}

async function makeSender(
  transmitter: TransmitterConfig,
  domain: OracleDomain,
): Promise<WalletTransactionSigner | null> {
  if (!transmitter.enabled || transmitter.signer === undefined) return null;
  return new WalletTransactionSigner(await loadKey(transmitter.signer), domain);
}

function wei(gwei: number): bigint {
  return BigInt(Math.round(gwei * GWEI));
}
