import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Blob, type LayerEntry, writeLayer } from "./layer";

const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
const CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
const LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";
/** Every image says that it was made at the epoch, so that making it again gives the same digest. */
const CREATED = "1970-01-01T00:00:00Z";

/** How the image starts. */
export interface ImageConfig {
  readonly architecture: "amd64" | "arm64";
  readonly user: string;
  readonly workingDir: string;
  readonly entrypoint: readonly string[];
  /** `NAME=value`; anybody who has the image can read them, so never a secret. */
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** An image in an OCI layout folder. */
export interface PackedImage {
  /** Digest of the image manifest: what `name@sha256:…` pins. */
  readonly digest: string;
  /** Size of the image manifest in bytes. */
  readonly size: number;
  readonly layoutDir: string;
  readonly layers: readonly Blob[];
}

/** Packs layers into an OCI image layout. The digest is a function of the layers and the config alone. */
export async function packImage(
  layoutDir: string,
  layers: readonly (readonly LayerEntry[])[],
  config: ImageConfig,
): Promise<PackedImage> {
  const blobDir = join(layoutDir, "blobs", "sha256");
  mkdirSync(blobDir, { recursive: true });
  const blobs: Blob[] = [];
  for (const entries of layers) blobs.push(await writeLayer(blobDir, entries));
  const configBlob = writeJson(blobDir, imageConfig(config, blobs));
  const manifest = writeJson(blobDir, {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: { mediaType: CONFIG_TYPE, ...configBlob },
    layers: blobs.map((blob) => ({ mediaType: LAYER_TYPE, ...blob })),
  });
  writeFileSync(join(layoutDir, "oci-layout"), `${JSON.stringify({ imageLayoutVersion: "1.0.0" })}\n`);
  const index = { schemaVersion: 2, manifests: [{ mediaType: MANIFEST_TYPE, ...manifest }] };
  writeFileSync(join(layoutDir, "index.json"), `${JSON.stringify(index)}\n`);
  return { ...manifest, layoutDir, layers: blobs };
}

function imageConfig(config: ImageConfig, layers: readonly Blob[]): object {
  return {
    created: CREATED,
    architecture: config.architecture,
    os: "linux",
    config: {
      User: config.user,
      WorkingDir: config.workingDir,
      Entrypoint: config.entrypoint,
      Env: config.env,
      Labels: config.labels,
    },
    rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) },
    history: layers.map(() => ({ created: CREATED })),
  };
}

function writeJson(blobDir: string, value: object): Blob {
  const bytes = Buffer.from(JSON.stringify(value));
  const hex = createHash("sha256").update(bytes).digest("hex");
  writeFileSync(join(blobDir, hex), bytes);
  return { digest: `sha256:${hex}`, size: bytes.length };
}
