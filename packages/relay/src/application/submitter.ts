import { type Address, type Bytes32, Delivery, type Hex, updateLeaf } from "ainft-core";
import { ContractRefused } from "../domain/errors.ts";
import { type FeeCaps, type Fees, firstFees } from "../domain/fees.ts";
import { type ReportKey, resultOf, resultReport, type TrackedReport, updateOf } from "../domain/report.ts";
import type { ReporterConfig } from "../domain/request.ts";
import { UNSENT_REPORT_STATES } from "../domain/states.ts";
import { stageDelay, transmissionOrder } from "../domain/transmission.ts";
import type { CallEncoder, ChainWriter } from "../ports/chain.ts";
import type { TrackedRequest } from "../ports/store.ts";
import type { TransactionSigner } from "../ports/system.ts";
import type { ChainView, Context } from "./context.ts";
import { forEach } from "./each.ts";

/** Room above what the node estimates: state can change until the transaction is mined. */
const GAS_NUMERATOR = 5n;
const GAS_DENOMINATOR = 4n;
/** Pause after the contract refused a report: most often somebody else's transaction is on its way. */
const REFUSED_PAUSE_MS = 5_000;

/** What the submitter needs beyond the context. */
export interface SubmitterParts {
  readonly writer: ChainWriter;
  readonly calls: CallEncoder;
  readonly signer: TransactionSigner;
  readonly oracle: Address;
  /** This relay's reporter key, which has its place in the order. */
  readonly reporter: Address;
  readonly stageDelayMs: number;
  readonly caps: FeeCaps;
  readonly maxInFlight: number;
}

/** Closes reports that are done whoever did them, and turns those that are this relay's turn into transactions. */
export class Submitter {
  readonly #context: Context;
  readonly #parts: SubmitterParts | null;
  readonly #pausedUntil = new Map<ReportKey, number>();

  /** Without parts (transmitter disabled) it only notices what others have done. */
  constructor(context: Context, parts: SubmitterParts | null) {
    this.#context = context;
    this.#parts = parts;
  }

  async submit(view: ChainView, config: ReporterConfig): Promise<void> {
    const { store, log } = this.#context;
    const unsent = await store.reports.inStates(UNSENT_REPORT_STATES);
    await forEach(
      unsent,
      log,
      ({ key }) => ({ key }),
      async (report) => {
        const request = await store.requests.byId(report.requestId);
        if (request === null || (await this.#closeIfDone(report, request, view))) return;
        if (report.state === "QUORUM" && this.#parts !== null) await this.#send(report, request, config, this.#parts);
      },
    );
  }

  /** Somebody else's transaction, or the end of its time, ends a report; both only once they stand deep enough. */
  async #closeIfDone(report: TrackedReport, request: TrackedRequest, { confirmed }: ChainView): Promise<boolean> {
    const done =
      report.kind === "result"
        ? request.landing !== null && request.landing.block.number <= confirmed.number
        : await this.#isApplied(report, request, confirmed.number);
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
    request: TrackedRequest,
    config: ReporterConfig,
    parts: SubmitterParts,
  ): Promise<void> {
    if (report.kind === "result" && request.landing !== null) return; // somebody was quicker: wait until it is deep
    if ((this.#pausedUntil.get(report.key) ?? 0) > this.#context.clock.now()) return;
    const call = await this.#callOf(report, request, parts.calls);
    if (call === null || !this.#isOurTurn(report, call.root, config, parts)) return;
    const { store, log } = this.#context;
    const open = await store.transactions.unfinished(parts.signer.address);
    if (open.length >= parts.maxInFlight) return;
    const gas = await this.#simulate(report, call.data, parts);
    if (gas === null) return;
    const fees = firstFees(await parts.writer.market(), parts.caps);
    if (fees === null) log.warn("Fees are above the cap: waiting", { key: report.key });
    else await this.#prepare(report, call.data, (gas * GAS_NUMERATOR) / GAS_DENOMINATOR, fees, parts);
  }

  /** Gas that the call needs. Null when the contract refuses it now. */
  async #simulate(
    { key }: TrackedReport,
    data: Hex,
    { writer, signer, oracle }: SubmitterParts,
  ): Promise<bigint | null> {
    try {
      const gas = await writer.simulate(signer.address, oracle, data);
      this.#pausedUntil.delete(key);
      return gas;
    } catch (error) {
      if (!(error instanceof ContractRefused)) throw error;
      this.#context.log.warn("The contract refuses a report for now", { key, error });
      this.#pausedUntil.set(key, this.#context.clock.now() + REFUSED_PAUSE_MS);
      return null;
    }
  }

  /** Keeps the signed transaction. Nothing is sent before that. */
  async #prepare(
    { key, kind, requestId }: TrackedReport,
    data: Hex,
    gasLimit: bigint,
    fees: Fees,
    parts: SubmitterParts,
  ): Promise<void> {
    const { store, clock, onPersisted } = this.#context;
    const { signer, oracle } = parts;
    const nonce = await this.#nextNonce(parts);
    const { hash, raw } = await signer.sign({ to: oracle, data, nonce, gasLimit, fees });
    const attempt = { hash, raw, fees, createdAt: clock.now() };
    if (await store.transactions.prepare(signer.address, { key, nonce, target: oracle, data, gasLimit }, attempt)) {
      onPersisted({ state: "TX_READY", kind, requestId });
    }
  }

  async #nextNonce({ writer, signer }: SubmitterParts): Promise<bigint> {
    const kept = await this.#context.store.transactions.highestNonce(signer.address);
    const used = await writer.nonceOf(signer.address);
    return kept === null || kept + 1n < used ? used : kept + 1n;
  }

  #isOurTurn(report: TrackedReport, root: Bytes32, config: ReporterConfig, parts: SubmitterParts): boolean {
    const order = transmissionOrder(root, config.version, config.reporters.length);
    const place = config.reporters.indexOf(parts.reporter);
    const delay = stageDelay(order, place < 0 ? undefined : place, parts.stageDelayMs);
    return this.#context.clock.now() >= (report.quorumAt ?? 0) + delay;
  }

  /** The call that delivers a report, and the leaf that it is about. */
  async #callOf(
    report: TrackedReport,
    request: TrackedRequest,
    calls: CallEncoder,
  ): Promise<{ data: Hex; root: Bytes32 } | null> {
    const { outcome, newState } = request;
    const { attestation, configVersion, deadline } = report;
    if (outcome === null || attestation === null || configVersion === null || deadline === null) return null;
    if (report.kind === "update") {
      if (newState === null || report.sequence === null) return null;
      const update = updateOf(request, outcome.resultDigest, newState, report.sequence);
      return { data: calls.submitUpdate(update, attestation), root: updateLeaf(update) };
    }
    const result = resultOf(request, outcome);
    const { root } = resultReport(request, outcome, { configVersion, deadline });
    if (request.delivery === Delivery.DIGEST) return { data: calls.fulfill(result, attestation), root };
    const output = await this.#context.store.blobs.get(outcome.resultDigest);
    return output === null ? null : { data: calls.fulfillInline(result, output, attestation), root };
  }
}
