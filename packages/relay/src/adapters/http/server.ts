import { asBytes32, PermanentError } from "ainft-core";
import fastify, { type FastifyInstance } from "fastify";
import { ZodError } from "zod";
import { StartRefused } from "../../config/errors.ts";
import type { Health } from "../../domain/health.ts";
import type { NewSignature, Store, TrackedRequest } from "../../ports/store.ts";
import type { Clock } from "../../ports/system.ts";
import { activityPages, type ActivityPagesParts } from "./activity.ts";
import { proofPages } from "./proofs.ts";
import { PAGE_SIZE, readSignature, writePage } from "./wire.ts";

const BODY_LIMIT = 16_384;
const TIMEOUT_MS = 10_000;
/** Blocks that the database may be behind: whoever reads the chain may just be taking over. */
const MOST_LAG = 32n;
const DECIMAL = /^(0|[1-9]\d{0,18})$/;

/** What the server shows. */
export interface ServerParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly health: () => Health;
  /** Age of the last look at the chain above which the relay is not ready, in milliseconds. */
  readonly staleAfterMs: number;
  /** Takes a signature that a peer pushed. Throws `PeerPayloadRefused`. */
  readonly accept: (signature: NewSignature) => Promise<void>;
  /** Null when this relay takes no activity. */
  readonly activity?: ActivityPagesParts | null;
}

/** The address is taken, or not this machine's. */
export class HttpAddressUnusable extends StartRefused {
  override readonly code = "HTTP_ADDRESS_UNUSABLE";

  constructor(host: string, port: number, options?: ErrorOptions) {
    super(`Nothing can listen on ${host}:${port}. Choose another http.port, or stop what uses it.`, options);
  }
}

/** Serves health, this reporter's signatures and bytes by digest. It reads only. Throws {@link HttpAddressUnusable}. */
export async function serve(parts: ServerParts, host: string, port: number): Promise<{ close(): Promise<void> }> {
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: TIMEOUT_MS,
    connectionTimeout: TIMEOUT_MS,
    logger: false,
  });
  healthPages(app, parts);
  exchange(app, parts);
  push(app, parts);
  status(app, parts);
  proofPages(app, parts.store);
  if (parts.activity !== undefined && parts.activity !== null) await activityPages(app, parts.activity);
  try {
    await app.listen({ host, port });
  } catch (cause) {
    throw new HttpAddressUnusable(host, port, { cause });
  }
  return { close: async () => app.close() };
}

function healthPages(app: FastifyInstance, { store, clock, health, staleAfterMs }: ServerParts): void {
  app.get("/live", async () => Promise.resolve({ live: true }));
  app.get("/ready", async (_request, reply) => {
    const { lastRound, missingRequests, lag, seats } = health();
    const fresh = lastRound !== null && clock.now() - lastRound < staleAfterMs;
    const ready = fresh && missingRequests === 0n && lag <= MOST_LAG;
    const [requests, reports] = [await store.requests.counts(), await store.reports.counts()];
    const figures = { missingRequests: String(missingRequests), lag: String(lag), seats, requests, reports };
    return reply.code(ready ? 200 : 503).send({ ready, ...figures });
  });
}

function exchange(app: FastifyInstance, { store }: ServerParts): void {
  app.get<{ Querystring: { since?: string } }>("/v1/attestations", async (request, reply) => {
    const since = request.query.since ?? "0";
    if (!DECIMAL.test(since)) return reply.code(400).send({ error: "since must be a whole number" });
    const records = await store.reports.ownSignatures(BigInt(since), PAGE_SIZE);
    return reply.send(writePage(await store.peers.instance(), BigInt(since), records));
  });
  app.get<{ Params: { digest: string } }>("/v1/blobs/:digest", async (request, reply) => {
    if (!/^0x[0-9a-f]{64}$/.test(request.params.digest))
      return reply.code(400).send({ error: "a digest is 0x and 64 digits" });
    const bytes = await store.blobs.get(asBytes32(request.params.digest));
    if (bytes === null) return reply.code(404).send({ error: "not here" });
    return reply.type("application/octet-stream").send(Buffer.from(bytes));
  });
}

function push(app: FastifyInstance, { accept }: ServerParts): void {
  app.post("/v1/attestations", async (request, reply) => {
    try {
      await accept(readSignature(request.body));
    } catch (error) {
      if (error instanceof PermanentError || error instanceof ZodError) {
        return reply.code(400).send({ error: "not a signature of a reporter" });
      }
      throw error;
    }
    return reply.code(204).send();
  });
}

function status(app: FastifyInstance, { store }: ServerParts): void {
  app.get<{ Params: { id: string } }>("/v1/requests/:id", async (request, reply) => {
    if (!DECIMAL.test(request.params.id)) return reply.code(400).send({ error: "an id is a whole number" });
    const found = await store.requests.byId(BigInt(request.params.id));
    if (found === null) return reply.code(404).send({ error: "not seen" });
    return reply.send(await describeRequest(store, found));
  });
}

/** A request and its reports, as operators and the demo see them. */
export async function describeRequest(store: Store, request: TrackedRequest): Promise<Record<string, unknown>> {
  const [reports, order] = [await store.reports.ofRequest(request.id), await store.orders.byId(request.id)];
  const open = reports.find(({ kind }) => kind === "update") ?? reports.find(({ kind }) => kind === "result");
  return {
    requestId: String(request.id),
    state: request.state === "EXECUTED" ? (open?.state ?? request.state) : request.state,
    ...(request.state === "EXECUTED" && request.note !== null
      ? { execution: JSON.parse(request.note) as unknown }
      : {}),
    ...(request.state === "DEAD" ? { reason: request.note } : {}),
    reports: reports.map(({ kind, state, key }) => ({ kind, state, key })),
    ...(order === null ? {} : { order: { state: order.state, hash: order.hash } }),
  };
}
