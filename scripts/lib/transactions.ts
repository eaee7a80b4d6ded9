import { isError, keccak256, Provider, Signer, TransactionReceipt, TransactionResponse } from "ethers";
import { PermanentError, RetryableError } from "./errors";

/** A transaction to send: a contract creation when `to` is absent. */
export interface Call {
  readonly to?: string;
  readonly data: string;
  /** Wei. */
  readonly value?: bigint;
  /** Gas to send it with when the node can't estimate, which some can't for creations within creations. */
  readonly gasLimit?: bigint;
}

/** A transaction as it was noted before it was sent. */
export interface Intent {
  readonly nonce: bigint;
  /** Known in advance unless the node signs. */
  readonly transactionHash?: string;
}

/** What `sendCall` needs to be resumable: a place to note what is about to happen. */
export interface Journal {
  /** What a run before this one noted and never finished. */
  readonly intent: Intent | undefined;
  /** Called before the transaction can reach anybody, and again when its hash becomes known. */
  note(intent: Intent): void;
  /** Called when the noted transaction turned out to be void. */
  forget(): void;
  /** Called after the node took the transaction. */
  sent(transactionHash: string): void;
}

export interface SendOptions {
  readonly confirmations: number;
  /** How long to wait for a transaction to be mined, in milliseconds. */
  readonly timeoutMs?: number;
  readonly pollMs?: number;
  /** Send nothing: only look for what an earlier run sent. */
  readonly resumeOnly?: boolean;
}

/** A transaction is not mined yet. It is noted: the same command goes on waiting for it. */
export class TransactionPendingError extends RetryableError {
  readonly code = "TRANSACTION_PENDING";
  constructor(
    readonly nonce: bigint,
    readonly transactionHash: string | undefined,
    timeoutMs: number,
  ) {
    super(
      `The transaction with nonce ${nonce} (${transactionHash ?? "hash unknown"}) is not mined after ${timeoutMs} ms. ` +
        "Run the same command again to go on waiting.",
    );
  }
}

/** A mined transaction failed. It is forgotten: the same command sends a new one. */
export class TransactionRevertedError extends PermanentError {
  readonly code = "TRANSACTION_REVERTED";
  constructor(readonly transactionHash: string) {
    super(`Transaction ${transactionHash} was mined but reverted. Find out why before you run the command again.`);
  }
}

/** The transaction that a killed run left behind does something else than this run wants. */
export class TransactionConflictError extends PermanentError {
  readonly code = "TRANSACTION_CONFLICT";
  constructor(readonly transactionHash: string) {
    super(
      `Transaction ${transactionHash} was sent by an earlier run with other arguments or other code. ` +
        "Run that command again with the same arguments and the same source.",
    );
  }
}

const TEN_MINUTES_MS = 600_000;

/**
 * Sends a call once, however often the process dies: its nonce is noted before it is sent, and only that nonce is used
 * until it is spent. Resolves with the receipt after the wanted confirmations; with nothing when `resumeOnly` is set and
 * no earlier run sent it.
 * Throws `TransactionPendingError`, `TransactionRevertedError`, `TransactionConflictError` and what the node refuses.
 */
export async function sendCall(
  signer: Signer,
  provider: Provider,
  call: Call,
  journal: Journal,
  options: SendOptions,
): Promise<TransactionReceipt | undefined> {
  const from = await signer.getAddress();
  const earlier = journal.intent && (await findIntent(provider, from, journal.intent, call, options));
  if (earlier?.kind === "found") return confirmed(provider, earlier.transaction, journal, options);
  if (earlier?.kind === "void" || options.resumeOnly) journal.forget();
  if (options.resumeOnly) return undefined;
  const nonce =
    earlier?.kind === "unsent" ? earlier.nonce : BigInt(await provider.getTransactionCount(from, "pending"));
  const hash = await broadcast(signer, provider, { ...call, nonce: Number(nonce) }, journal);
  journal.sent(hash);
  return confirmed(provider, { hash, nonce: Number(nonce) }, journal, options);
}

type Finding =
  | { readonly kind: "found"; readonly transaction: TransactionResponse }
  | { readonly kind: "unsent"; readonly nonce: bigint }
  | { readonly kind: "void" };

/** What became of a noted transaction: mined or waiting, never sent, or its nonce was spent on something else. */
async function findIntent(
  provider: Provider,
  from: string,
  intent: Intent,
  call: Call,
  options: SendOptions,
): Promise<Finding> {
  const until = Date.now() + (options.timeoutMs ?? TEN_MINUTES_MS);
  for (;;) {
    const mined = BigInt(await provider.getTransactionCount(from, "latest"));
    const known = intent.transactionHash ? await provider.getTransaction(intent.transactionHash) : null;
    if (known) return found(known, call);
    if (mined > intent.nonce) {
      const spent = await findByNonce(provider, from, intent.nonce);
      return spent && isSameCall(spent, call) ? { kind: "found", transaction: spent } : { kind: "void" };
    }
    const waiting = BigInt(await provider.getTransactionCount(from, "pending"));
    if (waiting <= intent.nonce) return mined === intent.nonce ? { kind: "unsent", nonce: mined } : { kind: "void" };
    if (Date.now() > until) {
      throw new TransactionPendingError(intent.nonce, intent.transactionHash, options.timeoutMs ?? TEN_MINUTES_MS);
    }
    await pause(options.pollMs ?? 500);
  }
}

function found(transaction: TransactionResponse, call: Call): Finding {
  if (!isSameCall(transaction, call)) throw new TransactionConflictError(transaction.hash);
  return { kind: "found", transaction };
}

function isSameCall(transaction: TransactionResponse, call: Call): boolean {
  return (transaction.to ?? "").toLowerCase() === (call.to ?? "").toLowerCase() && transaction.data === call.data;
}

/** The mined transaction of an account by its nonce, found by halving the range of blocks. */
async function findByNonce(provider: Provider, from: string, nonce: bigint): Promise<TransactionResponse | undefined> {
  let low = 0;
  let high = await provider.getBlockNumber();
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (BigInt(await provider.getTransactionCount(from, middle)) > nonce) high = middle;
    else low = middle + 1;
  }
  const block = await provider.getBlock(low, true);
  return block?.prefetchedTransactions.find(
    (transaction) => transaction.from === from && BigInt(transaction.nonce) === nonce,
  );
}

/** A wallet signs first, so that the hash is noted before anybody can mine it; a node signs and sends in one. */
async function broadcast(
  signer: Signer,
  provider: Provider,
  request: Call & { nonce: number },
  journal: Journal,
): Promise<string> {
  const nonce = BigInt(request.nonce);
  if (!("signingKey" in signer)) {
    journal.note({ nonce });
    const { gasLimit: _ofTheNode, ...call } = request;
    const { hash } = await signer.sendTransaction(call);
    journal.note({ nonce, transactionHash: hash });
    return hash;
  }
  const signed = await signer.signTransaction(await signer.populateTransaction(await withGasLimit(request, signer)));
  const transactionHash = keccak256(signed);
  journal.note({ nonce, transactionHash });
  await provider.broadcastTransaction(signed);
  return transactionHash;
}

/** A call that would fail is not sent. */
async function withGasLimit(request: Call & { nonce: number }, signer: Signer): Promise<Call & { nonce: number }> {
  const { gasLimit, ...call } = request;
  try {
    return { ...call, gasLimit: await signer.estimateGas(call) };
  } catch (error) {
    if (gasLimit === undefined || isError(error, "CALL_EXCEPTION")) throw error;
    return request;
  }
}

/** Waits until a transaction is deep enough. Asks the chain anew each time, so that a reorganisation is noticed. */
async function confirmed(
  provider: Provider,
  { hash, nonce }: Pick<TransactionResponse, "hash" | "nonce">,
  journal: Journal,
  options: SendOptions,
): Promise<TransactionReceipt> {
  const receipt = await deepReceipt(provider, { hash, nonce }, options);
  if (receipt.status === 1) return receipt;
  journal.forget();
  throw new TransactionRevertedError(hash);
}

/** The receipt of a transaction that is as deep as asked, failed or not. Throws `TransactionPendingError`. */
export async function deepReceipt(
  provider: Provider,
  { hash, nonce }: Pick<TransactionResponse, "hash" | "nonce">,
  options: SendOptions,
): Promise<TransactionReceipt> {
  const timeoutMs = options.timeoutMs ?? TEN_MINUTES_MS;
  const until = Date.now() + timeoutMs;
  for (;;) {
    const receipt = await provider.getTransactionReceipt(hash);
    const depth = receipt ? (await provider.getBlockNumber()) - receipt.blockNumber + 1 : 0;
    if (receipt && depth >= options.confirmations) return receipt;
    if (Date.now() > until) throw new TransactionPendingError(BigInt(nonce), hash, timeoutMs);
    await pause(options.pollMs ?? 500);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
