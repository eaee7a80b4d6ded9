import { setTimeout as sleep } from "node:timers/promises";
import { ContainerFailed, ContainerTimedOut } from "../../domain/errors.ts";
import {
  type Answer,
  type Call,
  protocolOf,
  type Question,
  type Readiness,
  type Reply,
  readReply,
} from "../../domain/protocol.ts";
import type { Program, RunLimits } from "../../domain/program.ts";
import { callOverSocket, isReady } from "./http-call.ts";
import { checkFolder, openSocketFolder, type SocketFolder } from "./socket-folder.ts";

const READY_POLL_MS = 25;

/** A started program. */
export interface StartedProgram {
  /** Settles with a reason when the program ends by itself. */
  readonly ended: Promise<string>;
  /** Why nothing that went wrong so far can be held against the program; undefined when there is no such reason. */
  excuse(): Promise<Error | undefined>;
  stop(): Promise<void>;
}

/** Starts a program that will listen on the socket in the folder. */
export type StartProgram = (folder: SocketFolder) => Promise<StartedProgram>;

/** Opens a session; ends it early when the signal fires. */
export type OpenSession = (signal: AbortSignal) => Promise<Session>;

/**
 * Puts one question to a program that is started for it, and always stops and removes everything. Throws as `Runner.run`.
 */
export async function askOnce(
  program: Program,
  question: Question,
  open: OpenSession,
  signal: AbortSignal,
): Promise<Answer> {
  const protocol = protocolOf(program.container.protocol);
  const call = protocol.encode(question);
  const session = await open(signal);
  try {
    return readReply(protocol, await session.ask(call, program.limits, signal));
  } finally {
    await session.close();
  }
}

/** A program that runs and has said that it is ready, with a private folder for its socket. It takes one question. */
export class Session {
  /** Rejects with {@link ContainerFailed} when the program ends by itself or misuses its folder. Never resolves. */
  readonly broken: Promise<never>;
  readonly #folder: SocketFolder;
  readonly #started: StartedProgram;
  readonly #ready: Readiness;
  #isBroken = false;

  private constructor(ready: Readiness, folder: SocketFolder, started: StartedProgram) {
    this.#folder = folder;
    this.#started = started;
    this.#ready = ready;
    const died = started.ended.then((reason): never => {
      throw new ContainerFailed("ENDED", reason);
    });
    this.broken = Promise.race([died, folder.misused]);
    this.broken.catch(() => (this.#isBroken = true)); // nobody may be listening yet
  }

  /** Makes the folder, starts the program, and waits until it is ready. Throws as `Runner.run`, and then leaves nothing. */
  static async open(program: Program, start: StartProgram, signal: AbortSignal): Promise<Session> {
    const { ready } = protocolOf(program.container.protocol);
    const { startupMs } = program.limits;
    const folder = await openSocketFolder();
    let session: Session;
    try {
      session = new Session(ready, folder, await start(folder));
    } catch (error) {
      await folder.remove();
      throw error;
    }
    try {
      await session.#whileWhole(async (either) => session.#waitReady(startupMs, either), signal);
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /** Whether the program still runs, says that it is ready, and has kept its folder clean. Never throws. */
  async isHealthy(): Promise<boolean> {
    const clean = async (): Promise<boolean> =>
      checkFolder(this.#folder.path).then(
        () => true,
        () => false,
      );
    return (await isReady(this.#folder.socket, this.#ready)) && (await clean()) && !this.#isBroken;
  }

  /** Throws as `Runner.run`. */
  async ask(call: Call, { timeoutMs, maxAnswerBytes: maxBytes }: RunLimits, signal: AbortSignal): Promise<Reply> {
    return this.#whileWhole(async (either) => {
      await checkFolder(this.#folder.path);
      return callOverSocket(this.#folder.socket, call, { timeoutMs, maxBytes }, either);
    }, signal);
  }

  async close(): Promise<void> {
    try {
      await this.#started.stop();
    } finally {
      await this.#folder.remove();
    }
  }

  async #waitReady(startupMs: number, signal: AbortSignal): Promise<void> {
    const end = Date.now() + startupMs;
    while (!(await isReady(this.#folder.socket, this.#ready))) {
      signal.throwIfAborted();
      if (Date.now() > end) throw new ContainerTimedOut("start", startupMs);
      await sleep(READY_POLL_MS);
    }
  }

  /** Works until it is done or the program breaks, whichever comes first. */
  async #whileWhole<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const over = new AbortController(); // what still waits when the race is decided must end too
    try {
      return await Promise.race([work(AbortSignal.any([signal, over.signal])), this.broken]);
    } catch (error) {
      const isFault = error instanceof ContainerFailed || error instanceof ContainerTimedOut;
      throw (isFault ? await this.#started.excuse() : undefined) ?? error;
    } finally {
      over.abort();
    }
  }
}
