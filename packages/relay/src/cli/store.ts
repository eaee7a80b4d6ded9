import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { lockDataFolder } from "../adapters/store/data-lock.ts";
import { openDatabase } from "../adapters/store/database.ts";
import { EpochFence } from "../adapters/store/fence.ts";
import { type Figures, readFigures } from "../adapters/store/figures.ts";
import { openPostgres } from "../adapters/store/postgres.ts";
import { PostgresSeats } from "../adapters/store/seats.ts";
import { sqlStore } from "../adapters/store/sql-store.ts";
import { SecretUnavailable } from "../config/errors.ts";
import type { RelayConfig } from "../config/schema.ts";
import type { Store } from "../ports/store.ts";
import type { Seats } from "../ports/system.ts";
import type { ChainSide } from "./adapters.ts";
import type { Closers } from "./closers.ts";
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

/** Takes the data folder, and opens its database or the one that machines share. Throws a `StartRefused` subclass. */
export async function openStore(config: RelayConfig, chain: ChainSide, closers: Closers): Promise<StoreSide> {
  const { dataDir } = config;
  const lock = await lockDataFolder(dataDir);
  closers.add(async () => lock.release());
  const leases = { owner: await ownerOf(dataDir), ms: config.limits.leaseSeconds * 1_000 };
  const shared = postgresOf(config);
  const side =
    shared === null ? await openEmbedded(dataDir, leases, closers) : await openShared(shared, leases, closers);
  await bind(side.store, config, chain, shared !== null);
  return config.role === "executor" ? { ...side, seats: NO_SEAT } : side;
}

/** As {@link openStore} for a command beside running relays: on PostgreSQL the data folder is left alone. */
export async function openStoreBeside(config: RelayConfig, chain: ChainSide, closers: Closers): Promise<StoreSide> {
  const shared = postgresOf(config);
  if (shared === null) return openStore(config, chain, closers);
  const side = await openShared(shared, { owner: `command ${randomUUID()}`, ms: 1_000 }, closers);
  await bind(side.store, config, chain, true);
  return side;
}

interface Leases {
  readonly owner: string;
  readonly ms: number;
}

async function openEmbedded(dataDir: string, leases: Leases, closers: Closers): Promise<StoreSide> {
  const database = await openDatabase(dataDir);
  closers.add(async () => database.destroy());
  return { store: sqlStore(database, leases), seats: EVERY_SEAT, figures: async () => readFigures(database) };
}

async function openShared(
  shared: { readonly url: string; readonly poolSize: number },
  leases: Leases,
  closers: Closers,
): Promise<StoreSide> {
  const database = await openPostgres(shared);
  closers.add(async () => database.destroy());
  const fence = new EpochFence();
  const seats = new PostgresSeats(shared.url, leases.owner, fence);
  closers.add(async () => seats.close());
  return { store: sqlStore(database, leases, fence), seats, figures: async () => readFigures(database) };
}

/** Rows of another oracle, or signatures of another key, would be mistaken for ours. */
async function bind(
  { peers }: Store,
  { dataDir }: RelayConfig,
  { domain: { chainId, oracle }, genesis, signer }: ChainSide,
  shared: boolean,
): Promise<void> {
  const identity = `${oracle} on chain ${chainId} (${genesis})`;
  const bound = await peers.bind("oracle", identity);
  if (bound !== null && bound !== identity) throw new DataFolderOfAnother(dataDir, bound);
  if (!shared || signer === null) return;
  const reporter = await peers.bind("reporter", signer.address);
  if (reporter !== null && reporter !== signer.address) throw new DatabaseOfAnother(reporter);
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
