import { asHex } from "ainft-core";
import { RpcActivityChain } from "../adapters/chain/activity-chain.ts";
import { oracleInterface } from "../adapters/chain/decode.ts";
import type { ActivityPagesParts } from "../adapters/http/activity.ts";
import { HttpActivityPeer } from "../adapters/http/activity-peer.ts";
import { RateLimit } from "../adapters/http/rate-limit.ts";
import { Activity } from "../application/activity.ts";
import { ActivityIntake } from "../application/activity-intake.ts";
import { ActivityRunner } from "../application/activity-runner.ts";
import type { Context } from "../application/context.ts";
import type { Dispatcher } from "../application/dispatcher.ts";
import type { RelayConfig } from "../config/schema.ts";
import type { BodyStore, ContentStore, Peer, Runner } from "../ports/system.ts";
import type { ChainSide } from "./adapters.ts";

/** What activity shares with the rest of the relay. */
export interface ActivitySide {
  readonly content: ContentStore & BodyStore;
  readonly runner: Runner;
  readonly peers: readonly Peer[];
  /** Null when the transmitter is disabled. */
  readonly dispatcher: Dispatcher | null;
}

/** The intake of activity, and its pages. Null when it is disabled, or there is no key to sign with. */
export function makeActivity(
  config: RelayConfig,
  context: Context,
  chain: ChainSide,
  { content, runner, peers, dispatcher }: ActivitySide,
): { readonly activity: Activity; readonly pages: ActivityPagesParts } | null {
  const { enabled, maxBatch, maxPending, eventsPerMinute, burst } = config.activity;
  const { signer, domain } = chain;
  if (!enabled || signer === null) return null;
  const activityChain = new RpcActivityChain(chain.rpc);
  const intake = new ActivityIntake(context, { chain: activityChain, domain, maxPending });
  const { limits } = config;
  const activity = new Activity(context, {
    chain: activityChain,
    intake,
    runner: new ActivityRunner(context, { content, bodies: content, runner, peers, limits, intake }),
    peers: config.peers.map((url) => new HttpActivityPeer(url, config.chain.id)),
    signer,
    domain,
    startBlock: config.chain.startBlock,
    maxBatch,
    sending: dispatcher === null ? null : { dispatcher, oracle: domain.oracle, encode: encodeUpdates },
  });
  const pages: ActivityPagesParts = {
    store: context.store,
    grant: async (grant) => intake.grant(grant),
    event: async (event) => intake.event(event),
    accept: async (proposal) => activity.accept(proposal),
    events: new RateLimit(context.clock, eventsPerMinute, burst),
    posts: new RateLimit(context.clock, 4 * eventsPerMinute, 4 * burst),
  };
  return { activity, pages };
}

function encodeUpdates(updates: readonly object[], attestation: string): `0x${string}` {
  return asHex(oracleInterface.encodeFunctionData("submitUpdates", [attestation, updates]));
}
