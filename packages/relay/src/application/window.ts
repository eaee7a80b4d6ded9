/** Walks over rows too many for one round, some at a time, and from the start again behind the last. */
export class Window {
  readonly #size: number;
  #behind = 0n;

  constructor(size: number) {
    this.#size = size;
  }

  /** `read` answers rows above an id, ordered by it; `idOf` is the id of one. */
  async next<T>(
    read: (after: bigint, limit: number) => Promise<readonly T[]>,
    idOf: (row: T) => bigint,
  ): Promise<readonly T[]> {
    const rows = await read(this.#behind, this.#size);
    const last = rows.at(-1);
    this.#behind = last === undefined || rows.length < this.#size ? 0n : idOf(last);
    return rows;
  }
}
