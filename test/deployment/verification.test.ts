import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { concat, keccak256 } from "ethers";
import { checkDeployments } from "../../scripts/checks/deployments";
import { deploySuite, VerificationMismatchError } from "../../scripts/deploy";
import { checkVerification, sourcesFile, VerificationEntry } from "../../scripts/deploy/verification";
import { lineLogger } from "../../scripts/lib/logger";
import { DeploymentRecord, fileRecordStore } from "../../scripts/lib/records";
import { RecompilationError, recompile, StandardJson } from "../../scripts/lib/standard-json";
import { loadFixture, provider } from "../helpers/chain";
import { daoDeploymentOf, emptyChain, failureOf } from "./helpers/deployment";

interface Index {
  readonly chainId: number;
  readonly contracts: Readonly<Record<string, VerificationEntry>>;
}

describe("What is written for explorers", () => {
  const folder = mkdtempSync(join(tmpdir(), "ainft-verification-"));
  const path = join(folder, "testnet.json");
  const written = join(folder, "testnet", "verification");
  let record: DeploymentRecord;
  let index: Index;

  const read = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));
  const inputOf = (name: string): StandardJson => read(sourcesFile(written, name)) as StandardJson;
  const entryOf = (name: string): VerificationEntry => {
    const entry = index.contracts[name];
    if (entry === undefined) throw new Error(`${name} is not in the index.`);
    return entry;
  };

  before(async () => {
    const crew = await loadFixture(emptyChain);
    const network = { name: "testnet", kind: "public", chainId: 31_337n, confirmations: 1 } as const;
    const records = fileRecordStore(path);
    ({ record } = await deploySuite(daoDeploymentOf(crew, { network, records, confirm: () => true })));
    index = read(join(written, "index.json")) as Index;
  });

  after(() => rmSync(folder, { recursive: true }));

  it("is one standard JSON for each contract, and an index with what else they ask for", () => {
    const names = Object.keys(record.contracts);

    expect(readdirSync(written).sort()).to.deep.equal([...names, "index"].map((name) => `${name}.json`).sort());
    expect(index.chainId).to.equal(31_337);
    expect(Object.keys(index.contracts).sort()).to.deep.equal(names.sort());
    expect(entryOf("ProviderRegistry")).to.include({
      address: record.contracts["ProviderRegistry"]?.address,
      contract: "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol:ERC1967Proxy",
      compilerVersion: "v0.8.30+commit.73712a01",
    });
  });

  it("holds the sources that a contract needs, and no other", () => {
    expect(Object.keys(inputOf("Governors").sources)).to.include("contracts/Governors.sol");
    const all = Object.keys(record.contracts).flatMap((name) => Object.keys(inputOf(name).sources));
    expect(all.filter((source) => source.includes("/mocks/"))).to.deep.equal([]);
    expect(
      Object.keys(inputOf("ProviderRegistry").sources).filter((source) => source.startsWith("contracts/")),
    ).to.deep.equal([]);
  });

  for (const name of ["Governors", "ProviderRegistry", "ContributorSplits"]) {
    it(`compiles again to the very init code of ${name} that was sent, each time`, async function () {
      this.timeout(300_000);
      const { contract, constructorArguments } = entryOf(name);
      const again = [1, 2].map(() => recompile(contract, inputOf(name)));
      const hash = record.contracts[name]?.transactionHash ?? "";
      const sent = (await provider.getTransaction(hash))?.data ?? "";

      for (const code of again) expect(concat([record.salt, code, constructorArguments])).to.equal(sent);
      expect(keccak256(concat([again[0] ?? "", constructorArguments]))).to.equal(record.contracts[name]?.initCodeHash);
      checkVerification(record, name, written);
    });
  }

  it("is not written on a local network unless it is asked for", async () => {
    const crew = await loadFixture(emptyChain);
    const local = (name: string) => ({ records: fileRecordStore(join(folder, `${name}.json`)) });

    await deploySuite(daoDeploymentOf(crew, local("quiet")));
    await deploySuite({ ...daoDeploymentOf(crew, local("told")), verification: true });

    expect(existsSync(join(folder, "quiet"))).to.equal(false);
    expect(readdirSync(join(folder, "told", "verification")).length).to.equal(Object.keys(record.contracts).length + 1);
  });

  describe("is refused", () => {
    const NAME = "Governors";
    const file = sourcesFile(written, NAME);
    const indexFile = join(written, "index.json");
    let kept: readonly [string, string];

    beforeEach(() => (kept = [readFileSync(file, "utf8"), readFileSync(indexFile, "utf8")]));
    afterEach(() => {
      writeFileSync(file, kept[0]);
      writeFileSync(indexFile, kept[1]);
    });

    const changeIndex = (change: (entry: VerificationEntry) => VerificationEntry): void => {
      writeFileSync(indexFile, JSON.stringify({ ...index, contracts: { [NAME]: change(entryOf(NAME)) } }));
    };
    const changeSource = (from: string, to: string): void => writeFileSync(file, kept[0].replace(from, to));
    const cases: readonly [string, () => void, string][] = [
      ["when the sources are missing", () => rmSync(file), "are missing"],
      [
        "when the index lacks it",
        () => writeFileSync(indexFile, '{"chainId":1,"contracts":{}}'),
        "are not in the index",
      ],
      [
        "when it is of another address",
        () => changeIndex((entry) => ({ ...entry, address: `0x${"42".repeat(20)}` })),
        "are of another place",
      ],
      [
        "when it is for another compiler",
        () => changeIndex((entry) => ({ ...entry, compilerVersion: "v0.8.29+commit.ab55807c" })),
        "are for the compiler v0.8.29+commit.ab55807c",
      ],
      [
        "when they make other code",
        () => changeSource('"runs": 1000000', '"runs": 1'),
        "make other code than the recorded one",
      ],
      [
        "when other arguments stand beside it",
        () => changeIndex((entry) => ({ ...entry, constructorArguments: `0x${"42".repeat(64)}` })),
        "stand beside other constructor arguments",
      ],
    ];
    for (const [title, change, problem] of cases) {
      it(title, async () => {
        change();

        const attempt = Promise.resolve().then(() => checkVerification(record, NAME, written));
        const failure = await failureOf(attempt, VerificationMismatchError);

        expect([failure.contract, failure.problem]).to.deep.equal([NAME, problem]);
      });
    }

    it("when it does not compile, with what the compiler says", async () => {
      changeSource("contract Governors", "contract Governor");

      const attempt = Promise.resolve().then(() => checkVerification(record, NAME, written));
      const failure = await failureOf(attempt, RecompilationError);

      expect(failure.problem).to.equal("its sources do not hold it");
    });

    it("by npm run check:deployments -- --recompile, in one line", async () => {
      rmSync(sourcesFile(written, Object.keys(record.contracts).sort()[0] ?? ""));
      const lines: string[] = [];

      const fine = await checkDeployments(
        { records: [path], offline: true, recompile: true },
        lineLogger((line) => lines.push(line)),
        {},
      );

      expect(fine).to.equal(false);
      expect(lines[0]).to.match(/the sources of \w+ are missing/);
    });
  });
});
