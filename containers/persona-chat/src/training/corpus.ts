import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PermanentError } from "../errors.ts";

/** When an exchange applies: always, only at the first turn, only later, or as a memory of the topics before. */
export type When = "always" | "first" | "later" | "recall";

/** A group of questions that mean the same, and the answers to it. */
export interface Exchange {
  readonly id: string;
  readonly topic: string;
  readonly when: When;
  readonly questions: readonly string[];
  /** For "recall": the answer by number of remembered topics, with `{1}` for the latest one. */
  readonly answers: readonly string[];
  /** What to say when asked for more right afterwards. */
  readonly more: readonly string[];
}

export interface Corpus {
  readonly exchanges: readonly Exchange[];
  readonly morePhrases: readonly string[];
  /** Unseen questions, with the id of the exchange each belongs to. */
  readonly heldOut: readonly { readonly id: string; readonly question: string }[];
  /** sha-256 over every file's name and bytes, in order of name. */
  readonly sha256: string;
}

/** A corpus file has a line that cannot be understood. */
export class InvalidCorpusError extends PermanentError {
  readonly file: string;
  readonly line: number;

  constructor(file: string, line: number, reason: string) {
    super(`${file}:${line}: ${reason}`);
    this.file = file;
    this.line = line;
  }
}

interface Line {
  readonly file: string;
  readonly number: number;
  readonly text: string;
}

/**
 * Reads a corpus folder: numbered files of exchanges, `phrases.txt` and `heldout.txt`.
 * @throws InvalidCorpusError naming file and line.
 */
export function readCorpus(directory: string): Corpus {
  const files = readdirSync(directory)
    .filter((name) => name.endsWith(".txt"))
    .sort();
  const hash = createHash("sha256");
  const lines = new Map<string, readonly Line[]>();
  for (const file of files) {
    const bytes = readFileSync(join(directory, file));
    hash.update(`${file}\n${bytes.length}\n`).update(bytes);
    lines.set(file, usefulLines(file, bytes.toString("utf8")));
  }
  const exchanges = files.filter((name) => /^\d/.test(name)).flatMap((name) => parseExchanges(lines.get(name) ?? []));
  const ids = new Set(exchanges.map((exchange) => exchange.id));
  return {
    exchanges,
    morePhrases: (lines.get("phrases.txt") ?? []).map((line) => line.text),
    heldOut: parseHeldOut(lines.get("heldout.txt") ?? [], ids),
    sha256: hash.digest("hex"),
  };
}

function usefulLines(file: string, text: string): Line[] {
  return text
    .split("\n")
    .map((line, at) => ({ file, number: at + 1, text: line.trim() }))
    .filter((line) => line.text !== "" && !line.text.startsWith("#"));
}

function parseExchanges(lines: readonly Line[]): Exchange[] {
  const exchanges: { id: string; topic: string; when: When; questions: string[]; answers: string[]; more: string[] }[] =
    [];
  for (const line of lines) {
    const head = /^\[([a-z-]+)\] (.+)$/.exec(line.text);
    if (head !== null) {
      exchanges.push({ id: head[1] ?? "", topic: head[2] ?? "", when: "always", questions: [], answers: [], more: [] });
      continue;
    }
    const current = exchanges.at(-1);
    const field = /^(WHEN|Q|A\d?|MORE): (.+)$/.exec(line.text);
    if (current === undefined || field === null) throw invalid(line, "expected [id] topic, WHEN:, Q:, A: or MORE:");
    const value = field[2] ?? "";
    if (field[1] === "WHEN") current.when = parseWhen(line, value);
    else if (field[1] === "Q") current.questions.push(value);
    else if (field[1] === "MORE") current.more.push(value);
    else current.answers.push(value);
  }
  return exchanges;
}

function parseWhen(line: Line, value: string): When {
  if (value === "first" || value === "later" || value === "recall") return value;
  throw invalid(line, "WHEN is first, later or recall");
}

function parseHeldOut(lines: readonly Line[], ids: ReadonlySet<string>): { id: string; question: string }[] {
  const questions: { id: string; question: string }[] = [];
  let id = "";
  for (const line of lines) {
    const head = /^\[([a-z-]+)\]$/.exec(line.text);
    if (head !== null) {
      id = head[1] ?? "";
      if (!ids.has(id)) throw invalid(line, `there is no exchange ${id}`);
      continue;
    }
    const question = /^Q: (.+)$/.exec(line.text);
    if (question === null) throw invalid(line, "expected [id] or Q:");
    questions.push({ id, question: question[1] ?? "" });
  }
  return questions;
}

function invalid(line: Line, reason: string): InvalidCorpusError {
  return new InvalidCorpusError(line.file, line.number, reason);
}
