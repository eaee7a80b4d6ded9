import { ResultStatus } from "ainft-core";
import { isStateful } from "../domain/program.ts";
import { updateDeadline } from "../domain/report.ts";
import type { Block } from "../domain/request.ts";
import type { TrackedRequest } from "../ports/store.ts";
import type { ContentStore } from "../ports/system.ts";
import type { Context } from "./context.ts";

/** Decides when the next request of a token may run: when the one before can change the token's state no more. */
export class Settler {
  readonly #context: Context;
  readonly #content: ContentStore;

  constructor(context: Context, content: ContentStore) {
    this.#context = context;
    this.#content = content;
  }

  async settle(head: Block): Promise<void> {
    const { store, confirmations } = this.#context;
    const upTo = head.number - confirmations + 1n;
    for (const request of await store.requests.landed(upTo)) {
      if (await this.#isSettled(request, head, upTo)) await store.requests.settle(request.id);
    }
  }

  async #isSettled(request: TrackedRequest, head: Block, upTo: bigint): Promise<boolean> {
    const { chain } = this.#context;
    const { landing } = request;
    if (landing === null) return false;
    if (landing.status !== ResultStatus.OK) return true;
    if (!isStateful(await this.#content.manifest(request.manifestDigest))) return true;
    const token = await chain.program(request);
    if (token === null || token.frozen || token.activeManifest !== request.manifestDigest) return true;
    if (head.time > updateDeadline(landing.block.time)) return true;
    return chain.hasUpdate(request, landing.resultDigest, landing.block.number, upTo);
  }
}
