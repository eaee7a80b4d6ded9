import { asBytes32, PermanentError } from "ainft-core";
import fastify, { type FastifyInstance } from "fastify";
import { ZodError } from "zod";
import { StartRefused } from "../../config/errors.ts";
import type { Store, TrackedRequest } from "../../ports/store.ts";
import type { Clock } from "../../ports/system.ts";
import { activityPages } from "./activity.ts";
import { healthPages } from "./health.ts";
import { proofPages } from "./proofs.ts";
import { ChainNotServed, type ServedChain, ServedChains } from "./served-chains.ts";
import { PAGE_SIZE, readSignature, writePage } from "./wire.ts";

const BODY_LIMIT = 16_384;
const TIMEOUT_MS = 10_000;
const DECIMAL = /^(0|[1-9]\d{0,18})$/;

/** What the server shows. */
export interface ServerParts {
  readonly clock: Clock;
  readonly chains: readonly ServedChain[];
}

/** The address is taken, or not this machine's. */
export class HttpAddressUnusable extends StartRefused {
  override readonly code = "HTTP_ADDRESS_UNUSABLE";

  constructor(host: string, port: number, options?: ErrorOptions) {
    super(`Nothing can listen on ${host}:${port}. Choose another http.port, or stop what uses it.`, options);
  }
}

/** Serves health, this reporter's signatures and bytes by digest. It reads only. Throws {@link HttpAddressUnusable}. */
export async function serve(
  { clock, chains: served }: ServerParts,
  host: string,
  port: number,
): Promise<{ close(): Promise<void> }> {
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: TIMEOUT_MS,
    connectionTimeout: TIMEOUT_MS,
    logger: false,
  });
  app.setErrorHandler(async (error, _request, reply) =>
    error instanceof ChainNotServed ? reply.code(error.statusCode).send({ error: error.message }) : reply.send(error),
  );
  const chains = new ServedChains(served);
  healthPages(app, chains, clock);
  exchange(app, chains);
  push(app, chains);
  status(app, chains);
  proofPages(app, chains);
  await activityPages(app, chains);
  try {
    await app.listen({ host, port });
  } catch (cause) {
    throw new HttpAddressUnusable(host, port, { cause });
  }
  return { close: async () => app.close() };
}

function exchange(app: FastifyInstance, chains: ServedChains): void {
  app.get<{ Querystring: { since?: string } }>("/v1/attestations", async (request, reply) => {
    const { store } = chains.of(request);
    const since = request.query.since ?? "0";
    if (!DECIMAL.test(since)) return reply.code(400).send({ error: "since must be a whole number" });
    const records = await store.reports.ownSignatures(BigInt(since), PAGE_SIZE);
    return reply.send(writePage(await store.peers.instance(), BigInt(since), records));
  });
  app.get<{ Params: { digest: string } }>("/v1/blobs/:digest", async (request, reply) => {
    const { store } = chains.of(request);
    if (!/^0x[0-9a-f]{64}$/.test(request.params.digest))
      return reply.code(400).send({ error: "a digest is 0x and 64 digits" });
    const bytes = await store.blobs.get(asBytes32(request.params.digest));
    if (bytes === null) return reply.code(404).send({ error: "not here" });
    return reply.type("application/octet-stream").send(Buffer.from(bytes));
  });
}

function push(app: FastifyInstance, chains: ServedChains): void {
  app.post("/v1/attestations", async (request, reply) => {
    const { accept } = chains.of(request);
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

function status(app: FastifyInstance, chains: ServedChains): void {
  app.get<{ Params: { id: string } }>("/v1/requests/:id", async (request, reply) => {
    const { store } = chains.of(request);
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
