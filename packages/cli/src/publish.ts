import { createReadStream, existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Manifest, manifestBytes, manifestDigest } from "ainft-core";
import { bodyOf } from "./bodies.ts";
import { InputRefused } from "./errors.ts";
import { patiently, type PeerBody, PeerRefused } from "./http.ts";
import type { Io } from "./io.ts";
import { isOf, type Published, type PublishingStore } from "./stores/store.ts";
import { sizeText } from "./text.ts";

/** What became of a body: it was sent, it was there already, or it is neither there nor here. */
export type PublishedState = "sent" | "there" | "left";

/** A body, and its bytes where they are here. */
export interface Publishable {
  readonly body: Published;
  readonly content: PeerBody | undefined;
}

/** The manifest's own canonical bytes. */
export function manifestBody(manifest: Manifest): Publishable & { readonly content: PeerBody } {
  const bytes = manifestBytes(manifest);
  const sha256 = manifestDigest(manifest).slice(2);
  const body = { name: manifest.name, sha256, size: bytes.length, placed: undefined };
  return { body, content: bodyOf(bytes) };
}

/**
 * The files that a manifest pins, with their bytes where they lie in a folder under their paths.
 * Throws {@link InputRefused} when one lies there with other bytes, before anything is published.
 */
export async function modelBodies(manifest: Manifest, cwd: string, folder: string): Promise<Publishable[]> {
  const bodies: Publishable[] = [];
  for (const [place, { path, sha256, size, uri }] of manifest.ainft.model.files.entries()) {
    const body = { name: path, sha256, size, placed: { uri, pointer: `/ainft/model/files/${place}/uri` } };
    const content = await fileContent(cwd, join(folder, path), body);
    bodies.push({ body, content });
  }
  return bodies;
}

/** Publishes a body, reads it back and checks its digest. Throws what the store throws, and {@link PeerRefused}. */
export async function publish(io: Io, store: PublishingStore, publishable: Publishable): Promise<PublishedState> {
  const { body, content } = publishable;
  const there = async (): Promise<boolean> => {
    const found = await store.open(body);
    return found !== null && isOf(counted(io, `checking ${body.name}`, found, body.size), body);
  };
  if (await patiently(io, there)) {
    await patiently(io, async () => store.keep(body));
    return "there";
  }
  if (content === undefined) return "left";
  await patiently(io, async () => store.put(body, told(io, `sending ${body.name}`, content)));
  if (await patiently(io, there)) return "sent";
  throw new PeerRefused(
    `${store.placeOf(body)} was taken, but gives back no bytes or others than those of ${body.name}: ` +
      "see whether it may be read, then publish again.",
  );
}

async function fileContent(cwd: string, path: string, body: Published): Promise<PeerBody | undefined> {
  const place = resolve(cwd, path);
  if (!existsSync(place)) return undefined;
  const found = statSync(place);
  if (!found.isFile()) throw new InputRefused(`${path} is not a file.`);
  const { size } = body;
  const isPinned = found.size === size && (await isOf(readable(path, place), body));
  if (!isPinned) throw new InputRefused(`${path} has other bytes than its manifest pins: nothing was published.`);
  return { size, stream: () => exactly(path, place, size) };
}

async function* readable(path: string, place: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* createReadStream(place) as AsyncIterable<Uint8Array>; // no encoding was asked for
  } catch (cause) {
    throw new InputRefused(`${path} can't be read.`, { cause });
  }
}

/** A file's bytes, if they still are as many as when it was looked at. */
async function* exactly(path: string, place: string, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  let read = 0;
  for await (const part of readable(path, place)) {
    read += part.length;
    if (read > size) break;
    yield part;
  }
  if (read !== size) throw new InputRefused(`${path} changed while it was read: publish again.`);
}

/** The same bytes, of which is told how far they are. */
export function told(io: Io, what: string, { size, stream }: PeerBody): PeerBody {
  return { size, stream: () => counted(io, what, stream(), size) };
}

/** Tells how far a long body is, whenever another hundredth of it went by. */
async function* counted(
  io: Io,
  what: string,
  parts: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const step = Math.max(size / 100, 1_048_576);
  let done = 0;
  let next = step;
  for await (const part of parts) {
    yield part;
    done += part.length;
    if (done < next) continue;
    io.progress(`${what}: ${sizeText(done)} of ${sizeText(size)}`);
    next = done + step;
  }
}
