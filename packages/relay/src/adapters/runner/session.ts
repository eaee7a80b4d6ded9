import { setTimeout as sleep } from "node:timers/promises";
import { ContainerFailed, ContainerTimedOut } from "../../domain/errors.ts";
import {
  type Answer,
  protocolOf,
  type Question,
  type Readiness,
  type Reply,
  readReply,
} from "../../domain/protocol.ts";
import type { Program } from "../../domain/program.ts";
import { callOverSocket, isReady } from "./http-call.ts";
import { checkFolder, openSocketFolder, type SocketFolder } from "./socket-folder.ts";

const READY_POLL_MS = 25;

/** A started program. */
export interface StartedProgram {
  /** Settles with a reason when the program ends by itself. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** Starts a program that will listen on the socket in the folder. */
export type StartProgram = (folder: SocketFolder) => Promise<StartedProgram>;

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
  const folder = await openSocketFolder();
  let started: StartedProgram | undefined;
  // What still waits when a race is decided must end too.
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  try {
    started = await start(folder);
    const died = started.ended.then((reason): never => {
      throw new ContainerFailed("ENDED", reason);
    });
    const conversation = async (): Promise<Reply> => {
      await waitReady(folder.socket, protocol.ready, program.limits.startupMs, either);
      await checkFolder(folder.path);
      const limits = { timeoutMs: program.limits.timeoutMs, maxBytes: program.limits.maxAnswerBytes };
      return callOverSocket(folder.socket, call, limits, either);
    };
    return readReply(protocol, await Promise.race([conversation(), died, folder.misused]));
  } finally {
    over.abort();
    await started?.stop();
    await folder.remove();
  }
}

async function waitReady(socket: string, ready: Readiness, startupMs: number, signal: AbortSignal): Promise<void> {
  const end = Date.now() + startupMs;
  while (!(await isReady(socket, ready))) {
    signal.throwIfAborted();
    if (Date.now() > end) throw new ContainerTimedOut("start", startupMs);
    await sleep(READY_POLL_MS);
  }
}
