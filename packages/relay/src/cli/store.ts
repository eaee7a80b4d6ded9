import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { lockDataFolder } from "../adapters/store/data-lock.ts";
import { openEngine } from "../adapters/store/embedded.ts";
import { EpochFence } from "../adapters/store/fence.ts";
import { type Figures, readFigures } from "../adapters/store/figures.ts";
import { openPostgres } from "../adapters/store/postgres.ts";
import { type Schema, schemaOf } from "../adapters/store/schema.ts";
import { PostgresSeats } from "../adapters/store/seats.ts";
import { sqlStore } from "../adapters/store/sql-store.ts";
import { SecretUnavailable } from "../config/errors.ts";
import type { RelayConfig } from "../config/schema.ts";
import type { Store } from "../ports/store.ts";
import type { Seats } from "../ports/system.ts";
import type { ChainSide } from "./adapters.ts";
import { Closers } from "./closers.ts";
import { DatabaseOfAnother, DataFolderOfAnother } from "./errors.ts";

const DEFAULT_URL_ENV = "DATABASE_URL";
const DEFAULT_POOL_SIZE = 10;
/** Of a database that no other process can open. */
const EVERY_SEAT: Seats = { hold: async () => Promise.resolve(true) };
/** Of a relay that only runs containers. */
const NO_SEAT: Seats = { hold: async () => Promise.resolve(false) };

/** An open store, and what this process may do in it. */
export interface StoreSide {
  readonly store: Store;
  readonly seats: Seats;
  readonly figures: () => Promise<Figures>;
  /** Gives up every seat. Never rejects. */
  readonly leave: () => Promise<void>;
}

/** The database of a process, in which the rows of each chain are apart. */
export interface Storage {
  /** Opens what belongs to a chain, and ties it to the chain's oracle. Throws a `StartRefused` subclass. */
  of(config: RelayConfig, chain: ChainSide, closers: Closers): Promise<StoreSide>;
}

/** A PostgreSQL database as the configuration and the environment name it; null for the embedded one. */
export function postgresOf(
  { database }: RelayConfig,
  env: NodeJS.ProcessEnv = process.env,
): { readonly url: string; readonly poolSize: number } | null {
  const urlEnv = database?.urlEnv ?? DEFAULT_URL_ENV;
  const url = env[urlEnv];
  if (url !== undefined && url !== "") return { url, poolSize: database?.poolSize ?? DEFAULT_POOL_SIZE };
  if (database !== undefined) throw new SecretUnavailable(`environment variable ${urlEnv}`, "it is not set");
  return null;
}

/** Takes the data folder, and its database or the one that machines share. Throws a `StartRefused` subclass. */
export async function openStorage(config: RelayConfig, closers: Closers): Promise<Storage> {
  const { dataDir } = config;
  const lock = await lockDataFolder(dataDir);
  closers.add(async () => lock.release());
  const owner = await ownerOf(dataDir);
  const shared = postgresOf(config);
  const open = shared === null ? await embedded(dataDir, owner, closers) : opener(shared, owner);
  return {
    of: async (of, chain, ownClosers) => {
      const side = await sideOf(open, of, chain, { shared: shared !== null, closers: ownClosers });
      return of.role === "executor" ? { ...side, seats: NO_SEAT } : side;
    },
  };
}

/** As {@link openStorage} for a command beside running relays: on PostgreSQL the data folder is left alone. */
export async function openStorageBeside(config: RelayConfig, closers: Closers): Promise<Storage> {
  const shared = postgresOf(config);
  if (shared === null) return openStorage(config, closers);
  const open = opener(shared, `command ${randomUUID()}`);
  return { of: async (of, chain, ownClosers) => sideOf(open, of, chain, { shared: true, closers: ownClosers }) };
}

/** Opens one schema; leases made through it last so long. */
type OpenSchema = (schema: Schema, leaseMs: number, closers: Closers) => Promise<StoreSide>;

async function embedded(dataDir: string, owner: string, closers: Closers): Promise<OpenSchema> {
  const engine = await openEngine(dataDir);
  closers.add(async () => engine.close());
  return async (schema, ms) => {
    const database = await engine.database(schema);
    const store = sqlStore(database, { owner, ms });
    return {
      store,
      seats: EVERY_SEAT,
      figures: async () => readFigures(database),
      leave: async () => Promise.resolve(),
    };
  };
}

function opener(shared: { readonly url: string; readonly poolSize: number }, owner: string): OpenSchema {
  return async (schema, ms, closers) => {
    const database = await openPostgres({ ...shared, schema });
    closers.add(async () => database.destroy());
    const fence = new EpochFence();
    const seats = new PostgresSeats(shared.url, owner, fence, schema);
    closers.add(async () => seats.close());
    const store = sqlStore(database, { owner, ms }, fence);
    const leave = async (): Promise<void> => seats.close().catch(() => undefined);
    return { store, seats, figures: async () => readFigures(database), leave };
  };
}

/**
 * Where a chain's rows are. The first chain that a database ever served has its default schema, in which a database of
 * one chain has everything; each other chain has a schema of its own.
 */
async function sideOf(
  open: OpenSchema,
  config: RelayConfig,
  chain: ChainSide,
  { shared, closers }: { readonly shared: boolean; readonly closers: Closers },
): Promise<StoreSide> {
  const leaseMs = config.limits.leaseSeconds * 1_000;
  const { chainId, oracle } = chain.domain;
  const identity = `${oracle} on chain ${chainId} (${chain.genesis})`;
  const looking = new Closers();
  closers.add(async () => looking.closeAll());
  let side = await open(null, leaseMs, looking);
  let bound = await side.store.peers.bind("oracle", identity);
  if (bound !== null && !bound.includes(` on chain ${chainId} `)) {
    await looking.closeAll();
    side = await open(schemaOf(chainId), leaseMs, closers);
    bound = await side.store.peers.bind("oracle", identity);
  }
  if (bound !== null && bound !== identity) throw new DataFolderOfAnother(config.dataDir, bound);
  if (shared && chain.signer !== null) await bindReporter(side.store, chain.signer.address);
  return side;
}

/** Signatures of another key would be mistaken for ours. */
async function bindReporter({ peers }: Store, address: string): Promise<void> {
  const bound = await peers.bind("reporter", address);
  if (bound !== null && bound !== address) throw new DatabaseOfAnother(bound);
}

/** Names the data folder in leases. A relay that starts again in it takes back what it had leased. */
async function ownerOf(dataDir: string): Promise<string> {
  const file = join(dataDir, "owner");
  try {
    return (await readFile(file, "utf8")).trim();
  } catch {
    const owner = randomUUID();
    await writeFile(file, owner, { mode: 0o600 });
    return owner;
  }
}
