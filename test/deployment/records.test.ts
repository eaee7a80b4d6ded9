import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { deploySuite } from "../../scripts/deploy";
import { sortedJson } from "../../scripts/lib/files";
import { DeploymentRecord, fileRecordStore, RecordFormatError } from "../../scripts/lib/records";
import { loadFixture } from "../helpers/chain";
import { deploymentOf, emptyChain, failureOf } from "./helpers/deployment";

/** Fixture: the record of an ordinary deployment. */
async function ordinaryRecord(): Promise<DeploymentRecord> {
  return (await deploySuite(deploymentOf(await loadFixture(emptyChain)))).record;
}

describe("A record file", () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ainft-records-"));
    path = join(folder, "network.json");
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it("gives back what was saved, and leaves nothing else behind", async () => {
    const record = { ...(await loadFixture(ordinaryRecord)), pending: { step: "01-oracle", nonce: 7n } };
    const store = fileRecordStore(path);

    store.save(record);

    expect(store.load()).to.deep.equal(record);
    expect(readdirSync(folder)).to.deep.equal(["network.json"]);
  });

  it("is sorted, so that the same deployment always gives the same bytes", async () => {
    const record = await loadFixture(ordinaryRecord);
    fileRecordStore(path).save(record);
    const backwards = Object.fromEntries(Object.entries(record).reverse());

    expect(sortedJson(backwards)).to.equal(readFileSync(path, "utf8"));
  });

  it("is absent before the first deployment", () => {
    expect(fileRecordStore(path).load()).to.equal(undefined);
  });

  const cases: readonly [string, (record: Record<string, unknown>) => unknown, string][] = [
    ["another schema", (record) => ({ ...record, schema: "ainft-deployment/1" }), "schema is not ainft-deployment/2"],
    ["an unknown key", (record) => ({ ...record, extra: 1 }), 'the record has the unknown key "extra"'],
    ["a missing key", ({ chainId: _, ...record }) => record, 'the record lacks "chainId"'],
    ["a negative number", (record) => ({ ...record, chainId: -1 }), "chainId is not a whole number"],
    ["a short hash", (record) => ({ ...record, genesisHash: "0x12" }), "genesisHash has the wrong form"],
    ["a list for an object", (record) => ({ ...record, calls: [] }), "calls is not an object"],
    [
      "a desk without an address",
      (record) => ({ ...record, made: { RequestDesk: "0x12" } }),
      "made.RequestDesk has the wrong form",
    ],
    ["null", () => null, "the record is not an object"],
    [
      "a contract that lacks a field",
      (record) => ({ ...record, contracts: { AINFT721: { address: `0x${"42".repeat(20)}` } } }),
      'contracts.AINFT721 lacks "constructorArguments"',
    ],
  ];
  for (const [title, change, problem] of cases) {
    it(`is refused with the field's name when it has ${title}`, async () => {
      const record = JSON.parse(sortedJson(await loadFixture(ordinaryRecord))) as Record<string, unknown>;
      writeFileSync(path, JSON.stringify(change(record)));

      const failure = await failureOf(
        Promise.resolve().then(() => fileRecordStore(path).load()),
        RecordFormatError,
      );

      expect(failure.problem).to.equal(problem);
    });
  }

  it("is refused when it is cut off", async () => {
    const text = sortedJson(await loadFixture(ordinaryRecord));
    writeFileSync(path, text.slice(0, text.length / 2));

    const failure = await failureOf(
      Promise.resolve().then(() => fileRecordStore(path).load()),
      RecordFormatError,
    );

    expect(failure.problem).to.equal("it is not JSON");
  });
});
