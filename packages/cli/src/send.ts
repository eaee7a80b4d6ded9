import type { Address } from "ainft-core";
import { formatEther, type JsonRpcProvider, type LogDescription, toQuantity, type TransactionReceipt } from "ethers";
import { asked, type Call, expectCode, nameOf, withChain } from "./chain.ts";
import { CallRefused, NotConfirmed } from "./errors.ts";
import { type Outcome, outcome } from "./outcome.ts";
import type { Settings } from "./settings.ts";
import { openWallet, printedSender } from "./wallet.ts";

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
  const wallet = await openWallet(settings);
  return withChain(settings, async (provider) => {
    const signer = wallet.connect(provider);
    await expectCode(provider, call.to);
    const transaction = { to: call.to, data, from: signer.address, value: call.value ?? 0n };
    const gas = await asked(call, async () => provider.estimateGas(transaction));
    // Another second may cost more than the one that was estimated: a vote's checkpoint is then a new one.
    const gasLimit = gas + gas / 5n;
    const cost = gasLimit * (await feeOf(provider));
    if (settings.flag("dryRun")) {
      const line = `${nameOf(call)} would use ${gas} gas and cost up to ${formatEther(cost)} ether; nothing was sent`;
      return outcome([line], { dryRun: true, ...transaction, gas, cost });
    }
    await confirm(settings, call, cost);
    keep?.();
    const sent = await asked(call, async () => signer.sendTransaction({ ...transaction, gasLimit }));
    const receipt = await asked(call, async () => sent.wait());
    if (receipt?.status !== 1) throw new CallRefused(`${nameOf(call)} was mined but failed, in ${sent.hash}.`);
    const { lines, json, ok } = told(eventsOf(receipt, call), receipt.blockNumber);
    const mined = { ...json, transaction: receipt.hash, gasUsed: receipt.gasUsed };
    return { ok, lines: [...lines, `transaction ${receipt.hash}`], json: mined };
  });
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

async function feeOf(provider: JsonRpcProvider): Promise<bigint> {
  const { maxFeePerGas, gasPrice } = await asked(undefined, async () => provider.getFeeData());
  return maxFeePerGas ?? gasPrice ?? 0n;
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
