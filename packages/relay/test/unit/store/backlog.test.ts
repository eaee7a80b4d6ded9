import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Delivery } from "ainft-core";
import { sql } from "kysely";
import { Wallet } from "ethers";
import { WalletReportSigner } from "../../../src/adapters/signer/signers.ts";
import { sqlStore } from "../../../src/adapters/store/sql-store.ts";
import { Attestor } from "../../../src/application/attestor.ts";
import { Batcher } from "../../../src/application/batcher.ts";
import { Gatherer } from "../../../src/application/gatherer.ts";
import { Ingest } from "../../../src/application/ingest.ts";
import { Programs } from "../../../src/application/programs.ts";
import { Settler } from "../../../src/application/settler.ts";
import { Submitter } from "../../../src/application/submitter.ts";
import { contextOf, type TestContext } from "../support/fakes.ts";
import { asked, block, COLLECTION, word } from "../support/requests.ts";
import { TestStore } from "../support/store.ts";
import { WITHOUT_POSTGRES } from "../../helpers/postgres.ts";

const WAITING = 100_000;
/** Most rows that one statement may answer. */
const MOST_ROWS = 4_096;
/** Above what a round may hold, far below what all the requests are: one is more than a kilobyte. */
const MOST_BYTES = 24 * 1_048_576;
const NEVER = new AbortController().signal;
const domain = { chainId: 31_337n, oracle: COLLECTION };
const signer = new WalletReportSigner(new Wallet(`0x${"11".repeat(32)}`), domain);
const CONFIG = { version: 1n, reporters: [signer.address], threshold: 1 };

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void; // V8's own

/** Bytes of the heap that somebody still holds. */
function liveHeap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

describe("a backlog of 100,000 requests, on PostgreSQL", { skip: WITHOUT_POSTGRES }, () => {
  const database = new TestStore();
  let context: TestContext;
  let heapBefore = 0;
  let mostHeap = 0;
  let mostRows = 0;

  before(async () => {
    await database.openPostgres();
    await database.clean();
    const counting = database.database.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        mostRows = Math.max(mostRows, result.rows.length);
        if (result.rows.length === MOST_ROWS) mostHeap = Math.max(mostHeap, liveHeap());
        return Promise.resolve(result);
      },
    });
    context = contextOf(sqlStore(counting, { owner: "mine", ms: 60_000 }));
    context.chain.blocks = [block(1)];
    context.chain.requests = BigInt(WAITING);
    const request = asked({ id: 1, delivery: Delivery.DIGEST, deadline: 900_000n });
    await context.store.chain.append([block(1)], { requests: [request], landings: [], orders: [] });
    await copies();
    heapBefore = liveHeap();
  });

  after(async () => database.close());

  /** The first request, under all the other ids: each of another token, and the later it was asked the nearer its end. */
  async function copies(): Promise<void> {
    const { rows } = await sql<{ name: string }>`
      select column_name as name from information_schema.columns where table_name = 'requests'
      and column_name not in ('id', 'token_id', 'deadline')`.execute(database.database);
    const others = sql.join(rows.map(({ name }) => sql.ref(name)));
    await sql`
      insert into requests (id, token_id, deadline, ${others})
      select i, i::text, deadline - i, ${others} from requests, generate_series(2, ${WAITING}::int8) i
      where id = 1`.execute(database.database);
    await sql`analyze`.execute(database.database);
  }

  async function count(state: string): Promise<number> {
    return (await context.store.requests.counts())[state] ?? 0;
  }

  it("is confirmed in one round, in parts", async () => {
    await new Ingest(context, 0n).catchUp(NEVER);

    assert.equal(await count("CONFIRMED"), WAITING);
    assert.equal(context.persisted.length, WAITING);
    assert.equal(mostRows, MOST_ROWS);
  });

  it("is given to those who run it by the nearest deadline, and no more than asked for", async () => {
    const ids = (await context.store.requests.lease(64)).map(({ id }) => id);
    const more = (await context.store.requests.lease(64)).map(({ id }) => id);

    const expected = Array.from({ length: 128 }, (_, index) => BigInt(WAITING - index));
    assert.deepEqual([...ids, ...more], expected);
  });

  it("that was answered by others is passed over in parts", async () => {
    await sql`
      update requests set landed_status = 0, landed_digest = ${word(9)}, landed_block = 1, landed_block_hash = block_hash,
        landed_time = block_time, landed_tx = ${word(8)} where id % 4 = 0`.execute(database.database);
    context.persisted.length = 0;
    await settler().settle({ head: block(1), confirmed: block(1) });

    assert.equal(await count("SUPERSEDED"), WAITING / 4 - 32);
    assert.equal(context.persisted.length, WAITING / 4 - 32);
  });

  it("of which everything was run is signed and brought on, some at a time", async () => {
    await sql`
      update requests set state = 'EXECUTED', status = 0, result_digest = ${word(9)}, result_size = 10
      where state = 'CONFIRMED'`.execute(database.database);
    await sql`
      insert into reports (key, kind, request_id, state, deadline, lane)
      select 'result:' || id, 'result', id, 'EXECUTED', deadline, case when id % 4 = 1 then 'single' else 'batch' end
      from requests where state = 'EXECUTED'`.execute(database.database);
    const view = { head: block(1), confirmed: block(1) };
    const parts = { signer, domain, announce: () => undefined, size: 256n, windowSeconds: 0n, patienceMs: 10_000 };
    await settler().settle(view);
    await new Attestor(context, signer, domain, () => undefined).attest(view, CONFIG);
    await new Batcher(context, parts).batch(view, CONFIG);
    await new Gatherer(context, [], domain).gather(CONFIG);
    await new Submitter(context, null).submit(view, CONFIG);

    const { "result:QUORUM": done = 0, "result:EXECUTED": waiting = 0 } = await context.store.reports.counts();
    assert.deepEqual([done, waiting > WAITING / 2], [512, true]);
  });

  it("that nobody ran in time expires in parts", async () => {
    await sql`update requests set state = 'CONFIRMED' where state = 'EXECUTED' and not settled`.execute(
      database.database,
    );
    context.chain.blocks = [block(1), { ...block(2), time: 1_000_000n }];
    const left = await count("CONFIRMED");
    context.persisted.length = 0;
    await new Ingest(context, 0n).catchUp(NEVER);

    assert.equal(await count("EXPIRED"), left);
    assert.ok(left > WAITING / 2);
  });

  it("never had a statement answer more rows than a part has, nor a round hold all of it", () => {
    assert.ok(mostRows <= MOST_ROWS, `${mostRows} rows`);
    assert.ok(mostHeap - heapBefore < MOST_BYTES, `${(mostHeap - heapBefore) / 1_048_576} MiB`);
  });

  function settler(): Settler {
    const content = { manifest: async () => Promise.reject(new Error("not here")), modelFolder: async () => "" };
    return new Settler(context, new Programs(content, context.store.requests));
  }
});
