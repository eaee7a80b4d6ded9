import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type LocalChain, ROOT, startChain } from "./helpers/chain.ts";

const MARK = "=== block";

/** A box of a tutorial, and what the next box says is answered. */
interface Block {
  readonly code: string;
  readonly answer: string | undefined;
}

interface Box {
  readonly kind: string;
  readonly text: string;
}

function boxesOf(tutorial: string): Box[] {
  const markdown = readFileSync(join(ROOT, "docs", "tutorials", `${tutorial}.md`), "utf8");
  return [...markdown.matchAll(/^```(.*)\n([\s\S]*?)^```$/gmu)].map(([, kind = "", text = ""]) => ({ kind, text }));
}

/** Files are put where the shell stands when their box comes. */
function typedBlocks(all: readonly Box[]): Block[] {
  return all.flatMap(({ kind, text }, place) => {
    if (kind === "text" || kind === "sh background") return [];
    const next = all[place + 1];
    const code = kind === "sh" ? text : `cat > ${kind.split(" ")[1] ?? ""} <<'END_OF_FILE'\n${text}END_OF_FILE`;
    return [{ code, answer: next?.kind === "text" ? next.text : undefined }];
  });
}

/** `…` stands for anything in a line. */
function patternOf(answer: string): RegExp {
  const escaped = answer.trimEnd().replace(/[.*+?^${}()|[\]\\]/gu, "\\$&");
  return new RegExp(`^${escaped.replaceAll("…", "[^\\n]*?")}$`, "u");
}

for (const tutorial of ["creator", "member", "provider"]) {
  describe(`the ${tutorial}'s tutorial`, () => {
    const boxes = boxesOf(tutorial);
    let chain: LocalChain;
    let home: string;

    before(async () => {
      const [background] = boxes.filter(({ kind }) => kind === "sh background");
      assert(background !== undefined, "no box starts the chain");
      home = mkdtempSync(join(tmpdir(), "ainft-tutorial-"));
      // Word for word, but at a port that is free.
      chain = await startChain(`exec ${background.text.trim()} --port "$PORT"`);
    });

    after(() => {
      chain.stop();
      rmSync(home, { recursive: true, force: true });
    });

    it("has no box of a kind that nobody tries", () => {
      for (const { kind } of boxes) assert.match(kind, /^(?:sh|sh background|text|json [\w.-]+)$/u);
    });

    it("works word for word, and answers what it says", { timeout: 300_000 }, () => {
      const blocks = typedBlocks(boxes);
      const script = blocks.map(({ code }) => `echo "${MARK}"\n${code}`).join("\n");
      const { status, stdout, stderr } = spawnSync("bash", ["-euo", "pipefail", "-c", script], {
        cwd: ROOT,
        encoding: "utf8",
        env: { PATH: process.env["PATH"], HOME: home, AINFT_RPC_URL: chain.rpcUrl, AINFT_ANVIL_URL: chain.rpcUrl },
      });
      assert.equal(status, 0, `${stdout}\n${stderr}`);
      const answers = stdout.split(`${MARK}\n`).slice(1);
      assert.equal(answers.length, blocks.length);
      for (const [place, { code, answer }] of blocks.entries()) {
        if (answer !== undefined) assert.match(answers[place]?.trimEnd() ?? "", patternOf(answer), `after:\n${code}`);
      }
      if (process.env["AINFT_SHOW_TUTORIAL"] !== undefined) console.log(stdout);
    });
  });
}
