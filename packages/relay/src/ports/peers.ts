import type { Bytes32, Hex, Report } from "ainft-core";

/** A signed report as reporters hand it to each other. The signature says by whom it is; nobody vouches for `key`. */
export interface AttestationMessage {
  /** What the sender says it is about; used to notice disagreement, never trusted. */
  readonly key: string;
  readonly report: Report;
  readonly signature: Hex;
}

/** One page of a peer's own signatures. */
export interface AttestationPage {
  /** Identity of the peer's data folder: a new one means that its numbering starts again. */
  readonly instance: string;
  readonly attestations: readonly AttestationMessage[];
  /** Where the next page starts. */
  readonly next: bigint;
}

/** The other reporters of the same oracle. Every method throws `PeerUnavailable` or `PeerPayloadRefused`. */
export interface PeerClient {
  fetch(peer: string, since: bigint): Promise<AttestationPage>;
  push(peer: string, attestation: AttestationMessage): Promise<void>;
  /** Bytes by keccak-256, hashed again; null when the peer does not have them. */
  blob(peer: string, digest: Bytes32): Promise<Uint8Array | null>;
}
