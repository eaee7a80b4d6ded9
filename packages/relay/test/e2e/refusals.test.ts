import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { relayConfig, RelayProcess } from "../helpers/relay-processes.ts";
import { freePort } from "../helpers/time.ts";
import { account, openWorld, type World } from "../helpers/world.ts";

const REFUSED = 2;

type Config = Record<string, unknown>;

/** What is wrong with a configuration, and the words by which the relay names it. */
interface Refusal {
  readonly title: string;
  readonly change: (config: Config, world: World) => Config;
  readonly says: RegExp;
  readonly env?: NodeJS.ProcessEnv;
}

const REFUSALS: readonly Refusal[] = [
  { title: "an unknown key", change: (config) => ({ ...config, pollMS: 5 }), says: /"pollMS" is unknown/ },
  {
    title: "an unknown key inside a part",
    change: (config) => part(config, "chain", { pollms: 5 }),
    says: /"chain\.pollms" is unknown/,
  },
  {
    title: "another chain id than the node's",
    change: (config) => part(config, "chain", { id: 1337 }),
    says: /chain 31337.*chain\.id says 1337/,
  },
  {
    title: "an address without code",
    change: (config) => part(config, "chain", { oracle: account(9).address }),
    says: /no contract at chain\.oracle/,
  },
  {
    title: "a contract that is no oracle",
    change: (config, world) => part(config, "chain", { oracle: world.collectionAddress }),
    says: /is not this relay's oracle/,
  },
  {
    title: "a key that is not in the config",
    change: (config) => config,
    says: /cannot sign: config 1 does not name it/,
    env: { REPORTER_KEY: account(9).privateKey },
  },
  { title: "a missing key", change: (config) => config, says: /REPORTER_KEY/, env: { REPORTER_KEY: "" } },
  {
    title: "a key that is none, without showing it",
    change: (config) => config,
    says: /^(?!.*not-a-key).*REPORTER_KEY/s,
    env: { REPORTER_KEY: "not-a-key" },
  },
  {
    title: "plain processes on a public chain",
    change: (config) => part(config, "chain", { id: 1 }),
    says: /local chains only/,
  },
  {
    title: "a value out of bounds",
    change: (config) => part(config, "http", { port: 70_000 }),
    says: /"http\.port" is refused/,
  },
];

describe("a relay refuses to start with", () => {
  let world: World;

  before(async () => {
    world = await openWorld(1);
  });

  after(async () => world.close());

  for (const { title, change, says, env } of REFUSALS) {
    it(`${title}, and says which`, async () => {
      const relay = await configured(world, change, env);
      relay.start();

      assert.equal(await relay.ended(), REFUSED);
      assert.match(relay.log, says);
    });
  }

  it("a data folder that another relay holds, and takes over the one of a relay that was killed", async () => {
    const first = await configured(world, (config) => config);
    first.start();
    await first.ready();

    const second = await configured(world, (config) => config);
    second.start();
    assert.equal(await second.ended(), REFUSED);
    assert.match(second.log, /in use by process/);

    await first.kill();
    const third = await configured(world, (config) => config);
    third.start();
    await third.ready();
    assert.equal(await third.stop(), 0);
  });
});

async function configured(world: World, change: Refusal["change"], env: NodeJS.ProcessEnv = {}): Promise<RelayProcess> {
  const file = join(world.folder, "refused.json");
  await writeFile(
    file,
    JSON.stringify(change(relayConfig(world, 0, { port: await freePort(), peers: [], sends: true }), world)),
  );
  const reporter = world.reporters[0];
  assert.ok(reporter !== undefined);
  return new RelayProcess(file, { REPORTER_KEY: reporter.privateKey, SENDER_KEY: account(6).privateKey, ...env });
}

function part(config: Config, name: string, changed: Config): Config {
  return { ...config, [name]: { ...(config[name] as Config), ...changed } };
}
