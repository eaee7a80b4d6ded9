import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Wallet } from "ethers";
import { keepLogs, leaksIn, scanKeptLogs } from "../../scripts/checks/log-scan";
import { developmentAccount } from "../../scripts/lib/accounts";

describe("The search of a test run's logs for secrets", () => {
  const key = Wallet.createRandom().privateKey;
  const digits = key.slice(2);
  const password = "correct horse/battery";
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ainft-log-scan-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs a program with these variables, and answers what the search says of what it printed. */
  function scanOf(program: string, env: Record<string, string>): ReturnType<typeof scanKeptLogs> {
    const kept = join(folder, "kept");
    const { status } = spawnSync(process.execPath, ["-e", program], {
      env: { ...keepLogs(kept), ...env },
    });
    expect(status).to.equal(0);
    return scanKeptLogs(kept);
  }

  const forms: readonly [string, string][] = [
    ["as it is", key],
    ["without its prefix", digits],
    ["in capitals", digits.toUpperCase()],
    ["as base64 of its bytes", Buffer.from(digits, "hex").toString("base64")],
    ["as base64 of its digits", Buffer.from(key).toString("base64")],
  ];
  for (const [title, form] of forms) {
    it(`finds a key ${title}, and says where`, () => {
      expect(leaksIn("1.log", `first\nkey=${form}.\nlast`, [key])).to.deep.equal([{ log: "1.log", line: 2 }]);
    });
  }

  it("finds a password, also in an address, and nothing in a line without it", () => {
    const text = `horse\n${password}\npostgres://relay:${encodeURIComponent(password)}@host/db`;
    expect(leaksIn("1.log", text, [password]).map(({ line }) => line)).to.deep.equal([2, 3]);
  });

  const planted: readonly [string, string, Record<string, string>][] = [
    ["by a stream", "console.log(process.env.REPORTER_KEY)", { REPORTER_KEY: key }],
    ["on standard error", "console.error(process.env.REPORTER_KEY)", { REPORTER_KEY: key }],
    ["by the file system, as a relay logs", "fs.writeSync(1, process.env.REPORTER_KEY)", { REPORTER_KEY: key }],
    [
      "and named by nobody, as a development account's is known",
      `console.log("${developmentAccount(7).privateKey}")`,
      {},
    ],
    [
      "as the password of an address",
      "console.log('x'.repeat(9))",
      { DATABASE_URL: ["postgresql:", "relay:xxxxxxxxx@host/db"].join("//") }, // so that the search for secrets passes over it
    ],
  ];
  for (const [title, program, env] of planted) {
    it(`fails for a secret that a process prints ${title}, without telling it again`, () => {
      const result = scanOf(program, env);
      expect([result.passed, result.failed]).to.deep.equal([0, 1]);
      expect(result.problem).to.match(/^secrets were printed: \d+-\d+\.log:1$/);
      expect(JSON.stringify(result)).not.to.include(digits);
    });
  }

  it("passes when a process that has secrets prints none of them", () => {
    const result = scanOf("console.log('ready')", { REPORTER_KEY: key, AINFT_PASSWORD: password });
    expect([result.passed, result.failed, result.problem]).to.deep.equal([1, 0, undefined]);
    expect(result.name).to.equal("22 secrets looked for in the logs of 1 processes");
  });

  it("fails when nothing was kept", () => {
    keepLogs(join(folder, "kept"));
    expect(scanKeptLogs(join(folder, "kept")).problem).to.equal("no process kept what it printed");
  });
});
