import { readFileSync } from "node:fs";
import { developmentAccount } from "../lib/accounts";
import { fromRoot } from "../lib/paths";
import { trackedFiles } from "../lib/source";

/** What a leaked secret looks like. Each finding is looked at by a person, so few and telling forms are enough. */
const FORMS: readonly { name: string; form: RegExp }[] = [
  {
    name: "a private key",
    form: /(?:private[_-]?key|secret|signing[_-]?key|deployer[_-]?key)\w*["'`]?\s*[:=,(]\s*["'`]?((?:0x)?[0-9a-f]{64})\b/gi,
  },
  { name: "a wallet of a literal key", form: /new Wallet\(\s*["'`]((?:0x)?[0-9a-f]{64})/gi },
  { name: "a PEM key", form: /(-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----)/g },
  {
    name: "an access token",
    form: /\b(gh[pousr]_\w{36}|github_pat_\w{50,}|npm_[A-Za-z0-9]{36}|AKIA[0-9A-Z]{16}|xox[abp]-[\w-]{20,})/g,
  },
  {
    name: "an address with a key in it",
    form: /(https?:\/\/[^\s"'`]*(?:infura\.io|alchemy\.com|quiknode\.pro)\/[^\s"'`]*\w{20,})/g,
  },
  { name: "a password in an address", form: /(\w+:\/\/[^\s/:"'`$@{]+:[^\s/"'`$@{]{6,}@[^\s"'`]+)/g },
];

/** Published keys of local development chains: safe to show, and never to be used anywhere else. */
const PUBLISHED = new Set(Array.from({ length: 20 }, (_, index) => developmentAccount(index).privateKey.toLowerCase()));

const SKIPPED = /(^|\/)(package-lock\.json|typechain-types\/.*|corpus\/.*)$|\.(bin|png|svg|ico|woff2)$/;

/** A line that seems to hold a secret. The secret itself is not repeated. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

/** Looks for secrets in one text. */
export function secretsIn(path: string, text: string): Finding[] {
  return FORMS.flatMap(({ name, form }) =>
    [...text.matchAll(form)]
      .filter(([, secret]) => !isPublished(secret ?? ""))
      .map(({ index }) => ({ path, line: text.slice(0, index).split("\n").length, what: name })),
  );
}

/** Looks through every file that git knows. */
export function checkSecrets(): boolean {
  const findings = trackedFiles()
    .filter((path) => !SKIPPED.test(path))
    .flatMap((path) => secretsIn(path, readFileSync(fromRoot(path), "utf8")));
  for (const { path, line, what } of findings) console.error(`secrets: ${path}:${line} seems to hold ${what}`);
  return findings.length === 0;
}

function isPublished(secret: string): boolean {
  const key = secret.toLowerCase();
  return PUBLISHED.has(key.startsWith("0x") ? key : `0x${key}`);
}

if (require.main === module) process.exitCode = checkSecrets() ? 0 : 1;
