/** A transaction that does nothing but use up a nonce which nothing else will use. */
export type NoopKey = `noop:${string}:${bigint}`;

const NOOP = "noop:";
/** What a transfer of nothing costs. */
export const NOOP_GAS = 21_000n;

export function noopKey(sender: string, nonce: bigint): NoopKey {
  return `${NOOP}${sender}:${nonce}`;
}

/** Whether a key names a transaction that is for nothing. */
export function isNoopKey(key: string): key is NoopKey {
  return key.startsWith(NOOP);
}
