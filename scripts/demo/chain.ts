import { resolve } from "node:path";
import { JsonRpcProvider } from "ethers";
import { freePort, type ProcessGroup, waitUntil } from "./processes";

const ANVIL = resolve(__dirname, "../../node_modules/.bin/anvil");
const CHAIN_ID = 31_337;

/** A running local chain. */
export interface LocalChain {
  readonly rpcUrl: string;
  readonly chainId: number;
  readonly provider: JsonRpcProvider;
}

/** Starts anvil on loopback with Osaka rules and a block a second, so that confirmations come as on a real chain. */
export async function startChain(processes: ProcessGroup, logFile: string): Promise<LocalChain> {
  const port = await freePort();
  const rpcUrl = `http://127.0.0.1:${port}`;
  processes.start({
    name: "The local chain (anvil)",
    command: ANVIL,
    args: [
      ...["--host", "127.0.0.1", "--port", String(port)],
      ...["--chain-id", String(CHAIN_ID), "--hardfork", "osaka", "--block-time", "1"],
    ],
    logFile,
  });
  const provider = new JsonRpcProvider(rpcUrl, CHAIN_ID, {
    staticNetwork: true,
    pollingInterval: 200,
    cacheTimeout: -1,
  });
  await waitUntil("the local chain", 20_000, async () => (await provider.send("eth_chainId", [])) === "0x7a69");
  return { rpcUrl, chainId: CHAIN_ID, provider };
}
