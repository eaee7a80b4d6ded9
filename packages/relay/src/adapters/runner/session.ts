import { lstat, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ContainerFailed, ContainerTimedOut } from "../../domain/errors.ts";
import { type Answer, protocolOf, type Question, readReply } from "../../domain/protocol.ts";
import type { Program } from "../../domain/program.ts";
import { callOverSocket, isReady } from "./http-call.ts";

/** Name of the socket inside the folder that is shared with a program. */
export const SOCKET_NAME = "infer.sock";
const READY_POLL_MS = 25;

/** A started program. */
export interface StartedProgram {
  /** Settles with a reason when the program ends by itself. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** Starts a program that will listen on the socket in `folder`. */
export type StartProgram = (folder: string) => Promise<StartedProgram>;

/**
 * One program, one question: makes a private folder for the socket, starts, waits until it is ready, asks, and always
 * stops and removes everything. Throws as `Runner.run`.
 */
export async function askOnce(
  program: Program,
  question: Question,
  start: StartProgram,
  signal: AbortSignal,
): Promise<Answer> {
  const protocol = protocolOf(program.container.protocol);
  const call = protocol.encode(question);
  const outer = await mkdtemp(join(tmpdir(), "ainft-run-"));
  // The outer folder is this user's alone; the inner one may be written by whatever user the program runs as.
  const folder = join(outer, "socket");
  await mkdir(folder, { mode: 0o777 });
  let started: StartedProgram | undefined;
  try {
    await chmodOpen(folder);
    started = await start(folder);
    const socket = join(folder, SOCKET_NAME);
    const died = started.ended.then((reason) => {
      throw new ContainerFailed("ENDED", reason);
    });
    died.catch(() => undefined);
    await Promise.race([waitReady(socket, program.limits.startupMs, signal), died]);
    await checkSocket(socket);
    const limits = { timeoutMs: program.limits.timeoutMs, maxBytes: program.limits.maxAnswerBytes };
    const reply = await Promise.race([callOverSocket(socket, call, limits, signal), died]);
    return readReply(protocol, reply);
  } finally {
    await started?.stop();
    await rm(outer, { recursive: true, force: true });
  }
}

async function chmodOpen(folder: string): Promise<void> {
  const { chmod } = await import("node:fs/promises");
  await chmod(folder, 0o777); // mkdir's mode is cut by the umask
}

async function waitReady(socket: string, startupMs: number, signal: AbortSignal): Promise<void> {
  const end = Date.now() + startupMs;
  while (!(await isReady(socket))) {
    signal.throwIfAborted();
    if (Date.now() > end) throw new ContainerTimedOut("start", startupMs);
    await sleep(READY_POLL_MS);
  }
}

/** The program owns the folder: what it calls a socket could be a link to somebody else's. */
async function checkSocket(socket: string): Promise<void> {
  if (!(await lstat(socket)).isSocket()) {
    throw new ContainerFailed("SOCKET_FOLDER_MISUSED", `${SOCKET_NAME} is not a socket`);
  }
}
