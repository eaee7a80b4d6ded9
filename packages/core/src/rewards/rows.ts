import { type Address, asAddress, asUint, type Bytes32 } from "../hex.ts";
import type { TrainingEvent } from "../training/events.ts";
import { ContradictingRewardEvents } from "./errors.ts";
import { Programme, type RewardRow } from "./types.ts";

/** A `StateUpdated` event of a collection, decoded. */
export interface StateUpdatedEvent {
  readonly collection: Address;
  readonly tokenId: bigint;
  readonly actor: Address;
  readonly sequence: bigint;
}

/** A result as the chain has it: a `ResultDelivered` or `RequestFailed` event with the keys that signed it. */
export interface DeliveredResult {
  readonly requestId: bigint;
  readonly requestHash: Bytes32;
  /** Reporters whose signatures stand in the attestation of the transaction. */
  readonly signers: readonly Address[];
}

/** What a relay says that it ran: who signs it also names the time. */
export interface RelayActivityRow {
  readonly requestId: bigint;
  readonly requestHash: Bytes32;
  readonly reporter: Address;
  /** How long the container ran (uint64). */
  readonly milliseconds: bigint;
}

/**
 * One row for every training record, to its contributor. An event that was fetched twice counts once; accounts that
 * the chain contradicts itself about are refused with {@link ContradictingRewardEvents}.
 */
export function trainingRows(events: readonly TrainingEvent[]): RewardRow[] {
  const places = new Places();
  for (const event of events) {
    const log = `training log of token ${event.tokenId} of ${event.collection}`;
    if (event.kind === "record") places.put(`${log}, index ${event.index}`, event.record.contributor);
    else {
      for (const offset of event.leaves.keys()) {
        places.put(`${log}, index ${event.firstIndex + BigInt(offset)}`, event.contributor);
      }
    }
  }
  return places.accounts().map((account) => ({ programme: Programme.TRAINING, account, units: 1n }));
}

/**
 * Rows for signed updates, to whoever caused them, up to a number for each actor and token: playing alone with one
 * token all day earns no more than that. Events that were fetched twice count once, and updates that nobody caused not
 * at all. Throws {@link ContradictingRewardEvents}.
 */
export function activityRows(events: readonly StateUpdatedEvent[], mostForActorAndToken: bigint): RewardRow[] {
  const most = asUint(mostForActorAndToken, 64, "mostForActorAndToken");
  const places = new Places();
  const updates = events.filter((event) => {
    const token = `${event.collection} ${event.tokenId}`;
    return places.put(`update ${event.sequence} of ${token}`, event.actor) && BigInt(event.actor) !== 0n;
  });
  const counts = new Map<string, { account: Address; units: bigint }>();
  for (const { collection, tokenId, actor } of updates) {
    const key = `${collection} ${tokenId} ${actor}`;
    const count = counts.get(key) ?? { account: actor, units: 0n };
    if (count.units < most) counts.set(key, { ...count, units: count.units + 1n });
  }
  return [...counts.values()].map((count) => ({ programme: Programme.ACTIVITY, ...count }));
}

/** How GPU time is counted. */
export interface GpuTimeRules {
  /** The provider of each reporter key at the snapshot, as the registry has it; keys of nobody earn nothing. */
  readonly providerOfKey: ReadonlyMap<Address, Address>;
  /** Most that one run counts, in milliseconds, whatever the relay says (uint64). */
  readonly mostMilliseconds: bigint;
}

/**
 * Rows for time that containers ran, to the providers of the reporters. A run counts only when the chain has the result
 * of that very request under the reporter's own signature, and once. Throws {@link ContradictingRewardEvents} when a
 * relay names two times for one run.
 */
export function gpuTimeRows(
  runs: readonly RelayActivityRow[],
  results: readonly DeliveredResult[],
  { providerOfKey, mostMilliseconds }: GpuTimeRules,
): RewardRow[] {
  const most = asUint(mostMilliseconds, 64, "mostMilliseconds");
  const signed = new Set(
    results.flatMap(({ requestId, requestHash, signers }) =>
      signers.map((signer) => `${requestId} ${requestHash} ${asAddress(signer, "signer")}`),
    ),
  );
  const seen = new Map<string, bigint>();
  return runs.flatMap(({ requestId, requestHash, reporter, milliseconds }): RewardRow[] => {
    const key = asAddress(reporter, "reporter");
    const place = `${requestId} ${requestHash} ${key}`;
    const before = seen.get(place);
    if (before !== undefined && before !== milliseconds) throw new ContradictingRewardEvents(`the run ${place}`);
    seen.set(place, asUint(milliseconds, 64, "milliseconds"));
    const account = providerOfKey.get(key);
    if (before !== undefined || account === undefined || !signed.has(place)) return [];
    return [{ programme: Programme.GPU_TIME, account, units: milliseconds < most ? milliseconds : most }];
  });
}

/** Which account stands at each place of the chain. */
class Places {
  readonly #accounts = new Map<string, Address>();

  /** Whether the place is new. */
  put(place: string, account: Address): boolean {
    const before = this.#accounts.get(place);
    if (before !== undefined && before !== account) throw new ContradictingRewardEvents(place);
    this.#accounts.set(place, account);
    return before === undefined;
  }

  accounts(): Address[] {
    return [...this.#accounts.values()];
  }
}
