import { createHash, createHmac } from "node:crypto";

/** Whose bucket it is. */
export interface S3Credentials {
  readonly keyId: string;
  readonly secret: string;
  readonly region: string;
}

/** What is signed of a request. */
export interface S3Request {
  readonly method: "GET" | "PUT";
  readonly url: URL;
  /** sha-256 of the body in lower-case hexadecimal digits. */
  readonly bodyDigest: string;
  readonly at: Date;
}

/** Headers that sign a request to an S3-compatible store: AWS Signature Version 4, without a query. */
export function s3Headers(request: S3Request, { keyId, secret, region }: S3Credentials): Record<string, string> {
  const time = request.at.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = time.slice(0, 8);
  const headers = { host: request.url.host, "x-amz-content-sha256": request.bodyDigest, "x-amz-date": time };
  const names = Object.keys(headers).join(";");
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const { method, url, bodyDigest } = request;
  const canonical = [method, url.pathname, "", lines.join(""), names, bodyDigest].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n");
  const key = [day, region, "s3", "aws4_request"].reduce<string | Buffer>(
    (above, part) => createHmac("sha256", above).update(part).digest(),
    `AWS4${secret}`,
  );
  const signature = createHmac("sha256", key).update(text).digest("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=${keyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...headers, authorization };
}

export function sha256(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
