import type { Manifest } from "ainft-core";
import { InputRefused, UsageError } from "../errors.ts";
import { patiently, PeerRefused } from "../http.ts";
import { readManifest } from "../inputs.ts";
import type { Io } from "../io.ts";
import { type Outcome, outcome } from "../outcome.ts";
import { told } from "../publish.ts";
import { RegistryClient } from "../registry/client.ts";
import { credentialsFor } from "../registry/credentials.ts";
import { type ImageBlob, type ImageManifest, type LocalImage, openImage } from "../registry/image.ts";
import { nameOf, type Repository, repositoryOf } from "../registry/reference.ts";
import type { Settings } from "../settings.ts";

const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/u;

/** What became of a part of an image. */
interface Part {
  readonly digest: string;
  readonly state: "sent" | "there";
}

/** Pushes an image to a registry, and checks that it is kept under the digest that a manifest pins. */
export async function pushImage(settings: Settings, [given = ""]: readonly string[]): Promise<Outcome> {
  const { io } = settings;
  const file = settings.text("manifest");
  const pinned = file === undefined ? undefined : pinnedIn(readManifest(io.cwd, file));
  const repository = repositoryOf(settings.text("to") ?? pinned?.name ?? missingPlace(), "--to");
  const tag = settings.text("tag");
  if (tag !== undefined && !TAG.test(tag)) throw new UsageError("--tag must be a tag, such as latest or 1.2.");
  const image = await openImage(io.cwd, given, pinned?.digest);
  try {
    if (pinned !== undefined && image.digest !== pinned.digest)
      throw new InputRefused(`${given} is ${image.digest}, not ${pinned.digest}, which ${file ?? ""} pins.`);
    const parts = await push(io, new RegistryClient(repository, credentialsFor(io, repository)), image, tag);
    return pushed(repository, image.digest, parts, pinned);
  } finally {
    await image.close();
  }
}

interface Pinned {
  readonly name: string;
  readonly digest: string;
}

function pinnedIn(manifest: Manifest): Pinned {
  const [name = "", digest = ""] = manifest.ainft.container.image.split("@");
  return { name, digest };
}

function missingPlace(): never {
  throw new UsageError("--to is missing: host/name of a repository. Or give --manifest, which names one.");
}

/** Sends what the registry has not got: blobs, then the manifests that name them. */
async function push(io: Io, client: RegistryClient, image: LocalImage, tag: string | undefined): Promise<Part[]> {
  const parts: Part[] = [];
  for (const manifest of image.manifests) {
    for (const blob of manifest.blobs) {
      if (!parts.some(({ digest }) => digest === blob.digest)) parts.push(await pushBlob(io, client, blob));
    }
    parts.push(await pushManifest(io, client, manifest));
  }
  const last = image.manifests.at(-1);
  if (tag !== undefined && last !== undefined)
    await patiently(io, async () => client.putManifest(tag, last, last.content));
  return parts;
}

async function pushBlob(io: Io, client: RegistryClient, blob: ImageBlob): Promise<Part> {
  const { digest, content } = blob;
  if (await patiently(io, async () => client.hasBlob(digest))) return { digest, state: "there" };
  if (!(await blob.isWhole()))
    throw new InputRefused(`The image's file of ${digest} has other bytes: save the image again.`);
  await patiently(io, async () => client.putBlob(digest, told(io, `sending ${digest.slice(0, 19)}`, content)));
  return { digest, state: "sent" };
}

async function pushManifest(io: Io, client: RegistryClient, manifest: ImageManifest): Promise<Part> {
  const { digest, content } = manifest;
  if (await patiently(io, async () => client.hasManifest(manifest))) return { digest, state: "there" };
  await patiently(io, async () => client.putManifest(digest, manifest, content));
  if (await patiently(io, async () => client.hasManifest(manifest))) return { digest, state: "sent" };
  throw new PeerRefused(`The registry took ${digest}, but gives back no image or another one: nobody may use it.`);
}

function pushed(repository: Repository, digest: string, parts: readonly Part[], pinned: Pinned | undefined): Outcome {
  const image = `${nameOf(repository)}@${digest}`;
  const next = {
    unknown: `next: set /ainft/container/image of the manifest to it`,
    same: "as the manifest pins it",
    elsewhere: `the manifest names it at ${pinned?.name ?? ""}: relays need a mirror, or push it there`,
  };
  const how = pinned === undefined ? "unknown" : pinned.name === nameOf(repository) ? "same" : "elsewhere";
  const sent = parts.filter(({ state }) => state === "sent").length;
  const lines = [`${sent} of ${parts.length} parts were sent, the others were there`, `pushed ${image}`, next[how]];
  return outcome(lines, { image, digest, parts, pinned: pinned !== undefined });
}
