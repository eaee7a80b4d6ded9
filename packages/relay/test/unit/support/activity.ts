import { type Address, asHex, canonicalJson, type JsonValue, type StateUpdate } from "ainft-core";
import { Wallet } from "ethers";
import { WalletReportSigner } from "../../../src/adapters/signer/signers.ts";
import type { ActivityParts } from "../../../src/application/activity.ts";
import { ActivityIntake } from "../../../src/application/activity-intake.ts";
import type { FailedEvent, Run } from "../../../src/application/activity-runner.ts";
import {
  type ActivityEvent,
  activityReport,
  eventSigningDigest,
  type Grant,
  grantDigest,
  makeEvent,
  ordererOf,
  type SignedGrant,
} from "../../../src/domain/activity.ts";
import type { TokenRef } from "../../../src/domain/request.ts";
import type {
  ActivityChain,
  ActivityPeer,
  AppliedUpdate,
  FeedEntry,
  GrantPage,
  Proposal,
} from "../../../src/ports/activity.ts";
import type { TestContext } from "./fakes.ts";
import { block, COLLECTION, DESK, word } from "./requests.ts";

export const NEVER = new AbortController().signal;
export const domain = { chainId: 31_337n, oracle: DESK };
const session = new Wallet(`0x${"33".repeat(32)}`);
const SESSION = new WalletReportSigner(session, domain).address;
export const own = new WalletReportSigner(new Wallet(`0x${"11".repeat(32)}`), domain);
export const orderer = new WalletReportSigner(new Wallet(`0x${"22".repeat(32)}`), domain);
export const CONFIG = { version: 1n, reporters: [own.address, orderer.address], threshold: 2 };
export const VIEW = { head: block(9), confirmed: block(9) };
export const TOKEN = tokenOrderedBy(orderer.address);
/** Of a contract: whoever asks the chain decides whether it is signed. */
export const GRANT = grantOf();
/** What a program takes for wrong. */
export const WRONG = "wrong";

/** A token whose events a reporter has to order at a time. */
export function tokenOrderedBy(reporter: Address, time = VIEW.confirmed.time, from = 1n): TokenRef {
  for (let tokenId = from; ; tokenId += 1n) {
    const token = { collection: COLLECTION, tokenId };
    if (ordererOf(token, CONFIG, time) === reporter) return token;
  }
}

export function grantOf(changes: Partial<Grant> = {}): SignedGrant {
  const grant = { ...TOKEN, session: SESSION, until: 9_000n, scope: "*", nonce: 1n, ...changes };
  return { ...grant, granter: DESK, signature: "0x12", digest: grantDigest(grant, domain) };
}

export function eventOf(
  counter: number,
  say: JsonValue,
  { digest }: Pick<SignedGrant, "digest"> = GRANT,
): ActivityEvent {
  const event = { grant: digest, counter: BigInt(counter), input: canonicalJson({ say }) };
  const { serialized } = session.signingKey.sign(eventSigningDigest(event, domain));
  return makeEvent({ ...event, signature: asHex(serialized) });
}

export function updatesOf({ collection, tokenId }: TokenRef, events: readonly ActivityEvent[]): StateUpdate[] {
  return events.map(({ digest }, index) => ({
    ...{ collection, tokenId, actor: DESK, sequence: BigInt(index) + 1n, manifestDigest: word(4) },
    ...{ inputDigest: digest, outputDigest: word(5), stateDigest: word(6) },
  }));
}

/** A program that takes everything but what is wrong. */
export async function runAll(token: TokenRef, events: readonly ActivityEvent[]): Promise<Run> {
  const isWrong = ({ input }: ActivityEvent): boolean => new TextDecoder().decode(input).includes(WRONG);
  const failed = events.filter(isWrong).map((event): FailedEvent => ({ event, state: "FAILED", note: WRONG }));
  const base = { sequence: 0n, stateDigest: word(0), activeManifest: word(4), frozen: false };
  const updates = updatesOf(
    token,
    events.filter((event) => !isWrong(event)),
  );
  return Promise.resolve({ base, updates, failed });
}

/** What the other reporter proposes. */
export async function proposalOf(events: readonly ActivityEvent[], changes: Partial<Proposal> = {}): Promise<Proposal> {
  const { token = TOKEN } = changes;
  const report = activityReport(updatesOf(token, events), { configVersion: 1n, deadline: VIEW.head.time + 100n });
  const signatures = [{ signer: orderer.address, signature: await orderer.signReport(report) }];
  return { report, token, baseSequence: 0n, events, signatures, ...changes };
}

/** A chain on which everybody may do everything, and nothing was applied. */
export class FreeChain implements ActivityChain {
  /** Whether contracts take signatures for their own. */
  takes = true;

  async mayGrant(): Promise<boolean> {
    return Promise.resolve(true);
  }

  async isSignatureOf(): Promise<boolean> {
    return Promise.resolve(this.takes);
  }

  async updatesOf(_token: TokenRef, _from: bigint, _to: bigint): Promise<AppliedUpdate[]> {
    return Promise.resolve([]);
  }
}

/** A peer that tells and has what the test says. */
export class FakePeer implements ActivityPeer {
  readonly url: string;
  entries: FeedEntry[] = [];
  page: GrantPage | null = null;
  /** For which grants it was asked, and behind which counters. */
  readonly asked: [string, bigint][] = [];

  constructor(url = "http://peer") {
    this.url = url;
  }

  async feed(since: bigint): Promise<{ instance: string; cursor: bigint; entries: FeedEntry[] }> {
    const entries = this.entries.filter(({ id }) => id > since);
    return Promise.resolve({ instance: "one", cursor: entries.at(-1)?.id ?? since, entries });
  }

  async grant(digest: string, after: bigint): Promise<GrantPage | null> {
    this.asked.push([digest, after]);
    if (this.page?.grant.digest !== digest) return Promise.resolve(null);
    return Promise.resolve({ ...this.page, events: this.page.events.filter(({ counter }) => counter > after) });
  }

  async propose(): Promise<null> {
    return Promise.resolve(null);
  }
}

/** What activity is made of, where the test says nothing else. */
export function partsOf(context: TestContext, changes: Partial<ActivityParts> = {}): ActivityParts {
  const { chain = new FreeChain() } = changes;
  const intake = new ActivityIntake(context, { chain, domain, maxPending: 16 });
  intake.see(VIEW);
  const terms = { domain, startBlock: 0n, maxBatch: 8, sending: null, peers: [], signer: own };
  return { chain, intake, runner: { run: runAll }, ...terms, ...changes };
}
