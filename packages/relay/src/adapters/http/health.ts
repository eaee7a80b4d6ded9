import type { FastifyInstance } from "fastify";
import type { Clock } from "../../ports/system.ts";
import type { ServedChain, ServedChains } from "./served-chains.ts";

/** Blocks that the database may be behind: whoever reads the chain may just be taking over. */
const MOST_LAG = 32n;

/** How it stands with a chain, for operators and for whatever starts and stops processes. */
interface Standing extends Record<string, unknown> {
  readonly ready: boolean;
}

/**
 * Says whether the process lives, and whether its chains are kept up with. Asked about none of several it is ready while
 * one of them is: a chain that fails must not take the others' relay out of service.
 */
export function healthPages(app: FastifyInstance, chains: ServedChains, clock: Clock): void {
  app.get("/live", async () => Promise.resolve({ live: true }));
  app.get("/ready", async (request, reply) => {
    const named = chains.named(request);
    const standing = named === null ? await ofAll(chains.all, clock) : await standingOf(named, clock);
    return reply.code(standing.ready ? 200 : 503).send(standing);
  });
}

async function ofAll(all: readonly ServedChain[], clock: Clock): Promise<Standing> {
  const standings = await Promise.all(
    all.map(async (chain) => [String(chain.id), await standingOf(chain, clock)] as const),
  );
  return { ready: standings.some(([, { ready }]) => ready), chains: Object.fromEntries(standings) };
}

async function standingOf({ state, parts }: ServedChain, clock: Clock): Promise<Standing> {
  if (parts === null) return { ready: false, state };
  const { store, health, staleAfterMs } = parts;
  const { lastRound, missingRequests, lag, seats } = health();
  const fresh = lastRound !== null && clock.now() - lastRound < staleAfterMs;
  const ready = state === "running" && fresh && missingRequests === 0n && lag <= MOST_LAG;
  const [requests, reports] = [await store.requests.counts(), await store.reports.counts()];
  return { ready, state, missingRequests: String(missingRequests), lag: String(lag), seats, requests, reports };
}
