import { type Bytes32, type JsonValue, parseStrictJson, RetryableError, ZERO_BYTES32 } from "ainft-core";
import { StateUnavailable, UnsupportedProgram } from "../domain/errors.ts";
import { isBatchable, type Lane } from "../domain/batch.ts";
import { type Execution, failedExecution, judgeAnswer, questionOf } from "../domain/execution.ts";
import { type HostLimits, MAX_STATE_BYTES, type Program } from "../domain/program.ts";
import { resultDeadline } from "../domain/report.ts";
import type { ProgramState } from "../domain/request.ts";
import type { TrackedRequest } from "../ports/store.ts";
import type { ContentStore, Peer, RunFacts, Runner } from "../ports/system.ts";
import type { ChainView, Context } from "./context.ts";
import type { Programs } from "./programs.ts";
import { Recorder } from "./recorder.ts";

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** Waiting requests looked at in one round. The next round goes on behind them, so that nobody can fill the window. */
const LOOK_AHEAD = 64;

/** What the executor needs beyond the context. */
export interface ExecutorParts {
  readonly content: ContentStore;
  readonly programs: Programs;
  readonly runner: Runner;
  readonly peers: readonly Peer[];
  readonly limits: HostLimits;
  readonly concurrentRuns: number;
  /** How results are signed that fit a batch. */
  readonly batching: "off" | "fulfil" | "root";
}

/** Runs confirmed requests: those of one token one after the other, those of different tokens side by side. */
export class Executor {
  readonly #context: Context;
  readonly #parts: ExecutorParts;
  readonly #running = new Map<bigint, Promise<void>>();
  readonly #delays = new Map<bigint, { readonly until: number; readonly ms: number }>();
  readonly #recorder: Recorder;
  #lookedAt = 0n;
  #queue: TrackedRequest[] = [];
  #turn: { readonly view: ChainView; readonly signal: AbortSignal } | null = null;
  #filling: Promise<void> | null = null;

  constructor(context: Context, parts: ExecutorParts) {
    this.#context = context;
    this.#parts = parts;
    this.#recorder = new Recorder(context.store.requests);
  }

  /** Starts what may run now. Runs go on in the background, each followed by the next; {@link drain} waits for them. */
  async start(view: ChainView, signal: AbortSignal): Promise<void> {
    await this.#filling;
    this.#turn = { view, signal };
    this.#queue = []; // what waits is looked up anew: the chain may have changed
    await this.#fill();
  }

  /** Fills free places from what waits; looks up one window at most. */
  async #fill(): Promise<void> {
    this.#filling ??= this.#takeUp().finally(() => (this.#filling = null));
    await this.#filling;
  }

  async #takeUp(): Promise<void> {
    if (this.#turn === null || this.#turn.signal.aborted) return;
    const { view, signal } = this.#turn;
    if (this.#queue.length === 0) await this.#lookAhead();
    while (this.#running.size < this.#parts.concurrentRuns) {
      const request = this.#queue.shift();
      if (request === undefined) return;
      this.#lookedAt = request.id;
      if (this.#running.has(request.id)) continue;
      const run = this.#run(request, view, signal).finally(() => {
        this.#running.delete(request.id);
        this.#fillLater();
      });
      this.#running.set(request.id, run);
    }
  }

  async #lookAhead(): Promise<void> {
    const { store, clock } = this.#context;
    const waiting = await store.requests.waiting(this.#lookedAt, LOOK_AHEAD);
    const free = waiting.filter(
      ({ request: { id }, behind }) =>
        !behind && !this.#running.has(id) && (this.#delays.get(id)?.until ?? 0) <= clock.now(),
    );
    this.#queue = free.map(({ request }) => request);
    // Nothing of this window may run, or it was the last one.
    if (free.length === 0) this.#lookedAt = waiting.length < LOOK_AHEAD ? 0n : (waiting.at(-1)?.request.id ?? 0n);
  }

  #fillLater(): void {
    this.#fill().catch((error: unknown) => {
      this.#context.log.warn("Waiting requests could not be read: the next round does", { error });
    });
  }

  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
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
    const { store, onPersisted, log } = this.#context;
    const program = await this.#parts.programs.read(request.manifestDigest, this.#parts.limits);
    const token = program.state === null ? null : await this.#tokenOf(request, view);
    const state = token === null ? null : await this.#stateOf(token.stateDigest);
    if (!(await store.requests.lease(request.id, token?.sequence ?? 0n))) return;
    onPersisted({ state: "LEASED", requestId: request.id });

    const { execution, facts } = await this.#ask(program, request, state, signal);
    const isUpdate = execution.newState !== null && token !== null && changes(token, request);
    const recorded = await this.#recorder.record({
      id: request.id,
      execution,
      sequence: isUpdate ? token.sequence + 1n : null,
      deadline: resultDeadline(request),
      lane: await this.#laneOf(program, request),
      note: facts === null ? null : JSON.stringify(facts),
    });
    if (!recorded) return;
    log.info("A request was executed", { requestId: request.id, status: execution.result.status, ...facts });
    onPersisted({ state: "EXECUTED", requestId: request.id });
  }

  /** What a token that keeps state is now. A program that keeps none is not asked: its request says all. */
  async #tokenOf(request: TrackedRequest, view: ChainView): Promise<ProgramState> {
    const token = await this.#context.chain.program(request, view.confirmed.number);
    if (token === null) throw new UnsupportedProgram("its token is none");
    return token;
  }

  /** Under a root alone a result changes no token and frees no fee: whoever wants that to happen gets it delivered. */
  async #laneOf(program: Program, request: TrackedRequest): Promise<Lane> {
    const { batching } = this.#parts;
    if (batching === "off" || !isBatchable(request)) return "single";
    if (batching === "fulfil" || program.state !== null) return "batch";
    return (await this.#context.store.requests.hasOrder(request.id)) ? "batch" : "root";
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
