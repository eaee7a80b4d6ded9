import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ROOT } from "./helpers/chain.ts";

const AINFT = join(ROOT, "packages/cli/bin/ainft.js");

describe("the process", () => {
  let cwd: string;

  before(() => (cwd = mkdtempSync(join(tmpdir(), "ainft-process-"))));
  after(() => rmSync(cwd, { recursive: true, force: true }));

  function ainft(...argv: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(process.execPath, [AINFT, ...argv], { cwd, encoding: "utf8", env: {} });
  }

  it("answers on stdout, and ends with 0", () => {
    const { status, stdout, stderr } = ainft("--help");
    assert.equal(status, 0);
    assert.match(stdout, /^Usage: ainft /u);
    assert.equal(stderr, "");
  });

  for (const [argv, code] of [
    [[], 2],
    [["manifest", "check"], 1],
    [["verify", "1", "--rpc", "http://127.0.0.1:1", "--collection", `0x${"11".repeat(20)}`], 3],
  ] as const) {
    it(`ends with ${code} and one line on stderr for: ainft ${argv.join(" ")}`, () => {
      const { status, stdout, stderr } = ainft(...argv);
      assert.equal(status, code);
      assert.equal(stdout, "");
      assert.match(stderr, /^ainft: [^\n]+\n$/u);
    });
  }

  it("stops quietly when nobody reads its answer", () => {
    const command = `"${process.execPath}" "${AINFT}" --help | true; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", command], { cwd, encoding: "utf8" });
    assert.equal(stdout, "0\n");
    assert.equal(stderr, "");
  });
});
