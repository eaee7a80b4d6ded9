import { type Report, reportDigest, type OracleDomain, ResultStatus } from "ainft-core";
import { EquivocationRefused } from "../domain/errors.ts";
import {
  resultDeadline,
  resultReport,
  type TrackedReport,
  updateDeadline,
  updateOf,
  updateReport,
} from "../domain/report.ts";
import type { Block, ReporterConfig } from "../domain/request.ts";
import type { TrackedRequest } from "../ports/store.ts";
import type { ReportSigner } from "../ports/system.ts";
import type { Context } from "./context.ts";

/** Signs what this relay computed itself, and keeps the signature before anybody can see it. */
export class Attestor {
  readonly #context: Context;
  readonly #signer: ReportSigner;
  readonly #domain: OracleDomain;

  constructor(context: Context, signer: ReportSigner, domain: OracleDomain) {
    this.#context = context;
    this.#signer = signer;
    this.#domain = domain;
  }

  async attest(head: Block, config: ReporterConfig): Promise<void> {
    if (!config.reporters.includes(this.#signer.address)) return; // rotated out: others sign
    await this.#renew(config);
    for (const report of await this.#context.store.reports.inStates(["EXECUTED"])) {
      const request = await this.#context.store.requests.byId(report.requestId);
      if (request === null || request.state !== "EXECUTED") continue;
      const content =
        report.kind === "result"
          ? resultTerms(request, config)
          : await this.#updateTerms(report, request, head, config);
      if (content !== null) await this.#sign(report, content, head);
    }
  }

  /** Signatures under an older config are made again: it may stop counting at any time. */
  async #renew(config: ReporterConfig): Promise<void> {
    const { reports } = this.#context.store;
    for (const { key, configVersion } of await reports.inStates(["SIGNED", "QUORUM"])) {
      if (configVersion !== config.version) await reports.move(key, ["SIGNED", "QUORUM"], "EXECUTED");
    }
  }

  /** The update's report, once its result stands deep enough on chain. Null while it does not, or when it never will. */
  async #updateTerms(
    report: TrackedReport,
    request: TrackedRequest,
    head: Block,
    config: ReporterConfig,
  ): Promise<Report | null> {
    const { chain, store, confirmations, onPersisted } = this.#context;
    const { landing, outcome, newState } = request;
    if (outcome === null || newState === null || report.sequence === null) return null;
    if (landing === null || landing.block.number > head.number - confirmations + 1n) return null;
    const ours = landing.status === ResultStatus.OK && landing.resultDigest === outcome.resultDigest;
    const token = ours ? await chain.program(request) : null;
    const possible =
      token !== null &&
      !token.frozen &&
      token.activeManifest === request.manifestDigest &&
      token.sequence + 1n === report.sequence;
    if (!possible) {
      await store.reports.move(report.key, ["EXECUTED"], "SUPERSEDED");
      onPersisted({ state: "SUPERSEDED", kind: "update", requestId: request.id });
      return null;
    }
    const update = updateOf(request, outcome.resultDigest, newState, report.sequence);
    return updateReport(update, { configVersion: config.version, deadline: updateDeadline(landing.block.time) });
  }

  async #sign(tracked: TrackedReport, report: Report, head: Block): Promise<void> {
    const { store, log, onPersisted } = this.#context;
    const { key, kind, requestId } = tracked;
    if (report.deadline < head.time) {
      if (await store.reports.move(key, ["EXECUTED"], "EXPIRED")) onPersisted({ state: "EXPIRED", kind, requestId });
      return;
    }
    const signature = await this.#signer.signReport(report);
    const digest = reportDigest(report, this.#domain);
    try {
      await store.reports.commitSignature({ key, report, digest, signer: this.#signer.address, signature }, head.time);
    } catch (error) {
      if (!(error instanceof EquivocationRefused)) throw error;
      log.error("A second answer to one question was refused", { key, error });
      return;
    }
    log.info("A report was signed", { key, digest });
    onPersisted({ state: "SIGNED", kind, requestId });
  }
}

function resultTerms(request: TrackedRequest, config: ReporterConfig): Report | null {
  if (request.outcome === null) return null;
  const deadline = resultDeadline(request);
  return resultReport(request, request.outcome, { configVersion: config.version, deadline });
}
