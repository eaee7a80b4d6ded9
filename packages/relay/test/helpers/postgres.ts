import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { freePort, until } from "./time.ts";

const execute = promisify(execFile);
const DEBIAN = "/usr/lib/postgresql";
const USER = "relay";
/** The password of every test cluster: nothing of it may ever be printed. */
export const POSTGRES_PASSWORD = "pw-of-the-test-cluster";

/** The folder of PostgreSQL's programs; undefined where there are none. With AINFT_REQUIRE_POSTGRES=1 that is an error. */
export function findPostgres(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((left, right) => Number(right) - Number(left)) : [];
  const folders = [...versions.map((version) => join(DEBIAN, version, "bin")), "/usr/local/bin", "/usr/bin"];
  const found = folders.find((folder) => existsSync(join(folder, "postgres")) && existsSync(join(folder, "initdb")));
  if (found === undefined && process.env["AINFT_REQUIRE_POSTGRES"] === "1") {
    throw new Error("PostgreSQL is missing, and AINFT_REQUIRE_POSTGRES=1 forbids to go without it.");
  }
  return found;
}

/** What a test that needs PostgreSQL says when it is skipped; false when it is not. */
export const WITHOUT_POSTGRES = findPostgres() === undefined ? "PostgreSQL is not installed" : false;

/** A PostgreSQL server of the test's own, on loopback, gone with the test. */
export class PostgresCluster {
  readonly #folder: string;
  readonly #port: number;
  readonly #bin: string;
  readonly #owner: Owner;
  #server: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #databases = 0;

  private constructor(parts: { folder: string; port: number; bin: string; owner: Owner }) {
    this.#folder = parts.folder;
    this.#port = parts.port;
    this.#bin = parts.bin;
    this.#owner = parts.owner;
  }

  /** `durable` for figures that mean something; tests do without forced writes. */
  static async start({ durable = false } = {}): Promise<PostgresCluster> {
    const bin = findPostgres();
    if (bin === undefined) throw new Error("PostgreSQL is not installed.");
    const folder = await mkdtemp(join(tmpdir(), "ainft-postgres-"));
    const owner = ownerOfServers();
    const password = join(folder, "password");
    await writeFile(password, POSTGRES_PASSWORD, { mode: 0o600 });
    await chmod(folder, 0o700);
    for (const path of [folder, password]) if (owner.uid !== undefined) await chown(path, owner.uid, owner.gid ?? 0);
    const options = ["-D", join(folder, "data"), "-U", USER, "-A", "scram-sha-256", `--pwfile=${password}`];
    await execute(join(bin, "initdb"), [...options, "-E", "UTF8", "--no-sync"], { ...owner, cwd: folder });
    const cluster = new PostgresCluster({ folder, port: await freePort(), bin, owner });
    await cluster.up(durable ? [] : ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]);
    return cluster;
  }

  /** The address of a database. */
  url(database = "postgres"): string {
    return `postgresql://${USER}:${POSTGRES_PASSWORD}@127.0.0.1:${this.#port}/${database}`;
  }

  /** Makes an empty database, and answers its address. With a folder, its tables and indexes lie there. */
  async createDatabase(folder?: string): Promise<string> {
    const name = `relay_${(this.#databases += 1)}`;
    if (folder !== undefined) {
      const { uid, gid } = this.#owner;
      const place = join(folder, name);
      await mkdir(place, { mode: 0o700 });
      if (uid !== undefined) await chown(place, uid, gid ?? 0);
      await this.admin((client) => client.query(`create tablespace ${name} location '${place}'`));
    }
    const where = folder === undefined ? "" : ` tablespace ${name}`;
    await this.admin((client) => client.query(`create database ${name}${where}`));
    return this.url(name);
  }

  /** Does something as the superuser. */
  async admin<T>(work: (client: pg.Client) => Promise<T>, database?: string): Promise<T> {
    const client = new pg.Client({ connectionString: this.url(database) });
    client.on("error", () => undefined); // the test may end the server's processes
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  /** Ends every connection to a database, as an operator or a failover would. Answers how many. */
  async cutConnections(url: string): Promise<number> {
    const name = new URL(url).pathname.slice(1);
    const { rowCount } = await this.admin((client) =>
      client.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [name]),
    );
    return rowCount ?? 0;
  }

  /** The same for every database of the tests. Answers how many. */
  async cutAll(): Promise<number> {
    const { rowCount } = await this.admin((client) =>
      client.query("select pg_terminate_backend(pid) from pg_stat_activity where datname like 'relay\\_%'"),
    );
    return rowCount ?? 0;
  }

  /** Starts the server, also again after {@link down}. */
  async up(settings: readonly string[] = []): Promise<void> {
    const local = ["-c", "listen_addresses=127.0.0.1", "-c", `port=${this.#port}`];
    const options = ["-D", join(this.#folder, "data"), ...local, "-c", `unix_socket_directories=${this.#folder}`];
    const server = spawn(join(this.#bin, "postgres"), [...options, "-c", "max_connections=200", ...settings], {
      ...this.#owner,
      cwd: this.#folder,
      stdio: "ignore",
    });
    process.once("exit", () => server.kill("SIGKILL"));
    this.#server = server;
    this.#ended = new Promise((done) => server.once("exit", () => done()));
    await until("PostgreSQL", 30_000, async () => this.admin(async () => Promise.resolve(true)));
  }

  /** Stops the server without waiting for its clients. */
  async down(): Promise<void> {
    this.#server?.kill("SIGQUIT");
    await this.#ended;
  }

  async close(): Promise<void> {
    await this.down();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package made, or as nobody. */
function ownerOfServers(): Owner {
  if (process.getuid?.() !== 0) return {};
  for (const name of ["postgres", "nobody"]) {
    const [uid, gid] = ["-u", "-g"].map((option) => Number(spawnSync("id", [option, name]).stdout.toString() || "x"));
    if (Number.isInteger(uid) && Number.isInteger(gid)) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error("There is no user for PostgreSQL to run as.");
}
