import { expect } from "chai";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromRoot } from "../../scripts/lib/paths";

const TIMEOUT_MS = 240_000;

describe("npm start", function () {
  this.timeout(TIMEOUT_MS);

  it("ends with the story and ok, and the image that ran is the one in the manifest", async function () {
    const { code, output } = await play({});

    expect(output).to.match(/\nok\n$/);
    expect(code).to.equal(0);
    const computedBy = line(output, "computed by");
    if (computedBy === "plain process" && process.env.AINFT_REQUIRE_ENGINE !== "1") return;
    expect(computedBy).to.match(/\(container engine\)$/);
    expect(line(output, "image that ran")).to.match(/^sha256:[0-9a-f]{64}$/);
    expect(line(output, "image in manifest")).to.equal(`ainft.local/persona-chat@${line(output, "image that ran")}`);
  });

  it("says so and gives the same answer where no container engine is", async () => {
    const { code, output } = await play({ AINFT_ENGINE: "none" });

    expect(code).to.equal(0);
    expect(output).to.include("no container engine here");
    expect(line(output, "computed by")).to.equal("plain process");
    expect(line(output, "answer")).to.match(/^\{"answer":".+"\}$/);
  });
});

/** Plays the demo to its end in a folder of its own. */
async function play(env: NodeJS.ProcessEnv): Promise<{ code: number | null; output: string }> {
  const folder = mkdtempSync(join(tmpdir(), "ainft-demo-test-"));
  try {
    const child = spawn(
      process.execPath,
      ["-r", "ts-node/register/transpile-only", fromRoot("scripts", "demo", "main.ts"), "--data", folder],
      { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"], cwd: fromRoot() },
    );
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (output += part.toString()));
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    return { code, output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What stands behind a label of the story. */
function line(output: string, label: string): string | undefined {
  return new RegExp(`^ {2}${label} +(.*)$`, "m").exec(output)?.[1];
}
