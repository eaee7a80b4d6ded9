import { EMPTY_BODY_DIGEST, s3Address, type S3Credentials, s3Headers, type S3Place } from "ainft-core/content";
import { bytesOf, exchange, type Peer, type PeerBody, PeerRefused, PeerUnavailable, textOf } from "../http.ts";
import type { Published, PublishingStore } from "./store.ts";

/** What one request may carry. */
const MAX_PUT_BYTES = 5 * 1024 ** 3;
const KEYS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";

/** An S3-compatible bucket. An object's key is the prefix and the sha-256 of its bytes, as relays look for it. */
export class S3Store implements PublishingStore {
  readonly #place: S3Place;
  readonly #credentials: S3Credentials;
  readonly #peer: Peer;

  constructor(place: S3Place, credentials: S3Credentials) {
    this.#place = place;
    this.#credentials = credentials;
    this.#peer = { name: `The bucket ${place.bucket} at ${new URL(place.url).origin}`, option: "--s3" };
  }

  placeOf({ sha256 }: Published): string {
    return s3Address(this.#place, sha256).href;
  }

  async open({ sha256 }: Published): Promise<AsyncIterable<Uint8Array> | null> {
    const response = await this.#ask("GET", sha256, EMPTY_BODY_DIGEST);
    if (response.status === 200) return bytesOf(this.#peer, response);
    const { code, text } = await this.#answerOf(response);
    // Who may not list a bucket is not told that something is missing in it.
    const missing = response.status === 404 ? code !== "NoSuchBucket" : code === "AccessDenied";
    if (missing) return null;
    throw this.#refusal(response, code, text);
  }

  async put({ name, sha256, size }: Published, content: PeerBody): Promise<void> {
    if (size > MAX_PUT_BYTES) {
      const place = s3Address(this.#place, sha256).href;
      throw new PeerRefused(
        `${name} is longer than the 5 GiB that one request may carry: put it to ${place} with a tool of the store's, ` +
          "then publish again.",
      );
    }
    const response = await this.#ask("PUT", sha256, sha256, content);
    const { code, text } = await this.#answerOf(response);
    if (response.status !== 200) throw this.#refusal(response, code, text);
  }

  async keep(): Promise<void> {
    // A bucket keeps what it has.
  }

  async #ask(method: "GET" | "PUT", key: string, bodyDigest: string, body?: PeerBody): Promise<Response> {
    const url = s3Address(this.#place, key);
    const headers = s3Headers({ method, url, bodyDigest, at: new Date() }, this.#credentials);
    return exchange(this.#peer, { method, url, headers, ...(body === undefined ? {} : { body }) });
  }

  async #answerOf(response: Response): Promise<{ code: string | undefined; text: string }> {
    const text = await textOf(this.#peer, response);
    return { text, code: valueOf(text, "Code") };
  }

  #refusal({ status, headers }: Response, code: string | undefined, text: string): Error {
    const { name } = this.#peer;
    const region = headers.get("x-amz-bucket-region") ?? valueOf(text, "Region");
    const { region: given } = this.#credentials;
    if (region !== undefined && region !== given && /^[a-z0-9-]{1,64}$/u.test(region))
      return new PeerRefused(`${name} is in region ${region}, not ${given}: give --region ${region}.`);
    switch (code) {
      case "InvalidAccessKeyId":
      case "SignatureDoesNotMatch":
        return new PeerRefused(`${name} does not know these keys (${code}): check ${KEYS}, and --region.`);
      case "ExpiredToken":
      case "InvalidToken":
        return new PeerRefused(
          `${name} takes these lent keys no more (${code}): get new ones, with AWS_SESSION_TOKEN.`,
        );
      case "RequestTimeTooSkewed":
        return new PeerRefused(`${name} says that the clock of this machine is wrong: set it, then publish again.`);
      case "NoSuchBucket":
        return new PeerRefused(`${name} does not exist: make it, or check --s3.`);
      case "InternalError":
        return new PeerUnavailable(`${name} failed (${code}).`, true);
      case undefined:
      default:
        return this.#otherRefusal(status, code);
    }
  }

  #otherRefusal(status: number, code: string | undefined): Error {
    const { name } = this.#peer;
    const why = code === undefined ? `status ${status}` : `status ${status}, ${code}`;
    if (status === 401 || status === 403)
      return new PeerRefused(
        `${name} does not let these keys write (${why}): ask for the rights to get and put objects.`,
      );
    if (code === undefined) return new PeerRefused(`${name} answers with ${why}, as no such store does. Check --s3.`);
    return new PeerRefused(`${name} refuses (${why}).`);
  }
}

/** Text of the first element with a name, of what such a store answers. */
function valueOf(xml: string, element: string): string | undefined {
  return new RegExp(`<${element}>([A-Za-z0-9-]{1,64})</${element}>`, "u").exec(xml)?.[1];
}
