import { readFileSync } from "node:fs";
import { AinftError } from "ainft-core";
import { Command, CommanderError } from "commander";
import { optionsFor } from "./commands/options.ts";
import type { Row } from "./commands/row.ts";
import { COMMANDS, GROUPS } from "./commands/table.ts";
import { CliError, EXIT } from "./errors.ts";
import type { Io } from "./io.ts";
import type { Outcome } from "./outcome.ts";
import { Settings } from "./settings.ts";
import { harmless, plain, toJson } from "./text.ts";

const EXITS = "Exit codes: 0 done or yes, 1 refused or no, 2 wrong usage, 3 no usable chain.";

/** Runs one command line. Answers the exit code; whatever isn't 0 is told in one line on stderr. */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  let ended: Ended = { ok: true };
  try {
    await commandTree(io, (how) => (ended = how)).parseAsync(argv, { from: "user" });
  } catch (error) {
    return failed(error, io);
  }
  if (ended.ok) return EXIT.ok;
  io.err(`ainft: ${plain(ended.why ?? "the answer is no.")}`);
  return EXIT.refused;
}

function failed(error: unknown, io: Io): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.ok;
    const text =
      error.code === "commander.help"
        ? "a command is missing; see ainft --help"
        : error.message.replace(/^error: /u, "");
    io.err(`ainft: ${plain(text)}`);
    return EXIT.usage;
  }
  const text =
    error instanceof AinftError
      ? error.message
      : `unexpected: ${error instanceof Error ? error.message : String(error)}`;
  io.err(`ainft: ${plain(text)}`);
  return error instanceof CliError ? error.exitCode : EXIT.refused;
}

type Ended = Pick<Outcome, "ok" | "why">;

/** Every command as commander knows it; `end` hears how one ended. */
export function commandTree(io: Io, end: (how: Ended) => void = () => undefined): Command {
  const program = new Command("ainft")
    .description("Makes and checks AI programs that somebody owns.")
    .version(versionOf())
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: () => undefined })
    .addHelpText("after", `\nExamples:\n${COMMANDS.map(({ example }) => `  ${example}`).join("\n")}\n\n${EXITS}`);
  for (const row of COMMANDS) addCommand(program, row, io, end);
  return program;
}

function versionOf(): string {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
  return manifest.version; // npm publishes nothing without one
}

function addCommand(program: Command, row: Row, io: Io, end: (how: Ended) => void): void {
  const [first = "", ...rest] = row.words.split(" ");
  const nested = rest[0] !== undefined && /^[a-z]/u.test(rest[0]);
  const parent = nested ? groupOf(program, first) : program;
  const command = parent.command(nested ? rest.join(" ") : row.words).description(row.about);
  command.exitOverride((error) => {
    if (error.exitCode !== 0) error.message += `; see ainft ${nested ? `${first} ` : ""}${command.name()} --help`;
    throw error;
  });
  for (const [flags, about] of [...(row.options ?? []), ...optionsFor(row.needs)]) command.option(flags, about);
  command.addHelpText("after", `\nExample:\n  ${row.example}\n\n${EXITS}`).action(async () => {
    const settings = new Settings(io, command.opts());
    const result = await row.run(settings, command.args);
    if (result.told === true) return end(result);
    if (settings.flag("json")) io.out(toJson(result.json));
    else for (const line of result.lines) io.out(harmless(line));
    end(result);
  });
}

function groupOf(program: Command, name: string): Command {
  const known = program.commands.find((command) => command.name() === name);
  if (known !== undefined) return known;
  const examples = COMMANDS.filter(({ words }) => words.startsWith(`${name} `)).map(({ example }) => `  ${example}`);
  return program
    .command(name)
    .description(GROUPS[name] ?? name)
    .addHelpText("after", `\nExamples:\n${examples.join("\n")}\n\n${EXITS}`);
}
