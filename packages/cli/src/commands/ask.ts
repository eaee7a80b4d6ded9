import { agreementOf, asAddress, canonicalJson, Delivery, parseStrictJson, resultJsonValidator } from "ainft-core";
import { hexlify, type JsonRpcProvider, type LogDescription, ZeroAddress } from "ethers";
import { type Answered, answerOf } from "../answers.ts";
import { type Sources, sourcesIn } from "../blobs.ts";
import { asked, type Call, withChain } from "../chain.ts";
import { amountText, currencyOf, ETH } from "../currency.ts";
import { InputRefused, UsageError } from "../errors.ts";
import { approvalOf, expectAgreed, type Fee, feeOf, offerIn } from "../fees.ts";
import { readBytes, wholeNumber } from "../inputs.ts";
import { momentOf } from "../life.ts";
import { booksOf, DESK, deskOf, ORACLE } from "../oracle.ts";
import { type Outcome, outcome, verdict } from "../outcome.ts";
import { type FoundRequest, orderOf, requestOf } from "../requests.ts";
import { sendCall } from "../send.ts";
import type { Settings } from "../settings.ts";
import { ContentStore } from "../store.ts";
import { waitFor } from "../wait.ts";
import { printedSender, senderOf } from "../wallet.ts";

const ONE_HOUR = "3600";

/** What is sent to ask a question: an approval where the fee is in an ERC-20 that the desk may not take yet. */
interface Question {
  readonly tokenId: bigint;
  readonly deadline: bigint;
  readonly fee: Fee;
  readonly approval: Call | undefined;
  readonly call: Call;
}

/**
 * Asks a token's active version, at the desk and for its price where it has one, with input that fits its manifest; then
 * waits for the answer, and checks it. With `--request` it goes on waiting for what was asked before.
 */
export async function askToken(settings: Settings, args: readonly string[]): Promise<Outcome> {
  const wait = settings.text("wait");
  const seconds = wait === undefined ? undefined : wholeNumber(wait, "--wait", 32);
  const how = { seconds, sources: sourcesIn(settings), fromBlock: settings.fromBlock };
  const before = settings.text("request");
  if (before !== undefined) {
    if (args.length > 0) throw new UsageError("--request goes on with a question: give no token and no input.");
    return answered(settings, wholeNumber(before, "--request", 64), how);
  }
  const [token, file] = args;
  if (token === undefined || file === undefined) throw new UsageError("Give a token and a file with its input.");
  const question = await questionOf(settings, wholeNumber(token, "token", 256), file);
  const { sent, asked } = await sendQuestion(settings, question);
  if (asked === undefined || seconds === 0n) return sent;
  if (!settings.flag("json")) for (const line of sent.lines) settings.io.out(line);
  const found = await answered(settings, asked.request, { ...how, fromBlock: asked.block });
  return { ...found, json: { ...sent.json, ...found.json } };
}

async function questionOf(settings: Settings, tokenId: bigint, file: string): Promise<Question> {
  const within = wholeNumber(settings.text("within") ?? ONE_HOUR, "--within", 32);
  const offer = offerIn(settings);
  const input = parseStrictJson(readBytes(settings.io.cwd, file));
  const oracle = settings.contract("oracle");
  const asker = settings.flag("unsigned")
    ? (printedSender(settings) ?? asAddress(ZeroAddress))
    : await senderOf(settings);
  return withChain(settings, async (provider) => {
    const { program, block } = await momentOf(provider, settings, tokenId);
    const manifest = new ContentStore(settings.io.cwd, settings.store).get(program.activeManifest);
    if (manifest === undefined)
      throw new InputRefused(`The manifest ${program.activeManifest} is not in the content folder.`);
    const { io, agreement, container } = manifest.ainft;
    const bytes = hexlify(canonicalJson(resultJsonValidator(io.input).check(input)));
    const now = await asked(undefined, async () => provider.getBlock(block));
    const deadline = BigInt(now?.timestamp ?? 0) + within;
    const delivery = settings.flag("offChain") ? Delivery.DIGEST : Delivery.INLINE;
    const { maxOutputBytes } = container.limits;
    const terms = { maxOutputBytes, delivery, agreement: agreementOf(agreement), deadline };
    const desk = await deskOf(provider, oracle);
    const fee = await feeOf(provider, settings, desk, tokenId, asker);
    const asking = [settings.collection, tokenId, bytes, terms];
    if (fee.amount === 0n) {
      const call = { to: oracle, abi: ORACLE, name: "request", args: asking };
      return { tokenId, deadline, fee, approval: undefined, call };
    }
    await expectAgreed(settings, offer, fee);
    const approval = await approvalOf(provider, desk, fee, asker);
    const payment = { currency: fee.currency.address, amount: fee.amount };
    const value = fee.currency.address === ETH ? { value: fee.amount } : {};
    const call = { to: desk, abi: DESK, name: "request", args: [...asking, payment, 0], ...value };
    return { tokenId, deadline, fee, approval, call };
  });
}

/** What was asked, in which block; undefined when it was only rehearsed or printed. */
interface Sent {
  readonly sent: Outcome;
  readonly asked: { readonly request: bigint; readonly block: number } | undefined;
}

async function sendQuestion(settings: Settings, question: Question): Promise<Sent> {
  const { tokenId, deadline, fee, approval, call } = question;
  const cost = amountText(fee.currency, fee.amount);
  const approved = approval && (await sendCall(settings, approval, () => outcome([`the desk may take ${cost}`], {})));
  if (approved !== undefined && settings.flag("dryRun")) {
    const behind = "the request itself can't be rehearsed before the desk may take its fee";
    return { sent: outcome([...approved.lines, behind], { ...approved.json, approval: true }), asked: undefined };
  }
  let asked: Sent["asked"];
  const sent = await sendCall(settings, call, (events, block) => {
    const request = requestIn(events, call);
    asked = { request, block };
    const paid = fee.amount === 0n ? "" : `, for ${cost}, which are in escrow`;
    const next = `its answer: ainft answer ${request}, or wait by: ainft ask --request ${request}`;
    return outcome([`request ${request}${paid}; ${next}`], { request, tokenId, deadline, fee: feeJson(fee) });
  });
  if (approved === undefined) return { sent, asked };
  const lines = [...approved.lines, ...sent.lines];
  return { sent: { ...sent, lines, json: { ...sent.json, approval: approved.json } }, asked };
}

function requestIn(events: readonly LogDescription[], { to }: Call): bigint {
  const created = events.find(({ name }) => name === "RequestCreated" || name === "OrderOpened");
  if (created === undefined) throw new InputRefused(`${to} took no request: it is no oracle, and no desk of one.`);
  return BigInt(String(created.args.getValue("requestId")));
}

function feeJson({ currency, amount }: Fee): Record<string, unknown> {
  return { currency: currency.address, amount };
}

/** What became of a request. No when it failed, or when a check does. */
export async function showAnswer(settings: Settings, [given = ""]: readonly string[]): Promise<Outcome> {
  const { fromBlock } = settings;
  return answered(settings, wholeNumber(given, "request", 64), {
    seconds: 0n,
    sources: sourcesIn(settings),
    fromBlock,
  });
}

/** How long an answer is waited for, and where it and its request are looked for. */
interface How {
  /** Until the deadline when it is left out. */
  readonly seconds: bigint | undefined;
  readonly sources: Sources;
  readonly fromBlock: number;
}

async function answered(settings: Settings, requestId: bigint, { seconds, sources, fromBlock }: How): Promise<Outcome> {
  const oracle = settings.contract("oracle");
  return withChain(settings, async (provider) => {
    const found = await requestOf(provider, settings, oracle, requestId, fromBlock);
    const waited = seconds === 0n ? "patience" : await waitFor(provider, settings, found, seconds);
    const answer = await answerOf(provider, settings, found, sources);
    const order = await orderLine(provider, settings, found);
    if (answer.state !== "waiting") return told(answer, found, order);
    const { deadline, tokenId } = found.request;
    const json = { request: requestId, state: answer.state, tokenId, deadline, ...order.json };
    const over = waited === "deadline";
    const lines = [`request ${requestId} ${over ? "got no answer in time" : "waits for its answer"}`, ...order.lines];
    const why = over ? "its deadline is over" : `it has none yet; go on by: ainft ask --request ${requestId}`;
    return verdict(seconds === 0n, lines, json, `request ${requestId} is not answered: ${why}.`);
  });
}

function told(answer: Answered, { request }: FoundRequest, order: Ordered): Outcome {
  const { state, status, digest, output, quorum, checks } = answer;
  const failed = checks.filter(({ ok }) => ok === false).map(({ what }) => what);
  const lines = checks.map(({ ok, what, detail }) => `${ok === null ? "-- " : ok ? "yes" : "NO "}  ${what}: ${detail}`);
  const { requestId, requester, tokenId } = request;
  const json = { request: requestId, state, status, tokenId, requester, digest, output, quorum, checks, ...order.json };
  const all = [...lines, ...order.lines, ...(output === undefined ? [] : [output])];
  const ok = failed.length === 0 && state === "answered";
  const why =
    failed.length > 0
      ? `the answer to request ${requestId} is not what it should be: ${failed.join(", ")}.`
      : `request ${requestId} failed: ${status ?? "unknown"}.`;
  return verdict(ok, all, json, why);
}

/** What is told of a request's order: nothing when it has none. */
interface Ordered {
  readonly lines: readonly string[];
  readonly json: Readonly<Record<string, unknown>>;
}

async function orderLine(provider: JsonRpcProvider, settings: Settings, found: FoundRequest): Promise<Ordered> {
  const opened = await orderOf(provider, found);
  if (opened === undefined) return { lines: [], json: {} };
  const { currency: address, amount, requestId, orderHash } = opened.order;
  const currency = await currencyOf(provider, settings, address);
  const isOpen = (await booksOf(provider, found.at).orderHashOf(requestId)) === orderHash;
  const state = isOpen ? "open" : "closed";
  return {
    lines: [`order ${requestId} of ${amountText(currency, amount)} is ${state}`],
    json: { order: { state, currency: address, amount } },
  };
}
