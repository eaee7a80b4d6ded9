import { chmod, lstat, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ContainerFailed } from "../../domain/errors.ts";

/** Name of the socket inside the folder that is shared with a program. */
export const SOCKET_NAME = "infer.sock";

const WATCH_MS = 100;

/** The one folder of this machine that a program may write to. */
export interface SocketFolder {
  readonly path: string;
  readonly socket: string;
  /**
   * Rejects with {@link ContainerFailed} as soon as the folder holds anything but the socket: it is no place to store
   * things in, and what is called a socket could be a link to somebody else's. Never resolves.
   */
  readonly misused: Promise<never>;
  remove(): Promise<void>;
}

/** Makes a folder that only this user and the program can reach. */
export async function openSocketFolder(): Promise<SocketFolder> {
  const outer = await mkdtemp(join(tmpdir(), "ainft-run-"));
  // The outer folder is this user's alone; the inner one may be written by whatever user the program runs as.
  const path = join(outer, "socket");
  await mkdir(path);
  await chmod(path, 0o777); // mkdir's mode is cut by the umask
  const watch = watchFolder(path);
  return {
    path,
    socket: join(path, SOCKET_NAME),
    misused: watch.misused,
    remove: async () => {
      watch.stop();
      await rm(outer, { recursive: true, force: true });
    },
  };
}

function watchFolder(path: string): { readonly misused: Promise<never>; stop(): void } {
  const misuse = Promise.withResolvers<never>();
  misuse.promise.catch(() => undefined); // nobody may be listening yet
  const timer = setInterval(() => {
    checkFolder(path).catch((error: unknown) => misuse.reject(error));
  }, WATCH_MS);
  return { misused: misuse.promise, stop: () => clearInterval(timer) };
}

/** Throws {@link ContainerFailed} when the folder holds more than the socket. */
export async function checkFolder(path: string): Promise<void> {
  for (const name of await readdir(path).catch(() => [])) {
    const isSocket = await lstat(join(path, name)).then(
      (found) => found.isSocket(),
      () => true, // gone again
    );
    if (name !== SOCKET_NAME || !isSocket) {
      throw new ContainerFailed("SOCKET_FOLDER_MISUSED", "it writes something other than its socket there");
    }
  }
}
