import { sha256 } from "ethers";
import { asBytes32, type Bytes32 } from "../hex.ts";
import { canonicalJson } from "../json/canonical.ts";
import { cidFromDigest, uriFromDigest } from "./cid.ts";
import { ManifestDigestMismatch, ManifestNotCanonical, ManifestTooLarge } from "./errors.ts";
import type { Manifest } from "./types.ts";
import { MAX_MANIFEST_BYTES, parseManifest } from "./validate.ts";

/** The RFC 8785 bytes of a manifest that `parseManifest` or `validateManifest` returned: what is published. */
export function manifestBytes(manifest: Manifest): Uint8Array {
  return canonicalJson(manifest);
}

/** sha-256 of the manifest's RFC 8785 bytes: the model pointer on chain. */
export function manifestDigest(manifest: Manifest): Bytes32 {
  return sha256Digest(manifestBytes(manifest));
}

/** The manifest's CIDv1. */
export function manifestCid(manifest: Manifest): string {
  return cidFromDigest(manifestDigest(manifest));
}

/** The token URI that the contract writes for this manifest: `ipfs://` and the CID. */
export function manifestUri(manifest: Manifest): string {
  return uriFromDigest(manifestDigest(manifest));
}

/**
 * Reads bytes fetched for a digest. They must be the very bytes the digest names, in RFC 8785 form.
 * Throws {@link ManifestTooLarge}, {@link ManifestDigestMismatch}, {@link ManifestNotCanonical}, or what `parseManifest`
 * throws.
 */
export function openManifest(bytes: Uint8Array, digest: Bytes32): Manifest {
  if (bytes.length > MAX_MANIFEST_BYTES) throw new ManifestTooLarge(MAX_MANIFEST_BYTES);
  const expected = asBytes32(digest, "manifest digest");
  const actual = sha256Digest(bytes);
  if (actual !== expected) throw new ManifestDigestMismatch(expected, actual);
  const manifest = parseManifest(bytes);
  if (manifestDigest(manifest) !== expected) throw new ManifestNotCanonical();
  return manifest;
}

/** sha-256 of bytes. */
export function sha256Digest(bytes: Uint8Array): Bytes32 {
  return sha256(bytes) as Bytes32; // ethers answers 0x and 64 lower-case digits
}
