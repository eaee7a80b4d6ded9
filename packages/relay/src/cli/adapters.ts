import { join } from "node:path";
import type { Address, OracleDomain } from "ainft-core";
import { RpcChainReader } from "../adapters/chain/reader.ts";
import { Rpc } from "../adapters/chain/rpc.ts";
import { checkChain, checkSigner, genesisOf, readDesk } from "../adapters/chain/start-checks.ts";
import { RpcChainWriter } from "../adapters/chain/writer.ts";
import { EndpointRunner } from "../adapters/runner/endpoint-runner.ts";
import { type ChainMetrics, RelayMetrics } from "../adapters/metrics/metrics.ts";
import { EngineRunner } from "../adapters/runner/engine-runner.ts";
import { findEngineSocket } from "../adapters/runner/find-engine.ts";
import { ProcessRunner } from "../adapters/runner/process-runner.ts";
import type { WarmOutcome } from "../adapters/runner/warm-pool.ts";
import { loadKey, readSecret } from "../adapters/signer/keys.ts";
import { WalletReportSigner, WalletTransactionSigner } from "../adapters/signer/signers.ts";
import type { HttpRunnerConfig, RelayConfig } from "../config/schema.ts";
import type { Logger, Runner } from "../ports/system.ts";
import type { Closers } from "./closers.ts";

/** The chain and the keys, checked against each other. */
export interface ChainSide {
  readonly domain: OracleDomain;
  /** Where requests with a fee or a callback are made. */
  readonly desk: Address;
  readonly rpc: Rpc;
  readonly reader: RpcChainReader;
  readonly writer: RpcChainWriter;
  /** Null for a relay that only runs containers: its machine holds no key. */
  readonly signer: WalletReportSigner | null;
  /** Null when the transmitter is disabled. */
  readonly sender: WalletTransactionSigner | null;
  /** Names this chain and no other with the same number. */
  readonly genesis: string;
}

/** Loads the keys, connects, and makes sure that all of it fits together. Throws a `StartRefused` subclass. */
export async function openChain(
  config: RelayConfig,
  log: Logger,
  closers: Closers,
  metrics: ChainMetrics | null = null,
): Promise<ChainSide> {
  const { chain, transmitter, role } = config;
  const domain: OracleDomain = { chainId: chain.id, oracle: chain.oracle };
  const signer = role === "executor" ? null : new WalletReportSigner(await loadKey(config.signer), domain);
  const key = transmitter.enabled && signer !== null ? transmitter.signer : undefined;
  const payer = key === undefined ? null : await loadKey(key);
  const observe = (method: string, error: Error | null): void => metrics?.rpc(method, error);
  const rpc = new Rpc({ url: chain.rpcUrl, chainId: chain.id, timeoutMs: chain.timeoutMs, observe });
  closers.add(() => rpc.close());
  await checkChain(rpc, domain);
  const desk = await readDesk(rpc, chain.oracle);
  const sender = payer === null ? null : new WalletTransactionSigner(payer, domain, desk);
  const reader = new RpcChainReader(rpc, chain.oracle, desk);
  if (signer !== null) await checkStanding(signer.address, reader, log);
  const genesis = await genesisOf(reader);
  const writer = new RpcChainWriter(rpc, (receipt) => metrics?.receipt(receipt));
  return { domain, desk, rpc, reader, writer, signer, sender, genesis };
}

async function checkStanding(reporter: Address, reader: RpcChainReader, log: Logger): Promise<void> {
  if ((await checkSigner(reporter, reader)) === "previous") {
    log.warn("The reporter key is only in the config before the current one: nothing new will be signed", { reporter });
  }
}

/** The runner that the configuration names. Throws `NoEngine` or `SecretUnavailable`. */
export function makeRunner({ runner, dataDir }: RelayConfig, closers: Closers, metrics = new RelayMetrics()): Runner {
  if (runner.type === "http") return makeEndpointRunner(runner);
  if (runner.type === "process") return new ProcessRunner(runner.commands, join(dataDir, "runs"));
  const { imageMirrors, registries, pullTimeoutMs, warm } = runner;
  const socket = runner.socket ?? findEngineSocket();
  const observer = {
    outcome: (outcome: WarmOutcome) => metrics.warm(outcome),
    waiting: (count: number) => metrics.warmWaiting(count),
  };
  const settings = { socket, imageMirrors, registries, pullTimeoutMs, owner: dataDir, warm };
  const engine = new EngineRunner(settings, observer);
  closers.add(async () => engine.close());
  return engine;
}

function makeEndpointRunner({ endpoints, privateHosts }: HttpRunnerConfig): Runner {
  const found = endpoints.map(({ image, url, tokenEnv }) => {
    const token = tokenEnv === undefined ? undefined : readSecret(process.env, tokenEnv);
    return [image, { url, token }] as const;
  });
  return new EndpointRunner({ endpoints: new Map(found), privateHosts });
}
