import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { fromRoot } from "../../scripts/lib/paths";

const MARK = "=== box";

/** A box of a tutorial: `sh` is typed, `sh background` typed in another terminal, `text` answered, the rest are files. */
export interface Box {
  readonly kind: string;
  readonly text: string;
}

/** The boxes of a tutorial in `docs/tutorials`, in order. Fails when one is of a kind that nobody tries. */
export function boxesOf(tutorial: string): Box[] {
  const markdown = readFileSync(fromRoot("docs", "tutorials", `${tutorial}.md`), "utf8");
  const boxes = [...markdown.matchAll(/^```(.*)\n([\s\S]*?)^```$/gmu)].map(([, kind = "", text = ""]) => ({
    kind,
    text,
  }));
  for (const { kind } of boxes) expect(kind).to.match(/^(?:sh|sh background|text|\w+ [\w.-]+)$/u);
  return boxes;
}

/**
 * Types a tutorial into a shell, word for word, from the top folder of the tree, and expects what it says is answered; `…`
 * stands for anything in a line. Files are put where the shell stands when their box comes.
 */
export async function typeTutorial(boxes: readonly Box[], env: NodeJS.ProcessEnv): Promise<void> {
  const typed = boxes.filter(({ kind }) => kind !== "text" && kind !== "sh background");
  const script = typed
    .map(({ kind, text }) => `echo "${MARK}"\n${kind === "sh" ? text : fileOf(kind, text)}`)
    .join("\n");
  const { code, stdout, stderr } = await shell(script, env);
  expect(code, `${stdout}\n${stderr}`).to.equal(0);

  const answers = stdout.split(`${MARK}\n`).slice(1);
  expect(answers.length).to.equal(typed.length);
  for (const [place, { kind, text }] of boxes.entries()) {
    const before = boxes[place - 1];
    if (kind !== "text" || before === undefined) continue;
    expect(answers[typed.indexOf(before)]?.trimEnd(), before.text).to.match(patternOf(text));
  }
}

function fileOf(kind: string, text: string): string {
  return `cat > ${kind.split(" ")[1]} <<'END_OF_FILE'\n${text}END_OF_FILE`;
}

function patternOf(answer: string): RegExp {
  const escaped = answer.trimEnd().replace(/[.*+?^${}()|[\]\\]/gu, "\\$&");
  return new RegExp(`^${escaped.replaceAll("…", "[^\\n]*?")}$`, "u");
}

async function shell(script: string, env: NodeJS.ProcessEnv) {
  const child = spawn("bash", ["-euo", "pipefail", "-c", script], {
    cwd: fromRoot(),
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (part: Buffer) => (stdout += part.toString()));
  child.stderr.on("data", (part: Buffer) => (stderr += part.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, stdout, stderr };
}
