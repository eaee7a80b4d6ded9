import { type Bytes32, PermanentError, RetryableError } from "ainft-core";

/** Why a container's answer cannot be signed as an answer. */
export type ContainerFault =
  | "ENDED"
  | "NO_ANSWER"
  | "STATUS"
  | "ANSWER_TOO_LARGE"
  | "ANSWER_INVALID"
  | "OUTPUT_OFF_SCHEMA"
  | "OUTPUT_TOO_LARGE"
  | "STATE_OFF_SCHEMA"
  | "STATE_TOO_LARGE"
  | "SOCKET_FOLDER_MISUSED";

/** The container failed by itself. Asking again gives the same: the quorum signs CONTAINER_ERROR. */
export class ContainerFailed extends PermanentError {
  override readonly code = "CONTAINER_FAILED";
  readonly fault: ContainerFault;

  constructor(fault: ContainerFault, problem: string, options?: ErrorOptions) {
    super(`Container failed (${fault}): ${problem}.`, options);
    this.fault = fault;
  }
}

/** The container did not get ready, or did not answer, within its wall clock. The quorum signs TIMEOUT. */
export class ContainerTimedOut extends PermanentError {
  override readonly code = "CONTAINER_TIMED_OUT";
  readonly phase: "start" | "answer";
  readonly afterMs: number;

  constructor(phase: "start" | "answer", afterMs: number) {
    super(`Container had ${afterMs} ms to ${phase} and did not.`);
    this.phase = phase;
    this.afterMs = afterMs;
  }
}

/** The input is not what the program takes: by its schema, or by the container's own word. Signed as REJECTED_INPUT. */
export class InputRejected extends PermanentError {
  override readonly code = "INPUT_REJECTED";

  constructor(problem: string, options?: ErrorOptions) {
    super(`Input refused: ${problem}.`, options);
  }
}

/** The database lost a connection, or rolled back what ran against something else. The next round makes it good. */
export class DatabaseInterrupted extends RetryableError {
  override readonly code = "DATABASE_INTERRUPTED";

  constructor(problem: string, options?: ErrorOptions) {
    super(`The database did not carry something out: ${problem}`, options);
  }
}

/** Another relay of the same database has taken over what this one was about to write. It has the word now. */
export class SeatLost extends RetryableError {
  override readonly code = "SEAT_LOST";
  readonly seat: string;

  constructor(seat: string) {
    super(`Seat "${seat}" is another relay's now: this one writes nothing there.`);
    this.seat = seat;
  }
}

/** The container engine does not answer, or fails for reasons of its own. Nothing is signed; it is tried again. */
export class EngineUnavailable extends RetryableError {
  override readonly code = "ENGINE_UNAVAILABLE";

  constructor(problem: string, options?: ErrorOptions) {
    super(`Container engine unavailable: ${problem}.`, options);
  }
}

/** The image cannot be had, or what the engine holds under its name is not what the manifest pins. Nothing is signed. */
export class ImageUnavailable extends RetryableError {
  override readonly code = "IMAGE_UNAVAILABLE";
  readonly image: string;

  constructor(image: string, problem: string, options?: ErrorOptions) {
    super(`Image ${image} unavailable: ${problem}.`, options);
    this.image = image;
  }
}

/** A manifest or model file is not in the content folder, or its bytes are not those its name promises. */
export class ContentUnavailable extends RetryableError {
  override readonly code = "CONTENT_UNAVAILABLE";
  readonly content: string;

  constructor(name: string, problem: string, options?: ErrorOptions) {
    super(`Content ${name} unavailable: ${problem}. Put the right file into the content folder.`, options);
    this.content = name;
  }
}

/** The chain's time went past a request's deadline while it was prepared or run: nobody takes an answer any more. */
export class DeadlinePassed extends PermanentError {
  override readonly code = "DEADLINE_PASSED";
  readonly deadline: bigint;

  constructor(deadline: bigint) {
    super(`The deadline ${deadline} of the request has passed.`);
    this.deadline = deadline;
  }
}

/**
 * What a node shows of a token's updates does not come to the token's sequence: it lags behind, or hides events. Nothing of
 * it is kept, and the token's events wait.
 */
export class UpdatesMissing extends RetryableError {
  override readonly code = "UPDATES_MISSING";
  /** Sequence of the last update that is known without a gap; null when none is. */
  readonly known: bigint | null;

  constructor(known: bigint | null, told: bigint) {
    super(
      `Updates are missing: ${known ?? "none"} is the last that is known, and the node tells of ${told}. It may lag behind.`,
    );
    this.known = known;
  }
}

/** The bytes of a token's state are neither here nor at a peer. */
export class StateUnavailable extends RetryableError {
  override readonly code = "STATE_UNAVAILABLE";
  readonly digest: Bytes32;

  constructor(digest: Bytes32) {
    super(`State ${digest} is neither in the data folder nor at a peer.`);
    this.digest = digest;
  }
}

/** The manifest asks for what this relay cannot or may not give. */
export class UnsupportedProgram extends PermanentError {
  override readonly code = "UNSUPPORTED_PROGRAM";

  constructor(problem: string) {
    super(`Program cannot run here: ${problem}.`);
  }
}

/** Signing would give a second answer to a question whose first answer can still be submitted. Never happens twice. */
export class EquivocationRefused extends PermanentError {
  override readonly code = "EQUIVOCATION_REFUSED";
  readonly key: string;
  readonly signedRoot: Bytes32;
  readonly askedRoot: Bytes32;

  constructor(key: string, signedRoot: Bytes32, askedRoot: Bytes32) {
    super(`Refused to sign ${askedRoot} for ${key}: ${signedRoot} was signed before and has not expired.`);
    this.key = key;
    this.signedRoot = signedRoot;
    this.askedRoot = askedRoot;
  }
}

/** The signer was asked for something that is not one of our reports. */
export class SigningRefused extends PermanentError {
  override readonly code = "SIGNING_REFUSED";

  constructor(problem: string) {
    super(`Signing refused: ${problem}.`);
  }
}

/** A peer sent what no honest reporter of the config would send. */
export class PeerPayloadRefused extends PermanentError {
  override readonly code = "PEER_PAYLOAD_REFUSED";

  constructor(problem: string, options?: ErrorOptions) {
    super(`Peer payload refused: ${problem}.`, options);
  }
}

/** A peer does not answer, or not with what was asked for. */
export class PeerUnavailable extends RetryableError {
  override readonly code = "PEER_UNAVAILABLE";

  constructor(problem: string, options?: ErrorOptions) {
    super(`Peer unavailable: ${problem}.`, options);
  }
}

/** The JSON-RPC node does not answer, or answers something that is not what was asked. */
export class ChainUnavailable extends RetryableError {
  override readonly code = "CHAIN_UNAVAILABLE";

  constructor(problem: string, options?: ErrorOptions) {
    super(`JSON-RPC node unavailable: ${problem}.`, options);
  }
}

/** A simulated call was refused by the contract. */
export class ContractRefused extends PermanentError {
  override readonly code = "CONTRACT_REFUSED";
  /** Name of the contract's error, or the selector when it is not one of ours. */
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(`The contract refuses with ${reason}.`, options);
    this.reason = reason;
  }
}

/** What the chain or the database shows must not be; the relay stops, because going on could make it worse. */
export abstract class Halt extends PermanentError {}

/** Blocks vanished that are older than everything the relay remembers. */
export class ReorganizationTooDeep extends Halt {
  override readonly code = "REORGANIZATION_TOO_DEEP";
  /** Oldest block remembered. */
  readonly oldest: bigint;

  constructor(oldest: bigint) {
    super(`The chain was rewritten below block ${oldest}. Check the node, then start with an empty data folder.`);
    this.oldest = oldest;
  }
}

/** Blocks vanished that this relay took for final: what it signed may be about a chain that is no more. */
export class FinalBlockRewritten extends Halt {
  override readonly code = "FINAL_BLOCK_REWRITTEN";
  /** Lowest block that is not what it was, as far as this relay can tell. */
  readonly first: bigint;
  /** Newest block that was taken for final. */
  readonly final: bigint;

  constructor(first: bigint, final: bigint) {
    super(
      `The chain was rewritten from block ${first} on, and blocks up to ${final} were taken for final. Check the node ` +
        `and chain.confirmations; if the chain did change, run "ainft-relay replay ${first}" and start again.`,
    );
    this.first = first;
    this.final = final;
  }
}
