import { type Bytes32, type JsonValue, parseStrictJson, RetryableError, ZERO_BYTES32 } from "ainft-core";
import { DeadlinePassed, StateUnavailable, UnsupportedProgram } from "../domain/errors.ts";
import { isBatchable, type Lane } from "../domain/batch.ts";
import { type Execution, failedExecution, judgeAnswer, questionOf } from "../domain/execution.ts";
import { type HostLimits, MAX_STATE_BYTES, type Program } from "../domain/program.ts";
import { resultDeadline } from "../domain/report.ts";
import type { ProgramState } from "../domain/request.ts";
import type { TrackedRequest } from "../ports/store.ts";
import type { ContentStore, Peer, RunFacts, Runner } from "../ports/system.ts";
import { BoundedMap } from "./bounded-map.ts";
import type { Context } from "./context.ts";
import type { Programs } from "./programs.ts";
import { Recorder } from "./recorder.ts";

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
const RENEWALS_A_LEASE = 4;

/** A request that runs here. */
interface Running {
  readonly deadline: bigint;
  /** Ends the run and what prepares it. */
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/** What the executor needs beyond the context. */
export interface ExecutorParts {
  readonly content: ContentStore;
  readonly programs: Programs;
  readonly runner: Runner;
  readonly peers: readonly Peer[];
  readonly limits: HostLimits;
  readonly concurrentRuns: number;
  /** How long a lease lasts that is not renewed. */
  readonly leaseMs: number;
  /** How results are signed that fit a batch. */
  readonly batching: "off" | "fulfil" | "root";
}

/**
 * Runs confirmed requests: those of one token one after the other, those of different tokens side by side. Any number of
 * executors may work on one database: what one has leased, the others pass over.
 */
export class Executor {
  readonly #context: Context;
  readonly #parts: ExecutorParts;
  readonly #running = new Map<bigint, Running>();
  /** How long each request that failed here waits for its next try. */
  readonly #delays = new BoundedMap<bigint, number>();
  readonly #recorder: Recorder;
  /** Leased, and waiting for a place. */
  #leased: TrackedRequest[] = [];
  #turn: Promise<void> = Promise.resolve();
  /** Time of the confirmed block, in Unix seconds. */
  #chainTime = 0n;

  constructor(context: Context, parts: ExecutorParts) {
    this.#context = context;
    this.#parts = parts;
    this.#recorder = new Recorder(context.store.requests);
  }

  /**
   * Starts what may run now, and ends what runs past its deadline by the time of the confirmed block. Runs go on in the
   * background, and when one ends the next begins; see {@link drain}.
   */
  async start(signal: AbortSignal, chainTime: bigint): Promise<void> {
    this.#chainTime = chainTime;
    for (const { deadline, stop } of this.#running.values()) {
      if (this.#isOver(deadline)) stop.abort(new DeadlinePassed(deadline));
    }
    const { store, log } = this.#context;
    const lost = await store.requests.releaseExpired();
    if (lost.length > 0) log.warn("Runs of a relay that is gone will be made again", { requestIds: lost.map(String) });
    await this.#fill(signal);
  }

  /** Makes the leases of what runs last, until it is told to stop. */
  async keepLeases(signal: AbortSignal): Promise<void> {
    const { store, clock, log } = this.#context;
    while (!signal.aborted) {
      await clock.sleep(this.#parts.leaseMs / RENEWALS_A_LEASE, signal);
      if (this.#running.size === 0) continue;
      await store.requests.renewLeases().catch((error: unknown) => {
        log.warn("Leases could not be renewed: others may take up what runs here", { error });
      });
    }
  }

  /** Waits until everything that runs has ended. */
  async drain(): Promise<void> {
    await this.#turn;
    await Promise.all([...this.#running.values()].map(async ({ done }) => done));
    for (const { id } of this.#leased.splice(0)) await this.#context.store.requests.release(id, 0);
  }

  /** Runs that end and rounds that begin ask for work at any time: one after the other. */
  async #fill(signal: AbortSignal): Promise<void> {
    const turn = this.#turn.then(async () => this.#takeWork(signal));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #takeWork(signal: AbortSignal): Promise<void> {
    const { store, log, onPersisted } = this.#context;
    const free = this.#parts.concurrentRuns - this.#running.size;
    if (free <= 0 || signal.aborted) return;
    // One more for each place, so that not every run that ends asks the database for the next.
    if (this.#leased.length === 0) this.#leased = await store.requests.lease(free + this.#parts.concurrentRuns);
    for (const request of this.#leased.splice(0, free)) {
      onPersisted({ state: "LEASED", requestId: request.id });
      const stop = new AbortController();
      const done = this.#run(request, signal, AbortSignal.any([signal, stop.signal])).finally(() => {
        this.#running.delete(request.id);
        this.#fill(signal).catch((error: unknown) => {
          log.debug("No work was taken: the next round tries again", { error });
        });
      });
      this.#running.set(request.id, { deadline: request.deadline, stop, done });
    }
  }

  #isOver(deadline: bigint): boolean {
    return deadline < this.#chainTime;
  }

  /** Never rejects: what goes wrong is logged, and tried again when that can help. `stop` also fires with the signal. */
  async #run(request: TrackedRequest, signal: AbortSignal, stop: AbortSignal): Promise<void> {
    try {
      if (this.#isOver(request.deadline)) throw new DeadlinePassed(request.deadline);
      await this.#context.tracer.step("execute", request.id, async () => this.#execute(request, stop));
      this.#delays.delete(request.id);
    } catch (error) {
      await this.#putBack(request, error, signal).catch((worse: unknown) => {
        this.#context.log.error("A run could not be put back: it stays leased until its lease ends", { error: worse });
      });
    }
  }

  /** What cannot be run now is tried again later, less and less often, here or elsewhere. */
  async #putBack({ id: requestId, deadline }: TrackedRequest, error: unknown, signal: AbortSignal): Promise<void> {
    const { store, log, onPersisted } = this.#context;
    if (error instanceof UnsupportedProgram) {
      log.error("A request can never run here", { requestId, error });
      await store.requests.abandon(requestId, error.message);
      onPersisted({ state: "DEAD", requestId });
      return;
    }
    if (signal.aborted) {
      await store.requests.release(requestId, 0);
      return;
    }
    if (this.#isOver(deadline)) {
      log.warn("A run was given up: the deadline of its request has passed", { requestId, deadline });
      await store.requests.release(requestId, LONGEST_RETRY_MS); // it expires meanwhile
      return;
    }
    if (error instanceof RetryableError) log.warn("A run will be tried again", { requestId, error });
    else log.error("A run failed unexpectedly", { requestId, error });
    const ms = Math.min(2 * (this.#delays.get(requestId) ?? FIRST_RETRY_MS / 2), LONGEST_RETRY_MS);
    this.#delays.set(requestId, ms);
    await store.requests.release(requestId, ms);
  }

  async #execute(request: TrackedRequest, signal: AbortSignal): Promise<void> {
    const { onPersisted, log } = this.#context;
    const program = await this.#parts.programs.read(request.manifestDigest, this.#parts.limits, signal);
    const token = program.state === null ? null : await this.#tokenOf(request);
    const state = token === null ? null : await this.#stateOf(token.stateDigest);

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
  async #tokenOf(request: TrackedRequest): Promise<ProgramState> {
    const token = await this.#context.chain.program(request, await this.#confirmedNumber());
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

  /**
   * The newest confirmed block that the database has. Asked after the lease: what let the request run was read before, so
   * this block shows the token as the request before it has left it.
   */
  async #confirmedNumber(): Promise<bigint> {
    const { store, confirmations } = this.#context;
    const number = ((await store.chain.tip())?.number ?? 0n) - confirmations + 1n;
    return number < 0n ? 0n : number;
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
      const modelDir = await this.#parts.content.modelFolder(program.manifest.ainft.model.files, signal);
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
