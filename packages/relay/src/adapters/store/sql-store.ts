import type { Store } from "../../ports/store.ts";
import { SqlBatchLedger } from "./batch-ledger.ts";
import { SqlBlobStore } from "./blob-store.ts";
import { SqlChainLedger } from "./chain-ledger.ts";
import type { Database } from "./database.ts";
import { SqlOrderLedger } from "./order-ledger.ts";
import { SqlPeerBook } from "./peer-book.ts";
import { SqlReportLedger } from "./report-ledger.ts";
import { SqlRequestLedger } from "./request-ledger.ts";
import { SqlTransactionLedger } from "./transaction-ledger.ts";

/** The store over one open database. */
export function sqlStore(database: Database): Store {
  return {
    chain: new SqlChainLedger(database),
    requests: new SqlRequestLedger(database),
    orders: new SqlOrderLedger(database),
    reports: new SqlReportLedger(database),
    batches: new SqlBatchLedger(database),
    transactions: new SqlTransactionLedger(database),
    blobs: new SqlBlobStore(database),
    peers: new SqlPeerBook(database),
  };
}
