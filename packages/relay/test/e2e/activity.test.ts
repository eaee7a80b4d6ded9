import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ainft721Abi } from "ainft-contracts";
import { type Bytes32, canonicalJson } from "ainft-core";
import { type Contract, NonceManager, Wallet } from "ethers";
import { type Answered, grantOf, Player, post } from "../helpers/activity.ts";
import { prepareRelays, type RelayProcess } from "../helpers/relay-processes.ts";
import { until } from "../helpers/time.ts";
import { account, contractAt, deploy, eventsOf, openWorld, send, type World } from "../helpers/world.ts";

const holder = account(1);
const friend = account(2);
const session = new Wallet(`0x${"5e".repeat(32)}`);

describe("activity of a token", () => {
  let world: World;
  let relays: RelayProcess[];
  let player: Player;
  let collection: Contract;

  before(async () => {
    world = await openWorld(3);
    player = new Player(world, session);
    collection = contractAt(world.collectionAddress, ainft721Abi, new NonceManager(holder.connect(world.provider)));
    relays = await prepareRelays(world, [0, 1], (index) => ({
      activity: { enabled: true, eventsPerMinute: index === 1 ? 6 : 600, burst: 30 },
      limits: { startupSeconds: 60 },
    }));
    for (const relay of relays) relay.start();
    for (const relay of relays) await relay.ready();
  });

  after(async () => {
    for (const relay of relays) await relay.kill();
    await world.close();
  });

  const at = (index: number): RelayProcess => relays[index] ?? assert.fail();

  async function granted(index: number, tokenId: bigint, scope = "*"): Promise<Bytes32> {
    const body = await player.grant(tokenId, holder, { scope });
    let answer: Answered | undefined;
    await until("a relay to take a grant", 30_000, async () => {
      answer = await post(`${at(index).url}/v1/activity/grants`, body);
      return answer.status === 201;
    });
    return grantOf(answer ?? assert.fail());
  }

  async function say(index: number, grant: Bytes32, counter: number, words: readonly string[]): Promise<Answered> {
    const events = await Promise.all(
      words.map(async (word, step) => player.event(grant, counter + step, { say: word })),
    );
    return post(`${at(index).url}/v1/activity`, { grant, events });
  }

  async function sequenceReaches(tokenId: bigint, sequence: bigint): Promise<void> {
    await until(`token ${tokenId} to reach sequence ${sequence}`, 120_000, async () => {
      return (await world.sequenceOf(tokenId)) >= sequence;
    });
  }

  async function updatesOf(tokenId: bigint): Promise<string[]> {
    const found = await eventsOf(collection, "StateUpdated", tokenId);
    return found.map(({ args }) => String(args.getValue("inputDigest")));
  }

  it("comes out as signed updates, in order, each once, whoever took it", async () => {
    const token = await world.mint();
    const grant = await granted(0, token);
    const first = await say(0, grant, 1, ["a", "b", "c"]);
    assert.equal(first.status, 202);
    await until("the grant to reach another relay", 60_000, async () => (await say(1, grant, 4, ["d"])).status === 202);
    await sequenceReaches(token, 4n);

    const updates = await updatesOf(token);
    assert.deepEqual(updates.slice(0, 3), first.body.events);
    assert.equal(new Set(updates).size, 4);
    const [applied] = await eventsOf(collection, "StateUpdated", token);
    assert.equal(applied?.args.getValue("actor"), holder.address);
  });

  it("says how far an event is, and keeps its body where anybody can check it", async () => {
    const token = await world.mint();
    const grant = await granted(0, token);
    const { body } = await say(0, grant, 1, ["hello"]);
    const digest = body.events?.[0] ?? assert.fail();
    await until("the event to be applied", 120_000, async () => {
      return (await at(0).get<{ state: string }>(`/v1/activity/${digest}`))?.state === "APPLIED";
    });

    const bytes = canonicalJson({ counter: "1", grant, input: { say: "hello" } });
    const name = createHash("sha256").update(bytes).digest("hex");
    assert.ok((await readdir(world.contentDir)).includes(name));
    assert.deepEqual(new Uint8Array(await readFile(join(world.contentDir, name))), bytes);
  });

  it("is taken once, however often it is posted, and never two events under one counter", async () => {
    const token = await world.mint();
    const grant = await granted(0, token);
    const [first, again] = [await say(0, grant, 1, ["a", "b"]), await say(0, grant, 1, ["a", "b"])];
    const other = await say(0, grant, 2, ["c"]);
    const older = await say(0, grant, 1, ["z"]);
    await sequenceReaches(token, 2n);

    assert.deepEqual([first.status, again.status], [202, 202]);
    assert.deepEqual(again.body.events, first.body.events);
    assert.deepEqual([other.status, older.status], [409, 409]);
    assert.match(other.body.error ?? "", /next counter of this grant is 3/);
    assert.deepEqual(await updatesOf(token), first.body.events);
  });

  it("that the program refuses or fails at is left out, and does not hold up the rest", async () => {
    const token = await world.mint();
    const grant = await granted(0, token);
    const inputs = [{ say: "a" }, { say: "b", mode: "refuse" }, { shout: 1 }, { say: "c", mode: "fail" }, { say: "d" }];
    const events = await Promise.all(inputs.map(async (input, index) => player.event(grant, index + 1, input)));
    const { body } = await post(`${at(0).url}/v1/activity`, { grant, events });
    await sequenceReaches(token, 2n);

    assert.deepEqual(await updatesOf(token), [body.events?.[0], body.events?.[4]]);
  });

  it("survives that the relay which took it is killed right after it said so", async () => {
    const token = await world.mint();
    const grant = await granted(2, token);
    const { body, status } = await say(2, grant, 1, ["a", "b"]);
    await at(2).kill();
    assert.equal(status, 202);
    at(2).start();
    await at(2).ready();
    await sequenceReaches(token, 2n);

    assert.deepEqual(await updatesOf(token), body.events);
  });

  it("goes together with requests to the same token", async () => {
    const token = await world.mint();
    const grant = await granted(0, token);
    await world.ask(token, { say: "asked" });
    await say(0, grant, 1, ["a", "b"]);
    await sequenceReaches(token, 3n);

    assert.equal((await updatesOf(token)).length, 3);
  });

  it("is for a holder, a user or a holder's contract to grant, and ends with a transfer", async () => {
    const token = await world.mint();
    const grants = `${at(0).url}/v1/activity/grants`;
    const byFriend = await player.grant(token, friend);
    assert.equal((await post(grants, byFriend)).status, 403);
    await send(collection, "setUser", [token, friend.address, 4_000_000_000n]);
    await until("the user's grant to count", 30_000, async () => (await post(grants, byFriend)).status === 201);

    const grant = await granted(0, token);
    const wallet = await deploy(
      "mocks/ERC1271WalletMock",
      [friend.address],
      new NonceManager(account(9).connect(world.provider)),
    );
    await send(collection, "transferFrom", [holder.address, wallet, token]);
    let counter = 0;
    await until(
      "the holder's grant to end",
      60_000,
      async () => (await say(0, grant, (counter += 1), ["x"])).status === 403,
    );
    assert.equal((await post(grants, await player.grant(token, friend, { nonce: 2n }))).status, 403);
    const byContract = await player.grant(token, friend, { nonce: 3n }, wallet);
    assert.equal((await post(grants, byContract)).status, 201);
    assert.equal((await post(grants, await player.grant(token, holder, { nonce: 3n }, wallet))).status, 403);
  });

  it("is refused when it proves nothing, and says why", async () => {
    const token = await world.mint();
    const grant = await granted(0, token, "walk");
    const url = `${at(0).url}/v1/activity`;
    const stranger = new Player(world, Wallet.createRandom());
    const walk = { kind: "walk", say: "x" };
    const event = await player.event(grant, 1, walk);
    const cases: [string, number, unknown][] = [
      ["another key", 403, { grant, events: [await stranger.event(grant, 1, walk)] }],
      ["a changed input", 403, { grant, events: [{ ...event, input: { kind: "walk", say: "y" } }] }],
      ["a changed counter", 403, { grant, events: [{ ...event, counter: "2" }] }],
      ["another kind", 403, { grant, events: [await player.event(grant, 1, { kind: "run" })] }],
      ["an unknown grant", 404, { grant: `0x${"77".repeat(32)}`, events: [event] }],
      ["counter 0", 400, { grant, events: [await player.event(grant, 0, walk)] }],
      ["no event", 400, { grant, events: [] }],
      ["an unknown key", 400, { grant, events: [event], more: 1 }],
      ["a counter that is a number", 400, { grant, events: [{ ...event, counter: 1 }] }],
      ["a key twice", 400, `{"grant":"${grant}","grant":"${grant}","events":[]}`],
      ["a lone surrogate", 400, `{"grant":"${grant}","events":[{"counter":"1","input":"\\ud800","signature":"0x"}]}`],
      ["__proto__", 400, `{"grant":"${grant}","events":[],"__proto__":{"events":[1]}}`],
      ["broken JSON", 400, "{"],
      [
        "too long an input",
        422,
        { grant, events: [await player.event(grant, 1, { ...walk, say: "x".repeat(17_000) })] },
      ],
      ["too long a body", 413, { grant, events: [{ ...event, input: "x".repeat(300_000) }] }],
    ];
    for (const [what, status, body] of cases) assert.equal((await post(url, body)).status, status, what);
    const over = await post(`${url}/grants`, await player.grant(token, holder, { until: 1n }));
    assert.equal(over.status, 403);
    const later = await post(`${url}/grants`, await player.grant(token, holder, { nonce: 5n }));
    assert.equal(later.status, 201);
    assert.equal((await post(url, { grant, events: [event] })).status, 403, "an ended grant");
  });

  it("is slowed down with the time to come back", async () => {
    const token = await world.mint();
    const grant = await granted(1, token);
    const answers: Answered[] = [];
    for (let counter = 1; counter < 80; counter += 20) {
      const words = Array.from({ length: 20 }, (_, index) => `w${index}`);
      answers.push(await say(1, grant, counter, words));
    }
    const slowed = answers.find(({ status }) => status === 429) ?? assert.fail("never slowed down");

    assert.ok(Number(slowed.retryAfter) >= 1);
  });

  it("leaves no key in what relays print", () => {
    const printed = relays.map(({ log }) => log).join("");
    for (const { privateKey } of [session, ...world.reporters, account(6), account(7)]) {
      assert.ok(!printed.includes(privateKey.slice(2)));
    }
  });
});
