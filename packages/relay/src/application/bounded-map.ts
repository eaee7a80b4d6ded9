/** Keys remembered at most, unless it is said. */
const MOST = 4_096;

/** A map that forgets what was set first when it is full: what is only remembered to save work must not grow for ever. */
export class BoundedMap<K, V> {
  readonly #most: number;
  readonly #values = new Map<K, V>();

  constructor(most = MOST) {
    this.#most = most;
  }

  get(key: K): V | undefined {
    return this.#values.get(key);
  }

  /** A key that is set again counts as new. */
  set(key: K, value: V): void {
    this.#values.delete(key);
    this.#values.set(key, value); // a map keeps the order in which things were set
    const [oldest] = this.#values.size > this.#most ? this.#values.keys() : [];
    if (oldest !== undefined) this.#values.delete(oldest);
  }

  delete(key: K): void {
    this.#values.delete(key);
  }
}
