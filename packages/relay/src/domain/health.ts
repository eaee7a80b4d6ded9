/** How it stands with a chain: its node was not reached yet, rounds are played, or none are any more. */
export type ChainState = "waiting" | "running" | "stopped";

/** Whether the relay keeps up, for its health pages. */
export interface Health {
  /** Milliseconds of this machine's clock when a round last saw the chain; null before the first. */
  readonly lastRound: number | null;
  /** Requests that the contract counts and the node does not show. */
  readonly missingRequests: bigint;
  /** Blocks that the chain was ahead of the database in the last round. */
  readonly lag: bigint;
  /** What this relay alone does now among those that share its database. */
  readonly seats: readonly string[];
}
