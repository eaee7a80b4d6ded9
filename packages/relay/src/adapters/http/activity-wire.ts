import { asAddress, asBytes32, asHex, canonicalJson, type JsonValue } from "ainft-core";
import { z } from "zod";
import type { ActivityEvent, SignedGrant } from "../../domain/activity.ts";
import type { BatchSignature, FeedEntry, FeedPage, GrantPage, Proposal } from "../../ports/activity.ts";
import { writeReport } from "./wire.ts";

/** Entries in one page of a feed. */
export const FEED_PAGE = 32;
/** Events in one post. */
export const MAX_EVENTS_A_POST = 32;

const decimal = z
  .string()
  .regex(/^(0|[1-9]\d{0,77})$/)
  .transform(BigInt);
const word = z.string().transform((text) => asBytes32(text));
const account = z.string().transform((text) => asAddress(text));
const bytes = z
  .string()
  .max(16_384)
  .transform((text) => asHex(text));
const input = z.custom<JsonValue>((value) => value !== undefined, "must be JSON");

const grantShape = z.strictObject({
  session: account,
  collection: account,
  tokenId: decimal,
  until: decimal,
  scope: z.string().min(1).max(64),
  nonce: decimal,
  granter: account,
  signature: bytes,
});

const eventShape = z.strictObject({ grant: word, counter: decimal, input, signature: bytes });

const postShape = z.strictObject({
  grant: word,
  events: z
    .array(z.strictObject({ counter: decimal, input, signature: bytes }))
    .min(1)
    .max(MAX_EVENTS_A_POST),
});

const signatureShape = z.strictObject({ signer: account, signature: bytes });

const proposalShape = z.strictObject({
  report: z.strictObject({
    configVersion: decimal,
    deadline: decimal,
    firstId: decimal,
    count: decimal,
    root: word,
  }),
  token: z.strictObject({ collection: account, tokenId: decimal }),
  baseSequence: decimal,
  events: z.array(eventShape).min(1).max(64),
  signatures: z.array(signatureShape).min(1).max(32),
});

const pageShape = z.strictObject({
  instance: z.string().min(1).max(64),
  cursor: decimal,
  entries: z
    .array(
      z.union([z.strictObject({ id: decimal, grant: grantShape }), z.strictObject({ id: decimal, event: eventShape })]),
    )
    .max(FEED_PAGE),
});

const grantPageShape = z.strictObject({ grant: grantShape, events: z.array(eventShape).max(FEED_PAGE) });

/** Digests are made from what arrived, never taken over. */
const NO_DIGEST = asBytes32(`0x${"0".repeat(64)}`);

type Given = Omit<ActivityEvent, "digest">;

/** Reads a grant. Throws when it is not exactly one. */
export function readGrant(body: unknown): Omit<SignedGrant, "digest"> {
  return grantShape.parse(body);
}

/** Reads what a session posts. Throws when it is not exactly that. */
export function readPost(body: unknown): Given[] {
  const { grant, events } = postShape.parse(body);
  return events.map((event) => toEvent({ grant, ...event }));
}

/** Reads a proposal. Throws when it is not exactly one. */
export function readProposal(body: unknown): Proposal {
  const { events, ...proposal } = proposalShape.parse(body);
  return {
    ...proposal,
    events: events.map((event) => ({ ...toEvent(event), digest: NO_DIGEST })),
  };
}

/** Reads a page of a peer's feed. Throws when it is not exactly one. */
export function readFeed(body: unknown): FeedPage {
  const { entries, ...page } = pageShape.parse(body);
  const read = entries.map((entry): FeedEntry =>
    "grant" in entry
      ? { id: entry.id, grant: { ...entry.grant, digest: NO_DIGEST } }
      : { id: entry.id, event: { ...toEvent(entry.event), digest: NO_DIGEST } },
  );
  return { ...page, entries: read };
}

/** Reads a grant that a peer was asked for, with its events. Throws when it is not exactly that. */
export function readGrantPage(body: unknown): GrantPage {
  const { grant, events } = grantPageShape.parse(body);
  return {
    grant: { ...grant, digest: NO_DIGEST },
    events: events.map((event) => ({ ...toEvent(event), digest: NO_DIGEST })),
  };
}

/** Reads a peer's signature of a batch. Throws when it is not exactly one. */
export function readBatchSignature(body: unknown): BatchSignature {
  return signatureShape.parse(body);
}

/** A page as it goes over the wire: big integers are decimal text, inputs are JSON. */
export function writeFeed(instance: string, since: bigint, entries: readonly FeedEntry[]): unknown {
  const written = entries.map((entry) =>
    "grant" in entry
      ? { id: String(entry.id), grant: writeGrant(entry.grant) }
      : { id: String(entry.id), event: writeEvent(entry.event) },
  );
  return { instance, cursor: String(entries.at(-1)?.id ?? since), entries: written };
}

/** A grant and its events as they go over the wire. */
export function writeGrantPage({ grant, events }: GrantPage): unknown {
  return { grant: writeGrant(grant), events: events.map(writeEvent) };
}

/** A proposal as it goes over the wire. */
export function writeProposal({ report, token, baseSequence, events, signatures }: Proposal): unknown {
  return {
    report: writeReport(report),
    token: { collection: token.collection, tokenId: String(token.tokenId) },
    baseSequence: String(baseSequence),
    events: events.map(writeEvent),
    signatures,
  };
}

function writeGrant({ session, collection, tokenId, until, scope, nonce, granter, signature }: SignedGrant): unknown {
  const numbers = { tokenId: String(tokenId), until: String(until), nonce: String(nonce) };
  return { session, collection, ...numbers, scope, granter, signature };
}

function writeEvent({ grant, counter, input: body, signature }: Given): unknown {
  const parsed: unknown = JSON.parse(new TextDecoder().decode(body)); // canonical JSON of our own making
  return { grant, counter: String(counter), input: parsed, signature };
}

function toEvent({ input: value, ...event }: z.output<typeof eventShape>): Given {
  return { ...event, input: canonicalJson(value) };
}
