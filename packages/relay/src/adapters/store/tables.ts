import type { Generated } from "kysely";
import type { ActivityTables } from "./activity-tables.ts";

/** The tables, as Kysely sees them. */
export interface Tables extends ActivityTables {
  meta: { key: string; value: string };
  blocks: { number: bigint; hash: string; parent_hash: string; time: bigint };
  requests: RequestTable;
  orders: OrderTable;
  reports: ReportTable;
  answers: { report_key: string; root: string; deadline: bigint };
  signatures: SignatureTable;
  transactions: TransactionTable;
  attempts: AttemptTable;
  blobs: { digest: string; bytes: Uint8Array };
  roots: RootTable;
  programs: { manifest_digest: string; stateful: boolean };
  seats: { name: string; epoch: bigint; owner: string };
  peers: { url: string; instance: string; cursor: bigint };
}

export interface RequestTable {
  id: bigint;
  state: string;
  collection: string;
  token_id: string;
  requester: string;
  manifest_digest: string;
  request_hash: string;
  input_digest: string;
  max_output_bytes: bigint;
  delivery: bigint;
  agreement: bigint;
  deadline: bigint;
  block_number: bigint;
  block_hash: string;
  block_time: bigint;
  base_sequence: bigint | null;
  runs: Generated<bigint>;
  lease_owner: string | null;
  /** As `retry_at`: milliseconds of the database's clock, which all machines share. */
  lease_until: bigint | null;
  retry_at: bigint | null;
  status: bigint | null;
  result_digest: string | null;
  result_size: bigint | null;
  state_digest: string | null;
  landed_status: bigint | null;
  landed_digest: string | null;
  landed_answer: string | null;
  landed_block: bigint | null;
  landed_block_hash: string | null;
  landed_time: bigint | null;
  landed_tx: string | null;
  settled: Generated<boolean>;
  note: string | null;
}

export interface OrderTable {
  request_id: bigint;
  state: string;
  request_hash: string;
  amount: string;
  callback_gas: bigint;
  encoded: string;
  hash: string;
  block_number: bigint;
  block_hash: string;
  block_time: bigint;
  due_at: bigint | null;
}

export interface ReportTable {
  key: string;
  kind: string;
  request_id: bigint;
  state: string;
  sequence: bigint | null;
  deadline: bigint | null;
  config_version: bigint | null;
  digest: string | null;
  attestation: string | null;
  quorum_at: bigint | null;
  /** How a result is to be signed. */
  lane: Generated<string>;
  /** The batch under which a result was signed last. */
  carrier: string | null;
  /** Requests that a batch is about; 1 for any other report. */
  count: Generated<bigint>;
  /** Root over a batch, as it is committed; null for any other report. */
  root: string | null;
}

export interface RootTable {
  first_id: bigint;
  count: bigint;
  root: string;
  config_version: bigint;
  tx_hash: string;
  block_number: bigint;
  block_hash: string;
  block_time: bigint;
}

export interface SignatureTable {
  id: Generated<bigint>;
  digest: string;
  signer: string;
  signature: string;
  own: boolean;
  report_key: string;
  config_version: bigint;
  deadline: bigint;
  first_id: bigint;
  count: bigint;
  root: string;
  /** Whether a report of ours has this digest. */
  matched: Generated<boolean>;
}

export interface TransactionTable {
  id: Generated<bigint>;
  report_key: string;
  sender: string;
  nonce: bigint;
  target: string;
  data: string;
  gas_limit: bigint;
  state: string;
  included_hash: string | null;
  included_block: bigint | null;
  included_block_hash: string | null;
}

export interface AttemptTable {
  hash: string;
  transaction_id: bigint;
  raw: string;
  max_fee: string;
  max_priority_fee: string;
  created_at: bigint;
}
