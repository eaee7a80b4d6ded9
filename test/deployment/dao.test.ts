import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Interface, ZeroAddress, ZeroHash } from "ethers";
import {
  AIN_CAP,
  AIN_FIRST_SUPPLY,
  DAO_DEPLOY_STEPS,
  CHALLENGE_RULES,
  DAO_RULES,
  type DeployedDao,
  type DeployedSuite,
  DeployArgumentError,
  type DeployProgress,
  deploySuite,
  planSuite,
  PROVIDER_TERMS,
  RecordMismatchError,
  SetupMismatchError,
  SourceDriftError,
} from "../../scripts/deploy";
import { developmentAccount } from "../../scripts/lib/accounts";
import { fileRecordStore, memoryRecordStore } from "../../scripts/lib/records";
import { addressSource, publishedAddresses } from "../../scripts/generate/addresses";
import { parseRecord } from "../../scripts/lib/record-schema";
import { sortedJson } from "../../scripts/lib/files";
import {
  AINGovernor__factory,
  AINTimelock__factory,
  AINToken__factory,
  Challenges__factory,
  ProviderRegistry__factory,
  RewardDistributor__factory,
} from "../../typechain-types";
import { loadFixture, provider } from "../helpers/chain";
import { codeBehind } from "../helpers/proxies";
import { type Anvil, startAnvil } from "./helpers/anvil";
import { runDeploy } from "./helpers/command";
import {
  contractsOf,
  type Crew,
  daoDeploymentOf,
  deploymentOf,
  emptyChain,
  failureOf,
  Killed,
  killAt,
} from "./helpers/deployment";

const DAO_STEPS = ["07-token", "08-providers-implementation", "08-providers", "09-rewards", "10-challenges", "11-dao"];

/** What the timelock owns, beside the beacons. */
const OWNED = ["InferenceOracle", "AINFTBinder", "AINToken", "ProviderRegistry", "RewardDistributor", "Challenges"];

const events = new Interface([
  "event OwnershipTransferred(address indexed previousOwner, address indexed newOwner)",
  "event OwnershipTransferStarted(address indexed previousOwner, address indexed newOwner)",
  "event RoleGranted(bytes32 indexed role, address indexed account, address indexed sender)",
  "event RoleRevoked(bytes32 indexed role, address indexed account, address indexed sender)",
  "event AdminChanged(address previousAdmin, address newAdmin)",
  "event SlasherSet(address indexed previous, address indexed current)",
  "event BeneficiarySet(address indexed previous, address indexed current)",
]);

/** Who holds which right where, as all the events of the chain since a block tell it: `place right holder`. */
async function rightsSince(block: number): Promise<string[]> {
  const logs = await provider.getLogs({ fromBlock: block, toBlock: "latest" });
  const rights = new Map<string, string>();
  for (const log of logs) {
    const event = events.parseLog(log);
    if (event === null) continue;
    const [first, second] = event.args.toArray() as [string, string]; // all of them begin with two words
    if (event.name === "OwnershipTransferred") rights.set(`${log.address} owner`, second);
    else if (event.name === "OwnershipTransferStarted") rights.set(`${log.address} offered`, second);
    else if (event.name === "RoleGranted") rights.set(`${log.address} ${first} ${second}`, second);
    else if (event.name === "RoleRevoked") rights.delete(`${log.address} ${first} ${second}`);
    else rights.set(`${log.address} ${event.name}`, second);
    if (event.name === "OwnershipTransferred") rights.delete(`${log.address} offered`);
  }
  return [...rights].map(([right, holder]) => (right.endsWith(holder) ? right : `${right} ${holder}`)).sort();
}

function daoOf({ dao }: DeployedSuite): DeployedDao {
  if (dao === undefined) throw new Error("No DAO was opened.");
  return dao;
}

async function deployedForDao() {
  const crew = await loadFixture(emptyChain);
  const block = await provider.getBlockNumber();
  const first = await crew.deployer.getNonce();
  const options = daoDeploymentOf(crew);
  const suite = await deploySuite(options);
  return { crew, block, first, options, suite, dao: daoOf(suite) };
}

const mismatchOf = async (crew: Crew, changes: Parameters<typeof daoDeploymentOf>[1]) =>
  failureOf(deploySuite(daoDeploymentOf(crew, changes)), SetupMismatchError);

describe("npm run deploy for a DAO", () => {
  let anvil: Anvil | undefined;
  const folder = mkdtempSync(join(tmpdir(), "ainft-deploy-dao-"));

  afterEach(async () => {
    await anvil?.stop();
    anvil = undefined;
  });
  after(() => rmSync(folder, { recursive: true }));

  it("says where the DAO is, and changes nothing the second time", async () => {
    anvil = await startAnvil();
    const env = { AINFT_ANVIL_URL: anvil.url };
    const path = join(folder, "anvil.json");
    const args = ["--network", "anvil", "--dao", developmentAccount(1).address, "--record", path];

    const first = await runDeploy(args, env);
    const second = await runDeploy(args, env);

    const dao = fileRecordStore(path).load()?.dao;
    const told = [first.lines, second.lines].map((lines) => lines.find((line) => line.startsWith("the DAO owns them")));
    for (const line of told) {
      expect(line)
        .to.include(dao?.governor ?? "no governor")
        .and.to.include(dao?.timelock ?? "no timelock");
    }
    expect([first.code, second.code]).to.deep.equal([0, 0]);
    expect(second.lines.some((line) => line.startsWith("nothing changed"))).to.equal(true);
  });

  it("explains --dao, and refuses it beside --owner", async () => {
    const address = developmentAccount(1).address;
    const help = await runDeploy(["--help"], {});
    const both = await runDeploy(["--network", "anvil", "--dao", address, "--owner", address], {});

    expect(help.lines.join("\n"))
      .to.include("--dao 0x..    opens the AI Network DAO instead")
      .and.to.include("first votes: fund rewards and set their limits, fund challenges.");
    expect(both.code).to.equal(1);
    expect(both.lines).to.deep.equal([
      "warning: The suite belongs either to an owner or to a DAO: --owner or --dao, not both. [DEPLOY_ARGUMENT]",
    ]);
  });
});

describe("a deployment for a DAO", () => {
  it("takes one transaction a step, and records where the DAO is", async () => {
    const { crew, first, suite, dao } = await loadFixture(deployedForDao);

    expect(await crew.deployer.getNonce()).to.equal(first + DAO_DEPLOY_STEPS.length - 1);
    expect(suite.stepsRun).to.equal(DAO_DEPLOY_STEPS.length - 1);
    expect(suite.record.dao).to.deep.equal({ governor: dao.governor, timelock: dao.timelock });
    expect(parseRecord(sortedJson(suite.record), "a file")).to.deep.equal(suite.record);
    expect(suite.record.ownership).to.deep.equal({ owner: dao.timelock });
  });

  it("publishes the DAO's own governor and timelock, and what only a DAO has", async () => {
    const { suite, dao } = await loadFixture(deployedForDao);
    const { contracts } = suite.record;
    const published = publishedAddresses(suite.record);

    expect(published.get("AINGovernor")).to.equal(dao.governor);
    expect(published.get("AINTimelock")).to.equal(dao.timelock);
    for (const name of ["AINToken", "Challenges", "ProviderRegistry", "RewardDistributor"]) {
      expect(published.get(name), name).to.equal(contracts[name]?.address);
    }
    expect(addressSource([suite.record])).to.include(`    AINGovernor: "${dao.governor}",\n`);
  });

  it("opens the governor over AIN under the rules told, with the timelock that obeys it", async () => {
    const { crew, dao } = await loadFixture(deployedForDao);
    const governor = AINGovernor__factory.connect(dao.governor, crew.stranger);
    const timelock = AINTimelock__factory.connect(dao.timelock, crew.stranger);

    expect([await governor.name(), await governor.token(), await governor.timelock()]).to.deep.equal([
      "AI Network DAO",
      dao.token,
      dao.timelock,
    ]);
    expect([
      await governor.votingDelay(),
      await governor.votingPeriod(),
      await governor.lateQuorumVoteExtension(),
      await governor["quorumNumerator()"](),
      await governor.proposalThreshold(),
      await timelock.getMinDelay(),
    ]).to.deep.equal(Object.values(DAO_RULES));
  });

  it("gives the first AIN to the holder, and the right to mint more to the timelock alone", async () => {
    const { crew, dao } = await loadFixture(deployedForDao);
    const token = AINToken__factory.connect(dao.token, crew.deployer);

    expect([await token.totalSupply(), await token.cap()]).to.deep.equal([AIN_FIRST_SUPPLY, AIN_CAP]);
    expect(await token.balanceOf(crew.stranger.address)).to.equal(AIN_FIRST_SUPPLY);
    await expect(token.mint(crew.deployer.address, 1n))
      .to.be.revertedWithCustomError(token, "OwnableUnauthorizedAccount")
      .withArgs(crew.deployer.address);
  });

  it("[peers D32] leaves exactly these rights on the whole chain, none of them the deployer's or the holder's", async () => {
    const { crew, block, suite, dao } = await loadFixture(deployedForDao);
    const { factory } = contractsOf(suite, crew.deployer);
    const timelock = AINTimelock__factory.connect(dao.timelock, crew.stranger);
    const owned = await Promise.all(
      [0, 1, 2, 3].map(async (kind) => String(await factory.getFunction("beacon")(kind))),
    );
    for (const name of OWNED) owned.push(suite.record.contracts[name]?.address ?? name);
    const expected = [
      ...owned.map((place) => `${place} owner ${dao.timelock}`),
      `${dao.providerRegistry} SlasherSet ${dao.challenges}`,
      `${dao.providerRegistry} BeneficiarySet ${dao.timelock}`,
      `${dao.timelock} ${ZeroHash} ${dao.timelock}`,
      `${dao.timelock} ${await timelock.PROPOSER_ROLE()} ${dao.governor}`,
      `${dao.timelock} ${await timelock.CANCELLER_ROLE()} ${dao.governor}`,
      `${dao.timelock} ${await timelock.EXECUTOR_ROLE()} ${ZeroAddress}`,
    ];

    expect(await rightsSince(block + 1)).to.deep.equal(expected.sort());
  });

  it("[peers D32] is found wanting when somebody holds a right that was not expected", async () => {
    const { crew, block, dao } = await loadFixture(deployedForDao);
    const before = await rightsSince(block + 1);
    const { factory } = contractsOf(await deploySuite(deploymentOf(crew, { fresh: true })), crew.deployer);
    const after = await rightsSince(block + 1);

    const beacon = String(await factory.getFunction("beacon")(0));
    expect(after).to.include(`${beacon} owner ${crew.owner.address}`);
    expect(after.length).to.be.greaterThan(before.length);
    expect(after.filter((right) => right.endsWith(dao.timelock))).to.have.length(
      before.filter((right) => right.endsWith(dao.timelock)).length,
    );
  });

  it("puts the registry of providers behind a proxy that the timelock owned when it was created", async () => {
    const { crew, suite, dao } = await loadFixture(deployedForDao);
    const registry = ProviderRegistry__factory.connect(dao.providerRegistry, crew.deployer);
    const { ProviderRegistry: proxy, ProviderRegistryImplementation: code } = suite.record.contracts;
    const created = await provider.getTransactionReceipt(proxy?.transactionHash ?? "");
    const logs = (created?.logs ?? []).map((log) => events.parseLog(log)?.args.toArray());

    expect(logs).to.deep.include([ZeroAddress, dao.timelock]);
    expect(await codeBehind(dao.providerRegistry, provider)).to.equal(code?.address);
    expect([await registry.stakeToken(), await registry.beneficiary(), await registry.slasher()]).to.deep.equal([
      dao.token,
      dao.timelock,
      dao.challenges,
    ]);
    expect([...(await registry.terms())]).to.deep.equal(Object.values(PROVIDER_TERMS));
    const attempt = registry.initialize(dao.token, crew.deployer.address, crew.deployer.address, PROVIDER_TERMS);
    await expect(attempt).to.be.revertedWithCustomError(registry, "InvalidInitialization").withArgs();
  });

  it("builds rewards on AIN and the oracle, and challenges on AIN and the registry", async () => {
    const { crew, suite, dao } = await loadFixture(deployedForDao);
    const rewards = RewardDistributor__factory.connect(dao.rewardDistributor, crew.stranger);
    const challenges = Challenges__factory.connect(dao.challenges, crew.stranger);
    const { period, rest, minimumBond, reward } = CHALLENGE_RULES;

    expect([await rewards.token(), await rewards.oracle()]).to.deep.equal([dao.token, suite.oracle]);
    expect([await challenges.asset(), await challenges.treasury(), await challenges.slasher()]).to.deep.equal([
      dao.token,
      dao.timelock,
      dao.providerRegistry,
    ]);
    expect([await challenges.period(), await challenges.rest()]).to.deep.equal([period, rest]);
    expect([...(await challenges.terms())]).to.deep.equal([minimumBond, reward]);
  });

  it("gives a vote enough time before a challenge or an unbonding is over", () => {
    const { votingDelay, votingPeriod, lateQuorumExtension, timelockDelay } = DAO_RULES;
    const vote = votingDelay + votingPeriod + lateQuorumExtension + timelockDelay;

    expect(vote < CHALLENGE_RULES.period && CHALLENGE_RULES.period < PROVIDER_TERMS.unbondingDelay).to.equal(true);
    expect(CHALLENGE_RULES.reward < PROVIDER_TERMS.minimumStake).to.equal(true);
  });

  it("takes other terms for providers and challenges, and refuses to change them afterwards", async () => {
    const crew = await loadFixture(emptyChain);
    const holder = crew.stranger.address;
    const providers = { ...PROVIDER_TERMS, minimumStake: 7n };
    const challenges = { ...CHALLENGE_RULES, rest: 0n };
    const options = daoDeploymentOf(crew, { dao: { holder, providers, challenges } });

    const { providerRegistry, challenges: arbiter } = daoOf(await deploySuite(options));

    const { minimumStake } = await ProviderRegistry__factory.connect(providerRegistry, crew.stranger).terms();
    expect(minimumStake).to.equal(7n);
    expect(await Challenges__factory.connect(arbiter, crew.stranger).rest()).to.equal(0n);
    for (const [dao, contract] of [
      [{ holder, challenges }, "ProviderRegistry"],
      [{ holder, providers }, "Challenges"],
    ] as const) {
      expect((await failureOf(deploySuite({ ...options, dao }), SourceDriftError)).contract).to.equal(contract);
    }
  });

  it("plans every step with the address it will have, and says what is left to votes", async () => {
    const crew = await loadFixture(emptyChain);
    const { steps } = await planSuite(daoDeploymentOf(crew));
    const { outlook: proxy } = steps.find(({ id }) => id === "08-providers") ?? {};
    const { outlook: last } = steps.at(-1) ?? {};
    const { record, dao } = await deploySuite(daoDeploymentOf(crew));

    const [code, initialisation] = record.contracts["ProviderRegistry"]?.constructorArguments ?? [];
    expect(code).to.equal(record.contracts["ProviderRegistryImplementation"]?.address);
    expect(proxy?.summary).to.equal(
      `deploy ProviderRegistry(${String(code)}, ${String(initialisation)}) to ${dao?.providerRegistry}`,
    );
    expect(last?.address).to.equal(dao?.governor);
    expect(last?.summary).to.include("lets Challenges slash; votes then fund rewards, set their limits and fund");
  });

  it("names the constructor argument of a proxy or a struct that a record tells wrongly", async () => {
    const { crew, options, suite } = await loadFixture(deployedForDao);
    const { contracts } = suite.record;
    for (const name of ["ProviderRegistry", "Challenges"]) {
      const told = contracts[name];
      if (told === undefined) throw new Error(`There is no ${name}.`);
      const bent = told.constructorArguments.map((argument) => (typeof argument === "string" ? argument : ["1", "2"]));
      const constructorArguments = name === "Challenges" ? bent : [...bent.slice(0, -1), "0x12"];
      const record = { ...suite.record, contracts: { ...contracts, [name]: { ...told, constructorArguments } } };
      const attempt = deploySuite({ ...options, signer: crew.deployer, records: memoryRecordStore(record) });

      expect((await failureOf(attempt, RecordMismatchError)).field).to.equal(`contracts.${name}.constructorArguments`);
    }
  });

  it("sends nothing the second time", async () => {
    const { crew, options, suite } = await loadFixture(deployedForDao);
    const nonce = await crew.deployer.getNonce();

    const again = await deploySuite(options);

    expect([again.stepsRun, await crew.deployer.getNonce()]).to.deep.equal([0, nonce]);
    expect([again.record, again.dao]).to.deep.equal([suite.record, suite.dao]);
  });

  it("foretells at least the gas that is then used, in every step, and at most a quarter more in all", async () => {
    const crew = await loadFixture(emptyChain);
    const plan = await planSuite(daoDeploymentOf(crew));
    const usedBy = new Map<string, bigint>();
    const onProgress = ({ step, gasUsed }: DeployProgress): void => {
      if (gasUsed !== undefined) usedBy.set(step, gasUsed);
    };
    await deploySuite(daoDeploymentOf(crew, { onProgress }));

    const used = [...usedBy.values()].reduce((sum, gas) => sum + gas, 0n);
    const tooLow = plan.steps.filter(
      ({ id, outlook }) => outlook.kind === "send" && outlook.gas < (usedBy.get(id) ?? 0n),
    );
    expect(usedBy.size).to.equal(DAO_DEPLOY_STEPS.length - 1);
    expect(tooLow.map(({ id }) => id)).to.deep.equal([]);

    expect(plan.steps.map(({ id }) => id)).to.deep.equal(DAO_DEPLOY_STEPS.map(({ id }) => id));
    expect(plan.gas >= used, `${plan.gas} planned, ${used} used`).to.equal(true);
    expect(plan.gas * 4n <= used * 5n, `${plan.gas} planned, ${used} used`).to.equal(true);
  });

  for (const id of DAO_STEPS) {
    for (const kind of ["noted", "sent", "mined", "recorded"] as const) {
      it(`resumes ${id}, killed when it was ${kind}, without a second transaction`, async () => {
        const crew = await loadFixture(emptyChain);
        const first = await crew.deployer.getNonce();
        const options = daoDeploymentOf(crew);
        await failureOf(deploySuite({ ...options, onProgress: killAt(id, kind) }), Killed);

        const suite = await deploySuite(options);

        expect(suite.record.dao?.timelock).to.equal(daoOf(suite).timelock);
        expect(suite.record.ownership).to.deep.equal({ owner: daoOf(suite).timelock });
        expect(await crew.deployer.getNonce()).to.equal(first + DAO_DEPLOY_STEPS.length - 1);
      });
    }
  }

  it("refuses to become another DAO, another token, or an account's suite", async () => {
    const { crew, options, dao } = await loadFixture(deployedForDao);
    const { records } = options;
    const holder = crew.stranger.address;

    const token = await mismatchOf(crew, { records, dao: { holder: crew.owner.address } });
    expect([token.setting, token.actual]).to.deep.equal(["AIN", `${AIN_CAP}, ${holder}, ${AIN_FIRST_SUPPLY}`]);
    const rules = { ...DAO_RULES, quorumBps: 500n };
    expect((await mismatchOf(crew, { records, dao: { holder, rules } })).setting).to.equal("DAO");
    const owner = await failureOf(deploySuite(deploymentOf(crew, { records })), SetupMismatchError);
    expect([owner.setting, owner.wanted, owner.actual]).to.deep.equal(["owner", crew.owner.address, dao.timelock]);
  });

  it("refuses both an owner and a DAO, and neither of them", async () => {
    const crew = await loadFixture(emptyChain);
    const { owner, ...nobody } = deploymentOf(crew);
    for (const options of [nobody, { ...nobody, owner: owner ?? "", dao: { holder: crew.stranger.address } }]) {
      const failure = await failureOf(deploySuite(options), DeployArgumentError);
      expect(failure.message).to.equal("The suite belongs either to an owner or to a DAO: name one of them.");
    }
    await failureOf(deploySuite(daoDeploymentOf(crew, { dao: { holder: ZeroAddress } })), DeployArgumentError);
  });
});
