import { type Bytes32, ResultStatus } from "ainft-core";
import { isStateful } from "../domain/program.ts";
import { isOurAnswer, updateDeadline } from "../domain/report.ts";
import type { Landing } from "../domain/request.ts";
import type { TrackedRequest } from "../ports/store.ts";
import type { ContentStore } from "../ports/system.ts";
import type { ChainView, Context } from "./context.ts";
import { forEach } from "./each.ts";

/** Decides when the next request of a token may run: when the one before can change the token's state no more. */
export class Settler {
  readonly #context: Context;
  readonly #content: ContentStore;

  constructor(context: Context, content: ContentStore) {
    this.#context = context;
    this.#content = content;
  }

  async settle(view: ChainView): Promise<void> {
    const { store, log } = this.#context;
    const landed = await store.requests.landed(view.confirmed.number);
    await forEach(
      landed,
      log,
      ({ id }) => ({ requestId: id }),
      async (request) => {
        await this.#supersede(request);
        if (await this.#isSettled(request, view)) await store.requests.settle(request.id);
      },
    );
  }

  /** What others have answered is not run any more. */
  async #supersede(request: TrackedRequest): Promise<void> {
    if (request.state !== "CONFIRMED" && request.state !== "SEEN") return;
    const { store, onPersisted } = this.#context;
    await store.requests.supersede(request.id);
    onPersisted({ state: "SUPERSEDED", requestId: request.id });
  }

  async #isSettled(request: TrackedRequest, { confirmed }: ChainView): Promise<boolean> {
    const { landing, manifestDigest } = request;
    if (landing === null) return false;
    if (landing.status !== ResultStatus.OK) return true;
    if (confirmed.time > updateDeadline(landing.block.time)) return true;
    const token = await this.#context.chain.program(request, confirmed.number);
    if (token === null || token.frozen || token.activeManifest !== manifestDigest) return true;
    if (!isStateful(await this.#content.manifest(manifestDigest))) return true;
    const output = outputOf(request, landing);
    if (output === null) return false; // another answer than ours, of which a batch says no digest: wait the deadline out
    return this.#context.chain.hasUpdate(request, output, landing.block.number, confirmed.number);
  }
}

/** Digest of the answer that stands on chain; null when only its hash does, and it is not ours. */
function outputOf(request: TrackedRequest, landing: Landing): Bytes32 | null {
  if (landing.resultDigest !== null) return landing.resultDigest;
  const { outcome } = request;
  return outcome !== null && isOurAnswer(landing, request, outcome) ? outcome.resultDigest : null;
}
