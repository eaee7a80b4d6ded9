import { expect } from "chai";
import {
  DeployArgumentError,
  deploySuite,
  RecordMismatchError,
  SetupMismatchError,
  SourceDriftError,
  WrongChainError,
  WrongDeployerError,
} from "../../scripts/deploy";
import { NetworkSettings } from "../../scripts/lib/networks";
import { ContractRecord, DeploymentRecord, memoryRecordStore } from "../../scripts/lib/records";
import { loadFixture } from "../helpers/chain";
import { Crew, deploymentOf, emptyChain, failureOf } from "./helpers/deployment";

const PUBLIC: NetworkSettings = { name: "testnet", kind: "public", chainId: 31337n, confirmations: 1 };
const OTHER_HASH = `0x${"42".repeat(32)}`;

/** Fixture: the suite is deployed, and its record is at hand. */
async function deployedChain(): Promise<{ crew: Crew; record: DeploymentRecord }> {
  const crew = await loadFixture(emptyChain);
  const { record } = await deploySuite(deploymentOf(crew));
  return { crew, record };
}

function oracleOf(record: DeploymentRecord): ContractRecord {
  const oracle = record.contracts["InferenceOracle"];
  if (!oracle) throw new Error("The record has no oracle.");
  return oracle;
}

function withOracle(record: DeploymentRecord, change: Partial<ContractRecord>): DeploymentRecord {
  return { ...record, contracts: { ...record.contracts, InferenceOracle: { ...oracleOf(record), ...change } } };
}

describe("deploySuite refusing", () => {
  context("when the node serves another chain", () => {
    it("names the chain id that was asked for and the one it found", async () => {
      const crew = await loadFixture(emptyChain);
      const network = { ...PUBLIC, chainId: 1n };

      const failure = await failureOf(deploySuite(deploymentOf(crew, { network })), WrongChainError);

      expect([failure.what, failure.expected, failure.actual]).to.deep.equal(["chain id", "1", "31337"]);
    });

    it("refuses a record of another chain id", async () => {
      const { crew, record } = await loadFixture(deployedChain);
      const records = memoryRecordStore({ ...record, chainId: 1n });

      const failure = await failureOf(deploySuite(deploymentOf(crew, { records })), WrongChainError);

      expect([failure.what, failure.expected, failure.actual]).to.deep.equal(["chain id", "1", "31337"]);
    });

    it("refuses a public chain with another first block than the record's", async () => {
      const { crew, record } = await loadFixture(deployedChain);
      const records = memoryRecordStore({ ...record, genesisHash: OTHER_HASH });
      const options = deploymentOf(crew, { records, network: PUBLIC, confirm: () => true });

      const failure = await failureOf(deploySuite(options), WrongChainError);

      expect([failure.what, failure.expected]).to.deep.equal(["genesis block", OTHER_HASH]);
    });

    it("forgets the record of a local chain with another first block, and finds what stands on this one", async () => {
      const { crew, record } = await loadFixture(deployedChain);
      const records = memoryRecordStore({ ...record, genesisHash: OTHER_HASH });

      const nonce = await crew.deployer.getNonce();

      const suite = await deploySuite(deploymentOf(crew, { records }));

      expect([suite.record.genesisHash, suite.record.calls]).to.deep.equal([record.genesisHash, {}]);
      expect(suite.oracle).to.equal(oracleOf(record).address);
      expect(await crew.deployer.getNonce()).to.equal(nonce);
    });
  });

  context("when the record was tampered with", () => {
    const cases: readonly [string, Partial<ContractRecord>][] = [
      ["address", { address: `0x${"42".repeat(20)}` }],
      ["transactionHash", { transactionHash: OTHER_HASH }],
      ["blockNumber", { blockNumber: 999n }],
      ["initCodeHash", { initCodeHash: OTHER_HASH }],
      ["codeHash", { codeHash: OTHER_HASH }],
      ["creationCodeHash", { creationCodeHash: OTHER_HASH }],
      ["constructorArguments", { constructorArguments: [`0x${"42".repeat(20)}`] }],
    ];
    for (const [field, change] of cases) {
      it(`names ${field} and sends nothing`, async () => {
        const { crew, record } = await loadFixture(deployedChain);
        const nonce = await crew.deployer.getNonce();
        const records = memoryRecordStore(withOracle(record, change));

        const failure = await failureOf(deploySuite(deploymentOf(crew, { records })), RecordMismatchError);

        expect(failure.field).to.equal(`contracts.InferenceOracle.${field}`);
        expect(await crew.deployer.getNonce()).to.equal(nonce);
      });
    }

    it("names the desk when its address was changed", async () => {
      const { crew, record } = await loadFixture(deployedChain);
      const records = memoryRecordStore({ ...record, made: { RequestDesk: `0x${"42".repeat(20)}` } });

      const failure = await failureOf(deploySuite(deploymentOf(crew, { records })), RecordMismatchError);

      expect([failure.field, failure.actual]).to.deep.equal(["made.RequestDesk", record.made?.["RequestDesk"]]);
    });

    it("names the salt that was sent when the record tells another", async () => {
      const { crew, record } = await loadFixture(deployedChain);
      const records = memoryRecordStore({ ...record, salt: OTHER_HASH });

      const failure = await failureOf(deploySuite(deploymentOf(crew, { records })), RecordMismatchError);

      expect([failure.recorded, failure.actual]).to.deep.equal([OTHER_HASH, record.salt]);
    });

    const found: readonly [string, Partial<ContractRecord>][] = [
      ["address", { address: `0x${"42".repeat(20)}` }],
      ["initCodeHash", { initCodeHash: OTHER_HASH }],
      ["codeHash", { codeHash: OTHER_HASH }],
      ["constructorArguments", { constructorArguments: [`0x${"42".repeat(20)}`] }],
      ["constructorArguments", { constructorArguments: [] }],
    ];
    for (const [field, change] of found) {
      it(`names ${field} (${String(Object.values(change)[0])}) of a contract that no transaction of ours made`, async () => {
        const { crew, record } = await loadFixture(deployedChain);
        const { transactionHash: _, blockNumber: __, ...oracle } = oracleOf(record);
        const contracts = { ...record.contracts, InferenceOracle: { ...oracle, ...change } };
        const records = memoryRecordStore({ ...record, contracts });

        const failure = await failureOf(deploySuite(deploymentOf(crew, { records })), RecordMismatchError);

        expect(failure.field).to.equal(`contracts.InferenceOracle.${field}`);
      });
    }

    it("names the arguments of a call that were changed", async () => {
      const { crew, record } = await loadFixture(deployedChain);
      const call = record.calls["05-reporter-config"];
      if (!call) throw new Error("The record has no reporter config.");
      const changed = { ...call, arguments: [crew.reporters, "1", "0"] };
      const records = memoryRecordStore({ ...record, calls: { ...record.calls, "05-reporter-config": changed } });

      const failure = await failureOf(deploySuite(deploymentOf(crew, { records })), RecordMismatchError);

      expect(failure.field).to.equal("calls.05-reporter-config.arguments");
    });
  });

  context("when this run wants something else than what stands", () => {
    it("refuses another deployer and names both", async () => {
      const { crew, record } = await loadFixture(deployedChain);
      const records = memoryRecordStore(record);

      const failure = await failureOf(
        deploySuite(deploymentOf(crew, { records, signer: crew.stranger })),
        WrongDeployerError,
      );

      expect([failure.expected, failure.actual]).to.deep.equal([crew.deployer.address, crew.stranger.address]);
    });

    it("refuses another reporter config: rotating is not deploying", async () => {
      const { crew, record } = await loadFixture(deployedChain);
      const records = memoryRecordStore(record);

      const failure = await failureOf(deploySuite(deploymentOf(crew, { records, threshold: 3 })), SetupMismatchError);

      expect(failure.setting).to.equal("reporter config");
    });

    it("refuses another owner once the owner has accepted", async () => {
      const { crew, record } = await loadFixture(deployedChain);
      const records = memoryRecordStore(record);
      const acceptance = { to: record.contracts["InferenceOracle"]?.address ?? "", data: "0x79ba5097" };
      await crew.owner.sendTransaction(acceptance);

      const failure = await failureOf(
        deploySuite(deploymentOf(crew, { records, owner: crew.stranger.address })),
        SetupMismatchError,
      );

      expect([failure.setting, failure.wanted, failure.actual]).to.deep.equal([
        "owner",
        crew.stranger.address,
        crew.owner.address,
      ]);
    });

    it("refuses a contract that was built on other code than the present one", async () => {
      const { crew, record } = await loadFixture(deployedChain);
      const { AINFT1155: other, AINFT721: told } = record.contracts;
      if (!other || !told) throw new Error("The record has no collections.");
      const records = memoryRecordStore({ ...record, contracts: { ...record.contracts, AINFT721: other } });

      const failure = await failureOf(deploySuite(deploymentOf(crew, { records })), SourceDriftError);

      expect([failure.contract, failure.address]).to.deep.equal(["AINFT721", other.address]);
    });

    it("refuses another salt than the record's, and names --fresh", async () => {
      const { crew, record } = await loadFixture(deployedChain);
      const options = deploymentOf(crew, { records: memoryRecordStore(record), salt: OTHER_HASH });

      const failure = await failureOf(deploySuite(options), DeployArgumentError);

      expect(failure.message).to.equal(
        `The suite stands under the salt ${record.salt}, not ${OTHER_HASH}. Add --fresh for another.`,
      );
    });
  });

  context("when the arguments can't be right", () => {
    const cases: readonly [string, (crew: Crew) => Parameters<typeof deploymentOf>[1]][] = [
      ["no reporter", () => ({ reporters: [] })],
      ["a threshold of zero", () => ({ threshold: 0 })],
      ["a threshold above the reporters", () => ({ threshold: 4 })],
      ["a fractional threshold", () => ({ threshold: 1.5 })],
      ["a reporter named twice", ({ reporters }) => ({ reporters: [...reporters, ...reporters.slice(0, 1)] })],
      ["a reporter that is no address", () => ({ reporters: ["0x12"] })],
      ["a salt of another length", () => ({ salt: "0x12" })],
      ["the zero address as owner", () => ({ owner: `0x${"00".repeat(20)}` })],
    ];
    for (const [title, change] of cases) {
      it(`refuses ${title}`, async () => {
        const crew = await loadFixture(emptyChain);
        const nonce = await crew.deployer.getNonce();

        await failureOf(deploySuite(deploymentOf(crew, change(crew))), DeployArgumentError);

        expect(await crew.deployer.getNonce()).to.equal(nonce);
      });
    }
  });
});
