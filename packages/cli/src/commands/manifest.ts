import { manifestCid, manifestDigest, manifestUri } from "ainft-core";
import { readManifest } from "../inputs.ts";
import { type Outcome, outcome } from "../outcome.ts";
import type { Settings } from "../settings.ts";
import { ContentStore } from "../store.ts";

/** Says whether a manifest is one, and which program it names. */
export async function checkManifest(settings: Settings, [file = "manifest.json"]: readonly string[]): Promise<Outcome> {
  const manifest = readManifest(settings.io.cwd, file);
  const digest = manifestDigest(manifest);
  return outcome([`ok: ${manifest.name}`, `digest ${digest}`], { valid: true, name: manifest.name, digest });
}

/** The three names of a manifest. */
export async function digestManifest(
  settings: Settings,
  [file = "manifest.json"]: readonly string[],
): Promise<Outcome> {
  const manifest = readManifest(settings.io.cwd, file);
  const names = { digest: manifestDigest(manifest), cid: manifestCid(manifest), uri: manifestUri(manifest) };
  return outcome([`digest ${names.digest}`, `cid    ${names.cid}`, `uri    ${names.uri}`], names);
}

/** Puts the canonical bytes into the content folder. */
export async function publishManifest(
  settings: Settings,
  [file = "manifest.json"]: readonly string[],
): Promise<Outcome> {
  const manifest = readManifest(settings.io.cwd, file);
  const path = new ContentStore(settings.io.cwd, settings.store).put(manifest);
  const digest = manifestDigest(manifest);
  return outcome([`published ${path}`, `digest ${digest}`], { path, digest, uri: manifestUri(manifest) });
}
