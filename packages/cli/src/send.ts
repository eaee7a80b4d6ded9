import type { Address } from "ainft-core";
import {
  formatEther,
  isError,
  type JsonRpcProvider,
  keccak256,
  type LogDescription,
  toQuantity,
  type TransactionReceipt,
} from "ethers";
import { asked, type Call, expectCode, nameOf, withChain } from "./chain.ts";
import { CallRefused, ChainUnavailable, NotConfirmed } from "./errors.ts";
import { receiptOf } from "./mined.ts";
import { type Outcome, outcome } from "./outcome.ts";
import type { Settings } from "./settings.ts";
import type { Signer, UnsignedTransaction } from "./signer.ts";
import { openWallet, printedSender, waitMs } from "./wallet.ts";

/** Longest pause between two looks for a receipt. */
const POLL_MS = 2_000;
const LOCAL_POLL_MS = 100;

/** What a mined transaction is told as. */
export type Told = (events: readonly LogDescription[], block: number) => Outcome;

/**
 * Sends one transaction: prints it with `--unsigned`, its cost with `--dry-run`; asks first on public chains unless
 * `--yes` is given. What the chain refuses is found before anything is sent. `keep` runs before the transaction leaves
 * this process, and not in a rehearsal; when it throws, nothing is sent.
 */
export async function sendCall(settings: Settings, call: Call, told: Told, keep?: () => void): Promise<Outcome> {
  const data = call.abi.encodeFunctionData(call.name, [...call.args]);
  const from = printedSender(settings);
  if (settings.flag("unsigned")) {
    keep?.();
    return unsigned(settings, call, data, from);
  }
  const signer = await openWallet(settings);
  return withChain(settings, async (provider) => {
    await expectCode(provider, call.to);
    const value = call.value ?? 0n;
    const transaction = { to: call.to, data, from: signer.address, value };
    const gas = await asked(call, async () => provider.estimateGas(transaction));
    // Another second may cost more than the one that was estimated: a vote's checkpoint is then a new one.
    const gasLimit = gas + gas / 5n;
    const fees = await feesOf(provider);
    const cost = gasLimit * (fees.maxFeePerGas ?? fees.gasPrice ?? 0n);
    if (settings.flag("dryRun")) {
      const line = `${nameOf(call)} would use ${gas} gas and cost up to ${formatEther(cost)} ether; nothing was sent`;
      return outcome([line], { dryRun: true, ...transaction, gas, cost });
    }
    await confirm(settings, call, cost);
    keep?.();
    const request = { ...fees, chainId: settings.chain, to: call.to, data, value, gasLimit };
    const receipt = await send(settings, provider, signer, request, call);
    if (receipt.status !== 1) throw new CallRefused(`${nameOf(call)} was mined but failed, in ${receipt.hash}.`);
    const { lines, json, ok } = told(eventsOf(receipt, call), receipt.blockNumber);
    const mined = { ...json, transaction: receipt.hash, gasUsed: receipt.gasUsed };
    return { ok, lines: [...lines, `transaction ${receipt.hash}`], json: mined };
  });
}

/** Has a transaction signed, sends it and waits for it. */
async function send(
  settings: Settings,
  provider: JsonRpcProvider,
  signer: Signer,
  request: Omit<UnsignedTransaction, "nonce">,
  call: Call,
): Promise<TransactionReceipt> {
  const from = signer.address;
  const nonce = await asked(undefined, async () => provider.getTransactionCount(from, "pending"));
  const raw = await signer.signTransaction({ ...request, nonce });
  const hash = keccak256(raw);
  try {
    await asked(call, async () => provider.broadcastTransaction(raw));
  } catch (error) {
    // A node that does not answer may have taken it.
    if (!(error instanceof ChainUnavailable) || !isLost(error.cause)) throw error;
    throw new ChainUnavailable(`${error.message} It may have taken ${hash}: see before you send another.`, {
      cause: error,
    });
  }
  const told = (text: string): void => settings.io.progress(text);
  const pollMs = settings.isLocal ? LOCAL_POLL_MS : POLL_MS;
  return receiptOf(provider, { hash, from, nonce }, { timeoutMs: waitMs(settings), pollMs, told });
}

function isLost(error: unknown): boolean {
  return isError(error, "TIMEOUT") || isError(error, "SERVER_ERROR") || isError(error, "NETWORK_ERROR");
}

function unsigned(settings: Settings, { to, value }: Call, data: string, from: Address | undefined): Outcome {
  const transaction = {
    to,
    data,
    value: toQuantity(value ?? 0n),
    chainId: settings.chain,
    ...(from === undefined ? {} : { from }),
  };
  return outcome([JSON.stringify({ ...transaction, chainId: Number(settings.chain) })], transaction);
}

type Fees = Pick<UnsignedTransaction, "type" | "maxFeePerGas" | "maxPriorityFeePerGas" | "gasPrice">;

async function feesOf(provider: JsonRpcProvider): Promise<Fees> {
  const { maxFeePerGas, maxPriorityFeePerGas, gasPrice } = await asked(undefined, async () => provider.getFeeData());
  return maxFeePerGas === null || maxPriorityFeePerGas === null
    ? { type: 0, gasPrice: gasPrice ?? 0n }
    : { type: 2, maxFeePerGas, maxPriorityFeePerGas };
}

async function confirm(settings: Settings, call: Call, cost: bigint): Promise<void> {
  if (settings.isLocal || settings.flag("yes")) return;
  const where = `${call.to} on chain ${settings.chain}, through ${settings.node}`;
  const paid = call.value === undefined ? "" : ` and pays ${formatEther(call.value)} more`;
  const what = `${nameOf(call)} at ${where}, costs up to ${formatEther(cost)} ether${paid}`;
  if (!settings.io.interactive) throw new NotConfirmed(`${what}. Say --yes to send it.`);
  const answer = await settings.io.ask(`${what}. Send it? [y/N] `, false);
  if (!/^y(es)?$/iu.test(answer.trim())) throw new NotConfirmed("Nothing was sent.");
}

function eventsOf(receipt: TransactionReceipt, { abi, to }: Call): LogDescription[] {
  return receipt.logs
    .filter(({ address }) => address.toLowerCase() === to.toLowerCase())
    .flatMap((log) => abi.parseLog(log) ?? []);
}
