import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { buildInfoPath } from "../lib/artifacts";
import { writeAtomically } from "../lib/files";
import { fromRoot } from "../lib/paths";
import { binOf, run, runNode } from "../lib/run";

/** What every high and medium finding is explained in, one row each. */
const EXPLANATIONS = fromRoot("docs", "slither.md");
/** Everything that was found, the low findings too. */
const REPORT = fromRoot(".ainft", "slither.md");
const GRAVE: readonly string[] = ["High", "Medium"];
const ANY_CONTRACT = "AINFTFactory";

interface Element {
  readonly type: string;
  readonly name: string;
  readonly type_specific_fields?: { readonly parent?: { readonly name: string } };
}

interface Detection {
  readonly check: string;
  readonly impact: string;
  readonly elements: readonly Element[];
}

/** One finding: the detector, the function it looked at, and the statement that it means. */
export interface Finding {
  readonly check: string;
  readonly impact: string;
  readonly where: string;
  readonly statement: string;
}

/**
 * Runs Slither, when it is installed, over the contracts as the pinned compiler built them, and holds every high and medium
 * finding against its explanation. True when there is nothing to explain, or no Slither: nobody needs Python to work here.
 */
export async function checkSlither(): Promise<boolean> {
  if (spawnSync("slither", ["--version"], { stdio: "ignore" }).status !== 0) {
    console.log("slither: not installed, so nothing was checked. Install the Python package slither-analyzer 0.11.6.");
    return true;
  }
  // In one compilation: Slither would take what an earlier one left behind for a second version of a contract.
  if ((await runNode(binOf("hardhat"), ["compile", "--force"])) !== 0) return false;
  const findings = await analyse();
  if (findings === undefined) return false;
  writeAtomically(REPORT, reportOf(findings));
  const problems = unexplained(findings, readFileSync(EXPLANATIONS, "utf8"));
  for (const problem of problems) console.error(`slither: ${problem}`);
  const grave = findings.filter(({ impact }) => GRAVE.includes(impact));
  console.log(`slither: ${findings.length} findings, ${grave.length} of them high or medium; all are in ${REPORT}`);
  return problems.length === 0;
}

/** What is grave without an explanation, and what is explained although it is gone. */
export function unexplained(findings: readonly Finding[], explanations: string): string[] {
  const rows = new Set(explanations.split("\n").flatMap((line) => rowKey(line) ?? []));
  const grave = new Set(findings.filter(({ impact }) => GRAVE.includes(impact)).map(rowOf));
  return [
    ...[...grave].filter((row) => !rows.has(row)).map((row) => `not explained in docs/slither.md: ${row}`),
    ...[...rows].filter((row) => !grave.has(row)).map((row) => `explained, but not found any more: ${row}`),
  ];
}

async function analyse(): Promise<Finding[] | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "ainft-slither-"));
  try {
    const compilation = buildInfoPath(ANY_CONTRACT);
    mkdirSync(join(folder, "build-info"));
    copyFileSync(compilation, join(folder, "build-info", basename(compilation)));
    const output = join(folder, "findings.json");
    const options = ["--ignore-compile", "--hardhat-artifacts-directory", folder, "--fail-none", "--disable-color"];
    const scope = ["--filter-paths", "node_modules|contracts/mocks", "--exclude-informational", "--json", output];
    const code = await run("slither", [fromRoot(), ...options, ...scope]);
    if (code !== 0 || !existsSync(output)) {
      console.error(`slither: ended with exit code ${code}`);
      return undefined;
    }
    const { results } = JSON.parse(readFileSync(output, "utf8")) as { results: { detectors?: readonly Detection[] } };
    return (results.detectors ?? []).map(findingOf).sort((left, right) => (rowOf(left) < rowOf(right) ? -1 : 1));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function findingOf({ check, impact, elements }: Detection): Finding {
  const [first] = elements;
  const parent = first?.type_specific_fields?.parent?.name;
  const where = [parent, first?.name].filter((name) => name !== undefined).join(".");
  const statement = elements.filter(({ type }) => type === "node").at(-1)?.name ?? "";
  return { check, impact, where, statement };
}

const HEAD: Pick<Finding, "check" | "where" | "statement"> = {
  check: "finding",
  where: "function",
  statement: "statement",
};

/** The first three cells of a finding's row, by which it is known. A statement's own bars would end its cell. */
function rowOf({ check, where, statement }: Pick<Finding, "check" | "where" | "statement">): string {
  return `| ${check} | ${where} | ${statement.replaceAll("|", "/")} |`;
}

function reportOf(findings: readonly Finding[]): string {
  const rows = findings.map((finding) => `| ${finding.impact} ${rowOf(finding)}`);
  return `${[`| impact ${rowOf(HEAD)}`, "| --- | --- | --- | --- |", ...rows].join("\n")}\n`;
}

/** The key of a row of the explanations; nothing for other lines, for the head and for the line below it. */
function rowKey(line: string): string | undefined {
  const [before, check = "", where = "", statement = "", ...rest] = line.split("|").map((cell) => cell.trim());
  if (before !== "" || rest.length === 0 || check === HEAD.check || /^-*$/u.test(check)) return undefined;
  return rowOf({ check, where: where.replaceAll("`", ""), statement: statement.replaceAll("`", "") });
}

if (require.main === module) void checkSlither().then((passed) => (process.exitCode = passed ? 0 : 1));
