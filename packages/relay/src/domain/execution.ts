import {
  agreementOf,
  bytesDigest,
  type Bytes32,
  canonicalJson,
  failureResult,
  type JsonValidator,
  type JsonValue,
  okResult,
  requestSeed,
  type ResultBody,
  ResultStatus,
} from "ainft-core";
import { ContainerFailed, type ContainerFault, ContainerTimedOut, InputRejected } from "./errors.ts";
import { MAX_STATE_BYTES, type Program } from "./program.ts";
import type { Answer, Question } from "./protocol.ts";
import type { AskedRequest } from "./request.ts";

/** Bytes and their keccak-256. */
export interface Blob {
  readonly digest: Bytes32;
  readonly bytes: Uint8Array;
}

/** What running a request came to. */
export interface Execution {
  readonly result: ResultBody;
  /** The token's next state; null when there is none to set. */
  readonly newState: Blob | null;
}

/** The question a request puts. Throws {@link InputRejected}. */
export function questionOf(program: Program, request: AskedRequest, state: JsonValue): Question {
  const agreement = program.manifest.ainft.agreement;
  if (request.agreement !== agreementOf(agreement)) {
    throw new InputRejected(`it asks for another agreement than the manifest's, which is "${agreement}"`);
  }
  return {
    input: readInput(program, request.input),
    state,
    seed: requestSeed(request.requestHash),
    maxOutputBytes: maxOutputBytes(program, request),
  };
}

/** Turns a container's answer into what is signed. Throws {@link ContainerFailed}. */
export function judgeAnswer(
  program: Program,
  request: Pick<AskedRequest, "maxOutputBytes">,
  answer: Answer,
): Execution {
  const result = okResult(checked(program.output, answer.output, "OUTPUT_OFF_SCHEMA"));
  const allowed = maxOutputBytes(program, request);
  if (result.size > BigInt(allowed)) {
    throw new ContainerFailed("OUTPUT_TOO_LARGE", `its output has ${result.size} bytes, at most ${allowed} are wanted`);
  }
  return { result, newState: judgeState(program.state, answer.state) };
}

/**
 * Turns a failure of the container, or of the input, into the result that every reporter signs alike.
 * Answers null for any other error: then nothing may be signed.
 */
export function failedExecution(error: unknown): Execution | null {
  if (error instanceof ContainerFailed) return { result: failureResult(ResultStatus.CONTAINER_ERROR), newState: null };
  if (error instanceof ContainerTimedOut) return { result: failureResult(ResultStatus.TIMEOUT), newState: null };
  if (error instanceof InputRejected) return { result: failureResult(ResultStatus.REJECTED_INPUT), newState: null };
  return null;
}

function readInput(program: Program, input: Uint8Array): JsonValue {
  try {
    return program.input.parse(input);
  } catch (cause) {
    throw new InputRejected("it does not fit the manifest's input schema", { cause });
  }
}

function judgeState(validator: JsonValidator | null, state: JsonValue): Blob | null {
  if (validator === null) {
    if (state !== null) throw new ContainerFailed("STATE_OFF_SCHEMA", "it answered a state, its manifest names none");
    return null;
  }
  if (state === null) throw new ContainerFailed("STATE_OFF_SCHEMA", "it answered no state, its manifest names one");
  const bytes = canonicalJson(checked(validator, state, "STATE_OFF_SCHEMA"));
  if (bytes.length > MAX_STATE_BYTES) {
    throw new ContainerFailed("STATE_TOO_LARGE", `its state has ${bytes.length} bytes, at most ${MAX_STATE_BYTES} fit`);
  }
  return { digest: bytesDigest(bytes), bytes };
}

function checked(validator: JsonValidator, value: JsonValue, fault: ContainerFault): JsonValue {
  try {
    return validator.check(value);
  } catch (cause) {
    throw new ContainerFailed(fault, "its answer does not fit the manifest's schema", { cause });
  }
}

/** The requester's bound or the manifest's, whichever is lower. A signed failure (28 bytes) is exempt. */
function maxOutputBytes(program: Program, request: Pick<AskedRequest, "maxOutputBytes">): number {
  return Math.min(program.container.limits.maxOutputBytes, Number(request.maxOutputBytes));
}
