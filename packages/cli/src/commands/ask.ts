import { inferenceOracleAbi } from "ainft-contracts";
import { agreementOf, canonicalJson, Delivery, parseStrictJson, resultJsonValidator } from "ainft-core";
import { hexlify, Interface, type JsonRpcProvider, toBeHex, toUtf8String } from "ethers";
import { asked, read, withChain } from "../chain.ts";
import { InputRefused } from "../errors.ts";
import { readBytes, wholeNumber } from "../inputs.ts";
import { momentOf } from "../life.ts";
import { type Outcome, outcome, verdict } from "../outcome.ts";
import { sendCall } from "../send.ts";
import type { Settings } from "../settings.ts";
import { ContentStore } from "../store.ts";

const ORACLE = new Interface(inferenceOracleAbi);
const BLOCKS_AT_ONCE = 10_000;
const ONE_HOUR = "3600";
/** As the contract numbers them. */
const STATUSES = ["OK", "CONTAINER_ERROR", "TIMEOUT", "REJECTED_INPUT"];

/** Asks a token's active version, for nothing, with input that fits its manifest; the answer comes into an event. */
export async function askToken(settings: Settings, [token = "", file = ""]: readonly string[]): Promise<Outcome> {
  const tokenId = wholeNumber(token, "token", 256);
  const within = wholeNumber(settings.text("within") ?? ONE_HOUR, "--within", 32);
  const input = parseStrictJson(readBytes(settings.io.cwd, file));
  const { terms, bytes } = await withChain(settings, async (provider) => {
    const { program, block } = await momentOf(provider, settings, tokenId);
    const manifest = new ContentStore(settings.io.cwd, settings.store).get(program.activeManifest);
    if (manifest === undefined)
      throw new InputRefused(`The manifest ${program.activeManifest} is not in the content folder.`);
    const { io, agreement, container } = manifest.ainft;
    const checked = canonicalJson(resultJsonValidator(io.input).check(input));
    const now = await asked(undefined, async () => provider.getBlock(block));
    const deadline = BigInt(now?.timestamp ?? 0) + within;
    const { maxOutputBytes } = container.limits;
    return {
      bytes: checked,
      terms: { maxOutputBytes, delivery: Delivery.INLINE, agreement: agreementOf(agreement), deadline },
    };
  });
  const args = [settings.collection, tokenId, hexlify(bytes), terms];
  const call = { to: settings.contract("oracle"), abi: ORACLE, name: "request", args };
  return sendCall(settings, call, (events) => {
    const created = events.find(({ name }) => name === "RequestCreated");
    if (created === undefined) throw new InputRefused(`${call.to} took no request: it is no oracle.`);
    const request = BigInt(String(created.args.getValue("requestId")));
    return outcome([`request ${request}; its answer: ainft answer ${request}`], {
      request,
      tokenId,
      deadline: terms.deadline,
    });
  });
}

/** What became of a request. No when it failed. */
export async function showAnswer(settings: Settings, [given = ""]: readonly string[]): Promise<Outcome> {
  const request = wholeNumber(given, "request", 64);
  const oracle = settings.contract("oracle");
  const from = settings.fromBlock;
  return withChain(settings, async (provider) => {
    const at = { to: oracle, abi: ORACLE };
    const [count] = await read(provider, { ...at, name: "requestCount", args: [] });
    if (request === 0n || request > BigInt(String(count)))
      throw new InputRefused(`The oracle ${oracle} has no request ${request}.`);
    const [done] = await read(provider, { ...at, name: "isFulfilled", args: [request] });
    if (done !== true) return outcome([`request ${request} waits for its answer`], { request, state: "waiting" });
    const { digest, status, output } = await resultOf(provider, oracle, request, from);
    if (status !== "OK") {
      return verdict(
        false,
        [`request ${request} failed: ${status}`],
        { request, state: status, digest },
        `request ${request} failed: ${status}.`,
      );
    }
    const lines = [
      `digest ${digest ?? "in a batch"}`,
      ...(output === undefined ? ["its bytes are off chain"] : [output]),
    ];
    return outcome(lines, { request, state: "answered", digest, output });
  });
}

interface Found {
  readonly status: string;
  readonly digest: string | undefined;
  readonly output: string | undefined;
}

async function resultOf(
  provider: JsonRpcProvider,
  address: string,
  request: bigint,
  firstBlock: number,
): Promise<Found> {
  const names = ["ResultDelivered", "RequestFailed", "ResultOutput"];
  const topics = [names.map((name) => ORACLE.getEvent(name)?.topicHash ?? ""), toBeHex(request, 32)];
  const last = await asked(undefined, async () => provider.getBlockNumber());
  let found: Found = { status: "OK", digest: undefined, output: undefined };
  for (let from = firstBlock; from <= last; from += BLOCKS_AT_ONCE) {
    const range = { fromBlock: from, toBlock: Math.min(last, from + BLOCKS_AT_ONCE - 1) };
    const filter = { address, topics, ...range };
    for (const log of await asked(undefined, async () => provider.getLogs(filter))) {
      const event = ORACLE.parseLog(log);
      if (event === null) continue;
      if (event.name === "ResultOutput") found = { ...found, output: textOf(String(event.args.getValue("output"))) };
      else found = { ...found, digest: String(event.args.getValue("resultDigest")) };
      if (event.name === "RequestFailed")
        found = { ...found, status: STATUSES[Number(event.args.getValue("status"))] ?? "unknown" };
    }
  }
  return found;
}

/** What a container answered is JSON in UTF-8; bytes that are not are shown as they are. */
function textOf(output: string): string {
  try {
    return toUtf8String(output);
  } catch {
    return output;
  }
}
