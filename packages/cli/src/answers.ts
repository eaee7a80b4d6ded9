import {
  AinftError,
  answerHash,
  type Bytes32,
  bytesDigest,
  canonicalJson,
  failureResult,
  outcomeOfStatus,
  parseStrictJson,
  requestHash,
  RequestOutcome,
  resultJsonValidator,
  ResultStatus,
  resultStatusName,
} from "ainft-core";
import type { JsonRpcProvider } from "ethers";
import { type Blob, findBlob, keepBlob, type Sources } from "./blobs.ts";
import { booksOf } from "./oracle.ts";
import { type Quorum, quorumOf } from "./quorum.ts";
import { type FoundRequest, type FoundResult, resultOf } from "./requests.ts";
import type { Settings } from "./settings.ts";
import { ContentStore } from "./store.ts";

/** One thing that was looked at; `ok` is null where nothing could be. */
export interface Check {
  readonly what: "request" | "result" | "digest" | "form" | "quorum";
  readonly ok: boolean | null;
  readonly detail: string;
}

/** What became of a request, with every check that could be made. */
export interface Answered {
  readonly state: "waiting" | "answered" | "failed";
  /** Name of the status; undefined while it waits. */
  readonly status: string | undefined;
  /** keccak-256 of the result, as the chain or the bytes have it. */
  readonly digest: Bytes32 | undefined;
  /** The answer as text, only when its bytes are the ones that were signed. */
  readonly output: string | undefined;
  readonly quorum: Quorum | undefined;
  readonly checks: readonly Check[];
}

/** Looks at what became of a request. Throws what reading the chain, and `findBlob`, throw. */
export async function answerOf(
  provider: JsonRpcProvider,
  settings: Settings,
  found: FoundRequest,
  sources: Sources,
): Promise<Answered> {
  const { request, at } = found;
  const kept = await booksOf(provider, at).outcomeOf(request.requestId);
  const asked = requestCheck(found);
  const nothing = { status: undefined, digest: undefined, output: undefined, quorum: undefined };
  if (kept === RequestOutcome.OPEN) return { state: "waiting", ...nothing, checks: [asked] };
  const state = kept === RequestOutcome.ANSWERED ? "answered" : "failed";
  const ended = await resultOf(provider, settings, found);
  if (ended === undefined) {
    const missing: Check = { what: "result", ok: false, detail: "the node tells no event of it" };
    return { state, ...nothing, checks: [asked, missing] };
  }
  const blob = await blobOf(settings, sources, found, ended);
  const digest = digestCheck(found, ended, blob);
  const isTrue = digest.ok === true && blob !== undefined;
  if (isTrue && ended.output === undefined && !isFailure(ended)) keepBlob(settings, wordOf(ended), blob);
  const { check, quorum } = await quorumCheck(provider, settings, found, ended);
  const form = isTrue && !isFailure(ended) ? [formCheck(settings, found, blob.bytes)] : [];
  return {
    state,
    status: resultStatusName(ended.result.status),
    digest: ended.result.kind === "result" ? ended.result.resultDigest : isTrue ? bytesDigest(blob.bytes) : undefined,
    output: isTrue ? textOf(blob.bytes) : undefined,
    quorum,
    checks: [asked, resultCheck(found, ended, kept), digest, ...form, check],
  };
}

function requestCheck({ request }: FoundRequest): Check {
  const { requester, tokenId, collection } = request;
  const ok = requestHash(request) === request.requestHash;
  const detail = `of token ${tokenId} of ${collection}, by ${requester}`;
  return { what: "request", ok, detail: ok ? detail : "it is not what its hash says" };
}

/** The oracle ends a request whatever hash its result names: that it is this request's is for readers to see. */
function resultCheck({ request }: FoundRequest, { result }: FoundResult, kept: RequestOutcome): Check {
  const status = resultStatusName(result.status);
  if (outcomeOfStatus(result.status) !== kept)
    return { what: "result", ok: false, detail: `${status} in the event, and otherwise in the oracle` };
  // A batch says it by the answer's hash, which the digest is held against.
  const ok = result.kind === "batched-result" || result.requestHash === request.requestHash;
  return { what: "result", ok, detail: ok ? `${status}, as the oracle keeps it` : "it answers another request" };
}

function digestCheck({ request }: FoundRequest, { result }: FoundResult, blob: Blob | undefined): Check {
  const what = "digest";
  const expected = result.kind === "result" ? result.resultDigest : result.answerHash;
  if (blob === undefined)
    return { what, ok: null, detail: `${expected}; its bytes are off chain: give --relay or --body` };
  const resultDigest = bytesDigest(blob.bytes);
  const size = BigInt(blob.bytes.length);
  const actual =
    result.kind === "result" ? resultDigest : answerHash({ requestHash: request.requestHash, resultDigest, size });
  if (actual !== expected)
    return { what, ok: false, detail: `the ${size} bytes from ${blob.from} have ${actual}, not ${expected}` };
  return { what, ok: true, detail: `${resultDigest} of ${size} bytes, from ${blob.from}` };
}

/** As the manifest that was asked wants an answer, when its content is at hand. */
function formCheck(settings: Settings, { request }: FoundRequest, bytes: Uint8Array): Check {
  const what = "form";
  try {
    const manifest = new ContentStore(settings.io.cwd, settings.store).get(request.manifestDigest);
    if (manifest === undefined)
      return { what, ok: null, detail: `the manifest ${request.manifestDigest} is not in the content folder` };
    if (BigInt(bytes.length) > request.maxOutputBytes)
      return { what, ok: false, detail: `${bytes.length} bytes, where ${request.maxOutputBytes} were asked for` };
    const value = resultJsonValidator(manifest.ainft.io.output).check(parseStrictJson(bytes));
    const ok = Buffer.from(canonicalJson(value)).equals(Buffer.from(bytes));
    return { what, ok, detail: ok ? "as the manifest says" : "not in canonical form" };
  } catch (error) {
    if (!(error instanceof AinftError)) throw error;
    return { what, ok: false, detail: error.message };
  }
}

async function quorumCheck(
  provider: JsonRpcProvider,
  settings: Settings,
  found: FoundRequest,
  ended: FoundResult,
): Promise<{ check: Check; quorum: Quorum | undefined }> {
  const what = "quorum";
  try {
    const quorum = await quorumOf(provider, settings, found, ended.transaction);
    if (quorum === undefined) {
      const detail = `another contract brought it, in ${ended.transaction}: the oracle alone has checked who signed`;
      return { check: { what, ok: null, detail }, quorum };
    }
    const { signers, reporters, configVersion } = quorum;
    const detail = `${signers.length} of ${reporters} reporters of config ${configVersion}: ${signers.join(", ")}`;
    return { check: { what, ok: true, detail }, quorum };
  } catch (error) {
    // What signatures are refused by; a node that fails is another matter.
    if (!(error instanceof AinftError) || "exitCode" in error) throw error;
    return { check: { what, ok: false, detail: error.message }, quorum: undefined };
  }
}

async function blobOf(
  settings: Settings,
  { body, relay }: Sources,
  { request }: FoundRequest,
  ended: FoundResult,
): Promise<Blob | undefined> {
  const { result, output } = ended;
  if (body !== undefined) return body;
  if (output !== undefined) return { bytes: output, from: "the event" };
  // A failure's bytes follow from its status.
  if (result.status !== ResultStatus.OK) return { bytes: failureResult(result.status).bytes, from: "its status" };
  const digest = result.kind === "result" ? result.resultDigest : undefined;
  return findBlob(settings, relay, wordOf(ended), digest, Number(request.maxOutputBytes));
}

function isFailure({ result }: FoundResult): boolean {
  return result.status !== ResultStatus.OK;
}

/** What the chain has of an answer. */
function wordOf({ result }: FoundResult): Bytes32 {
  return result.kind === "result" ? result.resultDigest : result.answerHash;
}

/** What a container answered is JSON in UTF-8; bytes that are not are shown as they are. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return `0x${Buffer.from(bytes).toString("hex")}`;
  }
}
