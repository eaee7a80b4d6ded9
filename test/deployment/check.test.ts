import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { concat, getCreate2Address, Interface, keccak256 } from "ethers";
import { checkDeployments, CheckOptions } from "../../scripts/checks/deployments";
import { deploySuite } from "../../scripts/deploy";
import { developmentAccount } from "../../scripts/lib/accounts";
import { readArtifact } from "../../scripts/lib/artifacts";
import { CREATE2_FACTORY } from "../../scripts/lib/create2-factory";
import { sortedJson } from "../../scripts/lib/files";
import { lineLogger } from "../../scripts/lib/logger";
import { DeploymentRecord, fileRecordStore } from "../../scripts/lib/records";
import { Anvil, startAnvil } from "./helpers/anvil";

const OTHER = `0x${"42".repeat(20)}`;
const OTHER_HASH = `0x${"42".repeat(32)}`;
const CHAIN_ID = 424_242n;

type Json = Record<string, unknown>;
type Change = (record: Json & { contracts: Record<string, Json> }) => unknown;

/** The record with some fields of one contract changed. */
const withContract =
  (name: string, change: (contract: Json) => Json): Change =>
  (record) => ({
    ...record,
    contracts: { ...record.contracts, [name]: { ...record.contracts[name], ...change(record.contracts[name] ?? {}) } },
  });

/** Other arguments, with the hash and the address that follow from them. */
function consistently(name: string, constructorArguments: readonly string[]): Change {
  return (record) => {
    const { abi, bytecode } = readArtifact(name);
    const initCodeHash = keccak256(concat([bytecode, new Interface(abi).encodeDeploy(constructorArguments)]));
    const address = getCreate2Address(CREATE2_FACTORY, String(record["salt"]), initCodeHash);
    return withContract(name, () => ({ constructorArguments, initCodeHash, address }))(record);
  };
}

describe("npm run check:deployments", () => {
  const folder = mkdtempSync(join(tmpdir(), "ainft-check-deployments-"));
  const path = join(folder, "testnet.json");
  let anvil: Anvil;
  let record: DeploymentRecord;

  before(async () => {
    anvil = await startAnvil("--chain-id", CHAIN_ID.toString());
    const suite = await deploySuite({
      signer: developmentAccount(0).connect(anvil.provider),
      network: { name: "testnet", kind: "public", chainId: CHAIN_ID, confirmations: 1 },
      reporters: [1, 2, 3].map((index) => developmentAccount(index).address),
      threshold: 2,
      dao: { holder: developmentAccount(9).address },
      confirm: () => true,
      verification: false,
      records: fileRecordStore(path),
    });
    record = suite.record;
  });

  beforeEach(() => fileRecordStore(path).save(record));

  after(async () => {
    await anvil.stop();
    rmSync(folder, { recursive: true });
  });

  /** What the command says, and whether it passed. */
  const checked = async (options: CheckOptions): Promise<{ fine: boolean; lines: string[] }> => {
    const lines: string[] = [];
    const logger = lineLogger((line) => lines.push(line.trimEnd()));
    const fine = await checkDeployments({ records: [path], ...options }, logger, { AINFT_TESTNET_RPC_URL: anvil.url });
    return { fine, lines: lines.slice(0, -1) };
  };
  const tamper = (change: Change): void => {
    const told = JSON.parse(readFileSync(path, "utf8")) as Json & { contracts: Record<string, Json> };
    writeFileSync(path, sortedJson(change(told)));
  };

  it("passes a record that is true, with a chain and without one", async () => {
    const online = await checked({});
    const offline = await checked({ offline: true });

    expect([online.fine, offline.fine]).to.deep.equal([true, true]);
    expect(online.lines.join()).to.match(/agrees with the present source, and with the chain$/);
    expect(offline.lines.join()).to.match(
      /agrees with the present source; not compared with the chain \(not wanted\)$/,
    );
  });

  it("says how to compare with the chain when nobody told where it is", async () => {
    const lines: string[] = [];
    const fine = await checkDeployments(
      { records: [path] },
      lineLogger((line) => lines.push(line)),
      {},
    );

    expect(fine).to.equal(true);
    expect(lines[0]).to.include("not compared with the chain").and.to.include("Set AINFT_TESTNET_RPC_URL");
  });

  it("passes the committed records against the present source or their own", async () => {
    expect(
      await checkDeployments(
        { offline: true, allowDrift: true },
        lineLogger(() => undefined),
        {},
      ),
    ).to.equal(true);
  });

  const tampered: readonly [string, Change, RegExp][] = [
    [
      "another address",
      withContract("Governors", () => ({ address: OTHER })),
      /contracts\.Governors\.address is recorded as 0x4242/,
    ],
    [
      "another init code hash",
      withContract("Governors", () => ({ initCodeHash: OTHER_HASH })),
      /contracts\.Governors\.initCodeHash is recorded as 0x4242/,
    ],
    [
      "another argument",
      withContract("AINFTBinder", () => ({ constructorArguments: [OTHER, OTHER] })),
      /contracts\.AINFTBinder\.constructorArguments is recorded as 0x4242/,
    ],
    [
      "an argument too few",
      withContract("AINFTBinder", () => ({ constructorArguments: [OTHER] })),
      /contracts\.AINFTBinder\.constructorArguments is recorded as 0x4242\S+, but is of another form/,
    ],
    [
      "another owner, with the hash and the address that follow",
      consistently("AINFTBinder", [OTHER, OTHER]),
      /contracts\.AINFTBinder\.constructorArguments is recorded as 0x4242.+, but is 0x/,
    ],
    [
      "other source",
      withContract("Governors", () => ({ creationCodeHash: OTHER_HASH })),
      /testnet\.json: Governors at 0x\S+ was deployed from other code/,
    ],
    ["another salt", (told) => ({ ...told, salt: OTHER_HASH }), /contracts\.\w+\.\w+ is recorded as/],
    [
      "another chain id",
      (told) => ({ ...told, network: "sepolia" }),
      /the record\.chainId is recorded as 424242, but is 11155111/,
    ],
    [
      "a contract missing",
      ({ contracts: { Governors: _, ...contracts }, ...told }) => ({ ...told, contracts }),
      /testnet\.json lacks contracts\.Governors/,
    ],
    [
      "a contract too many",
      ({ contracts, ...told }) => ({ ...told, contracts: { ...contracts, Vault: contracts["Governors"] } }),
      /has contracts\.Vault, which no step creates/,
    ],
    ["the roles missing", ({ roles: _, ...told }) => told, /testnet\.json lacks roles/],
    ["an unknown key", (told) => ({ ...told, extra: 1 }), /the record has the unknown key "extra"/],
    ["another desk", (told) => ({ ...told, made: { RequestDesk: OTHER } }), /made\.RequestDesk is recorded as 0x4242/],
    [
      "another governor",
      (told) => ({ ...told, dao: { ...(told["dao"] as Json), governor: OTHER } }),
      /dao\.governor is recorded as 0x4242/,
    ],
    [
      "another owner of the oracle",
      (told) => ({ ...told, ownership: { owner: OTHER } }),
      /ownership\.owner is recorded as 0x4242/,
    ],
    ["a step that waits", (told) => ({ ...told, pending: { step: "11-dao", nonce: 1 } }), /waits for step 11-dao/],
  ];
  for (const [title, change, problem] of tampered) {
    it(`fails with one line, and no chain, on ${title}`, async () => {
      tamper(change);

      const { fine, lines } = await checked({ offline: true });

      expect(fine).to.equal(false);
      expect(lines).to.have.length(1);
      expect(lines[0]).to.match(problem);
    });
  }

  const onChain: readonly [string, Change, RegExp][] = [
    [
      "another code hash",
      withContract("Governors", () => ({ codeHash: OTHER_HASH })),
      /contracts\.Governors\.codeHash is recorded as 0x4242/,
    ],
    ["another chain id", (told) => ({ ...told, chainId: 1 }), /testnet\.json: The node's chain id is 424242, not 1\./],
    ["another first block", (told) => ({ ...told, genesisHash: OTHER_HASH }), /genesisHash is recorded as 0x4242/],
    [
      "a transaction that is not there",
      withContract("Governors", () => ({ transactionHash: OTHER_HASH })),
      /transactionHash is recorded as 0x4242\S+, but is not on this chain/,
    ],
    [
      "another holder of a right",
      (told) => ({ ...told, roles: { ...(told["roles"] as Json), "AINToken.owner": OTHER } }),
      /AINToken\.owner is recorded as 0x4242\S+, but is 0x/,
    ],
    [
      "a right that is not told",
      ({ roles, ...told }) => {
        const { "timelock.admin.deployer": _, ...others } = roles as Json;
        return { ...told, roles: others };
      },
      /timelock\.admin\.deployer is recorded as nothing, but is false/,
    ],
  ];
  for (const [title, change, problem] of onChain) {
    it(`fails with one line, asking the chain, on ${title}`, async () => {
      tamper(change);

      const { fine, lines } = await checked({});

      expect(fine).to.equal(false);
      expect(lines).to.have.length(1);
      expect(lines[0]).to.match(problem);
    });
  }

  it("records who holds which right in a suite of a DAO: the timelock everything, the deployer nothing", () => {
    const { roles = {}, dao, deployer } = record;
    const owned = Object.entries(roles).filter(([right]) => right.endsWith(".owner"));

    expect(owned.map(([right]) => right)).to.include.members(["InferenceOracle.owner", "AINFTFactory.beacon(3).owner"]);
    expect(new Set(owned.map(([, holder]) => holder))).to.deep.equal(new Set([dao?.timelock]));
    expect(Object.values(roles)).to.not.include(deployer);
    expect([roles["timelock.proposer.governor"], roles["timelock.executor.everybody"]]).to.deep.equal(["true", "true"]);
    const ofDeployer = Object.entries(roles).filter(([right]) => /^timelock\..*\.deployer$/.test(right));
    expect(ofDeployer.map(([, holds]) => holds)).to.deep.equal(["false", "false", "false", "false"]);
    expect(roles["ProviderRegistry.implementation"]).to.equal(
      record.contracts["ProviderRegistryImplementation"]?.address,
    );
    expect(roles["ProviderRegistry.slasher"]).to.equal(record.contracts["Challenges"]?.address);
  });

  it("fails on a file that is not there, and goes on with the others", async () => {
    const missing = join(folder, "missing.json");

    const { fine, lines } = await checked({ records: [missing, path], offline: true });

    expect(fine).to.equal(false);
    expect(lines).to.have.length(2);
    expect(lines[0]).to.match(/missing\.json does not exist/);
  });

  it("lets what was created from other source pass when told to, but nothing else about it", async () => {
    tamper(withContract("Governors", () => ({ creationCodeHash: OTHER_HASH })));
    expect((await checked({ offline: true, allowDrift: true })).lines.join()).to.match(/agrees with the other source/);

    tamper(withContract("Governors", () => ({ address: OTHER })));
    const { fine, lines } = await checked({ offline: true, allowDrift: true });

    expect(fine).to.equal(false);
    expect(lines[0]).to.match(/contracts\.Governors\.address is recorded as 0x4242/);
  });
});
