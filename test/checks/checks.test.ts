import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Wallet } from "ethers";
import { secretsIn } from "../../scripts/checks/secrets";
import { wrongSlots } from "../../scripts/checks/storage-slots";
import { closingLine, suiteResult, sumOf } from "../../scripts/checks/test-report";
import { erc7201Slot } from "../../scripts/generate/storage-layout";
import { developmentAccount } from "../../scripts/lib/accounts";

describe("The search for secrets", () => {
  const key = Wallet.createRandom().privateKey;
  const name = "private" + "Key"; // put together, so that the search does not find this test
  const found: readonly [string, string][] = [
    ["a key in an object", `{ ${name}: "${key}" }`],
    ["a key without 0x in an environment file", `DEPLOYER_KEY=${key.slice(2)}`],
    ["a wallet made of a literal", ["new Wallet", `("${key}")`].join("")],
    ["a PEM key", ["-----BEGIN", "EC PRIVATE KEY-----"].join(" ")],
    ["a token of a code host", ["ghp", "a1".repeat(18)].join("_")],
    ["a password in an address", ["postgres:", "relay:hunter22@db/relay"].join("//")],
  ];
  for (const [title, text] of found) {
    it(`finds ${title}, and says where`, () => {
      expect(secretsIn("file", `first line\n${text}`).map(({ path, line }) => [path, line])).to.deep.equal([
        ["file", 2],
      ]);
    });
  }

  const ignored: readonly [string, string][] = [
    ["a published development key", `${name}: "${developmentAccount(3).privateKey}"`],
    ["a digest", `digest: "${key}"`],
    ["a reference to a variable", `${name}: process.env["KEY"]`],
    ["an address without a password", "postgres://relay@db/relay"],
  ];
  for (const [title, text] of ignored) {
    it(`passes over ${title}`, () => {
      expect(secretsIn("file", text)).to.deep.equal([]);
    });
  }
});

describe("The check of storage slots", () => {
  const slot = erc7201Slot("ainft.storage.Example");
  const source = (namespace: string, constant: string): string =>
    `/// @custom:storage-location erc7201:${namespace}\nbytes32 private constant EXAMPLE_STORAGE =\n    ${constant};`;

  it("computes the slot that a library in wide use has for its own namespace", () => {
    expect(erc7201Slot("openzeppelin.storage.Ownable")).to.equal(
      "0x9016d09d72d40fdae2fd8ceac6b6234c7706214fd39c1cd1e609a0528c199300",
    );
  });

  it("accepts a namespace whose slot stands beside it", () => {
    expect(wrongSlots(new Map([["A.sol", source("ainft.storage.Example", slot)]]))).to.deep.equal([]);
  });

  it("names a namespace without its slot, and a constant that is no slot", () => {
    expect(wrongSlots(new Map([["A.sol", source("ainft.storage.Renamed", slot)]]))).to.deep.equal([
      `A.sol: no constant holds the slot of ainft.storage.Renamed, which is ${erc7201Slot("ainft.storage.Renamed")}`,
      "A.sol: EXAMPLE_STORAGE is not the slot of a namespace in this file",
    ]);
  });

  it("names a namespace that two files use", () => {
    const same = source("ainft.storage.Example", slot);
    expect(
      wrongSlots(
        new Map([
          ["A.sol", same],
          ["B.sol", same],
        ]),
      ),
    ).to.deep.equal(["B.sol: the namespace ainft.storage.Example is already used in A.sol"]);
  });
});

describe("The count of tests", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ainft-report-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const judged = (report: string | undefined, exitCode: number) => {
    const file = join(folder, "report.json");
    if (report !== undefined) writeFileSync(file, report);
    return suiteResult("suite", file, exitCode);
  };

  it("takes what the reporter wrote", () => {
    expect(judged('{"passed":3,"failed":0,"skipped":1,"failures":[]}', 0)).to.deep.equal({
      name: "suite",
      passed: 3,
      failed: 0,
      skipped: 1,
      failures: [],
      problem: undefined,
    });
    expect(judged('{"passed":3,"failed":1,"skipped":0,"failures":["a vote: no"]}', 1)).to.deep.include({
      passed: 3,
      failed: 1,
      failures: ["a vote: no"],
      problem: undefined,
    });
  });

  it("counts a suite that crashed, was cut off, ran nothing, or ended badly as one failure", () => {
    expect(judged(undefined, 134)).to.include({ failed: 1 }).and.property("problem").to.contain("exit code 134");
    expect(judged('{"passed":3,', 1)).to.include({ failed: 1 });
    expect(judged('{"passed":0,"failed":0,"skipped":9}', 0)).to.include({ failed: 1, problem: "it ran no test" });
    expect(judged('{"passed":3,"failed":0,"skipped":0}', 7)).to.include({ passed: 3, failed: 1 });
  });

  it("ends with one plain line", () => {
    const sum = sumOf([judged('{"passed":3,"failed":0,"skipped":1}', 0), judged(undefined, 1)]);
    expect(closingLine(sum)).to.equal("3 passed, 1 failed");
  });
});
