import {
  type Bytes32,
  type JsonValue,
  parseStrictJson,
  PermanentError,
  RetryableError,
  type StateUpdate,
  ZERO_BYTES32,
} from "ainft-core";
import { type ActivityEvent, ActivityRefused, eventBody, type SignedGrant } from "../domain/activity.ts";
import { ContainerTimedOut, InputRejected, StateUnavailable } from "../domain/errors.ts";
import { type Execution, failedExecution, judgeAnswer } from "../domain/execution.ts";
import { type HostLimits, isStateful, MAX_STATE_BYTES, type Program, readProgram } from "../domain/program.ts";
import type { ProgramState, TokenRef } from "../domain/request.ts";
import type { BodyStore, ContentStore, Peer, Runner } from "../ports/system.ts";
import type { ActivityIntake } from "./activity-intake.ts";
import { byStanding, refusedEvent } from "./activity-standing.ts";
import type { ChainView, Context } from "./context.ts";

/** What running events needs beyond the context. */
export interface ActivityRunnerParts {
  readonly content: ContentStore;
  readonly bodies: BodyStore;
  readonly runner: Runner;
  readonly peers: readonly Peer[];
  readonly limits: HostLimits;
  readonly intake: ActivityIntake;
}

/** Times that an event may be too late before it counts as failed: a busy machine is no fault of the event. */
const MAX_LATE = 3;
/** Events remembered as late at a time. */
const MAX_REMEMBERED = 1_024;

/** A program did not answer an event in time, which may be otherwise next time. */
export class EventTooLate extends RetryableError {
  override readonly code = "EVENT_TOO_LATE";

  constructor(digest: Bytes32, options?: ErrorOptions) {
    super(`Event ${digest} was not answered in time.`, options);
  }
}

/** An event that came to nothing. */
export interface FailedEvent {
  readonly event: ActivityEvent;
  readonly state: "FAILED" | "DROPPED";
  readonly note: string;
}

/** What events of one token came to. */
export interface Run {
  readonly base: ProgramState;
  readonly updates: readonly StateUpdate[];
  readonly failed: readonly FailedEvent[];
}

/** How long events are run. */
export interface RunTerms {
  readonly signal: AbortSignal;
  /** Asked before each event but the first; when it says no, those that are left wait. */
  readonly goesOn?: () => boolean;
}

/** Runs events of one token, one after the other, each from the state that the one before left. */
export class ActivityRunner {
  readonly #context: Context;
  readonly #parts: ActivityRunnerParts;
  readonly #late = new Map<Bytes32, number>();

  constructor(context: Context, parts: ActivityRunnerParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Throws retryable errors for what is nobody's fault, and {@link ActivityRefused} when the token takes no events at all. */
  async run(
    token: TokenRef,
    events: readonly ActivityEvent[],
    view: ChainView,
    { signal, goesOn }: RunTerms,
  ): Promise<Run> {
    const base = await this.#context.chain.program(token, view.confirmed.number);
    if (base === null) throw new ActivityRefused(422, "its token is none");
    if (base.frozen) throw new ActivityRefused(422, "its token is frozen");
    const { standing, ended } = await byStanding(this.#context, this.#parts.intake, events);
    if (standing.length === 0) return { base, updates: [], failed: ended };
    const manifest = await this.#parts.content.manifest(base.activeManifest, signal);
    if (!isStateful(manifest)) throw new ActivityRefused(422, "its program keeps no state");
    const program = readProgram(manifest, this.#parts.limits);
    let state = await this.#stateOf(base.stateDigest);
    const updates: StateUpdate[] = [];
    const failed: FailedEvent[] = [...ended];
    for (const [index, { event, grant }] of standing.entries()) {
      signal.throwIfAborted();
      if (index > 0 && goesOn?.() === false) break;
      try {
        const sequence = base.sequence + BigInt(updates.length) + 1n;
        const { update, next } = await this.#one({ program, token, event, grant, state, sequence, signal });
        updates.push({ ...update, manifestDigest: base.activeManifest });
        state = next;
      } catch (error) {
        if (error instanceof ContainerTimedOut && this.#mayBeLate(event)) {
          throw new EventTooLate(event.digest, { cause: error });
        }
        failed.push(failureOf(event, error));
      }
    }
    return { base, updates, failed };
  }

  #mayBeLate({ digest }: ActivityEvent): boolean {
    const times = (this.#late.get(digest) ?? 0) + 1;
    if (this.#late.size >= MAX_REMEMBERED) this.#late.clear();
    this.#late.set(digest, times);
    return times < MAX_LATE;
  }

  async #one(step: Step): Promise<{ update: Omit<StateUpdate, "manifestDigest">; next: JsonValue }> {
    const { program, token, event, grant, state, sequence, signal } = step;
    const maxOutputBytes = program.container.limits.maxOutputBytes;
    const question = { input: readInput(program, event.input), state, seed: event.digest.slice(2), maxOutputBytes };
    const modelDir = await this.#parts.content.modelFolder(program.manifest.ainft.model.files, signal);
    const answer = await this.#parts.runner.run(program, question, modelDir, signal);
    const { result, newState } = judgeAnswer(program, { maxOutputBytes: BigInt(maxOutputBytes) }, answer);
    if (newState === null) throw new ActivityRefused(422, "its program proposed no state");
    await this.#keep(event, { result, newState });
    const digests = { inputDigest: event.digest, outputDigest: result.digest, stateDigest: newState.digest };
    const { collection, tokenId } = token;
    return {
      update: { collection, tokenId, actor: grant.granter, sequence, ...digests },
      next: parseStrictJson(newState.bytes, { maxBytes: MAX_STATE_BYTES }),
    };
  }

  /** Bodies are kept before their digests are signed. */
  async #keep(event: ActivityEvent, { result, newState }: Execution): Promise<void> {
    const { blobs } = this.#context.store;
    const bodies = [
      { digest: event.digest, bytes: eventBody(event) },
      { digest: result.digest, bytes: result.bytes },
      ...(newState === null ? [] : [newState]),
    ];
    for (const body of bodies) {
      await blobs.put(body);
      await this.#parts.bodies.put(body.bytes);
    }
  }

  /** The bytes of a token's state: from the database, else from a peer that has them. */
  async #stateOf(digest: Bytes32): Promise<JsonValue> {
    if (digest === ZERO_BYTES32) return null;
    const { store } = this.#context;
    let bytes = await store.blobs.get(digest);
    for (const peer of this.#parts.peers) {
      if (bytes !== null) break;
      bytes = await peer.blob(digest).catch(() => null);
      if (bytes !== null) await store.blobs.put({ digest, bytes });
    }
    if (bytes === null) throw new StateUnavailable(digest);
    return parseStrictJson(bytes, { maxBytes: MAX_STATE_BYTES });
  }
}

interface Step {
  readonly program: Program;
  readonly token: TokenRef;
  readonly event: ActivityEvent;
  readonly grant: SignedGrant;
  readonly state: JsonValue;
  readonly sequence: bigint;
  readonly signal: AbortSignal;
}

function readInput(program: Program, input: Uint8Array): JsonValue {
  try {
    return program.input.parse(input);
  } catch (cause) {
    throw new InputRejected("it does not fit the manifest's input schema", { cause });
  }
}

/** What is the event's own fault. Throws on what is not. */
function failureOf(event: ActivityEvent, error: unknown): FailedEvent {
  if (error instanceof ActivityRefused) return refusedEvent(event, error);
  if (failedExecution(error) !== null && error instanceof PermanentError) {
    return { event, state: "FAILED", note: error.message };
  }
  throw error;
}
