/** Moves rows part by part until none is left: all in one round, but never all in memory. */
export async function inParts<T>(move: () => Promise<readonly T[]>, each: (moved: T) => void): Promise<void> {
  for (;;) {
    const part = await move();
    if (part.length === 0) return;
    part.forEach(each);
  }
}
