import { computeHmac, sha256, toUtf8Bytes } from "ethers";

/** Who asks, and in which region the bucket is. */
export interface S3Credentials {
  readonly keyId: string;
  readonly secret: string;
  readonly region: string;
  /** What goes with keys that are lent for a time; left out for lasting ones. */
  readonly sessionToken?: string | undefined;
}

/** Where objects of one kind stand: a bucket is reached by its path and not by a name of its own. */
export interface S3Place {
  /** Where the store listens, with http: or https:. */
  readonly url: string;
  readonly bucket: string;
  /** Empty, or folders of letters, digits, dashes and underscores that end in a slash. */
  readonly prefix: string;
}

/** What is signed of a request. */
export interface S3Request {
  readonly method: "GET" | "PUT";
  readonly url: URL;
  /** sha-256 of the body in lower-case hexadecimal digits. */
  readonly bodyDigest: string;
  readonly at: Date;
}

/** sha-256 of a request without a body. */
export const EMPTY_BODY_DIGEST = hex(sha256("0x"));

/** The address of the object with these bytes: its key is the prefix and their sha-256, in lower-case hexadecimal digits. */
export function s3Address({ url, bucket, prefix }: S3Place, digest: string): URL {
  return new URL(`${url.replace(/\/+$/u, "")}/${bucket}/${prefix}${digest}`);
}

/**
 * Headers that sign a request to an S3-compatible store, `host` among them: AWS Signature Version 4, without a query. The
 * path must need no escaping, as that of {@link s3Address}.
 */
export function s3Headers(request: S3Request, credentials: S3Credentials): Record<string, string> {
  const { method, url, bodyDigest, at } = request;
  const { keyId, secret, region, sessionToken } = credentials;
  const time = at.toISOString().replace(/[-:]|\.\d{3}/gu, "");
  const day = time.slice(0, 8);
  const headers = {
    ...{ host: url.host, "x-amz-content-sha256": bodyDigest, "x-amz-date": time },
    ...(sessionToken === undefined ? {} : { "x-amz-security-token": sessionToken }),
  };
  const names = Object.keys(headers).join(";");
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = [method, url.pathname, "", lines.join(""), names, bodyDigest].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", time, scope, hex(sha256(toUtf8Bytes(canonical)))].join("\n");
  const key = [day, region, "s3", "aws4_request"].reduce<string | Uint8Array>(hmac, toUtf8Bytes(`AWS4${secret}`));
  const signature = hex(hmac(key, text));
  const authorization = `AWS4-HMAC-SHA256 Credential=${keyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...headers, authorization };
}

function hmac(key: string | Uint8Array, text: string): string {
  return computeHmac("sha256", key, toUtf8Bytes(text));
}

function hex(bytes: string): string {
  return bytes.slice(2);
}
