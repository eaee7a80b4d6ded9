import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { PostgresCluster, WITHOUT_POSTGRES } from "../helpers/postgres.ts";
import { RelayProcess, relayConfig } from "../helpers/relay-processes.ts";
import { SmallDisk } from "../helpers/small-disk.ts";
import { freePort, until } from "../helpers/time.ts";
import { account, openWorld, type World } from "../helpers/world.ts";

const MEBIBYTES = 32;
/** More than fit into the pages that the tables have. */
const WORDS = Array.from({ length: 60 }, (_, index) => `question ${index}`);

const disk = WITHOUT_POSTGRES === false ? SmallDisk.mount(MEBIBYTES) : null;
const skip = disk === null && (WITHOUT_POSTGRES || "this user may mount no disk");

describe("a relay whose database has a full disk", { skip }, () => {
  let cluster: PostgresCluster;
  let world: World;
  let relay: RelayProcess | undefined;

  before(async () => {
    cluster = await PostgresCluster.start();
    world = await openWorld(1);
    const file = join(world.folder, "relay.json");
    const port = await freePort();
    await writeFile(file, JSON.stringify(relayConfig(world, 0, { port, peers: [], sends: true })));
    const keys = { REPORTER_KEY: world.reporters[0]?.privateKey, SENDER_KEY: account(6).privateKey };
    const url = await cluster.createDatabase(disk?.folder);
    relay = new RelayProcess(file, { ...keys, DATABASE_URL: url }, `http://127.0.0.1:${port}`);
    relay.start();
    await relay.ready();
  });

  after(async () => {
    await relay?.kill();
    await world.close();
    await cluster.close();
    disk?.unmount();
  });

  it("says so, loses nothing, and goes on when there is room again", async () => {
    const tokenId = await world.mintEcho();
    const before = await world.askTogether(tokenId, ["while there is room"]);
    await until("the first answer", 60_000, async () => world.isFulfilled(before));
    await disk?.fill();
    const first = await world.askTogether(tokenId, WORDS);
    await until("the relay to say it", 60_000, () => /"level":40.*No space left on device/.test(relay?.log ?? ""));
    assert.equal((await relay?.get<{ live: boolean }>("/live"))?.live, true);
    assert.equal(await world.isFulfilled(first), false);
    await disk?.clear();

    for (const [index] of WORDS.entries()) {
      const requestId = first + BigInt(index);
      await until(`request ${requestId}`, 60_000, async () => world.isFulfilled(requestId));
    }
    assert.equal(await relay?.stop(), 0);
  });
});
