import { type Address, asAddress, type Eip712Domain, RetryableError } from "ainft-core";
import { toQuantity, TypedDataEncoder, type TypedDataField } from "ethers";
import { CliError, EXIT, UsageError } from "./errors.ts";
import { type Answer, askRpc } from "./node.ts";
import type { Signer, UnsignedTransaction } from "./signer.ts";
import { steers } from "./text.ts";

const NO_SUCH_METHOD = -32_601;
const OTHER_PARAMETERS = -32_602;
const MAX_SHOWN = 8;

/** A signer does not answer. */
export class SignerUnavailable extends RetryableError {
  override readonly code = "SIGNER_UNAVAILABLE";
}

/** A signer, or the person in front of it, says no. */
export class SignerRefused extends CliError {
  override readonly code = "SIGNER_REFUSED";
  override readonly exitCode = EXIT.refused;
}

/** How a signer of its own is reached. */
export interface ExternalSignerSettings {
  /** An http: or https: address, with what is secret in it. */
  readonly url: string;
  /** For one answer, in milliseconds: a person may have to look at a device. */
  readonly waitMs: number;
  /** Hears what is being waited for. */
  readonly told: (text: string) => void;
}

/** One way of asking for a thing: signers call the same by different names. */
type Way = readonly [method: string, params: readonly unknown[]];

/** A key behind JSON-RPC over HTTP: Clef, Frame, web3signer or a node, and the Ledger behind them. */
export class ExternalSigner implements Signer {
  readonly address: Address;
  readonly #settings: ExternalSignerSettings;

  constructor(settings: ExternalSignerSettings, address: Address) {
    this.address = address;
    this.#settings = settings;
  }

  /** Opens the only account that a signer has. Throws {@link UsageError} when it has several, and what asking throws. */
  static async only(settings: ExternalSignerSettings): Promise<ExternalSigner> {
    const accounts = await accountsOf(settings);
    const [first, ...others] = accounts;
    if (first === undefined) throw new SignerRefused(`${nameOf(settings)} has no account for this command.`);
    if (others.length === 0) return new ExternalSigner(settings, first);
    const shown = accounts.slice(0, MAX_SHOWN).join(", ");
    throw new UsageError(`${nameOf(settings)} has ${accounts.length} accounts: give --signer-account, as ${shown}.`);
  }

  async signTransaction(transaction: UnsignedTransaction): Promise<string> {
    const { to, data, gasLimit: gas, ...amounts } = transaction;
    const quantities = Object.entries({ ...amounts, gas }).map(([name, amount]) => [name, toQuantity(amount)] as const);
    const call = { from: this.address, to, data, ...Object.fromEntries(quantities) };
    const answer = await ask(this.#settings, "the transaction", [
      ["eth_signTransaction", [call]],
      ["account_signTransaction", [call]],
    ]);
    const raw = typeof answer === "object" && answer !== null && "raw" in answer ? answer.raw : answer;
    return typeof raw === "string" ? raw : "";
  }

  async signTypedData(
    domain: Eip712Domain,
    types: Record<string, TypedDataField[]>,
    message: Record<string, unknown>,
  ): Promise<string> {
    const data: unknown = TypedDataEncoder.getPayload(domain, types, message);
    const text = JSON.stringify(data);
    const answer = await ask(this.#settings, "the message", [
      ["eth_signTypedData_v4", [this.address, data]],
      ["eth_signTypedData_v4", [this.address, text]],
      ["eth_signTypedData", [this.address, text]],
      ["account_signTypedData", [this.address, data]],
    ]);
    return typeof answer === "string" ? answer : "";
  }
}

async function accountsOf(settings: ExternalSignerSettings): Promise<Address[]> {
  const ways: Way[] = [
    ["eth_accounts", []],
    ["eth_requestAccounts", []],
    ["account_list", []],
  ];
  const answer = await ask(settings, "its accounts", ways, (found) => !Array.isArray(found) || found.length > 0);
  if (!Array.isArray(answer)) throw new SignerRefused(`${nameOf(settings)} does not tell its accounts.`);
  try {
    return answer.map((account) => asAddress(String(account), "account"));
  } catch {
    throw new SignerRefused(`${nameOf(settings)} does not tell its accounts.`);
  }
}

/** Asks in one way after the other, until the signer knows one. Throws {@link SignerUnavailable}, {@link SignerRefused}. */
async function ask(
  settings: ExternalSignerSettings,
  what: string,
  ways: readonly Way[],
  isEnough: (result: unknown) => boolean = () => true,
): Promise<unknown> {
  settings.told(`waiting for ${what} from ${nameOf(settings)}`);
  let last: unknown;
  let known = false;
  let problem: Answer["error"];
  for (const [method, params] of ways) {
    const answer = await answerTo(settings, method, params);
    const { error } = answer;
    if (error != null) {
      if (error.code === OTHER_PARAMETERS) problem = error;
      if (error.code === NO_SUCH_METHOD || error.code === OTHER_PARAMETERS) continue;
      throw new SignerRefused(`${nameOf(settings)} refuses: ${whyOf(error)}.`);
    }
    [last, known] = [answer.result, true];
    if (isEnough(last)) return last;
  }
  if (known) return last;
  if (problem != null) throw new SignerRefused(`${nameOf(settings)} refuses: ${whyOf(problem)}.`);
  throw new SignerRefused(`${nameOf(settings)} signs nothing of this kind: it knows none of ${methodsOf(ways)}.`);
}

async function answerTo(settings: ExternalSignerSettings, method: string, params: readonly unknown[]): Promise<Answer> {
  const name = nameOf(settings);
  try {
    const answer = await askRpc(settings.url, method, params, { timeoutMs: settings.waitMs });
    if (typeof answer === "object" && answer !== null && ("result" in answer || answer.error != null)) return answer;
  } catch (error) {
    // No cause: it can hold the address with what is secret in it.
    if (isTimeout(error))
      throw new SignerUnavailable(`${name} did not answer within ${settings.waitMs / 1000} s: nothing was sent.`);
    if (!(error instanceof SyntaxError))
      throw new SignerUnavailable(`${name} can't be reached. Is it running? Check --signer.`);
  }
  throw new SignerUnavailable(`${name} answers, but not by JSON-RPC. Check --signer.`);
}

function isTimeout(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at.name === "TimeoutError" || ("code" in at && String(at.code).endsWith("_TIMEOUT"))) return true;
  }
  return false;
}

function whyOf({ code, message }: NonNullable<Answer["error"]>): string {
  const text = typeof message === "string" && message !== "" && !steers(message) ? message.slice(0, 200) : "no reason";
  return `${text.replace(/\.$/u, "")} (${String(code)})`;
}

function methodsOf(ways: readonly Way[]): string {
  return [...new Set(ways.map(([method]) => method))].join(", ");
}

function nameOf({ url }: ExternalSignerSettings): string {
  return `The signer at ${new URL(url).origin}`;
}
