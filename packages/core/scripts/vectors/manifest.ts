import { type Manifest, manifestBytes, manifestCid, manifestDigest, manifestUri } from "../../src/index.ts";
import { account, addressOf } from "./people.ts";

/** The smallest manifest: no optional key, no model file. */
export const minimalManifest: Manifest = {
  name: "Echo",
  description: "Answers what it was asked.",
  ainft: {
    schema: "ainft-manifest/1",
    container: {
      image: `registry.example/echo@sha256:${"0".repeat(63)}1`,
      platform: "linux/amd64",
      protocol: "openai-chat/1",
      port: 8080,
      limits: { memoryMb: 64, cpus: 1, pids: 16, timeoutSeconds: 5, maxOutputBytes: 1024 },
      deterministic: false,
    },
    model: { format: "none", files: [] },
    io: { input: {}, output: {} },
    agreement: "designated",
    license: "MIT",
    contributors: [{ address: addressOf(account(0)), shareBps: 10_000 }],
  },
};

/** Every key in use, with text and numbers that careless canonical forms get wrong. */
export const fullManifest: Manifest = {
  name: "Pip 🐣 – the ﬁrst",
  description: 'Says "hello"\nto everybody: €, דּ, \u0001.',
  image: "ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
  external_url: "https://example.org/pip",
  attributes: [
    { trait_type: "Mood", value: "curious" },
    { trait_type: "Level", value: 1e21, display_type: "number", max_value: 1e22 },
    { trait_type: "Weight", value: 1e-7 },
    { value: true },
  ],
  ainft: {
    schema: "ainft-manifest/1",
    container: {
      image: `localhost:5000/ainft/persona-chat@sha256:${"9f".repeat(32)}`,
      platform: "linux/arm64",
      protocol: "plain-json/1",
      port: 65_535,
      limits: { memoryMb: 512, cpus: 0.5, pids: 64, timeoutSeconds: 30, maxOutputBytes: 65_536 },
      deterministic: true,
    },
    model: {
      format: "json",
      files: [
        { path: "weights.json", sha256: "ab".repeat(32), size: 0, uri: "https://example.org/weights.json" },
        {
          path: "vocab/words.v1.txt",
          sha256: "cd".repeat(32),
          size: Number.MAX_SAFE_INTEGER,
          uri: "oci://registry.example/words",
        },
      ],
    },
    io: {
      input: {
        type: "object",
        properties: { "\u20ac": { type: "string" }, "\ud83d\ude00": true, "\ufb33": false, "1": {} },
      },
      output: {
        type: "object",
        required: ["reply"],
        properties: { reply: { $ref: "#/$defs/reply" } },
        $defs: { reply: { type: "string", maxLength: 500 } },
      },
      state: { type: "object", additionalProperties: { type: "number" } },
    },
    agreement: "exact",
    parent: `0x${"12".repeat(32)}`,
    license: "Apache-2.0 OR MIT",
    contributors: [
      { address: addressOf(account(0)), shareBps: 3_333 },
      { address: addressOf(account(1)), shareBps: 6_667 },
    ],
  },
};

/** Known answers of the manifest's digest and names. */
export function manifestVectors(): object {
  return { manifests: [vector("minimal", minimalManifest), vector("full", fullManifest)] };
}

function vector(name: string, manifest: Manifest): object {
  return {
    name,
    manifest,
    jcs: new TextDecoder().decode(manifestBytes(manifest)),
    digest: manifestDigest(manifest),
    cid: manifestCid(manifest),
    uri: manifestUri(manifest),
  };
}
