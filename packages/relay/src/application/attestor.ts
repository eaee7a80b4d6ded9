import { type Report, reportDigest, type OracleDomain, ResultStatus } from "ainft-core";
import { EquivocationRefused } from "../domain/errors.ts";
import {
  isOurAnswer,
  resultDeadline,
  resultReport,
  type TrackedReport,
  updateDeadline,
  updateOf,
  updateReport,
} from "../domain/report.ts";
import type { Landing, ReporterConfig } from "../domain/request.ts";
import type { NewSignature, TrackedRequest } from "../ports/store.ts";
import type { ReportSigner } from "../ports/system.ts";
import type { ChainView, Context } from "./context.ts";
import { forEach } from "./each.ts";

/** Single reports signed in one round. */
const AT_ONCE = 512;

/** Signs what this relay computed itself, and keeps the signature before anybody can see it. */
export class Attestor {
  readonly #context: Context;
  readonly #signer: ReportSigner;
  readonly #domain: OracleDomain;
  readonly #announce: (signature: NewSignature) => void;
  /** Digests whose signature was refused, so that each is reported once. */
  readonly #refused = new Set<string>();

  /** `announce` is called with each signature, after it was kept. */
  constructor(
    context: Context,
    signer: ReportSigner,
    domain: OracleDomain,
    announce: (signature: NewSignature) => void,
  ) {
    this.#context = context;
    this.#signer = signer;
    this.#domain = domain;
    this.#announce = announce;
  }

  async attest(view: ChainView, config: ReporterConfig): Promise<void> {
    if (!config.reporters.includes(this.#signer.address)) return; // rotated out: others sign
    const { store, log } = this.#context;
    // Signatures under an older config are made again, those of batches too: it may stop counting at any time.
    await store.reports.renew(config.version);
    const unsigned = await store.reports.unsigned(AT_ONCE);
    await forEach(
      unsigned,
      log,
      ({ key }) => ({ key }),
      async (report) => {
        const request = await store.requests.byId(report.requestId);
        if (request?.state !== "EXECUTED") return;
        const content =
          report.kind === "result"
            ? resultTerms(request, config)
            : await this.#updateTerms(report, request, view, config);
        if (content !== null) await this.#sign(report, content, view);
      },
    );
  }

  /** The update's report, once its result stands deep enough on chain. Null while it does not, or when it never will. */
  async #updateTerms(
    report: TrackedReport,
    request: TrackedRequest,
    view: ChainView,
    config: ReporterConfig,
  ): Promise<Report | null> {
    const { landing, outcome, newState } = request;
    if (outcome === null || newState === null || report.sequence === null) return null;
    if (landing === null || landing.block.number > view.confirmed.number) return null;
    if (!(await this.#isPossible(report, request, landing, view))) {
      const { store, onPersisted } = this.#context;
      await store.reports.move(report.key, ["EXECUTED"], "SUPERSEDED");
      onPersisted({ state: "SUPERSEDED", kind: "update", requestId: request.id });
      return null;
    }
    const update = updateOf(request, outcome.resultDigest, newState, report.sequence);
    return updateReport(update, { configVersion: config.version, deadline: updateDeadline(landing.block.time) });
  }

  /** Whether the update can still be applied: the quorum gave our answer, and the token stands where we left it. */
  async #isPossible(
    report: TrackedReport,
    request: TrackedRequest,
    landing: Landing,
    { confirmed }: ChainView,
  ): Promise<boolean> {
    const { outcome } = request;
    if (landing.status !== ResultStatus.OK || outcome === null || !isOurAnswer(landing, request, outcome)) {
      this.#context.log.error("The quorum answered otherwise than this relay", { requestId: request.id });
      return false;
    }
    const token = await this.#context.chain.program(request, confirmed.number);
    return (
      token?.frozen === false &&
      token.activeManifest === request.manifestDigest &&
      token.sequence + 1n === report.sequence
    );
  }

  async #sign(tracked: TrackedReport, report: Report, view: ChainView): Promise<void> {
    const { store, log, onPersisted } = this.#context;
    const { key, kind, requestId } = tracked;
    if (report.deadline < view.head.time) {
      if (report.deadline >= view.confirmed.time) return;
      if (await store.reports.move(key, ["EXECUTED"], "EXPIRED")) onPersisted({ state: "EXPIRED", kind, requestId });
      return;
    }
    const signature = await this.#signer.signReport(report);
    const digest = reportDigest(report, this.#domain);
    const record = { key, report, digest, signer: this.#signer.address, signature };
    try {
      await store.reports.commitSignature(record, view.confirmed.time);
    } catch (error) {
      if (!(error instanceof EquivocationRefused)) throw error;
      if (!this.#refused.has(digest)) log.error("A second answer to one question was refused", { key, error });
      this.#refused.add(digest);
      return;
    }
    log.info("A report was signed", { key, digest });
    onPersisted({ state: "SIGNED", kind, requestId });
    this.#announce(record);
  }
}

function resultTerms(request: TrackedRequest, config: ReporterConfig): Report | null {
  if (request.outcome === null) return null;
  const deadline = resultDeadline(request);
  return resultReport(request, request.outcome, { configVersion: config.version, deadline });
}
