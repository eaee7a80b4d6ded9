import { getBytes, hexlify } from "ethers";
import { CID } from "multiformats/cid";
import { create as createMultihash } from "multiformats/hashes/digest";
import { PermanentError } from "../errors.ts";
import { asBytes32, type Bytes32 } from "../hex.ts";

const RAW_CODEC = 0x55;
const SHA2_256 = 0x12;
const DIGEST_BYTES = 32;
const URI_PREFIX = "ipfs://";

/** Why a CID does not name a manifest or a file pinned by sha-256. */
export type InvalidCidReason = "malformed" | "version" | "codec" | "hash" | "length" | "not canonical";

/** A CID is not the one text that names a sha-256 digest: CIDv1, raw, sha2-256, 32 bytes, lower-case base32. */
export class InvalidCid extends PermanentError {
  override readonly code = "INVALID_CID";
  readonly cid: string;
  readonly reason: InvalidCidReason;

  constructor(cid: string, reason: InvalidCidReason, options?: ErrorOptions) {
    const shown = JSON.stringify(cid.slice(0, 80));
    super(`${shown} must be a CIDv1 of raw bytes by sha2-256 in lower-case base32 (${reason}).`, options);
    this.cid = cid;
    this.reason = reason;
  }
}

/** The CIDv1 (raw, sha2-256, lower-case base32) of a sha-256 digest. Throws `InvalidHex`. */
export function cidFromDigest(digest: Bytes32): string {
  const multihash = createMultihash(SHA2_256, getBytes(asBytes32(digest, "digest")));
  return CID.createV1(RAW_CODEC, multihash).toString();
}

/** The sha-256 digest that a CID names. Throws {@link InvalidCid}, so that every digest has exactly one text. */
export function digestFromCid(text: string): Bytes32 {
  const cid = parseCid(text);
  if (cid.version !== 1) throw new InvalidCid(text, "version");
  if (cid.code !== RAW_CODEC) throw new InvalidCid(text, "codec");
  if (cid.multihash.code !== SHA2_256) throw new InvalidCid(text, "hash");
  if (cid.multihash.digest.length !== DIGEST_BYTES) throw new InvalidCid(text, "length");
  const digest = asBytes32(hexlify(cid.multihash.digest), "digest");
  if (cidFromDigest(digest) !== text) throw new InvalidCid(text, "not canonical");
  return digest;
}

/** `ipfs://` and the CID of a sha-256 digest: what `tokenURI` answers. Throws `InvalidHex`. */
export function uriFromDigest(digest: Bytes32): string {
  return URI_PREFIX + cidFromDigest(digest);
}

/** The sha-256 digest that an `ipfs://` URI names. Throws {@link InvalidCid}. */
export function digestFromUri(uri: string): Bytes32 {
  if (!uri.startsWith(URI_PREFIX)) throw new InvalidCid(uri, "malformed");
  return digestFromCid(uri.slice(URI_PREFIX.length));
}

function parseCid(text: string): CID {
  try {
    return CID.parse(text);
  } catch (cause) {
    throw new InvalidCid(text, "malformed", { cause });
  }
}
