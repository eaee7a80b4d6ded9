import pg from "pg";
import type { Seats } from "../../ports/system.ts";
import type { EpochFence } from "./fence.ts";
import { connectionOf } from "./postgres.ts";
import { lookInto, type Schema } from "./schema.ts";

/** Time after which a connection that does not answer counts as lost, and with it every seat. */
const ANSWER_TIMEOUT_MS = 5_000;

/**
 * Seats as session locks of PostgreSQL, all on one connection: the server frees them the moment that connection ends,
 * and it ends with the process. When the machine is gone, the server notices by the silence within half a minute.
 * A pooler that shares connections between clients would break this: relays connect directly.
 */
export class PostgresSeats implements Seats {
  readonly #url: string;
  readonly #owner: string;
  readonly #fence: EpochFence;
  readonly #schema: Schema;
  readonly #held = new Set<string>();
  #client: pg.Client | null = null;

  constructor(url: string, owner: string, fence: EpochFence, schema: Schema = null) {
    this.#url = url;
    this.#owner = owner;
    this.#fence = fence;
    this.#schema = schema;
  }

  /** Whether this process sits there, having tried to. A lost connection only means no. */
  async hold(seat: string): Promise<boolean> {
    try {
      const client = this.#client ?? (await this.#connect());
      if (this.#held.has(seat)) {
        await client.query("select 1");
        return this.#client === client;
      }
      return await this.#sitDown(client, seat);
    } catch {
      this.#lose();
      return false;
    }
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#forget();
    await client?.end();
  }

  async #sitDown(client: pg.Client, seat: string): Promise<boolean> {
    const { rows } = await client.query<{ free: boolean }>(
      "select pg_try_advisory_lock(hashtextextended($1, 0)) as free",
      [`ainft-relay ${this.#schema === null ? seat : `${this.#schema} ${seat}`}`], // locks are the whole database's
    );
    if (rows[0]?.free !== true) return false;
    const taken = await client.query<{ epoch: bigint }>(
      `insert into seats (name, epoch, owner) values ($1, 1, $2)
       on conflict (name) do update set epoch = seats.epoch + 1, owner = excluded.owner returning epoch`,
      [seat, this.#owner],
    );
    this.#fence.take(seat, taken.rows[0]?.epoch ?? 0n);
    this.#held.add(seat);
    return true;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({ ...connectionOf(this.#url), query_timeout: ANSWER_TIMEOUT_MS });
    const lost = (): void => {
      if (this.#client === client) this.#forget();
    };
    client.on("error", lost);
    client.on("end", lost);
    await client.connect();
    for (const setting of ["tcp_keepalives_idle = 10", "tcp_keepalives_interval = 5", "tcp_keepalives_count = 3"]) {
      await client.query(`set ${setting}`);
    }
    if (this.#schema !== null) await client.query(lookInto(this.#schema));
    this.#client = client;
    return client;
  }

  /** Nothing waits for a server that may never answer. */
  #lose(): void {
    const client = this.#client;
    this.#forget();
    client?.end().catch(() => undefined);
  }

  #forget(): void {
    this.#client = null;
    this.#held.clear();
    this.#fence.leave();
  }
}
