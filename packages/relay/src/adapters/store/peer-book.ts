import { randomUUID } from "node:crypto";
import type { PeerBook } from "../../ports/store.ts";
import type { Database } from "./database.ts";

export class SqlPeerBook implements PeerBook {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async instance(): Promise<string> {
    const fresh = randomUUID();
    return (await this.#putOnce("instance", fresh)) ?? fresh;
  }

  async progress(url: string): Promise<{ instance: string; cursor: bigint } | null> {
    const row = await this.#db.selectFrom("peers").selectAll().where("url", "=", url).executeTakeFirst();
    return row === undefined ? null : { instance: row.instance, cursor: row.cursor };
  }

  async setProgress(url: string, instance: string, cursor: bigint): Promise<void> {
    await this.#db
      .insertInto("peers")
      .values({ url, instance, cursor })
      .onConflict((conflict) => conflict.column("url").doUpdateSet({ instance, cursor }))
      .execute();
  }

  async bind(to: "oracle" | "reporter", name: string): Promise<string | null> {
    return this.#putOnce(to, name);
  }

  /** Writes a value the first time; later answers what was written then. */
  async #putOnce(key: string, value: string): Promise<string | null> {
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto("meta")
      .values({ key, value })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 1n) return null;
    const row = await this.#db.selectFrom("meta").select("value").where("key", "=", key).executeTakeFirstOrThrow();
    return row.value;
  }
}
