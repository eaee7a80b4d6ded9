/** A body as it streams in, whole. Throws what `tooMuch` makes as soon as it is longer than allowed. */
export async function boundedBody(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  tooMuch: () => Error,
): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > maxBytes) throw tooMuch();
    parts.push(part);
  }
  return Buffer.concat(parts);
}
