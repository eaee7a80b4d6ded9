import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type LocalChain, ROOT, startChain } from "./helpers/chain.ts";

const TUTORIAL = "docs/tutorials/creator.md";
const MARK = "=== block";

/** A box of the tutorial, and what the next box says is answered. */
interface Block {
  readonly code: string;
  readonly answer: string | undefined;
}

interface Box {
  readonly kind: string;
  readonly text: string;
}

function boxes(): Box[] {
  const markdown = readFileSync(join(ROOT, TUTORIAL), "utf8");
  return [...markdown.matchAll(/^```(.*)\n([\s\S]*?)^```$/gmu)].map(([, kind = "", text = ""]) => ({ kind, text }));
}

function typedBlocks(all: readonly Box[]): Block[] {
  return all.flatMap(({ kind, text }, place) => {
    const next = all[place + 1];
    return kind === "sh" ? [{ code: text, answer: next?.kind === "text" ? next.text : undefined }] : [];
  });
}

/** `…` stands for anything in a line. */
function patternOf(answer: string): RegExp {
  const escaped = answer.trimEnd().replace(/[.*+?^${}()|[\]\\]/gu, "\\$&");
  return new RegExp(`^${escaped.replaceAll("…", "[^\\n]*?")}$`, "u");
}

describe("the creator's tutorial", () => {
  let chain: LocalChain;
  let home: string;

  before(async () => {
    const [background] = boxes().filter(({ kind }) => kind === "sh background");
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
    const kinds = new Set(boxes().map(({ kind }) => kind));
    assert.deepEqual([...kinds].sort(), ["sh", "sh background", "text"]);
  });

  it("works word for word, and answers what it says", { timeout: 300_000 }, () => {
    const blocks = typedBlocks(boxes());
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
  });
});
