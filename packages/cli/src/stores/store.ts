import { sha256Of } from "../bodies.ts";
import type { PeerBody } from "../http.ts";

/** One body that is published: a manifest, or a file that it pins. */
export interface Published {
  /** What people call it: its path in the manifest. */
  readonly name: string;
  /** sha-256 in lower-case hexadecimal digits. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
  /** Where its manifest says that it is, and where it says so; undefined for the manifest itself. */
  readonly placed: { readonly uri: string; readonly pointer: string } | undefined;
}

/** Where bodies are published. It is believed nothing: what it has is hashed by who asks. */
export interface PublishingStore {
  /** Where a body stands there, for people and programs. */
  placeOf(body: Published): string;
  /** The bytes as they stream in; null when it has not got them. */
  open(body: Published): Promise<AsyncIterable<Uint8Array> | null>;
  /** Takes the bytes, over others that may stand there. */
  put(body: Published, content: PeerBody): Promise<void>;
  /** Makes sure that what is there stays there. */
  keep(body: Published): Promise<void>;
}

/** Whether bytes are those of a body. No more of them are read than it has. */
export async function isOf(bytes: AsyncIterable<Uint8Array>, { sha256, size }: Published): Promise<boolean> {
  return (await sha256Of(bytes, size)) === sha256;
}
