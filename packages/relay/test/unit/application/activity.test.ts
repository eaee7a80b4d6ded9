import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { asHex, canonicalJson, reportDigest, type StateUpdate } from "ainft-core";
import { Wallet } from "ethers";
import { WalletReportSigner } from "../../../src/adapters/signer/signers.ts";
import { Activity } from "../../../src/application/activity.ts";
import { ActivityIntake } from "../../../src/application/activity-intake.ts";
import type { FailedEvent, Run } from "../../../src/application/activity-runner.ts";
import {
  type ActivityEvent,
  activityKey,
  activityReport,
  eventSigningDigest,
  grantDigest,
  makeEvent,
  ordererOf,
  type SignedGrant,
} from "../../../src/domain/activity.ts";
import type { ActivityChain, Proposal } from "../../../src/ports/activity.ts";
import { contextOf, type TestContext } from "../support/fakes.ts";
import { block, COLLECTION, DESK, word } from "../support/requests.ts";
import { TestStore } from "../support/store.ts";

const NEVER = new AbortController().signal;
const domain = { chainId: 31_337n, oracle: DESK };
const session = new Wallet(`0x${"33".repeat(32)}`);
const own = new WalletReportSigner(new Wallet(`0x${"11".repeat(32)}`), domain);
const orderer = new WalletReportSigner(new Wallet(`0x${"22".repeat(32)}`), domain);
const CONFIG = { version: 1n, reporters: [own.address, orderer.address], threshold: 2 };
const VIEW = { head: block(9), confirmed: block(9) };
const TOKEN = tokenOrderedBy(orderer.address);
const GRANT: SignedGrant = signedGrant();
/** What a program takes for wrong. */
const WRONG = "wrong";

function tokenOrderedBy(reporter: string): { collection: typeof COLLECTION; tokenId: bigint } {
  for (let tokenId = 1n; ; tokenId += 1n) {
    const token = { collection: COLLECTION, tokenId };
    if (ordererOf(token, CONFIG, VIEW.confirmed.time) === reporter) return token;
  }
}

function signedGrant(): SignedGrant {
  const grant = { ...TOKEN, session: own.address, until: 9_000n, scope: "*", nonce: 1n };
  const given = { ...grant, session: new WalletReportSigner(session, domain).address };
  return { ...given, granter: DESK, signature: "0x12", digest: grantDigest(given, domain) };
}

function eventOf(counter: number, say: string): ActivityEvent {
  const event = { grant: GRANT.digest, counter: BigInt(counter), input: canonicalJson({ say }) };
  return makeEvent({
    ...event,
    signature: asHex(session.signingKey.sign(eventSigningDigest(event, domain)).serialized),
  });
}

function updatesOf(events: readonly ActivityEvent[]): StateUpdate[] {
  return events.map(({ digest }, index) => ({
    ...{ ...TOKEN, actor: DESK, sequence: BigInt(index) + 1n, manifestDigest: word(4) },
    ...{ inputDigest: digest, outputDigest: word(5), stateDigest: word(6) },
  }));
}

/** A program that takes everything but what is wrong. */
async function runAll(_token: unknown, events: readonly ActivityEvent[]): Promise<Run> {
  const isWrong = ({ input }: ActivityEvent): boolean => new TextDecoder().decode(input).includes(WRONG);
  const failed = events.filter(isWrong).map((event): FailedEvent => ({ event, state: "FAILED", note: WRONG }));
  const base = { sequence: 0n, stateDigest: word(0), activeManifest: word(4), frozen: false };
  return Promise.resolve({ base, updates: updatesOf(events.filter((event) => !isWrong(event))), failed });
}

async function proposalOf(events: readonly ActivityEvent[]): Promise<Proposal> {
  const report = activityReport(updatesOf(events), { configVersion: 1n, deadline: VIEW.head.time + 100n });
  const signatures = [{ signer: orderer.address, signature: await orderer.signReport(report) }];
  return { report, token: TOKEN, baseSequence: 0n, events, signatures };
}

describe("a batch that another reporter proposes", () => {
  const database = new TestStore();
  let context: TestContext;
  let activity: Activity;

  before(async () => database.open());

  after(async () => database.close());

  beforeEach(async () => {
    context = contextOf(await database.clean());
    context.chain.blocks = [VIEW.head];
    const chain: ActivityChain = {
      mayGrant: async () => Promise.resolve(true),
      isSignatureOf: async () => Promise.resolve(false),
      updatesOf: async () => Promise.resolve([]),
    };
    const intake = new ActivityIntake(context, { chain, domain, maxPending: 16 });
    const terms = { domain, startBlock: 0n, maxBatch: 8, sending: null, peers: [], signer: own };
    activity = new Activity(context, { chain, intake, runner: { run: runAll }, ...terms });
    await context.store.activity.addGrant(GRANT);
  });

  /** Lets events wait here, has a batch of some of them proposed, and answers whether it was signed. */
  async function isSigned(waiting: readonly ActivityEvent[], proposed: readonly ActivityEvent[]): Promise<boolean> {
    for (const event of waiting) await context.store.activity.addEvent(event, false, 16);
    const proposal = await proposalOf(proposed);
    await activity.round(VIEW, CONFIG, false, NEVER);
    await activity.drain();
    assert.equal(await activity.accept(proposal), null);
    await activity.round(VIEW, CONFIG, false, NEVER);
    await activity.drain();
    return (await context.store.activity.batch(activityKey(reportDigest(proposal.report, domain)))) !== null;
  }

  it("is signed when it has all that waits", async () => {
    const events = [eventOf(1, "one"), eventOf(2, "two")];

    assert.equal(await isSigned(events, events), true);
  });

  it("is not signed while it is not known what became of events before, which could come a second time", async () => {
    context.chain.program_ = { sequence: 1n, stateDigest: word(0), activeManifest: word(4), frozen: false };
    const events = [eventOf(1, "one"), eventOf(2, "two")];

    assert.equal(await isSigned(events, events), false);
  });

  it("is not signed when it passes over an event that comes to something here, which goes on waiting", async () => {
    const [first, second, third] = [eventOf(1, "one"), eventOf(2, "two"), eventOf(3, "three")];

    assert.equal(await isSigned([first, second, third], [first, third]), false);
    assert.deepEqual(context.errors, ["Another reporter's batch comes to something else here"]);
    assert.equal((await context.store.activity.event(second.digest))?.state, "PENDING");
  });

  it("is signed when what it passes over comes to nothing here, too, and that is ended", async () => {
    const [first, second, third] = [eventOf(1, "one"), eventOf(2, WRONG), eventOf(3, "three")];

    assert.equal(await isSigned([first, second, third], [first, third]), true);
    assert.equal((await context.store.activity.event(second.digest))?.state, "FAILED");
  });
});
