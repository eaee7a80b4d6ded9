import { type Address, type Bytes32, Delivery, type Hex } from "ainft-core";
import { ContractRefused } from "../domain/errors.ts";
import { firstFees, type FeeCaps } from "../domain/fees.ts";
import { resultOf, resultReport, type TrackedReport, updateOf } from "../domain/report.ts";
import type { Block, ReporterConfig } from "../domain/request.ts";
import { stageDelay, transmissionOrder } from "../domain/transmission.ts";
import type { CallEncoder } from "../ports/calls.ts";
import type { ChainWriter } from "../ports/chain.ts";
import type { TrackedRequest } from "../ports/store.ts";
import type { TransactionSigner } from "../ports/system.ts";
import type { Context } from "./context.ts";

/** Room above what the node estimates: state can change until the transaction is mined. */
const GAS_NUMERATOR = 5n;
const GAS_DENOMINATOR = 4n;

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

  /** Without parts (transmitter disabled) it only notices what others have done. */
  constructor(context: Context, parts: SubmitterParts | null) {
    this.#context = context;
    this.#parts = parts;
  }

  async submit(head: Block, config: ReporterConfig): Promise<void> {
    const { store } = this.#context;
    for (const report of await store.reports.inStates(["EXECUTED", "SIGNED", "QUORUM"])) {
      const request = await store.requests.byId(report.requestId);
      if (request === null || (await this.#closeIfDone(report, request, head))) continue;
      if (report.state === "QUORUM" && this.#parts !== null) await this.#send(report, request, config, this.#parts);
    }
  }

  /** Somebody else's transaction, or the end of its time, ends a report. */
  async #closeIfDone(report: TrackedReport, request: TrackedRequest, head: Block): Promise<boolean> {
    const done = report.kind === "result" ? request.landing !== null : await this.#isApplied(report, request);
    const over = report.deadline !== null && report.deadline < head.time;
    if (!done && !over) return false;
    const state = done ? "SUPERSEDED" : "EXPIRED";
    const { store, onPersisted, log } = this.#context;
    if (await store.reports.move(report.key, ["EXECUTED", "SIGNED", "QUORUM"], state)) {
      log.info(done ? "A report was brought by somebody else" : "A report expired", { key: report.key });
      onPersisted({ state, kind: report.kind, requestId: report.requestId });
    }
    return true;
  }

  async #isApplied(report: TrackedReport, request: TrackedRequest): Promise<boolean> {
    if (report.sequence === null || report.state === "EXECUTED") return false;
    const token = await this.#context.chain.program(request);
    return token !== null && token.sequence >= report.sequence;
  }

  async #send(
    report: TrackedReport,
    request: TrackedRequest,
    config: ReporterConfig,
    parts: SubmitterParts,
  ): Promise<void> {
    const { store, clock, log, onPersisted } = this.#context;
    const call = await this.#callOf(report, request);
    if (call === null || !this.#isOurTurn(report, call.root, config, parts)) return;
    const { writer, signer } = parts;
    const open = await store.transactions.unfinished(signer.address);
    if (open.length >= parts.maxInFlight) return;
    let gas: bigint;
    try {
      gas = await writer.simulate(signer.address, parts.oracle, call.data);
    } catch (error) {
      if (!(error instanceof ContractRefused)) throw error;
      log.warn("The contract refuses a report for now", { key: report.key, error });
      return;
    }
    const fees = firstFees(await writer.market(), parts.caps);
    if (fees === null) {
      log.warn("Fees are above the cap: waiting", { key: report.key });
      return;
    }
    const nonce = await this.#nextNonce(parts);
    const gasLimit = (gas * GAS_NUMERATOR) / GAS_DENOMINATOR;
    const { hash, raw } = await signer.sign({ to: parts.oracle, data: call.data, nonce, gasLimit, fees });
    const transaction = { key: report.key, nonce, target: parts.oracle, data: call.data, gasLimit };
    const attempt = { hash, raw, fees, createdAt: clock.now() };
    if (!(await store.transactions.prepare(signer.address, transaction, attempt))) return;
    onPersisted({ state: "TX_READY", kind: report.kind, requestId: report.requestId });
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
  async #callOf(report: TrackedReport, request: TrackedRequest): Promise<{ data: Hex; root: Bytes32 } | null> {
    const { outcome, newState } = request;
    const { attestation, configVersion, deadline } = report;
    if (outcome === null || attestation === null || configVersion === null || deadline === null) return null;
    const { calls } = this.#parts ?? {};
    if (calls === undefined) return null;
    if (report.kind === "update") {
      if (newState === null || report.sequence === null) return null;
      const update = updateOf(request, outcome.resultDigest, newState, report.sequence);
      return { data: calls.submitUpdate(update, attestation), root: calls.updateLeaf(update) };
    }
    const result = resultOf(request, outcome);
    const { root } = resultReport(request, outcome, { configVersion, deadline });
    if (request.delivery === Delivery.DIGEST) return { data: calls.fulfill(result, attestation), root };
    const output = await this.#context.store.blobs.get(outcome.resultDigest);
    return output === null ? null : { data: calls.fulfillInline(result, output, attestation), root };
  }
}
