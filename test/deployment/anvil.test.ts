import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { deploySuite, WrongChainError } from "../../scripts/deploy";
import { predict } from "../../scripts/deploy/predictions";
import { developmentAccount } from "../../scripts/lib/accounts";
import { creationCall } from "../../scripts/lib/create2-factory";
import { fileRecordStore, memoryRecordStore, RecordStore } from "../../scripts/lib/records";
import { TransactionRevertedError } from "../../scripts/lib/transactions";
import { Anvil, startAnvil } from "./helpers/anvil";
import { runDeploy } from "./helpers/command";
import { expectedAddresses, failureOf, Killed, killAt, recordedAddresses, SENDING_STEPS } from "./helpers/deployment";

const DEPLOYER = developmentAccount(0).address;
const OWNER = developmentAccount(9).address;
const REPORTERS = [1, 2, 3].map((index) => developmentAccount(index).address);

describe("A deployment to a real node", () => {
  let folder: string;
  let anvil: Anvil;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ainft-deployment-"));
  });

  afterEach(async () => {
    await anvil.stop();
    rmSync(folder, { recursive: true });
  });

  const optionsOf = (records: RecordStore) => ({
    signer: developmentAccount(0).connect(anvil.provider),
    network: anvil.network,
    reporters: REPORTERS,
    threshold: 2,
    owner: OWNER,
    records,
  });

  it("goes through JSON-RPC, and changes neither chain nor record the second time", async () => {
    anvil = await startAnvil();
    const records = fileRecordStore(join(folder, "anvil.json"));

    const first = await deploySuite(optionsOf(records));
    const block = await anvil.provider.getBlockNumber();
    const second = await deploySuite(optionsOf(records));

    expect(recordedAddresses(first.record)).to.deep.equal(expectedAddresses(DEPLOYER, OWNER));
    expect(records.load()).to.deep.equal(first.record);
    expect(second.record).to.deep.equal(first.record);
    expect([second.stepsRun, await anvil.provider.getBlockNumber()]).to.deep.equal([0, block]);
  });

  it("starts anew when the local chain was restarted", async () => {
    const records = memoryRecordStore();
    anvil = await startAnvil("--timestamp", "1700000000");
    const first = await deploySuite(optionsOf(records));
    await anvil.stop();
    anvil = await startAnvil("--timestamp", "1800000000");

    const second = await deploySuite(optionsOf(records));

    expect(second.stepsRun).to.equal(SENDING_STEPS.length);
    expect(second.record.genesisHash).not.to.equal(first.record.genesisHash);
    expect(recordedAddresses(second.record)).to.deep.equal(recordedAddresses(first.record));
  });

  it("notices a restart with the same first block by the missing code", async () => {
    const records = memoryRecordStore();
    anvil = await startAnvil("--timestamp", "1700000000");
    await deploySuite(optionsOf(records));
    await anvil.stop();
    anvil = await startAnvil("--timestamp", "1700000000");

    expect((await deploySuite(optionsOf(records))).stepsRun).to.equal(SENDING_STEPS.length);
  });

  it("refuses a node of another chain id", async () => {
    anvil = await startAnvil("--chain-id", "1");

    const failure = await failureOf(deploySuite(optionsOf(memoryRecordStore())), WrongChainError);

    expect([failure.what, failure.expected, failure.actual]).to.deep.equal(["chain id", "31337", "1"]);
  });

  it("names a mined transaction that failed, and sends a new one the next time", async () => {
    anvil = await startAnvil();
    const records = memoryRecordStore();
    const options = optionsOf(records);
    await failureOf(deploySuite({ ...options, onProgress: killAt("01-oracle", "noted") }), Killed);
    const record = records.load();
    if (!record) throw new Error("nothing is recorded");
    const { initCode } = predict("InferenceOracle", [DEPLOYER], record.salt);
    const call = creationCall(record.salt, initCode);
    const starved = await options.signer.sendTransaction({ ...call, gasLimit: 3_000_000n });
    const pending = { step: "01-oracle", nonce: BigInt(starved.nonce), transactionHash: starved.hash };
    records.save({ ...record, pending });

    const failure = await failureOf(deploySuite(options), TransactionRevertedError);
    const suite = await deploySuite(options);

    expect(failure.transactionHash).to.equal(starved.hash);
    expect(recordedAddresses(suite.record)).to.deep.equal(expectedAddresses(DEPLOYER, OWNER));
  });

  it("survives SIGKILL of the command in every step while its transaction waits to be mined", async function () {
    this.timeout(600_000); // one process a step
    anvil = await startAnvil("--no-mining");
    const record = join(folder, "anvil.json");
    const args = ["--network", "anvil", "--owner", OWNER, "--record", record];
    const env = { AINFT_ANVIL_URL: anvil.url };
    for (const { id } of SENDING_STEPS) {
      const { signal } = await runDeploy(args, env, `${id} sent`);
      expect(signal, id).to.equal("SIGKILL");
      await anvil.provider.send("evm_mine", []);
    }

    const last = await runDeploy(args, env);

    expect(last.code).to.equal(0);
    const stored = fileRecordStore(record).load();
    if (!stored) throw new Error("nothing was recorded");
    expect(recordedAddresses(stored)).to.deep.equal(expectedAddresses(DEPLOYER, OWNER));
    expect(stored.pending).to.equal(undefined);
    expect(stored.ownership).to.deep.equal({ owner: DEPLOYER, pendingOwner: OWNER });
    expect(await anvil.provider.getTransactionCount(DEPLOYER)).to.equal(SENDING_STEPS.length);
  });
});
