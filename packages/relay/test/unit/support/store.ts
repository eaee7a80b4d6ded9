import { PGlite } from "@electric-sql/pglite";
import { type Database, openDatabase } from "../../../src/adapters/store/database.ts";
import { sqlStore } from "../../../src/adapters/store/sql-store.ts";
import type { Store } from "../../../src/ports/store.ts";

let template: Promise<Blob> | undefined;

/** A fresh database in memory. Making one from nothing takes seconds, so all of a process are copies of the first. */
export async function openStore(): Promise<{ readonly store: Store; readonly database: Database }> {
  template ??= makeTemplate();
  const database = await openDatabase(undefined, await template);
  return { store: sqlStore(database), database };
}

async function makeTemplate(): Promise<Blob> {
  const engine = new PGlite();
  try {
    return await engine.dumpDataDir("none");
  } finally {
    await engine.close();
  }
}
