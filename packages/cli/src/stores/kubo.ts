import { randomUUID } from "node:crypto";
import {
  keepBlock,
  keepFile,
  keptCid,
  type KuboCall,
  kuboCall,
  kuboForm,
  type KuboNode,
  kuboPath,
  MAX_KUBO_BLOCK_BYTES,
  rawCid,
} from "ainft-core/content";
import { bytesOf, exchange, type Peer, type PeerBody, PeerRefused, textOf } from "../http.ts";
import type { Published, PublishingStore } from "./store.ts";

const REFUSED = [401, 403];

/** IPFS, through the RPC of a Kubo node that keeps what it is given. */
export class KuboStore implements PublishingStore {
  readonly #node: KuboNode;
  readonly #peer: Peer;

  constructor(node: KuboNode) {
    this.#node = node;
    this.#peer = { name: `The Kubo node ${new URL(node.url).origin}`, option: "--kubo" };
  }

  placeOf(body: Published): string {
    return `ipfs://${pathOf(body)}`;
  }

  async open(body: Published): Promise<AsyncIterable<Uint8Array> | null> {
    // Offline: what only others of IPFS have is not published by this node.
    const response = await this.#ask(kuboCall(this.#node, "cat", { arg: pathOf(body), offline: "true" }));
    if (response.ok) return bytesOf(this.#peer, response);
    // Kubo answers 500 for everything that it does not find.
    await this.#expect(response, 500);
    return null;
  }

  async put(body: Published, content: PeerBody): Promise<void> {
    const path = pathOf(body);
    const isBlock = path === rawCid(body.sha256) && body.size <= MAX_KUBO_BLOCK_BYTES;
    const call = isBlock ? keepBlock(this.#node) : keepFile(this.#node);
    const { contentType, head, tail } = kuboForm(randomUUID());
    const form = {
      size: head.length + content.size + tail.length,
      stream: async function* (): AsyncGenerator<Uint8Array, void, undefined> {
        yield head;
        yield* content.stream();
        yield tail;
      },
    };
    const headers = { ...call.headers, "content-type": contentType };
    const response = await this.#ask({ url: call.url, headers }, form);
    const cid = keptCid(await this.#expect(response, 200));
    if (cid !== path) throw new PeerRefused(this.#elsewhere(body, cid));
  }

  async keep(body: Published): Promise<void> {
    const response = await this.#ask(kuboCall(this.#node, "pin/add", { arg: pathOf(body), offline: "true" }));
    await this.#expect(response, 200);
  }

  #elsewhere({ name, placed }: Published, cid: string | undefined): string {
    if (cid === undefined || placed === undefined) return `${this.#peer.name} did not keep ${name} as it was told to.`;
    const { uri, pointer } = placed;
    return (
      `${this.#peer.name} keeps ${name} as ipfs://${cid}, but its manifest has it at ${uri}, where relays would look in ` +
      `vain: set ${pointer} to ipfs://${cid}, then publish again.`
    );
  }

  async #ask({ url, headers }: KuboCall, body?: PeerBody): Promise<Response> {
    return exchange(this.#peer, { method: "POST", url, headers, ...(body === undefined ? {} : { body }) });
  }

  /** The answer's text when it has this status. Throws {@link PeerRefused}. */
  async #expect(response: Response, status: number): Promise<string> {
    const text = await textOf(this.#peer, response);
    if (response.status === status && (status === 200 || text.includes('"Message"'))) return text;
    const { name } = this.#peer;
    if (REFUSED.includes(response.status))
      throw new PeerRefused(`${name} refuses (status ${response.status}): set AINFT_KUBO_TOKEN, or ask who runs it.`);
    const why = /"Message":\s*"(?<why>[^"]{1,200})/u.exec(text)?.groups?.["why"];
    if (why !== undefined) throw new PeerRefused(`${name} fails: ${why}.`);
    throw new PeerRefused(`${name} answers with status ${response.status}, as no Kubo does. Check --kubo.`);
  }
}

function pathOf({ sha256, placed }: Published): string {
  return kuboPath({ sha256, uri: placed?.uri });
}
