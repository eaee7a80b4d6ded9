import { link, mkdir, open, readFile, rename, rm, unlink } from "node:fs/promises";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import { StartRefused } from "../../config/errors.ts";
import { livingProcess, processIdentity } from "../process-identity.ts";

/** Another relay works in this data folder. Two would sign and send over each other. */
export class DataFolderLocked extends StartRefused {
  override readonly code = "DATA_FOLDER_LOCKED";
  readonly folder: string;
  /** Process that holds the folder. */
  readonly pid: number;

  constructor(folder: string, pid: number) {
    super(`Data folder ${folder} is in use by process ${pid}. Stop that relay, or give this one a folder of its own.`);
    this.folder = folder;
    this.pid = pid;
  }
}

/** A held data folder. */
export interface DataLock {
  readonly release: () => Promise<void>;
}

const LOCK_FILE = "relay.lock";

/**
 * Takes a data folder for this process. A lock whose process is gone (kill -9, power loss) is taken over.
 * Throws {@link DataFolderLocked}.
 */
export async function lockDataFolder(folder: string): Promise<DataLock> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, LOCK_FILE);
  const claim = join(folder, `${LOCK_FILE}.${randomUUID()}`);
  const content = processIdentity(process.pid);
  await writeDurably(claim, content);
  try {
    while (!(await linked(claim, path))) await removeStale(folder, path);
  } finally {
    await rm(claim, { force: true });
  }
  return { release: async () => releaseLock(path, content) };
}

async function writeDurably(path: string, content: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Linking is the one step that only one process can win. */
async function linked(claim: string, path: string): Promise<boolean> {
  try {
    await link(claim, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

async function removeStale(folder: string, path: string): Promise<void> {
  const judged = await readIfThere(path);
  if (judged === undefined) return;
  const pid = livingProcess(judged);
  if (pid !== undefined) throw new DataFolderLocked(folder, pid);
  const aside = join(folder, `${LOCK_FILE}.${randomUUID()}`);
  await rename(path, aside).catch((error: unknown) => {
    if (codeOf(error) !== "ENOENT") throw error;
  });
  const moved = await readIfThere(aside);
  if (moved !== undefined && moved !== judged) {
    // Somebody took the stale lock over in between, and what was moved aside is theirs: put it back.
    await linked(aside, path);
  }
  await rm(aside, { force: true });
}

async function releaseLock(path: string, content: string): Promise<void> {
  if ((await readIfThere(path)) === content) await unlink(path);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
