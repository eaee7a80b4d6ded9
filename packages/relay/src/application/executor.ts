import { type Bytes32, type JsonValue, parseStrictJson, RetryableError, ZERO_BYTES32 } from "ainft-core";
import { StateUnavailable, UnsupportedProgram } from "../domain/errors.ts";
import { type Execution, failedExecution, judgeAnswer, questionOf } from "../domain/execution.ts";
import { type HostLimits, MAX_STATE_BYTES, type Program, readProgram } from "../domain/program.ts";
import { resultDeadline } from "../domain/report.ts";
import type { ProgramState } from "../domain/request.ts";
import type { TrackedRequest } from "../ports/store.ts";
import type { ContentStore, Peer, RunFacts, Runner } from "../ports/system.ts";
import type { ChainView, Context } from "./context.ts";

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** Waiting requests looked at in one round. The next round goes on behind them, so that nobody can fill the window. */
const LOOK_AHEAD = 64;

/** What the executor needs beyond the context. */
export interface ExecutorParts {
  readonly content: ContentStore;
  readonly runner: Runner;
  readonly peers: readonly Peer[];
  readonly limits: HostLimits;
  readonly concurrentRuns: number;
}

/** Runs confirmed requests: those of one token one after the other, those of different tokens side by side. */
export class Executor {
  readonly #context: Context;
  readonly #parts: ExecutorParts;
  readonly #running = new Map<bigint, Promise<void>>();
  readonly #delays = new Map<bigint, { readonly until: number; readonly ms: number }>();
  #lookedAt = 0n;

  constructor(context: Context, parts: ExecutorParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Starts what may run now. Runs go on in the background; {@link drain} waits for them. */
  async start(view: ChainView, signal: AbortSignal): Promise<void> {
    const { store, clock } = this.#context;
    const waiting = await store.requests.waiting(this.#lookedAt, LOOK_AHEAD);
    for (const { request, behind } of waiting) {
      if (this.#running.size >= this.#parts.concurrentRuns) return;
      this.#lookedAt = request.id;
      if (behind || this.#running.has(request.id)) continue;
      if ((this.#delays.get(request.id)?.until ?? 0) > clock.now()) continue;
      const run = this.#run(request, view, signal).finally(() => this.#running.delete(request.id));
      this.#running.set(request.id, run);
    }
    if (waiting.length < LOOK_AHEAD) this.#lookedAt = 0n;
  }

  async drain(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  /** Never rejects: what goes wrong is logged, and tried again when that can help. */
  async #run(request: TrackedRequest, view: ChainView, signal: AbortSignal): Promise<void> {
    try {
      await this.#execute(request, view, signal);
      this.#delays.delete(request.id);
    } catch (error) {
      await this.#putBack(request.id, error, signal).catch((worse: unknown) => {
        this.#context.log.error("A run could not be put back: it stays leased until the next start", { error: worse });
      });
    }
  }

  /** What cannot be run now is tried again later, less and less often. */
  async #putBack(requestId: bigint, error: unknown, signal: AbortSignal): Promise<void> {
    const { store, log, clock, onPersisted } = this.#context;
    if (error instanceof UnsupportedProgram) {
      log.error("A request can never run here", { requestId, error });
      await store.requests.abandon(requestId, error.message);
      onPersisted({ state: "DEAD", requestId });
      return;
    }
    if (!signal.aborted && error instanceof RetryableError) log.warn("A run will be tried again", { requestId, error });
    else if (!signal.aborted) log.error("A run failed unexpectedly", { requestId, error });
    const ms = Math.min(2 * (this.#delays.get(requestId)?.ms ?? FIRST_RETRY_MS / 2), LONGEST_RETRY_MS);
    this.#delays.set(requestId, { until: clock.now() + ms, ms });
    await store.requests.release(requestId);
  }

  async #execute(request: TrackedRequest, view: ChainView, signal: AbortSignal): Promise<void> {
    const { chain, store, onPersisted, log } = this.#context;
    const token = await chain.program(request, view.confirmed.number);
    if (token === null) throw new UnsupportedProgram("its token is none");
    const manifest = await this.#parts.content.manifest(request.manifestDigest);
    const program = readProgram(manifest, this.#parts.limits);
    const state = program.state === null ? null : await this.#stateOf(token.stateDigest);
    if (!(await store.requests.lease(request.id, token.sequence))) return;
    onPersisted({ state: "LEASED", requestId: request.id });

    const { execution, facts } = await this.#ask(program, request, state, signal);
    const sequence = execution.newState === null || !changes(token, request) ? null : token.sequence + 1n;
    const note = facts === null ? null : JSON.stringify(facts);
    const recorded = await store.requests.recordExecution(
      request.id,
      execution,
      sequence,
      resultDeadline(request),
      note,
    );
    if (!recorded) return;
    log.info("A request was executed", { requestId: request.id, status: execution.result.status, ...facts });
    onPersisted({ state: "EXECUTED", requestId: request.id });
  }

  /** Runs the program. What is its own fault becomes a result; what is not is thrown. */
  async #ask(
    program: Program,
    request: TrackedRequest,
    state: JsonValue,
    signal: AbortSignal,
  ): Promise<{ execution: Execution; facts: RunFacts | null }> {
    try {
      const question = questionOf(program, request, state);
      const modelDir = await this.#parts.content.modelFolder(program.manifest.ainft.model.files);
      const answer = await this.#parts.runner.run(program, question, modelDir, signal);
      return { execution: judgeAnswer(program, request, answer), facts: answer.facts };
    } catch (error) {
      const execution = failedExecution(error);
      if (execution === null) throw error;
      this.#context.log.warn("A container's failure will be signed", { requestId: request.id, error });
      return { execution, facts: null };
    }
  }

  /** The bytes of a token's state: from the data folder, else from a peer that has them. */
  async #stateOf(digest: Bytes32): Promise<JsonValue> {
    if (digest === ZERO_BYTES32) return null;
    const { store, log } = this.#context;
    let bytes = await store.blobs.get(digest);
    for (const peer of bytes === null ? this.#parts.peers : []) {
      bytes = await peer.blob(digest).catch((error: unknown) => {
        log.debug("A peer did not give a state", { peer: peer.url, error });
        return null;
      });
      if (bytes === null) continue;
      await store.blobs.put({ digest, bytes });
      break;
    }
    if (bytes === null) throw new StateUnavailable(digest);
    return parseStrictJson(bytes, { maxBytes: MAX_STATE_BYTES });
  }
}

/** Whether an answer may change the token: not when it is frozen or has moved to another version meanwhile. */
function changes(token: ProgramState, request: TrackedRequest): boolean {
  return !token.frozen && token.activeManifest === request.manifestDigest;
}
