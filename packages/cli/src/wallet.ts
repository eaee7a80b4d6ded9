import type { Address } from "ainft-core";
import { type HDNodeWallet, Mnemonic, HDNodeWallet as TestWallet, Wallet } from "ethers";
import { InputRefused, UsageError } from "./errors.ts";
import { addressOf, readBytes, wholeNumber } from "./inputs.ts";
import type { Settings } from "./settings.ts";

const MAX_KEYSTORE_BYTES = 65_536;
/** Published, and rich on local chains only. */
const TEST_PHRASE = "test test test test test test test test test test test junk";

/**
 * The wallet that signs: a keystore, or a test account by its number on a local chain.
 * Throws {@link UsageError} or {@link InputRefused}; no message holds a key or a password.
 */
export async function openWallet(settings: Settings): Promise<Wallet | HDNodeWallet> {
  const open = opened.get(settings) ?? unlock(settings);
  opened.set(settings, open);
  return open;
}

/** So that a person types a password once. */
const opened = new WeakMap<Settings, Promise<Wallet | HDNodeWallet>>();

async function unlock(settings: Settings): Promise<Wallet | HDNodeWallet> {
  const { env, cwd } = settings.io;
  const chosen = { account: settings.text("account"), keystore: settings.text("keystore") };
  if (chosen.account !== undefined && chosen.keystore !== undefined)
    throw new UsageError("Give --account or --keystore, not both.");
  const everybodys = settings.isLocal && chosen.keystore === undefined ? env["AINFT_ACCOUNT"] : undefined;
  const number = chosen.account ?? everybodys;
  if (number !== undefined) {
    if (settings.text("passwordFile") !== undefined) throw new UsageError("--password-file goes with a keystore.");
    return testAccount(settings, number);
  }
  const keystore = chosen.keystore ?? env["AINFT_KEYSTORE"];
  if (keystore === undefined) {
    throw new UsageError("No wallet: give --keystore, AINFT_KEYSTORE, or --account on a local chain; or --unsigned.");
  }
  const bytes = readBytes(cwd, keystore);
  if (bytes.length > MAX_KEYSTORE_BYTES) throw new InputRefused(`${keystore} is too long to be a keystore.`);
  const password = await passwordOf(settings);
  try {
    return await Wallet.fromEncryptedJson(Buffer.from(bytes).toString("utf8"), password);
  } catch {
    throw new InputRefused(`The keystore ${keystore} can't be opened with this password.`);
  }
}

/** Who a transaction is from: `--from` when it is only printed, else the wallet. */
export async function senderOf(settings: Settings): Promise<Address> {
  const from = printedSender(settings);
  if (from !== undefined) return from;
  return addressOf((await openWallet(settings)).address, "wallet");
}

/** `--from`, which stands for a wallet where a transaction is only printed. */
export function printedSender(settings: Settings): Address | undefined {
  const from = settings.text("from");
  if (from === undefined) return undefined;
  if (!settings.flag("unsigned")) throw new UsageError("--from goes with --unsigned.");
  return addressOf(from, "--from");
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
