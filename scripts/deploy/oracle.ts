import { Contract, Interface, ZeroAddress } from "ethers";
import { readArtifact } from "../lib/artifacts";
import { DeployContext } from "./context";
import { addressOf } from "./predictions";

/** What of the oracle's setup is read from the chain. */
export interface OracleState {
  readonly owner: string;
  readonly pendingOwner: string | undefined;
  /** The current reporter config; undefined when there is none. */
  readonly config:
    { readonly version: bigint; readonly reporters: readonly string[]; readonly threshold: number } | undefined;
}

export function oracleInterface(): Interface {
  return new Interface(readArtifact("InferenceOracle").abi);
}

/** Address and state of the deployed oracle; undefined before it is there. */
export async function readOracle(context: DeployContext): Promise<(OracleState & { address: string }) | undefined> {
  const { provider } = context;
  const address = addressOf(context, "InferenceOracle");
  if ((await provider.getCode(address)) === "0x") return undefined;
  const oracle = new Contract(address, oracleInterface(), provider);
  const read = async (name: string, ...args: unknown[]): Promise<unknown> => oracle.getFunction(name)(...args);
  const pendingOwner = String(await read("pendingOwner"));
  const version = BigInt(String(await read("currentConfig")));
  return {
    address,
    owner: String(await read("owner")),
    pendingOwner: pendingOwner === ZeroAddress ? undefined : pendingOwner,
    config: version === 0n ? undefined : parseConfig(version, await read("configOf", version)),
  };
}

function parseConfig(version: bigint, answer: unknown): OracleState["config"] {
  const [reporters, threshold] = answer as [string[], bigint, boolean]; // decoded by the oracle's own ABI
  return { version, reporters: [...reporters], threshold: Number(threshold) };
}
