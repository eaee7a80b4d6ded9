import { toUtf8Bytes } from "ethers";
import type { Bytes32 } from "../hex.ts";
import { cidFromDigest } from "../manifest/cid.ts";

/** Longest body that a node keeps as one block: those of IPFS exchange no longer ones. */
export const MAX_KUBO_BLOCK_BYTES = 1_048_576;

const IPFS = "ipfs://";

/** Where the RPC of a Kubo node is. */
export interface KuboNode {
  readonly url: string;
  /** Value of the `Authorization` header; undefined for none. */
  readonly authorization: string | undefined;
}

/** Bytes by digest, and where their manifest says that they are. */
export interface KuboContent {
  /** sha-256 in lower-case hexadecimal digits. */
  readonly sha256: string;
  /** Undefined for manifests and bodies. */
  readonly uri?: string | undefined;
}

/** One call of the RPC; every one is a POST. */
export interface KuboCall {
  readonly url: string;
  readonly headers: Record<string, string>;
}

/** A form whose one field is a file: what comes before its bytes, and what after them. */
export interface KuboForm {
  readonly contentType: string;
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
}

/** How a node is told to do something. */
export function kuboCall(node: KuboNode, command: string, query: Readonly<Record<string, string>>): KuboCall {
  const { url, authorization } = node;
  return {
    url: `${url.replace(/\/+$/u, "")}/api/v0/${command}?${new URLSearchParams(query).toString()}`,
    headers: authorization === undefined ? {} : { authorization },
  };
}

/** What a node finds the bytes by: their place where a manifest has them under `ipfs://`, else the CID of one raw block. */
export function kuboPath({ sha256, uri }: KuboContent): string {
  return uri?.startsWith(IPFS) === true ? uri.slice(IPFS.length) : rawCid(sha256);
}

/** How one raw block is kept, whose CID is its sha-256 then: for bodies up to {@link MAX_KUBO_BLOCK_BYTES}. */
export function keepBlock(node: KuboNode): KuboCall {
  return kuboCall(node, "block/put", { "cid-codec": "raw", mhtype: "sha2-256", pin: "true" });
}

/** How a longer file is kept, in blocks of raw bytes under a CID that only the node knows beforehand. */
export function keepFile(node: KuboNode): KuboCall {
  const query = { "cid-version": "1", "raw-leaves": "true", chunker: "size-1048576", pin: "true", progress: "false" };
  return kuboCall(node, "add", query);
}

/** The form that both take a file in. `boundary` must not occur in the file: a random UUID does not. */
export function kuboForm(boundary: string): KuboForm {
  const field = `--${boundary}\r\nContent-Disposition: form-data; name="data"; filename="data"\r\n`;
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    head: toUtf8Bytes(`${field}Content-Type: application/octet-stream\r\n\r\n`),
    tail: toUtf8Bytes(`\r\n--${boundary}--\r\n`),
  };
}

/** The CID under which a node says that it keeps something; undefined when that is not what it says. */
export function keptCid(answer: string): string | undefined {
  return /"(?:Key|Hash)":\s*"(?<cid>[A-Za-z0-9]{1,128})"/u.exec(answer)?.groups?.["cid"];
}

/** The CID of a raw block by its sha-256, in lower-case hexadecimal digits. */
export function rawCid(sha256: string): string {
  const digest: Bytes32 = `0x${sha256}`;
  return cidFromDigest(digest);
}
