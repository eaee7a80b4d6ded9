import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ainft721Abi, inferenceOracleAbi } from "ainft-contracts";
import {
  canonicalJson,
  cidFromDigest,
  Delivery,
  type JsonValue,
  manifestBytes,
  manifestDigest,
  parseManifest,
} from "ainft-core";
import {
  Contract,
  ContractFactory,
  HDNodeWallet,
  JsonRpcProvider,
  type InterfaceAbi,
  Mnemonic,
  NonceManager,
} from "ethers";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, "../../../..");
const RELAY_MAIN = resolve(HERE, "../../src/main.ts");
export const FIXTURE_PROGRAM = resolve(HERE, "../fixtures/program.ts");
const PHRASE = "test test test test test test test test test test test junk";
const CHAIN_ID = 31_337;
const FIXTURE_IMAGE = `fixtures.local/program@sha256:${"ab".repeat(32)}`;

/** The published test accounts: worth nothing anywhere else. */
export function account(index: number): HDNodeWallet {
  return HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(PHRASE), `m/44'/60'/0'/0/${index}`);
}

/** A local chain with the suite on it, a collection of the creator, and a content folder with one program. */
export interface World {
  readonly rpcUrl: string;
  readonly provider: JsonRpcProvider;
  readonly oracle: Contract;
  readonly oracleAddress: string;
  readonly collection: Contract;
  readonly collectionAddress: string;
  readonly reporters: readonly HDNodeWallet[];
  readonly contentDir: string;
  readonly folder: string;
  /** Mints a token with the fixture program. */
  mint(): Promise<bigint>;
  ask(tokenId: bigint, input: JsonValue, delivery?: number): Promise<bigint>;
  close(): Promise<void>;
}

/** Starts anvil and deploys everything, with a quorum of all the given reporters. */
export async function openWorld(reporterCount: number): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "ainft-relay-test-"));
  const port = await freePort();
  const rpcUrl = `http://127.0.0.1:${port}`;
  const anvil = spawn(
    join(ROOT, "node_modules/.bin/anvil"),
    [
      "--port",
      String(port),
      "--chain-id",
      String(CHAIN_ID),
      "--hardfork",
      "osaka",
      "--block-time",
      "1",
      "--slots-in-an-epoch",
      "1",
      "--silent",
    ],
    { stdio: "ignore" },
  );
  const provider = new JsonRpcProvider(rpcUrl, CHAIN_ID, {
    staticNetwork: true,
    pollingInterval: 50,
    cacheTimeout: -1,
  });
  await until("anvil", 15_000, async () => (await provider.send("eth_chainId", [])) === "0x7a69");
  await provider.send("evm_setIntervalMining", [0]);
  await provider.send("evm_setAutomine", [true]);
  const reporters = Array.from({ length: reporterCount }, (_, index) => account(3 + index)).sort((left, right) =>
    BigInt(left.address) < BigInt(right.address) ? -1 : 1,
  );
  const deployer = new NonceManager(account(0).connect(provider));
  const deploy = async (name: string, args: readonly unknown[]): Promise<string> => {
    const { abi, bytecode } = await artifact(name);
    const contract = await new ContractFactory(abi, bytecode, deployer).deploy(...args);
    await contract.waitForDeployment();
    return contract.getAddress();
  };
  const oracleAddress = await deploy("InferenceOracle", [account(0).address]);
  const oracle = new Contract(oracleAddress, inferenceOracleAbi as unknown as InterfaceAbi, deployer);
  await (
    await oracle.getFunction("setConfig")(
      reporters.map(({ address }) => address),
      reporterCount,
      0,
    )
  ).wait();
  const factory = await deploy("AINFTFactory", [await deploy("AINFT721", [])]);
  const factoryContract = new Contract(factory, (await artifact("AINFTFactory")).abi, deployer);
  const config = { name: "Fixtures", symbol: "FIX", controller: account(0).address, oracle: oracleAddress };
  const salt = `0x${"00".repeat(32)}`;
  await (await factoryContract.getFunction("createCollection")(salt, config)).wait();
  const collectionAddress = String(await factoryContract.getFunction("predictCollection")(account(0).address, salt));
  const collection = new Contract(collectionAddress, ainft721Abi as unknown as InterfaceAbi, deployer);
  const contentDir = join(folder, "content");
  await mkdir(contentDir);
  const digest = await storeFixture(contentDir);
  const player = new NonceManager(account(2).connect(provider));
  return {
    rpcUrl,
    provider,
    oracle,
    oracleAddress,
    collection,
    collectionAddress,
    reporters,
    contentDir,
    folder,
    mint: async () => {
      await (await collection.getFunction("mint")(account(1).address, digest)).wait();
      return BigInt(await collection.getFunction("totalMinted")());
    },
    ask: async (tokenId, input, delivery = Delivery.INLINE) => {
      const block = await provider.getBlock("latest");
      const deadline = BigInt(block?.timestamp ?? 0) + 3_600n;
      const asked = oracle.connect(player) as Contract;
      await (
        await asked.getFunction("request")(collectionAddress, tokenId, canonicalJson(input), 1_000, delivery, deadline)
      ).wait();
      return BigInt(await oracle.getFunction("requestCount")());
    },
    close: async () => {
      provider.destroy();
      anvil.kill("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A relay as an operator starts it: a process with a configuration file. */
export class RelayProcess {
  readonly #file: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly log: string[] = [];
  #child: ChildProcess | undefined;
  #ended: Promise<number | null> = Promise.resolve(null);

  constructor(file: string, env: NodeJS.ProcessEnv) {
    this.#file = file;
    this.#env = env;
  }

  start(extra: NodeJS.ProcessEnv = {}): void {
    const child = spawn(process.execPath, [RELAY_MAIN, "run", "--config", this.#file], {
      env: { ...process.env, ...this.#env, ...extra },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (part: Buffer) => this.log.push(part.toString("utf8")));
    this.#ended = new Promise((done) => child.once("exit", (code) => done(code)));
    this.#child = child;
  }

  /** Exit code, or null after a kill. */
  async ended(): Promise<number | null> {
    return this.#ended;
  }

  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#ended;
  }

  async stop(): Promise<number | null> {
    this.#child?.kill("SIGTERM");
    return this.#ended;
  }
}

/** Prepares one relay a reporter. Only those in `transmitters` may submit. */
export async function prepareRelays(world: World, transmitters: readonly number[]): Promise<RelayProcess[]> {
  const ports = await Promise.all(world.reporters.map(async () => freePort()));
  return Promise.all(
    world.reporters.map(async (reporter, index) => {
      const file = join(world.folder, `relay-${index}.json`);
      const peers = ports.filter((_port, peer) => peer !== index).map((port) => `http://127.0.0.1:${port}`);
      await writeFile(
        file,
        JSON.stringify(relayConfig(world, index, ports[index] ?? 0, peers, transmitters.includes(index))),
      );
      return new RelayProcess(file, { REPORTER_KEY: reporter.privateKey, SENDER_KEY: account(6 + index).privateKey });
    }),
  );
}

/** A configuration for tests; `changed` replaces top-level keys. */
export function relayConfig(
  world: World,
  index: number,
  port: number,
  peers: readonly string[],
  sends: boolean,
): Record<string, unknown> {
  return {
    chain: { id: CHAIN_ID, rpcUrl: world.rpcUrl, oracle: world.oracleAddress, confirmations: 1, pollMs: 50 },
    dataDir: join(world.folder, `data-${index}`),
    http: { port },
    peers,
    signer: { type: "env", name: "REPORTER_KEY" },
    transmitter: { enabled: sends, signer: { type: "env", name: "SENDER_KEY" }, stageDelayMs: 0, bumpAfterMs: 2_000 },
    runner: { type: "process", commands: { "fixtures.local/program": [process.execPath, FIXTURE_PROGRAM] } },
    content: { dir: world.contentDir },
    limits: { startupSeconds: 20 },
  };
}

/** Polls until it is so; throws with what was waited for. */
export async function until(what: string, timeoutMs: number, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > end) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`);
    await sleep(50);
  }
}

export async function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        address === null || typeof address === "string" ? failed(new Error("no port")) : done(address.port),
      );
    });
  });
}

/** The manifest of the fixture program, as a relay finds it. */
export async function storeFixture(contentDir: string): Promise<string> {
  const object = { type: "object", additionalProperties: false };
  const text = { type: "string", maxLength: 200 };
  const count = { type: "integer", minimum: 0, maximum: 1_000_000 };
  const manifest = parseManifest(
    canonicalJson({
      name: "Fixture",
      description: "Counts what it is told.",
      ainft: {
        schema: "ainft-manifest/1",
        container: {
          image: FIXTURE_IMAGE,
          platform: "linux/amd64",
          protocol: "plain-json/1",
          port: 8080,
          limits: { memoryMb: 128, cpus: 1, pids: 32, timeoutSeconds: 3, maxOutputBytes: 1_024 },
          deterministic: true,
        },
        model: { format: "none", files: [] },
        io: {
          input: { ...object, required: ["say"], properties: { say: text, mode: text } },
          output: { ...object, required: ["heard", "count"], properties: { heard: text, count } },
          state: { ...object, required: ["count"], properties: { count } },
        },
        agreement: "exact",
        license: "MIT",
        contributors: [{ address: account(1).address, shareBps: 10_000 }],
      },
    }),
  );
  const digest = manifestDigest(manifest);
  await writeFile(join(contentDir, cidFromDigest(digest)), manifestBytes(manifest));
  return digest;
}

async function artifact(name: string): Promise<{ abi: InterfaceAbi; bytecode: string }> {
  return JSON.parse(await readFile(join(ROOT, `artifacts/contracts/${name}.sol/${name}.json`), "utf8")) as {
    abi: InterfaceAbi;
    bytecode: string;
  };
}
