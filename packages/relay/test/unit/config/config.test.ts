import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { JsonObject } from "ainft-core";
import {
  ConfigUnreadable,
  InvalidConfigValue,
  LocalOnlySetting,
  UnknownConfigKey,
} from "../../../src/config/errors.ts";
import { loadConfigs, parseConfigs } from "../../../src/config/load.ts";
import { redactConfigs } from "../../../src/config/redact.ts";

const ORACLE = "0x00000000000000000000000000000000000000aa";
const keystore = { type: "keystore", path: "key.json", passwordEnv: "PASSWORD" };
const env = { type: "env", name: "KEY" };
const chain = { id: 11_155_111, rpcUrl: "https://rpc.example.org/v2/secret", oracle: ORACLE, confirmations: 3 };
const minimal: JsonObject = {
  chain,
  dataDir: "data",
  http: { port: 8640 },
  signer: keystore,
  runner: { type: "engine" },
  content: { dir: "/content" },
};

describe("parseConfigs", () => {
  it("fills in every default", () => {
    const [config] = parseConfigs(minimal);

    assert.equal(config.chain.pollMs, 2_000);
    assert.equal(config.http.host, "127.0.0.1");
    assert.equal(config.transmitter.enabled, false);
    assert.equal(config.transmitter.settleOrders, true);
    assert.equal(config.limits.concurrentRuns, 2);
  });

  const unknown: Record<string, JsonObject> = {
    pollMs: { ...minimal, pollMs: 5 },
    "chain.pollms": { ...minimal, chain: { ...chain, pollms: 5 } },
    "runner.commands": { ...minimal, runner: { type: "engine", commands: {} } },
    "signer.password": { ...minimal, signer: { ...keystore, password: "x" } },
  };
  for (const [key, document] of Object.entries(unknown)) {
    it(`refuses the unknown key ${key} by its name`, () => {
      assert.throws(
        () => parseConfigs(document),
        (error) => error instanceof UnknownConfigKey && error.key === key,
      );
    });
  }

  const invalid: Record<string, JsonObject> = {
    dataDir: { ...minimal, dataDir: "" },
    "chain.oracle": { ...minimal, chain: { ...chain, oracle: "0x12" } },
    "chain.confirmations": { ...minimal, chain: { ...chain, confirmations: 0 } },
    "chain.rpcUrl": { ...minimal, chain: { ...chain, rpcUrl: "file:///etc/passwd" } },
    "http.port": { ...minimal, http: { port: 65_536 } },
    "transmitter.signer": { ...minimal, transmitter: { enabled: true } },
    "signer.type": { ...minimal, signer: { type: "plain" } },
    "peers.0": { ...minimal, peers: ["relay-b"] },
  };
  for (const [key, document] of Object.entries(invalid)) {
    it(`refuses a wrong ${key} by its name`, () => {
      assert.throws(
        () => parseConfigs(document),
        (error) => error instanceof InvalidConfigValue && error.key === key,
      );
    });
  }

  const localOnly: Record<string, JsonObject> = {
    "signer.type: env": { signer: env },
    "transmitter.signer.type: env": { transmitter: { enabled: true, signer: env } },
    "runner.type: process": { runner: { type: "process", commands: {} } },
  };
  for (const [setting, part] of Object.entries(localOnly)) {
    it(`refuses ${setting} on a public chain, and takes it on local ones`, () => {
      assert.throws(
        () => parseConfigs({ ...minimal, ...part }),
        (error) => error instanceof LocalOnlySetting && error.setting === setting && error.chainId === 11_155_111n,
      );
      for (const id of [31_337, 1_337]) parseConfigs({ ...minimal, ...part, chain: { ...chain, id } });
    });
  }
});

describe("loadConfigs", () => {
  async function written(text: string): Promise<{ folder: string; file: string }> {
    const folder = await mkdtemp(join(tmpdir(), "ainft-config-"));
    const file = join(folder, "relay.json");
    await writeFile(file, text);
    return { folder, file };
  }

  it("takes relative paths from the file's own folder", async () => {
    const { folder, file } = await written(JSON.stringify(minimal));
    const [config] = await loadConfigs(file);
    await rm(folder, { recursive: true });

    assert.equal(config.dataDir, join(folder, "data"));
    assert.equal(config.content.dir, "/content");
    assert.deepEqual(config.signer, { ...keystore, path: join(folder, "key.json") });
  });

  it("refuses a file with a key twice, and one that is not there", async () => {
    const { folder, file } = await written('{"dataDir":"a","dataDir":"b"}');

    await assert.rejects(loadConfigs(file), ConfigUnreadable);
    await rm(folder, { recursive: true });
    await assert.rejects(loadConfigs(file), ConfigUnreadable);
  });
});

describe("redactConfigs", () => {
  it("leaves of an RPC address only its origin", () => {
    const shown = JSON.stringify(redactConfigs(parseConfigs(minimal)));

    assert.ok(!shown.includes("secret"));
    assert.ok(shown.includes("https://rpc.example.org/[redacted]"));
  });
});
