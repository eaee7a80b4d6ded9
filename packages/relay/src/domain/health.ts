/** Whether the relay keeps up, for its health pages. */
export interface Health {
  /** Milliseconds of this machine's clock when a round last read the whole chain; null before the first. */
  readonly lastRound: number | null;
  /** Requests that the contract counts and the node does not show. */
  readonly missingRequests: bigint;
}
