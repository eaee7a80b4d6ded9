import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { DatabaseUnusable, openEngine } from "../../../src/adapters/store/embedded.ts";
import { sqlStore } from "../../../src/adapters/store/sql-store.ts";

const execute = promisify(execFile);
/** Above what a relay's process needs to have the engine run, and below what it takes to lay a database out. */
const MOST_MIB = 400;

/** Opens the database of a folder, has it work for a while, and prints the most memory that this took, in KiB. */
const WORK = `
  import { openEngine } from ${JSON.stringify(join(import.meta.dirname, "../../../src/adapters/store/embedded.ts"))};
  import { sqlStore } from ${JSON.stringify(join(import.meta.dirname, "../../../src/adapters/store/sql-store.ts"))};
  const engine = await openEngine(process.argv[1]);
  const store = sqlStore(await engine.database(null));
  for (let time = 0n; time < 1_000n; time += 1n) await store.requests.expire(time);
  await engine.close();
  console.log(process.resourceUsage().maxRSS);
`;

describe("the embedded database", () => {
  let folder = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "ainft-database-"));
  });

  after(async () => rm(folder, { recursive: true, force: true }));

  it("is laid out anew where a start was cut off, and worked with by a process that stays small", async () => {
    await mkdir(join(folder, "database-partial"));
    await writeFile(join(folder, "database-partial", "PG_VERSION"), "0");
    const { stdout } = await execute(process.execPath, ["--input-type=module-typescript", "-e", WORK, folder]);

    assert.ok(Number(stdout) / 1_024 < MOST_MIB, `${Number(stdout) / 1_024} MiB`);
  });

  it("is put in its place whole, and opened again as it was left", async () => {
    const first = await openEngine(folder);
    const instance = await sqlStore(await first.database(null)).peers.instance();
    await first.close();
    const again = await openEngine(folder);

    assert.equal(await sqlStore(await again.database(null)).peers.instance(), instance);
    await again.close();
    assert.deepEqual(await readdir(folder), ["database"]);
  });

  it("refuses a folder in which none can be", async () => {
    const file = join(folder, "file");
    await writeFile(file, "");

    await assert.rejects(openEngine(file), DatabaseUnusable);
  });
});
