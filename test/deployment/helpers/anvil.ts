import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { createInterface } from "node:readline";
import { JsonRpcProvider } from "ethers";
import { providerFor } from "../../../scripts/lib/accounts";
import { NetworkSettings } from "../../../scripts/lib/networks";

/** A running anvil that listens on a port of its own choice. */
export interface Anvil {
  readonly url: string;
  readonly network: NetworkSettings;
  readonly provider: JsonRpcProvider;
  stop(): Promise<void>;
}

/** Starts anvil. Resolves once it listens. */
export async function startAnvil(...args: string[]): Promise<Anvil> {
  const child = spawn(binary(), ["--port", "0", ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const address = /^Listening on (\S+)$/.exec(line)?.[1];
      if (address !== undefined) resolve(`http://${address}`);
    });
    child.once("error", reject);
    void ended.then(() => reject(new Error("anvil ended before it listened.")));
  });
  const network: NetworkSettings = { name: "anvil", kind: "local", chainId: 31337n, url, confirmations: 1 };
  const provider = providerFor(network);
  return {
    url,
    network,
    provider,
    stop: async () => {
      provider.destroy();
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** The program itself: its launcher would leave it running when killed. */
function binary(): string {
  const system = platform() === "win32" ? "win32" : platform();
  const processor = arch() === "x64" ? "amd64" : arch();
  const name = platform() === "win32" ? "anvil.exe" : "anvil";
  return createRequire(__filename).resolve(`@foundry-rs/anvil-${system}-${processor}/bin/${name}`);
}
