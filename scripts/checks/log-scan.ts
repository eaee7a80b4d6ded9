import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { developmentAccount } from "../lib/accounts";
import { fromRoot } from "../lib/paths";
import type { SuiteResult } from "./test-report";

/** Shorter words are in logs by chance. */
const SHORTEST = 8;
const DEVELOPMENT_ACCOUNTS = 20;
/** Where processes say what they were given as a secret: see keep-output.cjs. */
const SECRETS_FILE = "secrets";

/** Its path may have spaces in it. */
const KEEPER = fromRoot("scripts", "checks", "keep-output.cjs");

/** A log that tells a secret; the secret itself is never told again. */
export interface Leak {
  readonly log: string;
  /** From 1. */
  readonly line: number;
}

/** What a test run's processes print is kept in this folder from now on. Answers the environment that makes them. */
export function keepLogs(folder: string): Record<string, string> {
  mkdirSync(folder, { mode: 0o700 });
  const options = [process.env["NODE_OPTIONS"], `--require=${JSON.stringify(KEEPER)}`];
  return { AINFT_LOG_FOLDER: folder, NODE_OPTIONS: options.filter((option) => option !== undefined).join(" ") };
}

/** Looks through everything that was kept. No leak and no log at all counts as a failure, too. */
export function scanKeptLogs(folder: string): SuiteResult {
  const names = readdirSync(folder).filter((name) => name.endsWith(".log"));
  const secrets = knownSecrets(folder);
  const leaks = names.flatMap((log) => leaksIn(log, readFileSync(join(folder, log), "latin1"), secrets));
  const problem =
    names.length === 0
      ? "no process kept what it printed"
      : leaks.length > 0
        ? `secrets were printed: ${leaks.map(({ log, line }) => `${log}:${line}`).join(", ")}`
        : undefined;
  const what = `${secrets.length} secrets looked for in the logs of ${names.length} processes`;
  const failed = problem === undefined ? 0 : 1;
  return { name: what, passed: 1 - failed, failed, skipped: 0, failures: [], problem };
}

/** The keys of the development accounts, and whatever processes were given as a secret. */
export function knownSecrets(folder: string): string[] {
  const accounts = Array.from({ length: DEVELOPMENT_ACCOUNTS }, (_, index) => developmentAccount(index).privateKey);
  const given = readdirSync(folder).includes(SECRETS_FILE)
    ? readFileSync(join(folder, SECRETS_FILE), "utf8").split("\n")
    : [];
  return [...new Set([...accounts, ...given])].filter((secret) => secret.length >= SHORTEST);
}

/** Lines with a secret, as it is, as hex of either case without its prefix, in an address, or in base64. */
export function leaksIn(log: string, text: string, secrets: readonly string[]): Leak[] {
  const forms = secrets.flatMap(formsOf);
  const found = forms.filter((form) => text.includes(form));
  if (found.length === 0) return [];
  return text
    .split("\n")
    .flatMap((line, index) => (found.some((form) => line.includes(form)) ? [{ log, line: index + 1 }] : []));
}

function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString("base64").replace(/=+$/, "");
  if (!/^0x[0-9a-fA-F]+$/.test(secret)) return [secret, encodeURIComponent(secret), base64];
  const digits = secret.slice(2);
  const bytes = Buffer.from(digits, "hex").toString("base64").replace(/=+$/, "");
  return [digits.toLowerCase(), digits.toUpperCase(), base64, bytes];
}
