import { expect } from "chai";
import { concat, Contract, getCreateAddress, keccak256, Result, toBeHex, ZeroAddress } from "ethers";
import {
  DEPLOY_STEPS,
  DeployArgumentError,
  DeployPlan,
  DeployRefusedError,
  deploySuite,
  planSuite,
  SUITE_SALT,
} from "../../scripts/deploy";
import { publishedAddresses } from "../../scripts/generate/addresses";
import { readArtifact } from "../../scripts/lib/artifacts";
import { NetworkSettings } from "../../scripts/lib/networks";
import { loadFixture, provider } from "../helpers/chain";
import {
  contractsOf,
  deploymentOf,
  emptyChain,
  expectedAddresses,
  failureOf,
  recordedAddresses,
  SENDING_STEPS,
} from "./helpers/deployment";

const PUBLIC: NetworkSettings = { name: "testnet", kind: "public", chainId: 31337n, confirmations: 1 };

describe("deploySuite", () => {
  context("on an empty chain", () => {
    it("deploys every contract, one transaction a step, and records where they are", async () => {
      const crew = await loadFixture(emptyChain);
      const first = await crew.deployer.getNonce();

      const suite = await deploySuite(deploymentOf(crew));

      expect(recordedAddresses(suite.record)).to.deep.equal(
        expectedAddresses(crew.deployer.address, crew.owner.address),
      );
      expect([suite.oracle, suite.implementation, suite.factory]).to.deep.equal(
        ["InferenceOracle", "AINFT721", "AINFTFactory"].map((name) => suite.record.contracts[name]?.address),
      );
      expect(await crew.deployer.getNonce()).to.equal(first + SENDING_STEPS.length);
      expect(suite.stepsRun).to.equal(SENDING_STEPS.length);
      expect(suite.record.pending).to.equal(undefined);
    });

    it("publishes what it made, and no governor, timelock or token where there is no DAO", async () => {
      const crew = await loadFixture(emptyChain);
      const { record } = await deploySuite(deploymentOf(crew));

      const published = publishedAddresses(record);

      expect(published.get("InferenceOracle")).to.equal(record.contracts["InferenceOracle"]?.address);
      expect(published.get("RequestDesk")).to.equal(record.made?.["RequestDesk"]);
      for (const name of ["AINGovernor", "AINTimelock", "AINToken"]) expect(published.has(name), name).to.equal(false);
    });

    it("publishes nothing of a deployment that was not finished", async () => {
      const crew = await loadFixture(emptyChain);
      const { record } = await deploySuite(deploymentOf(crew));

      expect(() => publishedAddresses({ ...record, made: {} })).to.throw(
        `deployments/${record.network}.json records no RequestDesk: finish the deployment by npm run deploy.`,
      );
    });

    it("records the desk that the oracle made, which takes no transaction", async () => {
      const crew = await loadFixture(emptyChain);
      const options = deploymentOf(crew);

      const suite = await deploySuite(options);

      const { oracle } = contractsOf(suite, crew.deployer);
      const desk = getCreateAddress({ from: suite.oracle, nonce: 1 });
      expect(await oracle.getFunction("desk")()).to.equal(desk);
      expect(suite.record.made).to.deep.equal({ RequestDesk: desk });
      expect(options.records.load()).to.deep.equal(suite.record);
    });

    it("lets the oracle obey the reporters, ascending whatever order they were named in", async () => {
      const crew = await loadFixture(emptyChain);
      const shuffled = [...crew.reporters].sort().reverse();
      const suite = await deploySuite(deploymentOf(crew, { reporters: shuffled, threshold: 3 }));
      const { oracle } = contractsOf(suite, crew.deployer);

      const config: unknown = await oracle.getFunction("configOf").staticCallResult(1);

      const ascending = [...crew.reporters].sort((left, right) => (BigInt(left) < BigInt(right) ? -1 : 1));
      expect(
        Array.from(config as Result, (value: unknown) => (value instanceof Result ? value.toArray() : value)),
      ).to.deep.equal([ascending, 3n, true]);
    });

    it("builds the factory on the implementation, which nobody can initialise", async () => {
      const crew = await loadFixture(emptyChain);
      const suite = await deploySuite(deploymentOf(crew));
      const { factory } = contractsOf(suite, crew.deployer);
      const implementation = new Contract(suite.implementation, readArtifact("AINFT721").abi, crew.stranger);

      expect(await factory.getFunction("implementation")(0)).to.equal(suite.implementation);
      const config = {
        name: "A",
        symbol: "A",
        controller: crew.stranger.address,
        oracle: suite.oracle,
        arbiter: ZeroAddress,
      };
      await expect(implementation.getFunction("initialize")(config)).to.be.revertedWithCustomError(
        implementation,
        "InvalidInitialization",
      );
    });
  });

  context("when everything is deployed", () => {
    it("sends no transaction and changes no record the second time", async () => {
      const crew = await loadFixture(emptyChain);
      const options = deploymentOf(crew);
      const first = await deploySuite(options);
      const [nonce, block] = [await crew.deployer.getNonce(), await provider.getBlockNumber()];
      const kinds: string[] = [];

      const second = await deploySuite({ ...options, onProgress: ({ kind }) => kinds.push(kind) });

      expect(second.record).to.deep.equal(first.record);
      expect(second.stepsRun).to.equal(0);
      expect(kinds).to.deep.equal(DEPLOY_STEPS.map(() => "unchanged"));
      expect(await crew.deployer.getNonce()).to.equal(nonce);
      expect(await provider.getBlockNumber()).to.equal(block);
    });

    it("starts anew beside it when asked to", async () => {
      const crew = await loadFixture(emptyChain);
      const options = deploymentOf(crew);
      const first = await deploySuite(options);
      const salt = keccak256(concat([SUITE_SALT, toBeHex(1, 32)]));

      const second = await deploySuite({ ...options, fresh: true });

      const { deployer, owner } = crew;
      expect(recordedAddresses(second.record)).to.deep.equal(expectedAddresses(deployer.address, owner.address, salt));
      expect(second.record.salt).to.equal(salt);
      expect(second.oracle).not.to.equal(first.oracle);
    });

    it("finds everything again when the record is lost, and sends nothing", async () => {
      const crew = await loadFixture(emptyChain);
      const first = await deploySuite(deploymentOf(crew));
      const nonce = await crew.deployer.getNonce();
      const options = deploymentOf(crew);
      const plan = await planSuite(options);

      const second = await deploySuite(options);

      expect(plan.steps.map(({ outlook }) => outlook.kind)).to.not.include("send");
      expect(await crew.deployer.getNonce()).to.equal(nonce);
      expect(recordedAddresses(second.record)).to.deep.equal(recordedAddresses(first.record));
      expect([second.record.ownership, second.record.roles, second.record.made]).to.deep.equal([
        first.record.ownership,
        first.record.roles,
        first.record.made,
      ]);
      expect(options.records.load()).to.deep.equal(second.record);
      expect((await deploySuite(options)).stepsRun).to.equal(0);
    });
  });

  context("when the plan is asked for", () => {
    it("names every step with its gas, sends nothing and writes nothing", async () => {
      const crew = await loadFixture(emptyChain);
      const options = deploymentOf(crew);
      const nonce = await crew.deployer.getNonce();

      const plan = await planSuite(options);

      const addresses = plan.steps.map(({ outlook }) => outlook.address).filter((address) => address !== undefined);
      expect(addresses.slice(1)).to.deep.equal(expectedAddresses(crew.deployer.address, crew.owner.address));
      expect(plan.steps.map(({ id, outlook }) => [id, outlook.kind])).to.deep.equal(
        DEPLOY_STEPS.map(({ id }) => [id, id === "00-create2-factory" ? "done" : "send"]),
      );
      expect(await crew.deployer.getNonce()).to.equal(nonce);
      expect(options.records.load()).to.equal(undefined);
    });

    it("foretells at least the gas that is then used, and at most a quarter more", async () => {
      const crew = await loadFixture(emptyChain);
      const plan = await planSuite(deploymentOf(crew));
      let used = 0n;
      const onProgress = ({ gasUsed = 0n }: { gasUsed?: bigint }): void => {
        used += gasUsed;
      };

      await deploySuite(deploymentOf(crew, { onProgress }));

      expect(plan.gas >= used, `${plan.gas} planned, ${used} used`).to.equal(true);
      expect(plan.gas * 4n <= used * 5n, `${plan.gas} planned, ${used} used`).to.equal(true);
    });
  });

  context("on a public network", () => {
    it("refuses to start when nobody can confirm", async () => {
      const crew = await loadFixture(emptyChain);
      const nonce = await crew.deployer.getNonce();

      await failureOf(deploySuite(deploymentOf(crew, { network: PUBLIC })), DeployArgumentError);

      expect(await crew.deployer.getNonce()).to.equal(nonce);
    });

    it("shows the plan, and sends nothing when the answer is no", async () => {
      const crew = await loadFixture(emptyChain);
      const nonce = await crew.deployer.getNonce();
      const shown: DeployPlan[] = [];
      const confirm = (plan: DeployPlan): boolean => {
        shown.push(plan);
        return false;
      };

      await failureOf(deploySuite(deploymentOf(crew, { network: PUBLIC, confirm })), DeployRefusedError);

      expect(shown.map(({ network, deployer }) => [network.name, deployer])).to.deep.equal([
        ["testnet", crew.deployer.address],
      ]);
      expect(await crew.deployer.getNonce()).to.equal(nonce);
    });

    it("deploys as anywhere else when the answer is yes", async () => {
      const crew = await loadFixture(emptyChain);
      const suite = await deploySuite(deploymentOf(crew, { network: PUBLIC, confirm: () => true }));

      expect(suite.stepsRun).to.equal(SENDING_STEPS.length);
      expect(suite.record.network).to.equal("testnet");
    });
  });
});
