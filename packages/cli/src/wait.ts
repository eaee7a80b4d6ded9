import { setTimeout as pause } from "node:timers/promises";
import { RequestOutcome } from "ainft-core";
import type { JsonRpcProvider } from "ethers";
import { asked } from "./chain.ts";
import { ChainUnavailable } from "./errors.ts";
import { booksOf } from "./oracle.ts";
import type { FoundRequest } from "./requests.ts";
import type { Settings } from "./settings.ts";

const LOCAL_PAUSE_MS = 200;
const PAUSE_MS = 3_000;
/** How much later than a deadline this machine's clock must be where no new block tells the time. */
const SLACK_SECONDS = 30;

/** How waiting for a result ended. */
export type Waited = "ended" | "deadline" | "patience";

/**
 * Waits until a request has its result, its deadline is over, or so many seconds have passed. Throws
 * {@link ChainUnavailable}, which says how to go on.
 */
export async function waitFor(
  provider: JsonRpcProvider,
  settings: Settings,
  { at, request }: FoundRequest,
  seconds: bigint | undefined,
): Promise<Waited> {
  const { requestId, deadline } = request;
  const started = performance.now();
  for (;;) {
    try {
      if ((await booksOf(provider, at).outcomeOf(requestId)) !== RequestOutcome.OPEN) return "ended";
      if ((await timeOf(provider)) > deadline) return "deadline";
    } catch (cause) {
      if (!(cause instanceof ChainUnavailable)) throw cause;
      throw new ChainUnavailable(`${cause.message} Go on by: ainft ask --request ${requestId}`, { cause });
    }
    const waited = Math.floor((performance.now() - started) / 1_000);
    if (seconds !== undefined && BigInt(waited) >= seconds) return "patience";
    settings.io.progress(`request ${requestId} waits for its answer, ${waited} s`);
    await pause(settings.isLocal ? LOCAL_PAUSE_MS : PAUSE_MS);
  }
}

/** Seconds since 1970, as the chain has them, or this machine where the chain stands still. */
async function timeOf(provider: JsonRpcProvider): Promise<bigint> {
  const block = await asked(undefined, async () => provider.getBlock("latest"));
  const here = BigInt(Math.floor(Date.now() / 1_000) - SLACK_SECONDS);
  const there = BigInt(block?.timestamp ?? 0);
  return there > here ? there : here;
}
