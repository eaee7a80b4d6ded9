import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { manifestCid, manifestDigest, manifestUri } from "ainft-core";
import { InputRefused } from "../errors.ts";
import { readManifest } from "../inputs.ts";
import { type Outcome, outcome } from "../outcome.ts";
import { manifestBody, modelBodies, publish, type PublishedState } from "../publish.ts";
import type { Settings } from "../settings.ts";
import { chosenStore } from "../stores/choose.ts";

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

/** Publishes a manifest and the files that it pins, and checks that what is there has their digests. */
export async function publishManifest(
  settings: Settings,
  [file = "manifest.json"]: readonly string[],
): Promise<Outcome> {
  const { io } = settings;
  const manifest = readManifest(io.cwd, file);
  const { store, source } = chosenStore(settings);
  const folder = filesFolder(settings, file);
  const files: FileOutcome[] = [];
  // The manifest comes last: who finds it finds what it names.
  for (const publishable of await modelBodies(manifest, io.cwd, folder)) {
    const state = await publish(io, store, publishable);
    const { name, sha256 } = publishable.body;
    files.push({ path: name, sha256, state, place: store.placeOf(publishable.body) });
  }
  const last = manifestBody(manifest);
  const state = await publish(io, store, last);
  const path = store.placeOf(last.body);
  const names = { digest: manifestDigest(manifest), uri: manifestUri(manifest) };
  const lines = [
    ...files.map((one) => lineOf(one, folder)),
    `${state === "sent" ? "published" : "there already"} ${path}`,
    `digest ${names.digest}`,
    ...(source === undefined ? [] : [`uri    ${names.uri}`, `relays find it by ${JSON.stringify(source)}`]),
  ];
  return outcome(lines, { path, ...names, state, files, ...(source === undefined ? {} : { source }) });
}

interface FileOutcome {
  readonly path: string;
  readonly sha256: string;
  readonly state: PublishedState;
  readonly place: string;
}

function lineOf({ path, state, place }: FileOutcome, folder: string): string {
  switch (state) {
    case "sent":
      return `published ${place}, ${path}`;
    case "there":
      return `there already ${place}, ${path}`;
    case "left":
      return `NOT THERE ${place}, ${path}: it is not in ${folder} either`;
  }
}

/** Where the manifest's files lie: beside it, unless `--files` says where. */
function filesFolder(settings: Settings, file: string): string {
  const given = settings.text("files");
  if (given === undefined) return dirname(file);
  const place = resolve(settings.io.cwd, given);
  if (!existsSync(place) || !statSync(place).isDirectory()) throw new InputRefused(`--files ${given} is not a folder.`);
  return given;
}
