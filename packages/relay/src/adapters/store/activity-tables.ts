import type { Generated } from "kysely";

/** The tables of activity, as Kysely sees them. */
export interface ActivityTables {
  activity_grants: GrantTable;
  activity_events: EventTable;
  activity_batches: BatchTable;
  activity_signatures: { digest: string; signer: string; signature: string };
  activity_applied: AppliedTable;
  activity_scans: { collection: string; token_id: string; scanned: bigint; base: bigint | null };
}

export interface GrantTable {
  digest: string;
  id: Generated<bigint>;
  granter: string;
  session: string;
  collection: string;
  token_id: string;
  until: bigint;
  scope: string;
  nonce: bigint;
  signature: string;
}

export interface EventTable {
  digest: string;
  id: Generated<bigint>;
  grant_digest: string;
  collection: string;
  token_id: string;
  counter: bigint;
  input: Uint8Array;
  signature: string;
  state: string;
  sequence: bigint | null;
  note: string | null;
}

export interface AppliedTable {
  collection: string;
  token_id: string;
  sequence: bigint;
  input_digest: string;
  /** Null when a version before wrote the row. */
  block: bigint | null;
}

export interface BatchTable {
  key: string;
  state: string;
  digest: string;
  collection: string;
  token_id: string;
  config_version: bigint;
  deadline: bigint;
  count: bigint;
  root: string;
  updates: string;
  attestation: string | null;
  quorum_at: bigint | null;
}
