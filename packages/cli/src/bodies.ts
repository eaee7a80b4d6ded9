import { createHash } from "node:crypto";
import type { PeerBody } from "./http.ts";

/** sha-256 of bytes as they stream in, in lower-case hexadecimal digits; undefined as soon as there are more than `most`. */
export async function sha256Of(
  bytes: AsyncIterable<Uint8Array>,
  most = Number.POSITIVE_INFINITY,
): Promise<string | undefined> {
  const hash = createHash("sha256");
  let read = 0;
  for await (const part of bytes) {
    read += part.length;
    if (read > most) return undefined;
    hash.update(part);
  }
  return hash.digest("hex");
}

/** Bytes that are here already, as a request carries them. */
export function bodyOf(bytes: Uint8Array): PeerBody {
  return {
    size: bytes.length,
    stream: async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      yield bytes;
    },
  };
}
