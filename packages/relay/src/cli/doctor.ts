import { findEngineSocket } from "../adapters/runner/find-engine.ts";
import { lockDataFolder } from "../adapters/store/data-lock.ts";
import type { RelayConfigs } from "../config/chains.ts";
import type { RelayConfig } from "../config/schema.ts";
import { isLocalChain } from "../config/local-only.ts";
import type { Logger } from "../ports/system.ts";
import { type ChainSide, makeRunner, openChain } from "./adapters.ts";
import { Closers } from "./closers.ts";
import { lookAtClock, lookAtPostgres } from "./look.ts";
import { postgresOf } from "./store.ts";

/** One thing that was looked at. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
}

const QUIET: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

type Look = (what: string, work: () => Promise<string>) => Promise<void>;

/** Looks at everything that `run` needs, without starting anything. Never throws: what is wrong is a finding. */
export async function examine(configs: RelayConfigs): Promise<Finding[]> {
  const findings: Finding[] = [];
  const look: Look = async (what, work) => {
    try {
      findings.push({ what, ok: true, detail: await work() });
    } catch (error) {
      findings.push({ what, ok: false, detail: error instanceof Error ? error.message : String(error) });
    }
  };
  for (const config of configs) {
    const of = configs.length > 1 ? `chain ${config.chain.id}: ` : "";
    await examineChain(config, async (what, work) => look(`${of}${what}`, work));
  }
  await examineMachine(configs[0], look);
  for (const peer of new Set(configs.flatMap(({ peers }) => peers))) {
    await look(`peer ${peer}`, async () => describePeer(peer));
  }
  return findings;
}

async function examineChain(config: RelayConfig, look: Look): Promise<void> {
  const closers = new Closers();
  let chain: ChainSide | undefined;
  await look("chain, oracle and reporter key", async () => {
    chain = await openChain(config, QUIET, closers);
    return `oracle ${config.chain.oracle}, desk ${chain.desk}, reporter ${chain.signer?.address ?? "none"}`;
  });
  await look("clock", async () => {
    if (chain === undefined) throw new Error("not looked at: the chain is not reached");
    return lookAtClock(chain.reader, Date.now(), isLocalChain(config.chain.id));
  });
  await look("transmitter", async () => describeSender(chain));
  await closers.closeAll();
}

/** What the chains of a process share. */
async function examineMachine(config: RelayConfig, look: Look): Promise<void> {
  const closers = new Closers();
  await look("data folder", async () => {
    await (await lockDataFolder(config.dataDir)).release();
    return `${config.dataDir} is free`;
  });
  await look("database", async () => {
    const shared = postgresOf(config);
    return shared === null ? "embedded, in the data folder" : lookAtPostgres(shared.url);
  });
  await look("runner", async () => {
    await makeRunner(config, closers).cleanUp();
    if (config.runner.type === "process") return "plain processes, without confinement";
    if (config.runner.type === "http") return `${config.runner.endpoints.length} HTTP endpoints, none asked`;
    return `container engine on ${config.runner.socket ?? findEngineSocket()}`;
  });
  await closers.closeAll();
}

async function describeSender(chain: ChainSide | undefined): Promise<string> {
  if (chain === undefined) throw new Error("not looked at: the chain is not reached");
  if (chain.sender === null) return "disabled: others submit";
  const balance = await chain.writer.balanceOf(chain.sender.address);
  if (balance === 0n) throw new Error(`${chain.sender.address} has nothing to pay gas with`);
  return `${chain.sender.address} holds ${balance} wei`;
}

async function describePeer(peer: string): Promise<string> {
  const answer = await fetch(new URL("/live", peer), { signal: AbortSignal.timeout(5_000) });
  if (!answer.ok) throw new Error(`it answers with status ${answer.status}`);
  return "it answers";
}
