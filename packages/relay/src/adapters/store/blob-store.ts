import { bytesDigest, type Bytes32 } from "ainft-core";
import type { Blob } from "../../domain/execution.ts";
import type { BlobStore } from "../../ports/store.ts";
import type { Database } from "./database.ts";

export class SqlBlobStore implements BlobStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Bytes are hashed again on every read: what is rotten is as good as absent. */
  async get(digest: Bytes32): Promise<Uint8Array | null> {
    const row = await this.#db.selectFrom("blobs").select("bytes").where("digest", "=", digest).executeTakeFirst();
    return row !== undefined && bytesDigest(row.bytes) === digest ? row.bytes : null;
  }

  async put({ digest, bytes }: Blob): Promise<void> {
    await this.#db
      .insertInto("blobs")
      .values({ digest, bytes })
      .onConflict((conflict) => conflict.column("digest").doUpdateSet({ bytes }))
      .execute();
  }
}
