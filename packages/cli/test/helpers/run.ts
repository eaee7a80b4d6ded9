import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { runCli } from "../../src/program.ts";

/** Where a whole test run keeps what is printed, to be searched for secrets: see scripts/checks/log-scan.ts. */
const LOGS = process.env["AINFT_LOG_FOLDER"];
const PASSWORD_VARIABLE = "AINFT_PASSWORD";

/** What a call of the command did. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  /** Lines on stderr. */
  readonly err: readonly string[];
  /** Questions that were asked. */
  readonly asked: readonly string[];
  /** What was told on the way. */
  readonly progress: readonly string[];
}

export interface Surroundings {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What a person answers; nobody is there when it is left out. */
  readonly answers?: readonly string[];
}

/** Calls the command in this process, in surroundings of the test's own. */
export async function run(argv: readonly string[], { cwd, env = {}, answers }: Surroundings): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const asked: string[] = [];
  const progress: string[] = [];
  const left = [...(answers ?? [])];
  const code = await runCli(argv, {
    env,
    cwd,
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    progress: (text) => progress.push(text),
    interactive: answers !== undefined,
    ask: async (question) => {
      asked.push(question);
      return left.shift() ?? "";
    },
  });
  keep([...out, ...err, ...progress], env[PASSWORD_VARIABLE]);
  return { code, out: out.join("\n"), err: err.flatMap((text) => text.split("\n")), asked, progress };
}

function keep(printed: readonly string[], password: string | undefined): void {
  if (LOGS === undefined) return;
  appendFileSync(join(LOGS, `cli-${process.pid}.log`), `${printed.join("\n")}\n`);
  if (password !== undefined) appendFileSync(join(LOGS, "secrets"), `${password}\n`, { mode: 0o600 });
}

/** The answer of a call that has to succeed. */
export async function answer(argv: readonly string[], surroundings: Surroundings): Promise<string> {
  const ran = await run(argv, surroundings);
  if (ran.code !== 0) throw new Error(`ainft ${argv.join(" ")} ended with ${ran.code}: ${ran.err.join(" ")}`);
  return ran.out;
}

/** The same, of `--json`. */
export async function jsonAnswer(
  argv: readonly string[],
  surroundings: Surroundings,
): Promise<Record<string, unknown>> {
  return JSON.parse(await answer([...argv, "--json"], surroundings)) as Record<string, unknown>;
}
