import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Bytes32 } from "ainft-core";
import { ChainUnavailable, InputRefused, UsageError } from "./errors.ts";
import { readBytes, writeWhole } from "./inputs.ts";
import { TIMEOUT_MS } from "./node.ts";
import type { Settings } from "./settings.ts";

/** Bytes of an answer, and where they are from: to be believed when they have the digest. */
export interface Blob {
  readonly bytes: Uint8Array;
  readonly from: string;
}

/** Where an answer's bytes may be looked for, beside the chain. */
export interface Sources {
  /** The file that was named. */
  readonly body: Blob | undefined;
  readonly relay: URL | undefined;
}

/** Reads `--body` and `--relay`, and looks for `--store`. Throws {@link UsageError} or {@link InputRefused}. */
export function sourcesIn(settings: Settings): Sources {
  const store = settings.text("store");
  if (store !== undefined && !isFolder(resolve(settings.io.cwd, store)))
    throw new InputRefused(`There is no folder ${store}.`);
  const named = settings.text("body");
  const body = named === undefined ? undefined : { bytes: readBytes(settings.io.cwd, named), from: named };
  return { body, relay: relayIn(settings) };
}

/**
 * What is said to be an answer's bytes: those in the content folder, or a relay's. `name` is the word that the chain has of
 * them, which their file is called by; a relay knows them by their digest alone. Throws {@link InputRefused} and
 * {@link ChainUnavailable}.
 */
export async function findBlob(
  settings: Settings,
  relay: URL | undefined,
  name: Bytes32,
  digest: Bytes32 | undefined,
  maxBytes: number,
): Promise<Blob | undefined> {
  const { cwd } = settings.io;
  const path = pathOf(settings, name);
  if (existsSync(resolve(cwd, path))) return { bytes: readBytes(cwd, path), from: path };
  if (relay === undefined || digest === undefined) return undefined;
  const bytes = await fetched(new URL(`v1/blobs/${digest}`, relay), maxBytes);
  return bytes === undefined ? undefined : { bytes, from: relay.origin };
}

/** Puts an answer's bytes, which were held against the chain, into the content folder. */
export function keepBlob(settings: Settings, name: Bytes32, { bytes, from }: Blob): void {
  const path = pathOf(settings, name);
  if (from !== path) writeWhole(settings.io.cwd, path, bytes);
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function pathOf({ store }: Settings, name: Bytes32): string {
  return join(store, name.slice(2));
}

function relayIn(settings: Settings): URL | undefined {
  const given = settings.text("relay");
  if (given === undefined) return undefined;
  if (!URL.canParse(given) || !/^https?:$/u.test(new URL(given).protocol) || new URL(given).username !== "")
    throw new UsageError("--relay must be an http: or https: address without a password in it.");
  return new URL(given.endsWith("/") ? given : `${given}/`);
}

/** Undefined when the relay has no such bytes. */
async function fetched(url: URL, maxBytes: number): Promise<Uint8Array | undefined> {
  try {
    const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.status === 404) return undefined;
    if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of response.body as AsyncIterable<Uint8Array>) {
      size += part.length;
      if (size > maxBytes) throw new Error(`more than ${maxBytes} bytes`);
      parts.push(part);
    }
    return Buffer.concat(parts);
  } catch (cause) {
    throw new ChainUnavailable(`The relay at ${url.origin} does not answer what it should. Check --relay.`, { cause });
  }
}
