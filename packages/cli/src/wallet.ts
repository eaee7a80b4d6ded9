import { type Address, asAddress } from "ainft-core";
import { type BaseWallet, HDNodeWallet, Mnemonic, Wallet } from "ethers";
import { InputRefused, UsageError } from "./errors.ts";
import { ExternalSigner } from "./external-signer.ts";
import { addressOf, readBytes, wholeNumber } from "./inputs.ts";
import type { Settings } from "./settings.ts";
import { CheckedSigner, type Signer } from "./signer.ts";
import { expectPrivate, filled, httpUrl } from "./web.ts";

const MAX_KEYSTORE_BYTES = 65_536;
/** Published, and rich on local chains only. */
const TEST_PHRASE = "test test test test test test test test test test test junk";

/** How long a signature or a block may take when nobody says. */
const DEFAULT_WAIT_SECONDS = "600";

/**
 * Who signs: a keystore, a test account by its number on a local chain, or a signer of its own. What it gives back was
 * compared with what was asked for. Throws {@link UsageError}, {@link InputRefused}, `SignerUnavailable` or
 * `SignerRefused`; no message holds a key or a password.
 */
export async function openWallet(settings: Settings): Promise<Signer> {
  const open = opened.get(settings) ?? unlock(settings);
  opened.set(settings, open);
  return open;
}

/** How long to wait for a signature or a block, in milliseconds. Throws {@link UsageError}. */
export function waitMs(settings: Settings): number {
  const given = settings.text("timeout") ?? settings.io.env["AINFT_TIMEOUT"] ?? DEFAULT_WAIT_SECONDS;
  const seconds = Number(wholeNumber(given, "--timeout", 20));
  if (seconds === 0) throw new UsageError("--timeout must be one second at least.");
  return seconds * 1_000;
}

/** So that a person types a password once. */
const opened = new WeakMap<Settings, Promise<Signer>>();

type Choice =
  | { readonly kind: "account"; readonly number: string }
  | { readonly kind: "keystore"; readonly file: string }
  | { readonly kind: "signer"; readonly url: string };

async function unlock(settings: Settings): Promise<Signer> {
  waitMs(settings); // a wrong one is told before anything is opened
  const choice = choiceOf(settings);
  if (choice.kind !== "keystore" && settings.text("passwordFile") !== undefined)
    throw new UsageError("--password-file goes with a keystore.");
  if (choice.kind !== "signer" && settings.text("signerAccount") !== undefined)
    throw new UsageError("--signer-account goes with --signer.");
  switch (choice.kind) {
    case "account":
      return checked(testAccount(settings, choice.number));
    case "keystore":
      return checked(await openKeystore(settings, choice.file));
    case "signer":
      return new CheckedSigner(await reachSigner(settings, choice.url));
  }
}

/** What an option says comes before what the environment says. */
function choiceOf(settings: Settings): Choice {
  const { env } = settings.io;
  const given = {
    account: settings.text("account"),
    keystore: settings.text("keystore"),
    signer: settings.text("signer"),
  };
  const names = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`]));
  if (names.length > 1) throw new UsageError(`Give ${names.join(" or ")}, not ${names.length === 2 ? "both" : "all"}.`);
  const { account, keystore, signer } =
    names.length === 1
      ? given
      : {
          account: settings.isLocal ? env["AINFT_ACCOUNT"] : undefined,
          keystore: env["AINFT_KEYSTORE"],
          signer: env["AINFT_SIGNER"],
        };
  if (account !== undefined) return { kind: "account", number: account };
  if (keystore !== undefined && signer !== undefined)
    throw new UsageError("AINFT_KEYSTORE and AINFT_SIGNER are both set: give --keystore or --signer.");
  if (keystore !== undefined) return { kind: "keystore", file: keystore };
  if (signer !== undefined) return { kind: "signer", url: signer };
  throw new UsageError(
    "No wallet: give --keystore, AINFT_KEYSTORE, --signer, or --account on a local chain; or --unsigned with --from.",
  );
}

async function openKeystore(settings: Settings, file: string): Promise<BaseWallet> {
  const bytes = readBytes(settings.io.cwd, file);
  if (bytes.length > MAX_KEYSTORE_BYTES) throw new InputRefused(`${file} is too long to be a keystore.`);
  const password = await passwordOf(settings);
  try {
    return await Wallet.fromEncryptedJson(Buffer.from(bytes).toString("utf8"), password);
  } catch {
    throw new InputRefused(`The keystore ${file} can't be opened with this password.`);
  }
}

async function reachSigner(settings: Settings, given: string): Promise<Signer> {
  const url = httpUrl(given, "--signer");
  if (url.username !== "" || url.password !== "") expectPrivate(url.href, "--signer");
  const { io } = settings;
  const how = { url: url.href, waitMs: waitMs(settings), told: (text: string) => io.progress(text) };
  const account = settings.text("signerAccount") ?? filled(io.env["AINFT_SIGNER_ACCOUNT"]);
  return account === undefined
    ? ExternalSigner.only(how)
    : new ExternalSigner(how, addressOf(account, "--signer-account"));
}

/** A key of this process. */
function checked(wallet: BaseWallet): Signer {
  return new CheckedSigner({
    address: asAddress(wallet.address, "wallet"),
    signTransaction: async (transaction) => wallet.signTransaction(transaction),
    signTypedData: async (domain, types, message) => wallet.signTypedData(domain, types, message),
  });
}

/** Who a transaction is from: `--from` when it is only printed, else the wallet. */
export async function senderOf(settings: Settings): Promise<Address> {
  const from = printedSender(settings);
  if (from !== undefined) return from;
  return (await openWallet(settings)).address;
}

/** `--from`, which stands for a wallet where a transaction is only printed. */
export function printedSender(settings: Settings): Address | undefined {
  const from = settings.text("from");
  if (from === undefined) return undefined;
  if (!settings.flag("unsigned")) throw new UsageError("--from goes with --unsigned.");
  return addressOf(from, "--from");
}

function testAccount(settings: Settings, number: string): BaseWallet {
  if (!settings.isLocal) throw new UsageError(`--account is for chain 31337 only: everybody has the keys.`);
  const index = wholeNumber(number, "--account", 16);
  return HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(TEST_PHRASE), `m/44'/60'/0'/0/${index}`);
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
