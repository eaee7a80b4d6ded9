import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { deploySuite, RecordMismatchError } from "../../scripts/deploy";
import { developmentAccount } from "../../scripts/lib/accounts";
import { silentLogger } from "../../scripts/lib/logger";
import { fileRecordStore, RecordStore } from "../../scripts/lib/records";
import { acceptOwnership } from "../../scripts/ops/accept-ownership";
import { OpenedSuite, OperationError, withSuite } from "../../scripts/ops/oracle-command";
import { revokeConfig } from "../../scripts/ops/revoke-config";
import { setConfig } from "../../scripts/ops/set-config";
import { reportState } from "../../scripts/ops/verify-deployment";
import { Anvil, startAnvil } from "./helpers/anvil";
import { failureOf } from "./helpers/deployment";

const OWNER = developmentAccount(9);
const REPORTERS = [1, 2, 3].map((index) => developmentAccount(index).address);

describe("The operator's commands", () => {
  let folder: string;
  let anvil: Anvil;
  let store: RecordStore;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "ainft-ops-"));
    store = fileRecordStore(join(folder, "anvil.json"));
    anvil = await startAnvil();
    const signer = developmentAccount(0).connect(anvil.provider);
    const setup = { reporters: REPORTERS, threshold: 2, owner: OWNER.address };
    await deploySuite({ signer, network: anvil.network, records: store, ...setup });
  });

  afterEach(async () => {
    await anvil.stop();
    rmSync(folder, { recursive: true });
  });

  const as = (key: string | undefined, work: (suite: OpenedSuite) => Promise<void>): Promise<void> =>
    withSuite({ network: "anvil", record: join(folder, "anvil.json"), yes: false }, silentLogger, work, {
      AINFT_ANVIL_URL: anvil.url,
      AINFT_DEPLOYER_KEY: key,
    });
  const asOwner = (work: (suite: OpenedSuite) => Promise<void>): Promise<void> => as(OWNER.privateKey, work);

  it("find that a fresh deployment and its record agree", async () => {
    await as(undefined, reportState);
  });

  it("refuse a record that does not match the chain before they do anything", async () => {
    const record = store.load();
    const oracle = record?.contracts["InferenceOracle"];
    if (!record || !oracle) throw new Error("The record has no oracle.");
    const changed = { ...oracle, codeHash: `0x${"42".repeat(32)}` };
    store.save({ ...record, contracts: { ...record.contracts, InferenceOracle: changed } });

    const failure = await failureOf(as(undefined, reportState), RecordMismatchError);

    expect(failure.field).to.equal("contracts.InferenceOracle.codeHash");
  });

  it("let the owner accept the oracle, and nobody else", async () => {
    await failureOf(
      as(undefined, (suite) => acceptOwnership(suite, false)),
      OperationError,
    );

    await asOwner((suite) => acceptOwnership(suite, false));

    await asOwner(async ({ oracle }) => {
      expect(await oracle.getFunction("owner")()).to.equal(OWNER.address);
    });
  });

  it("rotate the reporters, and say that nobody can answer once the last config is revoked", async () => {
    await asOwner((suite) => acceptOwnership(suite, false));
    const reporters = [REPORTERS[2], REPORTERS[0]].join(",");

    await asOwner((suite) => setConfig(suite, false, { reporters, threshold: "2", grace: "0" }));
    await asOwner(async ({ oracle }) => {
      expect(await oracle.getFunction("currentConfig")()).to.equal(2n);
    });

    await asOwner((suite) => revokeConfig(suite, false, "2"));
    const failure = await failureOf(as(undefined, reportState), OperationError);
    expect(failure.message).to.contain("no reporter config");
  });

  it("name the option that is missing", async () => {
    const missing: readonly [RegExp, (suite: OpenedSuite) => Promise<void>][] = [
      [/--reporters/, (suite) => setConfig(suite, false, { threshold: "1" })],
      [/--threshold/, (suite) => setConfig(suite, false, { reporters: OWNER.address })],
      [/--config/, (suite) => revokeConfig(suite, false, undefined)],
    ];
    for (const [option, work] of missing) {
      expect((await failureOf(as(undefined, work), OperationError)).message).to.match(option);
    }
  });
});
