import { resolve } from "node:path";
import "@nomicfoundation/hardhat-chai-matchers";
import "@nomicfoundation/hardhat-ethers";
import "@typechain/hardhat";
import "solidity-coverage";
import { HardhatUserConfig, subtask } from "hardhat/config";
import { TASK_COMPILE_SOLIDITY_GET_SOLC_BUILD } from "hardhat/builtin-tasks/task-names";
import { hardhatNetworks } from "./scripts/lib/networks";

const SOLC_VERSION = "0.8.30";

// The compiler comes from the pinned npm package, so nothing is downloaded outside the npm registry.
subtask(TASK_COMPILE_SOLIDITY_GET_SOLC_BUILD, async (args: { solcVersion: string }) => {
  if (args.solcVersion !== SOLC_VERSION) {
    throw new Error(`The suite compiles with solc ${SOLC_VERSION}, not ${args.solcVersion}. Fix the pragma.`);
  }
  return {
    compilerPath: require.resolve("solc/soljson.js"),
    isSolcJs: true,
    version: SOLC_VERSION,
    longVersion: "0.8.30+commit.73712a01",
  };
});

const optimizedFor = (runs: number) => ({
  version: SOLC_VERSION,
  settings: {
    evmVersion: "cancun",
    viaIR: true,
    optimizer: { enabled: true, runs },
    metadata: { bytecodeHash: "none" },
    outputSelection: { "*": { "*": ["storageLayout"] } },
  },
});

const config: HardhatUserConfig = {
  solidity: {
    compilers: [optimizedFor(1_000_000)],
    overrides: {
      // The oracle, and collections with votes, hold more code than fits when all of it is optimised for speed.
      "contracts/InferenceOracle.sol": optimizedFor(50_000),
      "contracts/AINFT721Votes.sol": optimizedFor(20_000),
      "contracts/AINFT1155Votes.sol": optimizedFor(5_000),
      // A governor is called seldom; small code is what counts.
      "contracts/AINGovernor.sol": optimizedFor(200),
      // Called seldom, and votes must have room to add to it.
      "contracts/ProviderRegistry.sol": optimizedFor(200),
      "contracts/mocks/ProviderRegistryUpgradeMock.sol": optimizedFor(200),
    },
  },
  // Instrumented contracts must not overwrite the committed types.
  typechain: {
    outDir: "typechain-types",
    target: "ethers-v6",
    dontOverrideCompile: process.env["SOLIDITY_COVERAGE"] === "true",
  },
  networks: hardhatNetworks(),
  mocha: {
    // A test that hangs is to fail; one that is slow on a busy machine, or through instruments, is not.
    timeout: 600_000,
    ...(process.env["AINFT_TEST_REPORT"] ? { reporter: resolve(__dirname, "scripts/checks/mocha-reporter.ts") } : {}),
  },
  paths: { tests: "test" },
};

export default config;
