import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "ainft-core";
import { chosenChain, chosenChains } from "../../../src/config/chains.ts";
import { ChainNotChosen, InvalidConfigValue, LocalOnlySetting, UnknownConfigKey } from "../../../src/config/errors.ts";
import { parseConfigs } from "../../../src/config/load.ts";
import { redactConfigs } from "../../../src/config/redact.ts";

const ORACLE = "0x00000000000000000000000000000000000000aa";
const keystore = { type: "keystore", path: "key.json", passwordEnv: "PASSWORD" };
const other = { ...keystore, path: "other.json" };
const mainnet = { id: 1, rpcUrl: "https://one.example/v2/s3cret", oracle: ORACLE, confirmations: 12 };
const optimism = { id: 10, rpcUrl: "https://ten.example", oracle: ORACLE, confirmations: 3, pollMs: 500 };
const shared: JsonObject = {
  dataDir: "data",
  http: { port: 8640 },
  peers: ["https://b.example"],
  signer: keystore,
  transmitter: { enabled: true, signer: keystore, maxFeeGwei: 50 },
  runner: { type: "engine" },
  content: { dir: "/content" },
};

function listing(...chains: JsonObject[]): JsonObject {
  return { ...shared, chains };
}

describe("a configuration of several chains", () => {
  it("is one configuration for each of them, which all share the rest", () => {
    const configs = parseConfigs(listing(mainnet, optimism));

    assert.deepEqual(
      configs.map(({ chain, http, transmitter }) => [chain.id, chain.pollMs, http.port, transmitter.maxFeeGwei]),
      [
        [1n, 2_000, 8_640, 50],
        [10n, 500, 8_640, 50],
      ],
    );
  });

  it("lays a chain's own fees, batches, activity and limits over the rest, and takes its own key and peers instead", () => {
    const own = {
      transmitter: { maxFeeGwei: 1 },
      batching: { mode: "off" },
      activity: { enabled: true },
      limits: { concurrentRuns: 7 },
      signer: other,
      peers: [],
    };
    const [one, ten] = parseConfigs(listing(mainnet, { ...optimism, ...own }));

    assert.deepEqual([one.signer, one.peers, one.transmitter.maxFeeGwei], [keystore, ["https://b.example"], 50]);
    assert.deepEqual([one.batching.mode, one.activity.enabled, one.limits.concurrentRuns], ["fulfil", false, 2]);
    assert.deepEqual([ten?.signer, ten?.peers], [other, []]);
    assert.deepEqual(
      [ten?.transmitter.maxFeeGwei, ten?.transmitter.enabled, ten?.transmitter.signer],
      [1, true, keystore],
    );
    assert.deepEqual([ten?.batching.mode, ten?.activity.enabled, ten?.limits.concurrentRuns], ["off", true, 7]);
  });

  const invalid: [string, JsonObject, string, string][] = [
    ["a chain twice", listing(mainnet, optimism, mainnet), "chains.2.id", "chain 1 is chains.0 already"],
    [
      "a chain beside the list",
      { ...listing(optimism), chain: mainnet },
      "chains",
      "it stands in the place of chain: name each chain once",
    ],
    ["an empty list", listing(), "chains", "must be a list of 1 to 64 chains"],
    ["what is no list", { ...shared, chains: mainnet }, "chains", "must be a list of 1 to 64 chains"],
    [
      "a chain's address that is none",
      listing(mainnet, { ...optimism, rpcUrl: "ten" }),
      "chains.1.rpcUrl",
      "must be an http or https address",
    ],
    [
      "a chain's fee that is too high",
      listing(mainnet, { ...optimism, transmitter: { maxFeeGwei: 1e9 } }),
      "chains.1.transmitter.maxFeeGwei",
      "Too big: expected number to be <=1000000",
    ],
    [
      "a shared fee that is too high",
      { ...listing(mainnet, { ...optimism, transmitter: { bumpAfterMs: 500 } }), transmitter: { maxFeeGwei: 1e9 } },
      "transmitter.maxFeeGwei",
      "Too big: expected number to be <=1000000",
    ],
  ];
  for (const [what, document, key, problem] of invalid) {
    it(`is refused for ${what}, by its place`, () => {
      const said = `Configuration value "${key}" is refused: ${problem}.`;
      assert.throws(
        () => parseConfigs(document),
        (error) =>
          error instanceof InvalidConfigValue && error.key === key && (assert.equal(error.message, said), true),
      );
    });
  }

  for (const [key, entry] of Object.entries({
    "chains.1.http": { ...optimism, http: { port: 1 } },
    "chains.1.rpcURL": { ...optimism, rpcURL: "https://ten.example" },
    "chains.1.limits.cpu": { ...optimism, limits: { cpu: 1 } },
  })) {
    it(`is refused for the unknown key ${key}`, () => {
      assert.throws(
        () => parseConfigs(listing(mainnet, entry)),
        (error) => error instanceof UnknownConfigKey && error.key === key,
      );
    });
  }

  it("is refused for a key in the environment when one of the chains is public", () => {
    const env = { type: "env", name: "KEY" };
    const local = { ...optimism, id: 31_337 };

    assert.throws(
      () => parseConfigs({ ...listing(local, mainnet), signer: env, transmitter: {} }),
      (error) => error instanceof LocalOnlySetting && error.setting === "signer.type: env" && error.chainId === 1n,
    );
  });

  it("is shown without secrets, in a form that is read as the same again", () => {
    const configs = parseConfigs(listing(mainnet, { ...optimism, transmitter: { maxFeeGwei: 1 } }));
    const shown = JSON.stringify(redactConfigs(configs));

    assert.ok(!shown.includes("s3cret"));
    const again = parseConfigs(JSON.parse(shown) as JsonObject);
    const rpcUrl = "https://one.example/[redacted]";
    assert.deepEqual(again, [{ ...configs[0], chain: { ...configs[0].chain, rpcUrl } }, configs[1]]);
  });
});

describe("--chain", () => {
  const configs = parseConfigs(listing(mainnet, optimism));
  const idsOf = (text?: string): bigint[] => chosenChains(configs, text).map(({ chain }) => chain.id);

  it("chooses chains by their ids, all of them when it is left out, and none twice", () => {
    assert.deepEqual(idsOf(), [1n, 10n]);
    assert.deepEqual(idsOf("10"), [10n]);
    assert.deepEqual(idsOf("10, 1,10"), [10n, 1n]);
  });

  it("is refused for a chain that is not configured, which lists those that are", () => {
    for (const [text, id] of [
      ["5", "5"],
      ["1,5", "5"],
      ["", ""],
    ] as const) {
      assert.throws(() => idsOf(text), new ChainNotChosen(`chain ${id} is not in the configuration`, ["1", "10"]));
    }
  });

  it("is needed by a command about one chain when there are several, and not when there is one", () => {
    assert.throws(() => chosenChain(configs), new ChainNotChosen("the command is about one chain", ["1", "10"]));
    assert.equal(chosenChain(configs, "10").chain.id, 10n);
    assert.equal(chosenChain(parseConfigs(listing(optimism))).chain.id, 10n);
  });
});
