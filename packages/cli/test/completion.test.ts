import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { COMMANDS } from "../src/commands/table.ts";
import { answer, run } from "./helpers/run.ts";

const here = { cwd: "." };

/** What bash would offer behind these words, the last of which is being typed. */
async function offered(...typed: string[]): Promise<string[]> {
  const script = await answer(["completion", "bash"], here);
  const words = ["ainft", ...typed].map((word) => `'${word}'`).join(" ");
  const call = `COMP_WORDS=(${words}); COMP_CWORD=${typed.length}; _ainft; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync("bash", ["-c", `${script}\n${call}`], { encoding: "utf8", cwd: "/" });
  assert.equal(status, 0, stderr);
  return stdout.trimEnd().split("\n");
}

describe("completion", () => {
  it("offers every first word", async () => {
    const first = [...new Set(COMMANDS.map(({ words }) => words.split(" ")[0]))];
    assert.deepEqual((await offered("")).sort(), first.sort());
  });

  it("offers the second words of a group, and what begins as it was begun", async () => {
    assert.deepEqual(await offered("version", ""), ["publish", "activate", "freeze"]);
    assert.deepEqual(await offered("train", "re"), ["record"]);
    assert.deepEqual(await offered("ve"), ["version", "verify"]);
  });

  it("offers the options of a command, also behind its arguments", async () => {
    assert.deepEqual(await offered("manifest", "publish", "--s"), ["--store", "--s3"]);
    assert.deepEqual(await offered("version", "publish", "1", "manifest.json", "--dry"), ["--dry-run"]);
    assert.deepEqual(await offered("mint", "manifest.json", "--li"), ["--limit"]);
  });

  it("offers files where nothing else fits", async () => {
    assert.deepEqual(await offered("mint", "/et"), ["/etc"]);
  });

  it("prints a script for zsh and fish with every command", async () => {
    assert.match(await answer(["completion", "zsh"], here), /^#compdef ainft\n.*bashcompinit\n_ainft\(\) \{/u);
    const fish = await answer(["completion", "fish"], here);
    for (const { about } of COMMANDS) assert(fish.includes(about.replaceAll("'", "\\'")), about);
  });

  it("knows no other shell", async () => {
    const { code, err } = await run(["completion", "cmd"], here);
    assert.equal(code, 2);
    assert.deepEqual(err, ["ainft: A shell is one of: bash, zsh, fish."]);
  });
});
