import type { Store } from "../../ports/store.ts";
import { SqlActivityLedger } from "./activity-ledger.ts";
import { SqlBatchLedger } from "./batch-ledger.ts";
import { SqlBlobStore } from "./blob-store.ts";
import { SqlChainLedger } from "./chain-ledger.ts";
import type { Database } from "./database.ts";
import { type Fence, NO_FENCE } from "./fence.ts";
import { SqlOrderLedger } from "./order-ledger.ts";
import { SqlPeerBook } from "./peer-book.ts";
import { SqlReportLedger } from "./report-ledger.ts";
import { type LeaseTerms, SqlRequestLedger } from "./request-ledger.ts";
import { SqlTransactionLedger } from "./transaction-ledger.ts";

/** Whoever has the database for itself needs no more. */
const ALONE: LeaseTerms = { owner: "alone", ms: 30_000 };

/** The store over one open database. */
export function sqlStore(database: Database, leases = ALONE, fence: Fence = NO_FENCE): Store {
  return {
    chain: new SqlChainLedger(database, fence),
    requests: new SqlRequestLedger(database, leases),
    orders: new SqlOrderLedger(database),
    reports: new SqlReportLedger(database),
    batches: new SqlBatchLedger(database),
    transactions: new SqlTransactionLedger(database, fence),
    activity: new SqlActivityLedger(database),
    blobs: new SqlBlobStore(database),
    peers: new SqlPeerBook(database),
  };
}
