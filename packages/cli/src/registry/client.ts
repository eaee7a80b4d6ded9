import { sha256Of } from "../bodies.ts";
import { bytesOf, exchange, type Peer, type PeerBody, PeerRefused, type PeerRequest, textOf } from "../http.ts";
import { plain } from "../text.ts";
import { isPrivate } from "../web.ts";
import { nameOf, type Repository } from "./reference.ts";

const MAX_MANIFEST_BYTES = 4_194_304;
const LOGIN = "AINFT_REGISTRY_USER and AINFT_REGISTRY_PASSWORD";

/** Something that a registry keeps under its digest. */
export interface Kept {
  /** `sha256:` and 64 lower-case hexadecimal digits. */
  readonly digest: string;
  readonly mediaType: string;
}

/** One repository of a registry, through the API of the OCI distribution specification. */
export class RegistryClient {
  readonly #repository: Repository;
  readonly #credentials: string | undefined;
  readonly #peer: Peer;
  /** What authorizes requests, once the registry said what it wants. */
  #authorization: string | undefined;

  /** `credentials` are what `Basic` authorization says, if somebody logged in. */
  constructor(repository: Repository, credentials: string | undefined) {
    this.#repository = repository;
    this.#credentials = credentials;
    this.#peer = { name: `The registry ${repository.host}`, option: "--to" };
  }

  /** Throws {@link PeerRefused} or `PeerUnavailable`, as everything here. */
  async hasBlob(digest: string): Promise<boolean> {
    const response = await this.#ask({ method: "HEAD", url: this.#url(`blobs/${digest}`), headers: {} });
    if (response.status === 404) return false;
    // Some send who asks for a blob on to where it is.
    if (response.ok || (response.status >= 300 && response.status < 400)) return true;
    throw await this.#refusal(response);
  }

  async putBlob(digest: string, body: PeerBody): Promise<void> {
    const opened = await this.#ask({ method: "POST", url: this.#url("blobs/uploads/"), headers: {}, body: NOTHING });
    if (opened.status !== 202) throw await this.#refusal(opened);
    await opened.body?.cancel();
    const place = this.#placeIn(opened);
    place.searchParams.append("digest", digest);
    const headers = { "content-type": "application/octet-stream" };
    const response = await this.#ask({ method: "PUT", url: place, headers, body });
    if (response.status !== 201) throw await this.#refusal(response);
    await response.body?.cancel();
  }

  /** Whether the registry gives back the very bytes of a manifest. */
  async hasManifest({ digest, mediaType }: Kept): Promise<boolean> {
    const headers = { accept: mediaType };
    const response = await this.#ask({ method: "GET", url: this.#url(`manifests/${digest}`), headers });
    if (response.status === 404) {
      await response.body?.cancel();
      return false;
    }
    if (!response.ok) throw await this.#refusal(response);
    const sha256 = await sha256Of(bytesOf(this.#peer, response), MAX_MANIFEST_BYTES);
    return sha256 !== undefined && `sha256:${sha256}` === digest;
  }

  /** `name` is the manifest's digest, or a tag. */
  async putManifest(name: string, { digest, mediaType }: Kept, body: PeerBody): Promise<void> {
    const headers = { "content-type": mediaType };
    const response = await this.#ask({ method: "PUT", url: this.#url(`manifests/${name}`), headers, body });
    if (response.status !== 201) throw await this.#refusal(response);
    await response.body?.cancel();
    const kept = response.headers.get("docker-content-digest") ?? digest;
    if (kept !== digest)
      throw new PeerRefused(`${this.#peer.name} keeps the image as ${plain(kept)}, not as ${digest}.`);
  }

  #url(path: string): string {
    return `${this.#repository.origin}/v2/${this.#repository.name}/${path}`;
  }

  /** Where the registry wants the bytes. */
  #placeIn({ headers }: Response): URL {
    const { origin } = this.#repository;
    const location = headers.get("location") ?? "";
    const place = URL.canParse(location, origin) ? new URL(location, origin) : undefined;
    if (location === "" || place === undefined || !/^https?:$/u.test(place.protocol) || !isPrivate(place))
      throw new PeerRefused(`${this.#peer.name} names no place for a layer that is safe to send it to.`);
    return place;
  }

  /** Asks, and once more when the registry first wants to know who asks. */
  async #ask(request: PeerRequest): Promise<Response> {
    const response = await exchange(this.#peer, this.#authorized(request));
    if (response.status !== 401) return response;
    const challenge = response.headers.get("www-authenticate") ?? "";
    await response.body?.cancel();
    this.#authorization = await this.#answerTo(challenge);
    return exchange(this.#peer, this.#authorized(request));
  }

  /** Who asks is told to the registry itself alone. */
  #authorized(request: PeerRequest): PeerRequest {
    const isOwn = new URL(request.url).origin === this.#repository.origin;
    if (this.#authorization === undefined || !isOwn) return request;
    return { ...request, headers: { ...request.headers, authorization: this.#authorization } };
  }

  async #answerTo(challenge: string): Promise<string> {
    if (/^basic\b/iu.test(challenge) && this.#credentials !== undefined) return `Basic ${this.#credentials}`;
    const realm = /^bearer\b.*\brealm="(?<realm>[^"]+)"/iu.exec(challenge)?.groups?.["realm"];
    if (realm === undefined || !URL.canParse(realm)) throw this.#notLetIn(401);
    const url = new URL(realm);
    if (!/^https?:$/u.test(url.protocol) || !isPrivate(url))
      throw new PeerRefused(`${this.#peer.name} sends who logs in to a place that is not safe: ${url.origin}.`);
    const service = /\bservice="(?<service>[^"]+)"/u.exec(challenge)?.groups?.["service"];
    if (service !== undefined) url.searchParams.set("service", service);
    url.searchParams.set("scope", `repository:${this.#repository.name}:pull,push`);
    const headers = this.#credentials === undefined ? {} : { authorization: `Basic ${this.#credentials}` };
    const response = await exchange(this.#peer, { method: "GET", url, headers });
    const text = await textOf(this.#peer, response);
    const token = response.ok
      ? /"(?:access_)?token":\s*"(?<token>[^"\\\s]+)"/u.exec(text)?.groups?.["token"]
      : undefined;
    if (token === undefined) throw this.#notLetIn(response.status);
    return `Bearer ${token}`;
  }

  #notLetIn(status: number): PeerRefused {
    const { host } = this.#repository;
    const who = this.#credentials === undefined ? "you" : "these credentials";
    return new PeerRefused(
      `${this.#peer.name} does not let ${who} push to ${nameOf(this.#repository)} (status ${status}): podman login ${host}, or ` +
        `set ${LOGIN}.`,
    );
  }

  async #refusal(response: Response): Promise<PeerRefused> {
    const { status } = response;
    const text = await textOf(this.#peer, response);
    if (status === 401 || status === 403) return this.#notLetIn(status);
    const code = /"code":\s*"(?<code>[A-Z_]{1,64})"/u.exec(text)?.groups?.["code"];
    const { name } = this.#peer;
    if (code === "NAME_UNKNOWN")
      return new PeerRefused(`${name} knows no repository ${this.#repository.name}: make it first, or check --to.`);
    if (code === undefined)
      return new PeerRefused(`${name} answers with status ${status}, as no registry does. Check --to.`);
    return new PeerRefused(`${name} refuses (status ${status}, ${code}).`);
  }
}

const NOTHING: PeerBody = {
  size: 0,
  stream: async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    // A request that only opens something.
  },
};
