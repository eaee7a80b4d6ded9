import { Nonces } from "../application/nonces.ts";
import { StartRefused } from "../config/errors.ts";
import type { RelayConfig } from "../config/schema.ts";
import { INGEST_SEAT, laneSeat } from "../domain/seats.ts";
import type { Logger } from "../ports/system.ts";
import { systemClock } from "../adapters/system-clock.ts";
import { type ChainSide, openChain } from "./adapters.ts";
import { capsOf } from "./chain.ts";
import { Closers } from "./closers.ts";
import { openStorageBeside, type StoreSide } from "./store.ts";

/** A command cannot be carried out: the message says why. */
export class CommandRefused extends StartRefused {
  override readonly code = "COMMAND_REFUSED";
}

/** What an operator's command works with. */
interface Bench extends StoreSide {
  readonly chain: ChainSide;
  readonly config: RelayConfig;
  readonly log: Logger;
}

/** Forgets the blocks from one on, so that they are read again. Answers the block from which the next round reads. */
export async function replay(config: RelayConfig, from: bigint, log: Logger): Promise<bigint> {
  return withStore(config, log, async ({ store, seats, chain: { reader } }) => {
    if (!(await seats.hold(INGEST_SEAT))) throw new CommandRefused("Another relay reads the chain now. Stop it first.");
    const tip = await store.chain.tip();
    if (tip === null || from > tip.number) throw new CommandRefused(`Block ${from} was not read yet.`);
    // What may still vanish is forgotten as a rewrite forgets it: nothing of it was acted on. So is everything from `from`
    // on when the node has another block than the newest final one: see `FinalBlockRewritten`.
    const final = tip.number - BigInt(config.chain.confirmations) + 1n;
    const known = final < from ? null : await store.chain.blockAt(final);
    const rewritten = known !== null && (await reader.blockByNumber(final))?.hash !== known.hash;
    const kept = (rewritten ? from : final) - 1n;
    await store.chain.rollBack(kept < 0n ? 0n : kept);
    if (from === 0n) {
      await store.chain.rewind(null);
      return config.chain.startBlock;
    }
    const before = await reader.blockByNumber(from - 1n);
    if (before === null) throw new CommandRefused(`The node has not got block ${from - 1n}.`);
    await store.chain.rewind(before);
    return from;
  });
}

/** Lets a request run again that was given up, or at once one that waits for its next try. */
export async function retry(config: RelayConfig, id: bigint, log: Logger): Promise<void> {
  await withStore(config, log, async ({ store }) => {
    if (await store.requests.retry(id)) return;
    const request = await store.requests.byId(id);
    const state = request === null ? "not known here" : `${request.state}${request.settled ? ", and over" : ""}`;
    throw new CommandRefused(`Request ${id} is ${state}: only one that is DEAD, or that waits, can be tried again.`);
  });
}

/** An account's nonces, as the chain and the database have them. */
export interface NonceReport {
  readonly sender: string;
  /** The next nonce of the account, by the chain. */
  readonly next: string;
  /** The highest that we have given; null before the first. */
  readonly highest: string | null;
  readonly unfinished: readonly { readonly nonce: string; readonly key: string; readonly state: string }[];
  readonly holes: readonly string[];
  /** Holes for which a transaction was kept now; the relay sends it. */
  readonly filled: readonly string[];
}

/** Shows the nonces of the account that pays; with `fill`, uses up those that nothing has. */
export async function nonces(config: RelayConfig, fill: boolean, log: Logger): Promise<NonceReport> {
  return withStore(config, log, async ({ store, seats, chain: { sender, writer } }) => {
    if (sender === null) throw new CommandRefused("The transmitter is disabled: there is no account that pays.");
    const { address } = sender;
    const context = { store, clock: systemClock, log };
    const lane = new Nonces(context, { writer, signer: sender, caps: capsOf(config.transmitter) });
    const holes = await lane.holes();
    const filled: bigint[] = [];
    if (fill && holes.length > 0 && !(await seats.hold(laneSeat(address)))) {
      throw new CommandRefused("Another relay sends for this account now, and fills holes itself. Stop it first.");
    }
    for (const nonce of fill ? holes : []) if (await lane.fill(nonce)) filled.push(nonce);
    const unfinished = await store.transactions.unfinished(address);
    return {
      sender: address,
      next: String(await writer.nonceOf(address)),
      highest: (await store.transactions.highestNonce(address))?.toString() ?? null,
      unfinished: unfinished.map(({ nonce, key, state }) => ({ nonce: String(nonce), key, state })),
      holes: holes.map(String),
      filled: filled.map(String),
    };
  });
}

/** Opens chain and database as `run` does, and closes them. The embedded database is only free while no relay runs. */
async function withStore<T>(config: RelayConfig, log: Logger, work: (bench: Bench) => Promise<T>): Promise<T> {
  const closers = new Closers();
  try {
    const chain = await openChain(config, log, closers);
    const storage = await openStorageBeside(config, closers);
    return await work({ ...(await storage.of(config, chain, closers)), chain, config, log });
  } finally {
    await closers.closeAll();
  }
}
