import { readFileSync } from "node:fs";
import { AinftError } from "ainft-core";
import { Command, CommanderError } from "commander";
import { activateVersion, createCollection, freezeProgram, mint, publishVersion } from "./commands/collection.ts";
import { history } from "./commands/history.ts";
import { init } from "./commands/init.ts";
import { checkManifest, digestManifest, publishManifest } from "./commands/manifest.ts";
import { draftTraining, proveTraining, recordTraining, signTraining, verifyTraining } from "./commands/train.ts";
import { verifyToken } from "./commands/verify.ts";
import { CliError, EXIT } from "./errors.ts";
import type { Io } from "./io.ts";
import type { Outcome } from "./outcome.ts";
import { Settings } from "./settings.ts";
import { plain, toJson } from "./text.ts";

type Run = (settings: Settings, args: readonly string[]) => Promise<Outcome>;
type Needs = "files" | "chain" | "wallet" | "send";

/** One command: its words, what it is for, an example, what it needs, and options of its own. */
interface Row {
  readonly words: string;
  readonly about: string;
  readonly example: string;
  readonly needs: Needs;
  readonly run: Run;
  readonly options?: readonly (readonly [flags: string, about: string])[];
}

const FROM_BLOCK = ["--from-block <number>", "first block to read events from (default 0)"] as const;
const STORE = ["--store <folder>", "content folder (default content)"] as const;
const COLLECTION = ["--collection <address>", "the collection"] as const;

/** Every command, in the order of a creator's day. */
export const COMMANDS: readonly Row[] = [
  {
    words: "init <folder>",
    about: "lay down a creator's folder: manifest, container hint, settings",
    example: "ainft init persona --contributor 0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
    needs: "files",
    run: init,
    options: [
      ["--contributor <address>", "who earns from the program"],
      ["--name <text>", "name of the program"],
      ["--image <reference>", "its image, host/name@sha256:<digest>"],
    ],
  },
  {
    words: "manifest check [file]",
    about: "say whether a manifest is one",
    example: "ainft manifest check",
    needs: "files",
    run: checkManifest,
  },
  {
    words: "manifest digest [file]",
    about: "print digest, CID and URI",
    example: "ainft manifest digest --json",
    needs: "files",
    run: digestManifest,
  },
  {
    words: "manifest publish [file]",
    about: "put the canonical bytes into the content folder",
    example: "ainft manifest publish --store content",
    needs: "files",
    run: publishManifest,
    options: [STORE],
  },
  {
    words: "collection create",
    about: "open a collection",
    example: "ainft collection create --name Personas --symbol PERS --deployment anvil.json --account 1 --save",
    needs: "send",
    run: createCollection,
    options: [
      ["--name <text>", "name of the collection"],
      ["--symbol <text>", "its symbol"],
      ["--kind <kind>", "erc721 or erc721-votes (default erc721)"],
      ["--controller <address>", "who may mint (default the sender)"],
      ["--arbiter <address>", "who may lock tokens in a dispute (default nobody)"],
      ["--salt <text>", "what the address depends on, beside the sender"],
      ["--deployment <file>", "deployment record to take addresses from"],
      ["--factory <address>", "the factory"],
      ["--oracle <address>", "the oracle that the collection obeys"],
      ["--save", "keep the address in ainft.config.json"],
    ],
  },
  {
    words: "mint <manifest>",
    about: "mint a token of a manifest (file or digest)",
    example: "ainft mint manifest.json --account 1",
    needs: "send",
    run: mint,
    options: [COLLECTION, ["--to <address>", "first owner (default the sender)"]],
  },
  {
    words: "version publish <token> <manifest>",
    about: "append a version and make it the active one",
    example: "ainft version publish 1 manifest.json --account 1",
    needs: "send",
    run: publishVersion,
    options: [COLLECTION],
  },
  {
    words: "version activate <token> <version>",
    about: "make an earlier version the active one",
    example: "ainft version activate 1 1 --reason why.txt --account 1",
    needs: "send",
    run: activateVersion,
    options: [COLLECTION, ["--reason <file>", "document that says why (file or digest)"]],
  },
  {
    words: "version freeze <token>",
    about: "stop every later change of a program, for ever",
    example: "ainft version freeze 1 --dry-run --account 1",
    needs: "send",
    run: freezeProgram,
    options: [COLLECTION],
  },
  {
    words: "train draft <record>",
    about: "write a training record from its files",
    example:
      "ainft train draft record.json --parent old.json --child manifest.json --dataset data --code code --metrics metrics",
    needs: "wallet",
    run: draftTraining,
    options: [
      ["--parent <manifest>", "manifest before (file or digest)"],
      ["--child <manifest>", "manifest after (file or digest)"],
      ["--dataset <file>", "what was learned from (file or digest)"],
      ["--code <file>", "what did the training (file or digest)"],
      ["--metrics <file>", "how good it became (file or digest)"],
      ["--contributor <address>", "who is named (default the wallet)"],
      ["--trained-at <seconds>", "when, in seconds since 1970 (default the latest block)"],
    ],
  },
  {
    words: "train sign <token> <record>",
    about: "consent, as its contributor, to a record in the next place of the log",
    example: "ainft train sign 1 record.json --account 2",
    needs: "wallet",
    run: signTraining,
    options: [COLLECTION],
  },
  {
    words: "train record <token> <record>",
    about: "append a record to the token's log",
    example: "ainft train record 1 record.json --account 1",
    needs: "send",
    run: recordTraining,
    options: [COLLECTION, ["--consent <signature>", "the contributor's, unless they are the sender"]],
  },
  {
    words: "train prove <token> <index>",
    about: "prove a record of the log",
    example: "ainft train prove 1 0 --out proof.json",
    needs: "chain",
    run: proveTraining,
    options: [
      COLLECTION,
      FROM_BLOCK,
      ["--record <file>", "the record, where the chain knows its hash alone"],
      ["--out <file>", "where the proof goes"],
    ],
  },
  {
    words: "train verify <proof>",
    about: "ask the collection whether a proof holds",
    example: "ainft train verify proof.json",
    needs: "chain",
    run: verifyTraining,
    options: [COLLECTION],
  },
  {
    words: "history <token>",
    about: "tell a token's life",
    example: "ainft history 1 --json",
    needs: "chain",
    run: history,
    options: [COLLECTION, FROM_BLOCK],
  },
  {
    words: "verify <token>",
    about: "check everything about a token, from chain and content: a verdict a line",
    example: "ainft verify 1",
    needs: "chain",
    run: verifyToken,
    options: [COLLECTION, FROM_BLOCK, STORE],
  },
];

const EXITS = "Exit codes: 0 done or yes, 1 refused or no, 2 wrong usage, 3 no usable chain.";

/** Runs one command line. Answers the exit code; a failure is one line on stderr. */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.ok;
  try {
    await build(io, (ok) => (code = ok ? EXIT.ok : EXIT.refused)).parseAsync(argv, { from: "user" });
    return code;
  } catch (error) {
    return failed(error, io);
  }
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

function build(io: Io, end: (ok: boolean) => void): Command {
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

function addCommand(program: Command, row: Row, io: Io, end: (ok: boolean) => void): void {
  const [first = "", ...rest] = row.words.split(" ");
  const nested = rest[0] !== undefined && /^[a-z]/u.test(rest[0]);
  const parent = nested ? groupOf(program, first) : program;
  const command = parent.command(nested ? rest.join(" ") : row.words).description(row.about);
  for (const [flags, about] of [...(row.options ?? []), ...optionsFor(row.needs)]) command.option(flags, about);
  command.addHelpText("after", `\nExample:\n  ${row.example}\n\n${EXITS}`).action(async () => {
    const settings = new Settings(io, command.opts());
    const { ok, lines, json } = await row.run(settings, command.args);
    if (settings.flag("json")) io.out(toJson(json));
    else for (const line of lines) io.out(line.includes("\n") ? line : plainLong(line));
    end(ok);
  });
}

/** An answer isn't cut, only kept from steering the terminal. */
function plainLong(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
}

function groupOf(program: Command, name: string): Command {
  return program.commands.find((command) => command.name() === name) ?? program.command(name);
}

function optionsFor(needs: Needs): [string, string][] {
  const json: [string, string] = ["--json", "answer as JSON"];
  const chain: [string, string][] = [
    ["--rpc <url>", "node to ask (AINFT_RPC_URL; default http://127.0.0.1:8545)"],
    ["--chain <id>", "chain that the node must be of (AINFT_CHAIN; default 31337)"],
  ];
  const wallet: [string, string][] = [
    ["--keystore <file>", "encrypted key (AINFT_KEYSTORE)"],
    ["--password-file <file>", "file with its password (AINFT_PASSWORD_FILE, AINFT_PASSWORD)"],
    ["--account <number>", "test account, on local chains only (AINFT_ACCOUNT)"],
  ];
  const send: [string, string][] = [
    ["--unsigned", "print the transaction, send nothing"],
    ["--from <address>", "sender of a printed transaction"],
    ["--dry-run", "tell the cost, send nothing"],
    ["--yes", "do not ask on public chains"],
  ];
  switch (needs) {
    case "files":
      return [json];
    case "chain":
      return [json, ...chain];
    case "wallet":
      return [json, ...chain, ...wallet];
    case "send":
      return [json, ...chain, ...wallet, ...send];
  }
}
