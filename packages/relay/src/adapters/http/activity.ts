import { asBytes32, type Bytes32, parseStrictJson, PermanentError, RetryableError } from "ainft-core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ZodError } from "zod";
import type { ActivityEvent, SignedGrant } from "../../domain/activity.ts";
import { ActivityRefused } from "../../domain/activity.ts";
import type { BatchSignature, Proposal } from "../../ports/activity.ts";
import type { Store } from "../../ports/store.ts";
import { FEED_PAGE, readGrant, readPost, readProposal, writeFeed, writeGrantPage } from "./activity-wire.ts";
import type { RateLimit } from "./rate-limit.ts";
import { ChainNotServed, type ServedChains } from "./served-chains.ts";

const GRANT_BYTES = 65_536;
const POST_BYTES = 262_144;
const PROPOSAL_BYTES = 2_097_152;
const DECIMAL = /^(0|[1-9]\d{0,17})$/;
const DIGEST = /^0x[0-9a-f]{64}$/;

/** What the pages of activity need. */
export interface ActivityPagesParts {
  readonly store: Pick<Store, "activity" | "peers">;
  /** Throws `ActivityRefused`. */
  readonly grant: (grant: Omit<SignedGrant, "digest">) => Promise<Bytes32>;
  /** Keeps an event before it answers. Throws `ActivityRefused`. */
  readonly event: (event: Omit<ActivityEvent, "digest">) => Promise<Bytes32>;
  /** Throws `PeerPayloadRefused`. */
  readonly accept: (proposal: Proposal) => Promise<BatchSignature | null>;
  /** Events, by grant. */
  readonly events: RateLimit;
  /** Posts, by whoever connects: signatures cost time to check. */
  readonly posts: RateLimit;
}

/** Takes grants and events, shows how far they are, and tells peers. Bodies are strict JSON: no key twice, no NaN. */
export async function activityPages(app: FastifyInstance, chains: ServedChains): Promise<void> {
  await app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("application/json", { parseAs: "buffer" }, async (_request: unknown, body: Buffer) =>
      Promise.resolve(parseStrictJson(body, { maxBytes: PROPOSAL_BYTES })),
    );
    scope.setErrorHandler(async (error, _request, reply) => refuse(error, reply));
    intake(scope, chains);
    exchange(scope, chains);
    done();
  });
}

function intake(scope: FastifyInstance, chains: ServedChains): void {
  scope.post("/v1/activity/grants", { bodyLimit: GRANT_BYTES }, async (request, reply) => {
    const parts = chains.activityOf(request);
    if (isTooFast(request, reply, parts.posts)) return reply;
    return reply.code(201).send({ grant: await parts.grant(readGrant(request.body)) });
  });
  scope.post("/v1/activity", { bodyLimit: POST_BYTES }, async (request, reply) => {
    const parts = chains.activityOf(request);
    if (isTooFast(request, reply, parts.posts)) return reply;
    const events = readPost(request.body);
    const seconds = parts.events.take(events[0]?.grant ?? "", events.length);
    if (seconds > 0) return tooFast(reply, seconds);
    const kept: Bytes32[] = [];
    for (const event of events) {
      try {
        kept.push(await parts.event(event));
      } catch (error) {
        if (!(error instanceof ActivityRefused)) throw error;
        return reply.code(error.status).send({ error: error.message, events: kept });
      }
    }
    return reply.code(202).send({ events: kept });
  });
  scope.get<{ Params: { digest: string } }>("/v1/activity/:digest", async (request, reply) => {
    if (!DIGEST.test(request.params.digest)) return reply.code(400).send({ error: "a digest is 0x and 64 digits" });
    const event = await chains.activityOf(request).store.activity.event(asBytes32(request.params.digest));
    if (event === null) return reply.code(404).send({ error: "not known here" });
    const { state, sequence, counter, grant, note } = event;
    const shown = {
      state,
      sequence: sequence === null ? null : String(sequence),
      grant,
      counter: String(counter),
      note,
    };
    return reply.send(shown);
  });
}

function exchange(scope: FastifyInstance, chains: ServedChains): void {
  scope.get<{ Querystring: { since?: string } }>("/v1/activity/feed", async (request, reply) => {
    const { store } = chains.activityOf(request);
    const since = request.query.since ?? "0";
    if (!DECIMAL.test(since)) return reply.code(400).send({ error: "since must be a whole number" });
    const entries = await store.activity.feed(BigInt(since), FEED_PAGE);
    return reply.send(writeFeed(await store.peers.instance(), BigInt(since), entries));
  });
  scope.get<{ Params: { digest: string }; Querystring: { after?: string } }>(
    "/v1/activity/grants/:digest",
    async (request, reply) => {
      const { activity } = chains.activityOf(request).store;
      const { digest } = request.params;
      const after = request.query.after ?? "0";
      if (!DIGEST.test(digest)) return reply.code(400).send({ error: "a digest is 0x and 64 digits" });
      if (!DECIMAL.test(after)) return reply.code(400).send({ error: "after must be a whole number" });
      const grant = await activity.grant(asBytes32(digest));
      if (grant === null) return reply.code(404).send({ error: "not known here" });
      const events = await activity.eventsOf(grant.digest, BigInt(after), FEED_PAGE);
      return reply.send(writeGrantPage({ grant, events }));
    },
  );
  scope.post("/v1/activity/batches", { bodyLimit: PROPOSAL_BYTES }, async (request, reply) => {
    const { accept } = chains.activityOf(request);
    const signature = await accept(readProposal(request.body));
    return signature === null ? reply.code(202).send({}) : reply.code(200).send(signature);
  });
}

function isTooFast(request: FastifyRequest, reply: FastifyReply, posts: RateLimit): boolean {
  const seconds = posts.take(request.ip);
  if (seconds > 0) void tooFast(reply, seconds);
  return seconds > 0;
}

function tooFast(reply: FastifyReply, seconds: number): FastifyReply {
  return reply.code(429).header("retry-after", String(seconds)).send({ error: "too fast" });
}

/** Tells a stranger no more than what is wrong with what they sent. */
function refuse(error: unknown, reply: FastifyReply): FastifyReply {
  if (error instanceof ActivityRefused) return reply.code(error.status).send({ error: error.message });
  if (error instanceof ChainNotServed) return reply.code(error.statusCode).send({ error: error.message });
  if (error instanceof ZodError) {
    const [issue] = error.issues;
    return reply
      .code(400)
      .send({ error: `${(issue?.path ?? []).map(String).join(".")}: ${issue?.message ?? "refused"}` });
  }
  if (error instanceof PermanentError) return reply.code(400).send({ error: error.message.slice(0, 200) });
  if (error instanceof RetryableError) return reply.code(503).header("retry-after", "5").send({ error: "try again" });
  const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : 500;
  return reply.code(status).send({ error: status < 500 && error instanceof Error ? error.message : "failed" });
}
