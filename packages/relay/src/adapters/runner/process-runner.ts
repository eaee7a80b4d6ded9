import { spawn } from "node:child_process";
import { join } from "node:path";
import { UnsupportedProgram } from "../../domain/errors.ts";
import type { Answer, Question } from "../../domain/protocol.ts";
import type { Program } from "../../domain/program.ts";
import type { RunFacts, Runner } from "../../ports/system.ts";
import { askOnce, SOCKET_NAME, type StartedProgram } from "./session.ts";

const FACTS: RunFacts = { runner: "plain process", imageDigest: undefined };

/**
 * Runs a program as a plain process of this user, with no confinement beyond time and output limits.
 * Warning: for local chains only; the configuration is refused anywhere else.
 */
export class ProcessRunner implements Runner {
  readonly #commands: Readonly<Record<string, readonly string[]>>;

  /** `commands` maps an image's name without digest to a command line. */
  constructor(commands: Readonly<Record<string, readonly string[]>>) {
    this.#commands = commands;
  }

  async run(
    program: Program,
    question: Question,
    modelDir: string,
    signal: AbortSignal,
  ): Promise<Answer & { facts: RunFacts }> {
    const [name = ""] = program.container.image.split("@");
    const [command, ...args] = this.#commands[name] ?? [];
    if (command === undefined) throw new UnsupportedProgram(`runner.commands has no "${name}"`);
    const answer = await askOnce(program, question, async (folder) => start(command, args, folder, modelDir), signal);
    return { ...answer, facts: FACTS };
  }

  async cleanUp(): Promise<void> {
    // Nothing outlives the process group that stop() kills, except after kill -9: then the program has lost its parent
    // and its socket's folder, and ends with its own idle machine.
    return Promise.resolve();
  }
}

async function start(
  command: string,
  args: readonly string[],
  folder: string,
  modelDir: string,
): Promise<StartedProgram> {
  const child = spawn(command, [...args], {
    detached: true, // a process group of its own, so that everything it starts ends with it
    stdio: "ignore",
    env: { PATH: process.env["PATH"], AINFT_SOCKET: join(folder, SOCKET_NAME), AINFT_MODEL_DIR: modelDir },
  });
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`the program did not start (${error.message})`));
    child.once("exit", (code, killedBy) => resolve(`the program ended (${killedBy ?? `exit code ${code ?? "?"}`})`));
  });
  return Promise.resolve({
    ended,
    stop: async () => {
      killGroup(child.pid);
      await ended;
    },
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
