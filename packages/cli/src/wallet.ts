import type { Address } from "ainft-core";
import { type HDNodeWallet, Mnemonic, HDNodeWallet as TestWallet, Wallet } from "ethers";
import { InputRefused, UsageError } from "./errors.ts";
import { addressOf, readBytes, wholeNumber } from "./inputs.ts";
import type { Settings } from "./settings.ts";

/** Published, and rich on local chains only. */
const TEST_PHRASE = "test test test test test test test test test test test junk";

/**
 * The wallet that signs: a keystore, or a test account by its number on a local chain.
 * Throws {@link UsageError} or {@link InputRefused}; no message holds a key or a password.
 */
export async function openWallet(settings: Settings): Promise<Wallet | HDNodeWallet> {
  const { env, cwd } = settings.io;
  const number = settings.text("account") ?? (settings.isLocal ? env["AINFT_ACCOUNT"] : undefined);
  if (number !== undefined) return testAccount(settings, number);
  const keystore = settings.text("keystore") ?? env["AINFT_KEYSTORE"];
  if (keystore === undefined) {
    throw new UsageError("No wallet: give --keystore, AINFT_KEYSTORE, or --account on a local chain; or --unsigned.");
  }
  const json = Buffer.from(readBytes(cwd, keystore)).toString("utf8");
  const password = await passwordOf(settings);
  try {
    return await Wallet.fromEncryptedJson(json, password);
  } catch {
    throw new InputRefused(`The keystore ${keystore} can't be opened with this password.`);
  }
}

/** Who a transaction is from: `--from` when it is only printed, else the wallet. */
export async function senderOf(settings: Settings): Promise<Address> {
  const from = settings.text("from");
  if (from !== undefined) return addressOf(from, "--from");
  return addressOf((await openWallet(settings)).address, "wallet");
}

function testAccount(settings: Settings, number: string): HDNodeWallet {
  if (!settings.isLocal) throw new UsageError(`--account is for chain 31337 only: everybody has the keys.`);
  const index = wholeNumber(number, "--account", 16);
  return TestWallet.fromMnemonic(Mnemonic.fromPhrase(TEST_PHRASE), `m/44'/60'/0'/0/${index}`);
}

async function passwordOf(settings: Settings): Promise<string> {
  const { env, cwd, interactive } = settings.io;
  const file = settings.text("passwordFile") ?? env["AINFT_PASSWORD_FILE"];
  if (file !== undefined)
    return Buffer.from(readBytes(cwd, file))
      .toString("utf8")
      .replace(/\r?\n$/u, "");
  const password = env["AINFT_PASSWORD"];
  if (password !== undefined) return password;
  if (!interactive) throw new UsageError("The keystore needs --password-file, AINFT_PASSWORD_FILE or AINFT_PASSWORD.");
  return settings.io.ask("Password of the keystore: ", true);
}
