import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { DEPLOY_STEPS } from "../../scripts/deploy";
import { developmentAccount } from "../../scripts/lib/accounts";
import { fileRecordStore } from "../../scripts/lib/records";
import { Anvil, startAnvil } from "./helpers/anvil";
import { runCheckDeployments, runDeploy } from "./helpers/command";
import { CREATION_ORDER, expectedAddresses, recordedAddresses } from "./helpers/deployment";

const DEPLOYER = developmentAccount(0).address;
const OWNER = developmentAccount(9).address;
const SALT = `0x${"5a".repeat(32)}`;

describe("What the commands say", () => {
  const folder = mkdtempSync(join(tmpdir(), "ainft-plan-"));
  const path = join(folder, "anvil.json");
  let anvil: Anvil;
  let args: string[];
  let env: Record<string, string>;

  before(async () => {
    anvil = await startAnvil();
    env = { AINFT_ANVIL_URL: anvil.url };
    args = ["--network", "anvil", "--owner", OWNER, "--record", path, "--salt", SALT];
  });
  after(async () => {
    await anvil.stop();
    rmSync(folder, { recursive: true });
  });

  /** The plan's line of each step. */
  const stepsIn = (lines: readonly string[]): string[] => lines.filter((line) => /^ {2}\d\d-/.test(line));

  it("npm run deploy -- --plan: every step with its address, gas and cost, and nothing is sent or written", async () => {
    const { code, lines } = await runDeploy([...args, "--plan"], env);

    const steps = stepsIn(lines);
    expect([code, steps.length]).to.deep.equal([0, DEPLOY_STEPS.length]);
    expectedAddresses(DEPLOYER, OWNER, SALT).forEach((address, index) => {
      const line = steps.find((step) => step.includes(`deploy ${String(CREATION_ORDER[index])}(`));
      expect(line).to.match(new RegExp(` to ${address} \\[send, at most about \\d+ gas, 0\\.\\d+ ETH\\]$`));
    });
    expect(lines.at(-1)).to.match(/^ {2}cost: at most about 0\.\d+ ETH at \S+ gwei; the deployer has 10000\.0 ETH$/);
    expect([await anvil.provider.getBlockNumber(), existsSync(path)]).to.deep.equal([0, false]);
  });

  it("the same once everything stands, also when the record is lost: what is there, and that nothing has to be sent", async () => {
    expect((await runDeploy(args, env)).code).to.equal(0);
    const block = await anvil.provider.getBlockNumber();
    const record = readFileSync(path, "utf8");

    const kept = await runDeploy([...args, "--plan"], env);
    rmSync(path);
    const lost = await runDeploy([...args, "--plan"], env);
    writeFileSync(path, record);

    const endings = (lines: readonly string[]): string[] =>
      stepsIn(lines).map((line) => / \[(.*)\]$/.exec(line)?.[1] ?? line);
    expect(new Set(endings(kept.lines))).to.deep.equal(new Set(["nothing to do"]));
    expect(endings(lost.lines).filter((ending) => ending === "only to be recorded")).to.have.length(
      CREATION_ORDER.length,
    );
    expect(lost.lines.join("\n")).to.include("cost: at most about 0.0 ETH");
    const stored = fileRecordStore(path).load();
    expect(stored && recordedAddresses(stored)).to.deep.equal(expectedAddresses(DEPLOYER, OWNER, SALT));
    expect(await anvil.provider.getBlockNumber()).to.equal(block);
  });

  it("npm run check:deployments: one line that tells what is wrong, and exit code 1", async () => {
    const right = await runCheckDeployments(["--record", path], env);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll(OWNER, DEPLOYER));
    const wrong = await runCheckDeployments(["--record", path, "--offline"], env);

    expect([right.code, right.lines.length]).to.deep.equal([0, 2]);
    expect([wrong.code, wrong.lines.length]).to.deep.equal([1, 2]);
    expect(wrong.lines[0]).to.match(
      /^warning: .*contracts\.AINFT\w+\.constructorArguments is recorded as .* \[RECORD_MISMATCH\]$/,
    );
  });
});
