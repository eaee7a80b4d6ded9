import { readFile } from "node:fs/promises";
import { Wallet } from "ethers";
import { SecretUnavailable } from "../../config/errors.ts";
import type { LocalSignerConfig, SignerConfig } from "../../config/schema.ts";
import type { KeyHolder } from "./key-holder.ts";
import { RemoteKey } from "./remote-key.ts";

/** Loads a key. Throws {@link SecretUnavailable}; neither key nor password is ever in a message. */
export async function loadKey(config: SignerConfig, env: NodeJS.ProcessEnv = process.env): Promise<KeyHolder> {
  if (config.type === "remote") {
    const { url, address, tokenEnv, timeoutMs, method: typedDataMethod } = config;
    const token = tokenEnv === undefined ? undefined : readSecret(env, tokenEnv);
    return new RemoteKey({ url, address, token, timeoutMs, typedDataMethod });
  }
  return loadWallet(config, env);
}

/** A key that lives in this process. */
async function loadWallet(config: LocalSignerConfig, env: NodeJS.ProcessEnv): Promise<Wallet> {
  if (config.type === "env") {
    const key = readSecret(env, config.name);
    try {
      return new Wallet(key);
    } catch {
      // ethers puts the value into its message: it must not travel on as a cause.
      throw new SecretUnavailable(config.name, "it is not a private key");
    }
  }
  const password = readSecret(env, config.passwordEnv);
  let json: string;
  try {
    json = await readFile(config.path, "utf8");
  } catch (cause) {
    throw new SecretUnavailable(config.path, "the keystore cannot be read", { cause });
  }
  try {
    const wallet = await Wallet.fromEncryptedJson(json, password);
    return new Wallet(wallet.privateKey);
  } catch {
    throw new SecretUnavailable(config.path, `the password in ${config.passwordEnv} does not open it`);
  }
}

/** A secret from an environment variable. Throws {@link SecretUnavailable}. */
export function readSecret(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (value === undefined || value === "") throw new SecretUnavailable(name, "the environment variable is not set");
  return value;
}
