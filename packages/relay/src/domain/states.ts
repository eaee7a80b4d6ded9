import type { BatchKind } from "./batch.ts";

/**
 * Life of a request in this relay.
 *
 * SEEN: in a block that may still vanish. CONFIRMED: deep enough to act on. LEASED: its container runs. EXECUTED: its
 * result is known. Ends: SUPERSEDED (others answered before this relay ran it), EXPIRED, ORPHANED (its block vanished; it
 * may come back), DEAD (this relay can never run it).
 */
export type RequestState =
  "SEEN" | "CONFIRMED" | "LEASED" | "EXECUTED" | "SUPERSEDED" | "EXPIRED" | "ORPHANED" | "DEAD";

/**
 * Life of a report (of a result, of an update, or of a batch of results).
 *
 * EXECUTED: its content is known. SIGNED: our signature is kept, and may be shown. QUORUM: enough signatures for the
 * contract. TX_READY: the signed transaction is kept. SENT: it was broadcast. INCLUDED: it is in a block that may still
 * vanish. FINAL: deep enough. Ends too: SUPERSEDED (somebody else's transaction did it: success), EXPIRED, ORPHANED.
 */
export type ReportState =
  "EXECUTED" | "SIGNED" | "QUORUM" | "TX_READY" | "SENT" | "INCLUDED" | "FINAL" | "SUPERSEDED" | "EXPIRED" | "ORPHANED";

/** Report states in which no transaction of ours exists yet. */
export const UNSENT_REPORT_STATES: readonly ReportState[] = ["EXECUTED", "SIGNED", "QUORUM"];

/** Life of a transaction. OPEN: may still be mined. LOST: another transaction took its nonce. */
export type TransactionState = "OPEN" | "INCLUDED" | "FINAL" | "LOST";

/** What a report is about. */
export type ReportKind = "result" | "update" | BatchKind;

/** A state that has just been committed; what the crash tests hook into. */
export interface Persisted {
  readonly state: RequestState | ReportState;
  /** Absent for states of a request. */
  readonly kind?: ReportKind | "order";
  readonly requestId: bigint;
}

/** Called right after a commit. */
export type OnPersisted = (persisted: Persisted) => void;
