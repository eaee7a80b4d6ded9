import { expect } from "chai";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fromRoot } from "../../scripts/lib/paths";
import { boxesOf, typeTutorial } from "../helpers/tutorial";

const TIMEOUT_MS = 300_000;
const STAYS = "Chain and relays stay";

describe("npm start", function () {
  this.timeout(TIMEOUT_MS);

  let home: string;
  let demo: Demo | undefined;

  before(() => {
    home = mkdtempSync(join(tmpdir(), "ainft-demo-test-"));
  });
  after(async () => {
    demo?.child.kill("SIGINT");
    await demo?.ended;
    rmSync(home, { recursive: true, force: true });
  });

  it("ends with the story and ok, and the image that ran is the one in the manifest", async function () {
    const [command = ""] = boxesOf("integrator").flatMap(({ kind, text }) => (kind === "sh background" ? [text] : []));
    const options = command.trim().replace("npm start -- ", "").replaceAll("~", home).split(" ");
    demo = start(options, {});
    await demo.says(STAYS);
    const output = demo.output();

    expect(output).to.match(/\nok\n/);
    const computedBy = line(output, "computed by");
    if (computedBy === "plain process" && process.env.AINFT_REQUIRE_ENGINE !== "1") return;
    expect(computedBy).to.match(/\(container engine\)$/);
    expect(line(output, "image that ran")).to.match(/^sha256:[0-9a-f]{64}$/);
    expect(line(output, "image in manifest")).to.equal(`ainft.local/persona-chat@${line(output, "image that ran")}`);
  });

  it("stays to be asked by an integrator, who types the tutorial word for word", async () => {
    const cache = join(homedir(), ".npm");
    await typeTutorial(boxesOf("integrator"), { ...process.env, HOME: home, npm_config_cache: cache });
  });

  it("takes everything down when it is interrupted", async () => {
    demo?.child.kill("SIGINT");

    expect(await demo?.ended).to.equal(0);
  });

  it("says so and gives the same answer where no container engine is", async () => {
    const other = start(["--data", join(home, "without-engine")], { AINFT_ENGINE: "none" });
    const code = await other.ended;
    const output = other.output();

    expect(code).to.equal(0);
    expect(output).to.include("no container engine here");
    expect(line(output, "computed by")).to.equal("plain process");
    expect(line(output, "answer")).to.match(/^\{"answer":".+"\}$/);
  });

  it("leaves alone a folder with anything in it that no demo left", async () => {
    const folder = join(home, "somebody's");
    mkdirSync(folder);
    writeFileSync(join(folder, "letter.txt"), "dear creator");
    const other = start(["--data", folder], {});
    const code = await other.ended;

    expect(code).to.equal(1);
    expect(other.output()).to.include(
      `The demo failed: ${folder} is not empty, and no demo left it: name a new or an empty folder by --data.`,
    );
    expect(existsSync(join(folder, "letter.txt"))).to.equal(true);
  });
});

interface Demo {
  readonly child: ChildProcess;
  /** Its exit code, once it ended. */
  readonly ended: Promise<number | null>;
  output(): string;
  /** Resolves when it printed a text; rejects when it ends without. */
  says(text: string): Promise<void>;
}

function start(options: readonly string[], env: NodeJS.ProcessEnv): Demo {
  const child = spawn(
    process.execPath,
    ["-r", "ts-node/register/transpile-only", fromRoot("scripts", "demo", "main.ts"), ...options],
    { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"], cwd: fromRoot() },
  );
  let output = "";
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (output += part.toString()));
  const says = (text: string) =>
    new Promise<void>((resolve, reject) => {
      child.stdout.on("data", () => {
        if (output.includes(text)) resolve();
      });
      void ended.then((code) => reject(new Error(`It ended with ${code}:\n${output}`)));
    });
  return { child, ended, output: () => output, says };
}

/** What stands behind a label of the story. */
function line(output: string, label: string): string | undefined {
  return new RegExp(`^ {2}${label} +(.*)$`, "m").exec(output)?.[1];
}
