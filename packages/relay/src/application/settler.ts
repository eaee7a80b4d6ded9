import { type Bytes32, ResultStatus } from "ainft-core";
import { isOurAnswer, updateDeadline } from "../domain/report.ts";
import type { Landing } from "../domain/request.ts";
import type { TrackedRequest } from "../ports/store.ts";
import type { ChainView, Context } from "./context.ts";
import { forEach } from "./each.ts";
import { inParts } from "./parts.ts";
import type { Programs } from "./programs.ts";
import { Window } from "./window.ts";

/** Requests looked at in one round. Each may need the chain to be asked. */
const AT_ONCE = 256;

/** Decides when the next request of a token may run: when the one before can change the token's state no more. */
export class Settler {
  readonly #context: Context;
  readonly #programs: Programs;
  readonly #waiting = new Window(AT_ONCE);

  constructor(context: Context, programs: Programs) {
    this.#context = context;
    this.#programs = programs;
  }

  async settle(view: ChainView): Promise<void> {
    const { store, log, onPersisted } = this.#context;
    const { number } = view.confirmed;
    // What others have answered is not run any more.
    await inParts(
      async () => store.requests.supersedeLanded(number),
      (requestId) => onPersisted({ state: "SUPERSEDED", requestId }),
    );
    await store.requests.settleStateless(number);
    const landed = await this.#waiting.next(
      async (after, limit) => store.requests.landed(number, after, limit),
      ({ id }) => id,
    );
    await forEach(
      landed,
      log,
      ({ id }) => ({ requestId: id }),
      async (request) => {
        if (await this.#isSettled(request, view)) await store.requests.settle(request.id);
      },
    );
  }

  async #isSettled(request: TrackedRequest, { confirmed }: ChainView): Promise<boolean> {
    const { landing, manifestDigest } = request;
    if (landing === null) return false;
    if (landing.status !== ResultStatus.OK) return true;
    if (confirmed.time > updateDeadline(landing.block.time)) return true;
    if (!(await this.#programs.isStateful(manifestDigest))) return true;
    const token = await this.#context.chain.program(request, confirmed.number);
    if (token === null || token.frozen || token.activeManifest !== manifestDigest) return true;
    if (await this.#wentOnWithout(request, token.sequence)) return true;
    const output = outputOf(request, landing);
    if (output === null) return false; // another answer than ours, of which a batch says no digest: wait the deadline out
    return this.#context.chain.hasUpdate(request, output, landing.block.number, confirmed.number);
  }

  /** Whether the place in the token's sequence that our update would take is taken. */
  async #wentOnWithout({ id }: TrackedRequest, sequence: bigint): Promise<boolean> {
    const reports = await this.#context.store.reports.ofRequest(id);
    return reports.some((report) => report.sequence !== null && report.sequence <= sequence);
  }
}

/** Digest of the answer that stands on chain; null when only its hash does, and it is not ours. */
function outputOf(request: TrackedRequest, landing: Landing): Bytes32 | null {
  if (landing.resultDigest !== null) return landing.resultDigest;
  const { outcome } = request;
  return outcome !== null && isOurAnswer(landing, request, outcome) ? outcome.resultDigest : null;
}
