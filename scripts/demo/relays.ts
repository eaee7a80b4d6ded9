import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { HDNodeWallet } from "ethers";
import type { LocalChain } from "./chain";
import { IMAGE_HOST, PERSONA_IMAGE } from "./content";
import type { Engine } from "./engine";
import { freePort, type ProcessGroup, waitUntil } from "./processes";

const ROOT = resolve(__dirname, "../..");
const RELAY = join(ROOT, "packages/relay/dist/main.js");

/** Where the relays find everything. */
export interface RelaySetup {
  readonly folder: string;
  readonly chain: LocalChain;
  readonly oracle: string;
  readonly contentDir: string;
  readonly reporters: readonly HDNodeWallet[];
  readonly transmitters: readonly HDNodeWallet[];
  /** Runs the image when there is an engine; else the image's program runs as a plain process. */
  readonly engine: Engine | undefined;
  /** `host:port` of the registry that serves the image. */
  readonly registry: string;
}

/** Starts one relay a reporter, each as an operator would: a config file, keys in the environment, `ainft-relay run`. */
export async function startRelays(processes: ProcessGroup, setup: RelaySetup): Promise<readonly string[]> {
  const ports: number[] = [];
  for (const _reporter of setup.reporters) ports.push(await freePort());
  const urls = ports.map((port) => `http://127.0.0.1:${port}`);
  for (const [index, reporter] of setup.reporters.entries()) {
    const dataDir = join(setup.folder, `relay-${index + 1}`);
    mkdirSync(dataDir, { recursive: true });
    const configFile = join(setup.folder, `relay-${index + 1}.json`);
    const peers = urls.filter((_url, peer) => peer !== index);
    writeFileSync(configFile, `${JSON.stringify(relayConfig(setup, dataDir, ports[index] ?? 0, peers), null, 2)}\n`);
    processes.start({
      name: `Relay ${index + 1}`,
      command: process.execPath,
      args: [RELAY, "run", "--config", configFile],
      env: {
        ...process.env,
        AINFT_REPORTER_KEY: reporter.privateKey,
        AINFT_TRANSMITTER_KEY: setup.transmitters[index]?.privateKey,
      },
      logFile: join(setup.folder, `relay-${index + 1}.log`),
    });
  }
  for (const [index, url] of urls.entries()) {
    await waitUntil(
      `relay ${index + 1} (its log: ${join(setup.folder, `relay-${index + 1}.log`)})`,
      60_000,
      async () => {
        return (await fetch(`${url}/ready`)).ok;
      },
    );
  }
  return urls;
}

function relayConfig(setup: RelaySetup, dataDir: string, port: number, peers: readonly string[]): object {
  return {
    chain: { id: setup.chain.chainId, rpcUrl: setup.chain.rpcUrl, oracle: setup.oracle, confirmations: 2, pollMs: 250 },
    dataDir,
    http: { host: "127.0.0.1", port },
    peers,
    signer: { type: "env", name: "AINFT_REPORTER_KEY" },
    transmitter: {
      enabled: true,
      signer: { type: "env", name: "AINFT_TRANSMITTER_KEY" },
      stageDelayMs: 4_000,
    },
    runner:
      setup.engine === undefined
        ? {
            type: "process",
            commands: { [PERSONA_IMAGE]: [process.execPath, join(ROOT, "containers/persona-chat/src/server.ts")] },
          }
        : { type: "engine", socket: setup.engine.socket, imageMirrors: { [IMAGE_HOST]: setup.registry } },
    content: { dir: setup.contentDir },
  };
}
