import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { COMMANDS, GROUPS } from "../src/commands/table.ts";

const README = readFileSync(new URL("../README.md", import.meta.url), "utf8");

describe("the README", () => {
  it("names every command", () => {
    for (const { words } of COMMANDS) assert(README.includes(`\`${words}\``), words);
  });

  it("names every option that has a setting in the environment", () => {
    for (const setting of [
      "RPC_URL",
      "CHAIN",
      "DEPLOYMENT",
      "COLLECTION",
      "FROM_BLOCK",
      "STORE",
      "KEYSTORE",
      "ACCOUNT",
      "SIGNER",
      "SIGNER_ACCOUNT",
      "TIMEOUT",
    ])
      assert(README.includes(`\`AINFT_${setting}\``), setting);
  });
});

describe("the table of commands", () => {
  it("says what every group is about", () => {
    const groups = COMMANDS.map(({ words }) => words.split(" ")).filter(([, second]) => /^[a-z]/u.test(second ?? ""));
    assert.deepEqual([...new Set(groups.map(([first]) => first))].sort(), Object.keys(GROUPS).sort());
  });

  it("has an example of each command that begins with its words", () => {
    for (const { words, example } of COMMANDS)
      assert(example.startsWith(`ainft ${words.replace(/ [<[].*/u, "")}`), example);
  });
});
