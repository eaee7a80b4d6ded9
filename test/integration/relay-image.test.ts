import { expect } from "chai";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deploySuite } from "../../scripts/deploy";
import { developmentAccount } from "../../scripts/lib/accounts";
import { memoryRecordStore } from "../../scripts/lib/records";
import { buildRelayImage, stageRelay } from "../../scripts/packages/relay-image";
import { type Anvil, startAnvil } from "../deployment/helpers/anvil";
import { engineIsMissing, podman } from "./persona-runs";
import { describeOnNode } from "../helpers/instrumented";

const TAG = "localhost/ainft-test/relay";
const PATIENCE_MS = 600_000;
/** What only building needs: nothing of it may be on an operator's machine. */
const TOOLS = [
  "hardhat",
  "typescript",
  "ts-node",
  "eslint",
  "mocha",
  "solc",
  "@nomicfoundation",
  "@foundry-rs",
  "node",
];

describeOnNode("The relay's image", function () {
  this.timeout(PATIENCE_MS);
  let folder: string;
  let anvil: Anvil | undefined;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "ainft-relay-image-test-"));
  });

  after(async () => {
    await anvil?.stop();
    rmSync(folder, { recursive: true });
  });

  it("is put together from production packages alone, without Hardhat, and starts", async () => {
    const context = join(folder, "context");
    await stageRelay(context);
    const main = join(context, "packages", "relay", "dist", "main.js");
    const { status, stdout } = spawnSync(process.execPath, [main, "--help"], { encoding: "utf8", cwd: folder });

    expect(status).to.equal(0);
    expect(stdout).to.match(/^Usage: ainft-relay/u);
    for (const tool of TOOLS) expect(existsSync(join(context, "node_modules", tool)), tool).to.equal(false);
    expect(readdirSync(join(context, "packages", "relay")).sort()).to.deep.equal([
      "dist",
      "node_modules",
      "package.json",
    ]);
  });

  it("is built by podman, and runs a relay as a user without rights on a read-only root", async function () {
    // Nothing to build or run an image with; in CI that is a failure.
    if ((await engineIsMissing()) !== undefined) this.skip();
    await buildRelayImage({ tag: TAG });
    expect((await podman("image", "inspect", "--format", "{{.Config.User}}", TAG)).trim()).to.equal("65532:65532");
    anvil = await startAnvil();
    const { record } = await deploySuite({
      signer: developmentAccount(0).connect(anvil.provider),
      network: anvil.network,
      reporters: [developmentAccount(1).address],
      threshold: 1,
      owner: developmentAccount(9).address,
      records: memoryRecordStore(),
    });
    writeConfig(folder, anvil.url, record.contracts["InferenceOracle"]?.address ?? "");

    const lines = await runUntil(folder, "The relay is ready");
    expect(lines).to.match(/"reporter":"0x[0-9a-fA-F]{40}"/u);
    expect(lines).not.to.include(developmentAccount(1).privateKey.slice(2));
  });
});

function writeConfig(folder: string, rpcUrl: string, oracle: string): void {
  mkdirSync(join(folder, "config"));
  chmodSync(folder, 0o755); // the user in the container reads it
  const config = {
    chain: { id: 31_337, rpcUrl, oracle, confirmations: 1 },
    dataDir: "/data",
    http: { port: 18_547 },
    signer: { type: "env", name: "REPORTER_KEY" },
    runner: { type: "process", commands: {} },
    content: { dir: "/config" },
  };
  writeFileSync(join(folder, "config", "relay.json"), JSON.stringify(config));
}

/** Runs the image until it has said something, then stops it as a service manager would. Resolves with all it said. */
async function runUntil(folder: string, sentence: string): Promise<string> {
  const mounts = ["--volume", `${join(folder, "config")}:/config:ro`, "--tmpfs", "/data:mode=1777", "--tmpfs", "/tmp"];
  const confined = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--network", "host"];
  const key = ["--env", "REPORTER_KEY"];
  const child = spawn("podman", ["run", "--rm", "--init=false", ...confined, ...mounts, ...key, TAG], {
    env: { ...process.env, REPORTER_KEY: developmentAccount(1).privateKey },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (part: Buffer) => {
      said += part.toString("utf8");
      if (said.includes(sentence)) child.kill("SIGTERM");
    });
  }
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (!said.includes(sentence) || code !== 0) throw new Error(`The relay ended with ${String(code)}:\n${said}`);
  return said;
}
