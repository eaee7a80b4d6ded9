import { readFileSync } from "node:fs";
import { HDNodeWallet, isHexString, JsonRpcProvider, Mnemonic, Provider, Wallet } from "ethers";
import { PermanentError } from "./errors";
import { Environment, NetworkSettings } from "./networks";

/** There is no key to deploy with, or it can't be read. The message never holds the key. */
export class DeployerKeyError extends PermanentError {
  readonly code = "DEPLOYER_KEY";
}

/** The published test phrase of Hardhat and anvil: its accounts are rich on local chains and robbed on any other. */
const DEVELOPMENT_PHRASE = "test test test test test test test test test test test junk";

/** Account of the development phrase, for local chains only. */
export function developmentAccount(index: number): HDNodeWallet {
  return HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(DEVELOPMENT_PHRASE), `m/44'/60'/0'/0/${index}`);
}

/** A provider for a network with an address. It polls fast on local chains and never batches calls. */
export function providerFor(network: NetworkSettings): JsonRpcProvider {
  if (network.url === undefined) throw new DeployerKeyError(`Network "${network.name}" has no JSON-RPC address.`);
  return new JsonRpcProvider(network.url, undefined, {
    batchMaxCount: 1,
    cacheTimeout: -1, // a step must see what the step before it did
    ...(network.kind === "local" ? { pollingInterval: 50 } : {}),
  });
}

/**
 * The deployer: AINFT_DEPLOYER_KEYSTORE (a JSON keystore, its password in the file AINFT_DEPLOYER_PASSWORD_FILE),
 * else AINFT_DEPLOYER_KEY, else the first development account on a local chain. Throws `DeployerKeyError`.
 */
export async function deployerFor(
  network: NetworkSettings,
  provider: Provider,
  env: Environment = process.env,
): Promise<Wallet | HDNodeWallet> {
  const keystore = env["AINFT_DEPLOYER_KEYSTORE"];
  if (keystore) return (await openKeystore(keystore, env["AINFT_DEPLOYER_PASSWORD_FILE"])).connect(provider);
  const key = env["AINFT_DEPLOYER_KEY"];
  if (key) return walletOf(key).connect(provider);
  if (network.kind === "local") return developmentAccount(0).connect(provider);
  throw new DeployerKeyError(
    `No deployer for "${network.name}". Set AINFT_DEPLOYER_KEYSTORE and AINFT_DEPLOYER_PASSWORD_FILE (or AINFT_DEPLOYER_KEY).`,
  );
}

function walletOf(key: string): Wallet {
  if (!isHexString(key, 32)) {
    throw new DeployerKeyError("AINFT_DEPLOYER_KEY is not a key: it must be 0x and 64 hexadecimal digits.");
  }
  return new Wallet(key);
}

async function openKeystore(path: string, passwordFile: string | undefined): Promise<Wallet | HDNodeWallet> {
  if (!passwordFile) throw new DeployerKeyError("AINFT_DEPLOYER_KEYSTORE needs AINFT_DEPLOYER_PASSWORD_FILE.");
  try {
    return await Wallet.fromEncryptedJson(readFileSync(path, "utf8"), readFileSync(passwordFile, "utf8").trimEnd());
  } catch (cause) {
    throw new DeployerKeyError(`The keystore ${path} could not be opened with the password in ${passwordFile}.`, {
      cause,
    });
  }
}
