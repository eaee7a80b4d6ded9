import { NetworksUserConfig } from "hardhat/types";
import { PermanentError } from "./errors";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a script works. Local chains are disposable; on public ones every step asks first. */
export interface NetworkSettings {
  readonly name: string;
  readonly kind: "local" | "public";
  /** The only chain id that is accepted. */
  readonly chainId: bigint;
  /** JSON-RPC address; absent for Hardhat's in-process chain. */
  readonly url?: string;
  /** Blocks to wait for after a transaction, itself included. */
  readonly confirmations: number;
}

/** The network's name or environment does not say where to work. */
export class NetworkSettingsError extends PermanentError {
  readonly code = "NETWORK_SETTINGS";
}

const LOCAL_CHAIN_ID = 31337n;
const PUBLIC_CONFIRMATIONS = 3;

/** Public networks whose chain id needs no setting. */
const KNOWN_CHAIN_IDS: Readonly<Record<string, bigint>> = {
  mainnet: 1n,
  sepolia: 11_155_111n,
  hoodi: 560_048n,
  optimism: 10n,
  base: 8_453n,
  "base-sepolia": 84_532n,
  arbitrum: 42_161n,
};

/** Networks of the Hardhat project. No key lives in the tree: scripts bring their own signer. */
export function hardhatNetworks(env: Environment = process.env): NetworksUserConfig {
  return {
    hardhat: {
      chainId: Number(LOCAL_CHAIN_ID),
      // Instrumented code is too large to be deployed under the limit of gas that Osaka sets each transaction.
      hardfork: env["SOLIDITY_COVERAGE"] === "true" ? "prague" : "osaka",
      allowUnlimitedContractSize: false,
    },
    anvil: { url: anvilUrl(env), chainId: Number(LOCAL_CHAIN_ID) },
  };
}

/**
 * Settings of a network by name: `hardhat`, `anvil` (AINFT_ANVIL_URL), or any public one, which takes
 * AINFT_<NAME>_RPC_URL and, when its chain id is not a known one, AINFT_<NAME>_CHAIN_ID.
 * Throws `NetworkSettingsError`.
 */
export function networkSettings(name: string, env: Environment = process.env): NetworkSettings {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new NetworkSettingsError(`"${name}" is not a network name: use lower-case letters, digits and dashes.`);
  }
  if (name === "hardhat") return { name, kind: "local", chainId: LOCAL_CHAIN_ID, confirmations: 1 };
  if (name === "anvil") {
    return { name, kind: "local", chainId: LOCAL_CHAIN_ID, url: anvilUrl(env), confirmations: 1 };
  }
  const url = env[variable(name, "RPC_URL")];
  if (!url) throw new NetworkSettingsError(`Network "${name}" has no address. Set ${variable(name, "RPC_URL")}.`);
  return { name, kind: "public", chainId: publicChainId(name, env), url, confirmations: PUBLIC_CONFIRMATIONS };
}

/** The chain id of a network that needs no setting for it. */
export function knownChainId(name: string): bigint | undefined {
  return name === "hardhat" || name === "anvil" ? LOCAL_CHAIN_ID : KNOWN_CHAIN_IDS[name];
}

function publicChainId(name: string, env: Environment): bigint {
  const setting = env[variable(name, "CHAIN_ID")];
  const known = KNOWN_CHAIN_IDS[name];
  if (setting === undefined) {
    if (known !== undefined) return known;
    throw new NetworkSettingsError(`The chain id of "${name}" is not known. Set ${variable(name, "CHAIN_ID")}.`);
  }
  if (!/^[1-9]\d{0,15}$/.test(setting)) {
    throw new NetworkSettingsError(`${variable(name, "CHAIN_ID")} is "${setting}": it must be a positive number.`);
  }
  return BigInt(setting);
}

function anvilUrl(env: Environment): string {
  return env["AINFT_ANVIL_URL"] ?? "http://127.0.0.1:8545";
}

function variable(network: string, suffix: string): string {
  return `AINFT_${network.toUpperCase().replaceAll("-", "_")}_${suffix}`;
}
