import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { JsonRpcProvider } from "ethers";

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../../../..");
export const CHAIN_ID = 31_337;
const BIN = join(ROOT, "node_modules/.bin");

/** A local chain that ends with its test. */
export interface LocalChain {
  readonly rpcUrl: string;
  readonly provider: JsonRpcProvider;
  stop(): void;
}

/** A local chain with the suite on it, as `npm run deploy` leaves it. */
export interface Suite extends LocalChain {
  /** Folder of the test's own, which holds the record. */
  readonly folder: string;
  /** The deployment's record. */
  readonly deployment: string;
  close(): Promise<void>;
}

/** Starts a command in a process group of its own, and answers when a node answers at the port. */
export async function startChain(
  command = `exec "${join(BIN, "anvil")}" --hardfork osaka --port "$PORT"`,
  chainId: number | string = CHAIN_ID,
): Promise<LocalChain> {
  const port = await freePort();
  const rpcUrl = `http://127.0.0.1:${port}`;
  const env = { ...process.env, PORT: String(port) };
  const anvil = spawn("bash", ["-c", command], { stdio: "ignore", detached: true, cwd: ROOT, env });
  const provider = new JsonRpcProvider(rpcUrl, Number(chainId), {
    staticNetwork: true,
    pollingInterval: 50,
    cacheTimeout: -1,
  });
  const stop = (): void => {
    provider.destroy();
    if (anvil.pid !== undefined && anvil.exitCode === null) process.kill(-anvil.pid, "SIGKILL");
  };
  // A test that failed before it could stop its chain must not wait for it.
  anvil.unref();
  process.once("exit", () => {
    try {
      if (anvil.pid !== undefined) process.kill(-anvil.pid, "SIGKILL");
    } catch {
      // It was stopped.
    }
  });
  try {
    await until(
      "the chain",
      30_000,
      async () => (await provider.send("eth_chainId", [])) === `0x${Number(chainId).toString(16)}`,
    );
  } catch (cause) {
    stop(); // or the test would wait for anvil
    throw cause;
  }
  return { rpcUrl, provider, stop };
}

/** Starts a chain, and deploys the suite with its own script, with a DAO when it is asked for one. */
export async function startSuite(...options: readonly string[]): Promise<Suite> {
  const folder = await mkdtemp(join(tmpdir(), "ainft-cli-test-"));
  const chain = await startChain();
  const deployment = join(folder, "anvil.json");
  const close = async (): Promise<void> => {
    chain.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await promisify(execFile)(
      join(BIN, "ts-node-transpile-only"),
      ["scripts/deploy/index.ts", "--network", "anvil", "--record", deployment, ...options],
      { cwd: ROOT, env: { ...process.env, AINFT_ANVIL_URL: chain.rpcUrl } },
    );
  } catch (cause) {
    await close();
    throw cause;
  }
  return { ...chain, folder, deployment, close };
}

/** Polls until it is so; throws with what was waited for. */
export async function until(what: string, timeoutMs: number, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > end) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`);
    await sleep(50);
  }
}

/** A TCP port on loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === "string") failed(new Error("The system gave no port."));
        else done(address.port);
      });
    });
  });
}
