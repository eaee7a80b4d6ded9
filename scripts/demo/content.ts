import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  type Address,
  type Bytes32,
  cidFromDigest,
  type JsonObject,
  type Manifest,
  manifestBytes,
  manifestDigest,
  parseManifest,
} from "ainft-core";

const PERSONA = resolve(__dirname, "../../containers/persona-chat");
const MODEL_FILES = ["persona.bin", "persona.json"] as const;

/** Host of the demo's image names. Relays are told where to find it. */
export const IMAGE_HOST = "ainft.local";
/** Name of the persona's image, without digest. */
export const PERSONA_IMAGE = `${IMAGE_HOST}/persona-chat`;

/** A manifest that stands in the content store. */
export interface StoredManifest {
  readonly manifest: Manifest;
  readonly digest: Bytes32;
  readonly cid: string;
}

/**
 * Puts the persona's weights and its manifest into a content store, where a file's name is its CID (manifests) or its
 * sha-256 (model files). The manifest pins the image by digest and every weight by sha-256.
 */
export function storePersona(
  contentDir: string,
  imageDigest: string,
  platform: string,
  creator: string,
): StoredManifest {
  mkdirSync(contentDir, { recursive: true });
  const files = MODEL_FILES.map((path) => {
    const source = join(PERSONA, "weights", path);
    const bytes = readFileSync(source);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    copyFileSync(source, join(contentDir, sha256));
    return { path, sha256, size: bytes.length, uri: `ipfs://${cidFromDigest(`0x${sha256}`)}` };
  });
  const description: unknown = personaManifest(`${PERSONA_IMAGE}@${imageDigest}`, platform, files, creator);
  const manifest = parseManifest(new TextEncoder().encode(JSON.stringify(description)));
  const digest = manifestDigest(manifest);
  const cid = cidFromDigest(digest);
  writeFileSync(join(contentDir, cid), manifestBytes(manifest));
  return { manifest, digest, cid };
}

function personaManifest(image: string, platform: string, files: readonly object[], creator: string): object {
  return {
    name: "Persona",
    description: "A small persona whose answers come from learned weights, and who remembers what you last spoke of.",
    attributes: [{ trait_type: "Temper", value: "warm" }],
    ainft: {
      schema: "ainft-manifest/1",
      container: {
        image,
        platform,
        protocol: "plain-json/1",
        port: 8080,
        limits: { memoryMb: 256, cpus: 1, pids: 64, timeoutSeconds: 30, maxOutputBytes: 4_096 },
        deterministic: true,
      },
      model: { format: "persona-chat", files },
      io: { input: schema("input"), output: schema("output"), state: schema("state") },
      agreement: "exact",
      license: "MIT",
      contributors: [{ address: creator as Address, shareBps: 10_000 }],
    },
  };
}

function schema(name: string): JsonObject {
  return JSON.parse(readFileSync(join(PERSONA, "schema", `${name}.schema.json`), "utf8")) as JsonObject;
}
