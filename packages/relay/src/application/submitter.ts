import { type Address, Delivery, updateLeaf } from "ainft-core";
import { batchWords, resultsOf } from "../domain/batch.ts";
import { callbackReserve } from "../domain/order.ts";
import { resultOf, resultReport, type TrackedReport, updateOf } from "../domain/report.ts";
import type { ReporterConfig } from "../domain/request.ts";
import { UNSENT_REPORT_STATES } from "../domain/states.ts";
import type { TrackedBatch } from "../ports/batches.ts";
import type { CallEncoder } from "../ports/chain.ts";
import type { TrackedRequest } from "../ports/store.ts";
import type { ChainView, Context } from "./context.ts";
import type { Call, Dispatcher } from "./dispatcher.ts";
import { forEach } from "./each.ts";
import { Window } from "./window.ts";

/** Single reports looked at in one round. */
const AT_ONCE = 256;

/** Calls that the node looks at at once. */
const SIMULATED_AT_ONCE = 8;

/** What the submitter needs beyond the context. */
export interface SubmitterParts {
  readonly dispatcher: Dispatcher;
  readonly calls: CallEncoder;
  readonly oracle: Address;
  readonly desk: Address;
}

/** Closes reports that are done whoever did them, and turns those that are this relay's turn into transactions. */
export class Submitter {
  readonly #context: Context;
  readonly #parts: SubmitterParts | null;
  readonly #updates = new Window(AT_ONCE);
  readonly #results = new Window(AT_ONCE);

  /** Without parts (transmitter disabled) it only notices what others have done. */
  constructor(context: Context, parts: SubmitterParts | null) {
    this.#context = context;
    this.#parts = parts;
  }

  /** `sends` is whether this relay may make transactions now, or only notices what is done. */
  async submit(view: ChainView, config: ReporterConfig, sends = true): Promise<void> {
    const { store, log } = this.#context;
    const parts = sends ? this.#parts : null;
    await this.#close(view);
    await forEach(
      await this.#updates.next(
        async (after, limit) => store.reports.inStates(UNSENT_REPORT_STATES, "update", after, limit),
        ({ requestId }) => requestId,
      ),
      log,
      ({ key }) => ({ key }),
      async (report) => this.#submitUpdate(report, view, config, parts),
    );
    if (parts === null) return;
    let room = await parts.dispatcher.room();
    const results = await this.#results.next(
      async (after, limit) => store.reports.inStates(["QUORUM"], "result", after, limit),
      ({ requestId }) => requestId,
    );
    await forEach(
      [...(await store.batches.inStates(["QUORUM"])), ...results],
      log,
      ({ key }) => ({ key }),
      async (report) => {
        if (room <= 0 || parts.dispatcher.isPaused(report.key)) return;
        room -= 1;
        const sent = isBatch(report)
          ? await this.#submitBatch(report, config, parts)
          : await this.#submitResult(report, config, parts);
        if (!sent) room += 1;
      },
      SIMULATED_AT_ONCE,
    );
  }

  async #submitBatch(batch: TrackedBatch, config: ReporterConfig, parts: SubmitterParts): Promise<boolean> {
    const { root, quorumAt } = batch;
    // What to send is only put together when it is to be sent.
    if (!parts.dispatcher.isOurTurn({ root, since: quorumAt ?? 0 }, config)) return false;
    return this.#send(batch, await batchCall(batch, this.#context, parts), config, parts);
  }

  /** Somebody else's transaction, or the end of its time, ends a report; both only once they stand deep enough. */
  async #close({ confirmed }: ChainView): Promise<void> {
    const { store, onPersisted, log } = this.#context;
    const closed = await store.batches.close(confirmed);
    if (closed.length > 0) log.info("Reports were ended by the chain", { reports: closed.length });
    for (const persisted of closed) onPersisted(persisted);
  }

  async #submitUpdate(
    report: TrackedReport,
    view: ChainView,
    config: ReporterConfig,
    parts: SubmitterParts | null,
  ): Promise<void> {
    if (report.state === "EXECUTED" && report.deadline === null) return; // its result has not landed yet
    const request = await this.#context.store.requests.byId(report.requestId);
    if (request === null || (await this.#closeUpdate(report, request, view))) return;
    if (report.state !== "QUORUM" || parts === null) return;
    await this.#send(report, updateCall(report, request, parts), config, parts);
  }

  async #submitResult(report: TrackedReport, config: ReporterConfig, parts: SubmitterParts): Promise<boolean> {
    const request = await this.#context.store.requests.byId(report.requestId);
    if (request?.landing !== null) return false; // somebody was quicker: wait until it is deep
    return this.#send(report, await this.#resultCall(report, request, parts), config, parts);
  }

  /** As for results, which end all at once. */
  async #closeUpdate(report: TrackedReport, request: TrackedRequest, { confirmed }: ChainView): Promise<boolean> {
    const done = await this.#isApplied(report, request, confirmed.number);
    const over = report.deadline !== null && report.deadline < confirmed.time;
    if (!done && !over) return false;
    const state = done ? "SUPERSEDED" : "EXPIRED";
    const { store, onPersisted, log } = this.#context;
    if (await store.reports.move(report.key, UNSENT_REPORT_STATES, state)) {
      log.info(done ? "A report was brought by somebody else" : "A report expired", { key: report.key });
      onPersisted({ state, kind: report.kind, requestId: report.requestId });
    }
    return true;
  }

  async #isApplied(report: TrackedReport, request: TrackedRequest, at: bigint): Promise<boolean> {
    if (report.sequence === null || report.state === "EXECUTED") return false;
    const token = await this.#context.chain.program(request, at);
    return token !== null && token.sequence >= report.sequence;
  }

  async #send(
    report: TrackedReport,
    call: Call | null,
    config: ReporterConfig,
    { dispatcher }: SubmitterParts,
  ): Promise<boolean> {
    if (call === null || !(await dispatcher.dispatch(call, config))) return false;
    this.#context.onPersisted({ state: "TX_READY", kind: report.kind, requestId: report.requestId });
    return true;
  }

  /** The call that delivers a result. Null while something of it is missing. */
  async #resultCall(
    report: TrackedReport,
    request: TrackedRequest,
    { calls, oracle, desk }: SubmitterParts,
  ): Promise<Call | null> {
    const { outcome, delivery } = request;
    const { attestation, configVersion, deadline, key } = report;
    if (outcome === null || attestation === null || configVersion === null || deadline === null) return null;
    const { store } = this.#context;
    const result = resultOf(request, outcome);
    const { root } = resultReport(request, outcome, { configVersion, deadline });
    const call = { key, to: oracle, root, since: report.quorumAt ?? 0, reserve: 0n };
    if (delivery === Delivery.DIGEST) return { ...call, data: calls.fulfill(result, attestation) };
    const output = await store.blobs.get(outcome.resultDigest);
    if (output === null) return null;
    if (delivery === Delivery.INLINE) return { ...call, data: calls.fulfillInline(result, output, attestation) };
    const order = await store.orders.byId(request.id);
    if (order?.requestHash !== request.requestHash) return null; // not seen yet
    const data = calls.fulfillOrder(order.encoded, result, output, attestation);
    return { ...call, to: desk, data, reserve: callbackReserve(order.callbackGas, outcome.status) };
  }
}

function isBatch(report: TrackedReport | TrackedBatch): report is TrackedBatch {
  return "firstId" in report;
}

/** The call that delivers a batch, or commits its root. Null while there is nothing to deliver. */
async function batchCall(
  batch: TrackedBatch,
  { store }: Context,
  { calls, oracle }: SubmitterParts,
): Promise<Call | null> {
  const { key, kind, attestation, firstId, count, root, quorumAt } = batch;
  if (attestation === null) return null;
  const call = { key, to: oracle, root, since: quorumAt ?? 0, reserve: 0n };
  if (kind === "root") return { ...call, data: calls.commitRoot(firstId, count, root, attestation) };
  const results = resultsOf(await store.batches.members(batch));
  if (results === null || BigInt(results.length) !== count) return null; // something of it vanished
  const { answers, statuses } = batchWords(results);
  return { ...call, data: calls.fulfillBatch(firstId, answers, statuses, attestation) };
}

/** The call that delivers an update. Null while something of it is missing. */
function updateCall(report: TrackedReport, request: TrackedRequest, { calls, oracle }: SubmitterParts): Call | null {
  const { outcome, newState } = request;
  const { attestation, sequence, key } = report;
  if (outcome === null || attestation === null || newState === null || sequence === null) return null;
  const update = updateOf(request, outcome.resultDigest, newState, sequence);
  const data = calls.submitUpdate(update, attestation);
  return { key, to: oracle, data, root: updateLeaf(update), since: report.quorumAt ?? 0, reserve: 0n };
}
