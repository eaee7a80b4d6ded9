import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UnsupportedProgram } from "../../domain/errors.ts";
import type { Answer, Question } from "../../domain/protocol.ts";
import type { Program } from "../../domain/program.ts";
import type { RunFacts, Runner } from "../../ports/system.ts";
import { livingProcess, processIdentity } from "../process-identity.ts";
import { askOnce, Session, type StartedProgram } from "./session.ts";
import type { SocketFolder } from "./socket-folder.ts";

const FACTS: RunFacts = { runner: "plain process", imageDigest: undefined };

/**
 * Runs a program as a plain process of this user, with no confinement beyond time and output limits.
 * Warning: for local chains only; the configuration is refused anywhere else.
 */
export class ProcessRunner implements Runner {
  readonly #commands: Readonly<Record<string, readonly string[]>>;
  readonly #runs: string;

  /** `commands` maps an image's name without digest to a command line; `runs` is a folder for what is running. */
  constructor(commands: Readonly<Record<string, readonly string[]>>, runs: string) {
    this.#commands = commands;
    this.#runs = runs;
  }

  async run(
    program: Program,
    question: Question,
    modelDir: string,
    signal: AbortSignal,
  ): Promise<Answer & { facts: RunFacts }> {
    const [name = ""] = program.container.image.split("@");
    const command = Object.hasOwn(this.#commands, name) ? this.#commands[name] : undefined;
    if (command === undefined) throw new UnsupportedProgram(`runner.commands has no "${name}"`);
    const start = async (folder: SocketFolder): Promise<StartedProgram> => this.#start(command, folder, modelDir);
    const answer = await askOnce(program, question, async (stop) => Session.open(program, start, stop), signal);
    return { ...answer, facts: FACTS };
  }

  /** A killed relay cannot take its programs with it: the next one does, by the identities that were written down. */
  async cleanUp(): Promise<void> {
    for (const name of await readdir(this.#runs).catch(() => [])) {
      const file = join(this.#runs, name);
      killGroup(livingProcess(await readFile(file, "utf8")));
      await rm(file, { force: true });
    }
  }

  async #start(
    [command = "", ...args]: readonly string[],
    folder: SocketFolder,
    modelDir: string,
  ): Promise<StartedProgram> {
    const child = spawn(command, args, {
      detached: true, // a process group of its own, so that everything it starts ends with it
      stdio: "ignore",
      env: { PATH: process.env["PATH"], AINFT_SOCKET: folder.socket, AINFT_MODEL_DIR: modelDir },
    });
    const ended = endOf(child);
    const note = await this.#note(child.pid);
    return {
      ended,
      excuse: async () => Promise.resolve(undefined),
      stop: async () => {
        killGroup(child.pid);
        await ended;
        await rm(note, { force: true });
      },
    };
  }

  async #note(pid: number | undefined): Promise<string> {
    await mkdir(this.#runs, { recursive: true, mode: 0o700 });
    const file = join(this.#runs, String(pid));
    if (pid !== undefined) await writeFile(file, processIdentity(pid));
    return file;
  }
}

async function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(`the program did not start (${error.message})`));
    child.once("exit", (code, killedBy) => resolve(`the program ended (${killedBy ?? `exit code ${code ?? "?"}`})`));
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group has ended already.
  }
}
