import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { encryptKeystoreJson, Wallet } from "ethers";
import { DeployerKeyError, deployerFor, developmentAccount } from "../../scripts/lib/accounts";
import { NetworkSettings, NetworkSettingsError, networkSettings } from "../../scripts/lib/networks";
import { provider } from "../helpers/chain";
import { failureOf } from "./helpers/deployment";

const SEPOLIA: NetworkSettings = networkSettings("sepolia", { AINFT_SEPOLIA_RPC_URL: "http://node" });

describe("Network settings", () => {
  it("take a local node's address from the environment", () => {
    expect(networkSettings("anvil", {}).url).to.equal("http://127.0.0.1:8545");
    expect(networkSettings("anvil", { AINFT_ANVIL_URL: "http://node" }).url).to.equal("http://node");
  });

  it("know the chain id of well-known public networks and ask for every other", () => {
    expect(SEPOLIA).to.deep.equal({
      name: "sepolia",
      kind: "public",
      chainId: 11_155_111n,
      url: "http://node",
      confirmations: 3,
    });
    const other = { AINFT_MY_CHAIN_RPC_URL: "http://node", AINFT_MY_CHAIN_CHAIN_ID: "424242" };
    expect(networkSettings("my-chain", other).chainId).to.equal(424_242n);
  });

  const cases: readonly [string, string, Record<string, string>, RegExp][] = [
    ["a name off its form", "../x", {}, /not a network name/],
    ["no address", "sepolia", {}, /Set AINFT_SEPOLIA_RPC_URL/],
    ["an unknown chain id", "mine", { AINFT_MINE_RPC_URL: "http://node" }, /Set AINFT_MINE_CHAIN_ID/],
    [
      "a chain id that is no number",
      "mine",
      { AINFT_MINE_RPC_URL: "http://node", AINFT_MINE_CHAIN_ID: "0x1" },
      /AINFT_MINE_CHAIN_ID is "0x1"/,
    ],
  ];
  for (const [title, name, env, message] of cases) {
    it(`are refused with what to set for ${title}`, () => {
      expect(() => networkSettings(name, env)).to.throw(NetworkSettingsError, message);
    });
  }
});

describe("The deployer", () => {
  it("is the first development account on a local chain, and nobody on a public one", async () => {
    const local = await deployerFor(networkSettings("anvil", {}), provider, {});

    expect(local.address).to.equal(developmentAccount(0).address);
    await failureOf(deployerFor(SEPOLIA, provider, {}), DeployerKeyError);
  });

  it("comes from a key in the environment, which no message repeats", async () => {
    const { privateKey, address } = Wallet.createRandom();
    const signer = await deployerFor(SEPOLIA, provider, { AINFT_DEPLOYER_KEY: privateKey });
    expect(signer.address).to.equal(address);

    const failure = await failureOf(
      deployerFor(SEPOLIA, provider, { AINFT_DEPLOYER_KEY: `${privateKey}00` }),
      DeployerKeyError,
    );
    expect(failure.message).not.to.contain(privateKey);
  });

  it("comes from a keystore before anything else", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ainft-keystore-"));
    try {
      const wallet = Wallet.createRandom();
      const [keystore, password] = [join(folder, "keystore.json"), join(folder, "password")];
      writeFileSync(
        keystore,
        await encryptKeystoreJson({ address: wallet.address, privateKey: wallet.privateKey }, "secret", {
          scrypt: { N: 2, r: 1, p: 1 },
        }),
      );
      writeFileSync(password, "secret\n");
      const env = {
        AINFT_DEPLOYER_KEYSTORE: keystore,
        AINFT_DEPLOYER_PASSWORD_FILE: password,
        AINFT_DEPLOYER_KEY: Wallet.createRandom().privateKey,
      };

      expect((await deployerFor(SEPOLIA, provider, env)).address).to.equal(wallet.address);
      writeFileSync(password, "wrong");
      await failureOf(deployerFor(SEPOLIA, provider, env), DeployerKeyError);
      const { AINFT_DEPLOYER_PASSWORD_FILE: _, ...without } = env;
      await failureOf(deployerFor(SEPOLIA, provider, without), DeployerKeyError);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
