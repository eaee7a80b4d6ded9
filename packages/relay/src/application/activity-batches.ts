import {
  type Address,
  encodeAttestation,
  type Hex,
  type OracleDomain,
  recoverReporter,
  type Report,
  type StateUpdate,
} from "ainft-core";
import { type ActivityBatch, BATCH_SECONDS, ordererOf, ORDERING_SECONDS } from "../domain/activity.ts";
import { PeerPayloadRefused } from "../domain/errors.ts";
import type { ReporterConfig } from "../domain/request.ts";
import type { BatchSignature, Proposal, TrackedEvent } from "../ports/activity.ts";
import type { ActivityScan } from "./activity-scan.ts";
import type { ChainView, Context } from "./context.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { forEach } from "./each.ts";

/** Seconds by which another relay's chain may be ahead of ours. */
const SLACK_SECONDS = 300n;

/** What batches need beyond the context. */
export interface BatchParts {
  readonly domain: OracleDomain;
  readonly scan: ActivityScan;
  /** Most events of one batch. */
  readonly maxBatch: number;
  /** Null when this relay sends no transactions. */
  readonly sending: {
    readonly dispatcher: Dispatcher;
    readonly oracle: Address;
    readonly encode: (updates: readonly StateUpdate[], attestation: Hex) => Hex;
  } | null;
}

/** Brings signed batches to a quorum, to the chain, and to their end. */
export class ActivityBatches {
  readonly #context: Context;
  readonly #parts: BatchParts;

  constructor(context: Context, parts: BatchParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Ends batches that the chain went past, whose time is over, or that another config has to sign. */
  async close(view: ChainView, config: ReporterConfig): Promise<void> {
    const { store, chain, log } = this.#context;
    const { confirmed } = view;
    await forEach(
      await store.activity.batchesIn(["SIGNED", "QUORUM"]),
      log,
      ({ key }) => ({ key }),
      async ({ key, report, updates }) => {
        const [first, last] = [updates[0], updates.at(-1)];
        if (first === undefined || last === undefined) return;
        const sequence = (await chain.program(first, confirmed.number))?.sequence ?? 0n;
        if (sequence >= first.sequence && !(await this.#parts.scan.upTo(first, view))) return;
        const event = await store.activity.event(last.inputDigest);
        const done = event?.state === "APPLIED" && event.sequence === last.sequence;
        const over = report.deadline < confirmed.time || report.configVersion !== config.version;
        if (sequence < first.sequence && !over) return;
        const state = done ? "FINAL" : sequence >= first.sequence ? "LOST" : "EXPIRED";
        await store.activity.close(key, ["SIGNED", "QUORUM"], state);
        log.info("A batch of activity ended", { key, state });
      },
    );
  }

  /** What the others are asked to run and sign; null when an event of it is gone. */
  async proposalOf({ report, updates, digest }: ActivityBatch): Promise<Proposal | null> {
    const { activity } = this.#context.store;
    const [first] = updates;
    const events = await Promise.all(updates.map(async ({ inputDigest }) => activity.event(inputDigest)));
    const found = events.filter((event): event is TrackedEvent => event !== null);
    if (first === undefined || found.length < updates.length) return null;
    const { collection, tokenId, sequence } = first;
    const signatures = await activity.signaturesOf(digest);
    return { report, token: { collection, tokenId }, baseSequence: sequence - 1n, events: found, signatures };
  }

  /** Throws {@link PeerPayloadRefused}. */
  checkSignatures(report: Report, signatures: readonly BatchSignature[], { reporters }: ReporterConfig): void {
    if (signatures.length === 0 || signatures.length > reporters.length) {
      throw new PeerPayloadRefused("a batch without signatures, or with too many");
    }
    for (const { signer, signature } of signatures) {
      if (!reporters.includes(signer)) throw new PeerPayloadRefused(`${signer} is not a reporter`);
      if (recoverReporter(report, signature, this.#parts.domain) !== signer) {
        throw new PeerPayloadRefused(`the signature is not ${signer}'s`);
      }
    }
  }

  /** Throws {@link PeerPayloadRefused}. */
  checkTerms({ report, token, events, signatures }: Proposal, config: ReporterConfig, view: ChainView): void {
    const { head, confirmed } = view;
    if (report.configVersion !== config.version || report.firstId !== 0n) throw new PeerPayloadRefused("other terms");
    if (report.count !== BigInt(events.length) || events.length > this.#parts.maxBatch) {
      throw new PeerPayloadRefused("a batch of another length than its report says, or too long");
    }
    if (report.deadline < head.time || report.deadline > head.time + BATCH_SECONDS + SLACK_SECONDS) {
      throw new PeerPayloadRefused("a batch with a deadline that is over or too far away");
    }
    const times = [confirmed.time - ORDERING_SECONDS, confirmed.time, head.time];
    const orderers = times.map((time) => ordererOf(token, config, time));
    if (!signatures.some(({ signer }) => orderers.includes(signer))) {
      throw new PeerPayloadRefused("a batch by a reporter whose turn it is not");
    }
  }

  /** Makes attestations of what enough reporters have signed. */
  async complete(config: ReporterConfig): Promise<void> {
    const { store, clock, log } = this.#context;
    for (const { key, digest, report } of await store.activity.batchesIn(["SIGNED"])) {
      const found = await store.activity.signaturesOf(digest);
      const signatures = config.reporters.flatMap((reporter, index) => {
        const signature = found.find(({ signer }) => signer === reporter)?.signature;
        return signature === undefined ? [] : [{ index, signature }];
      });
      if (signatures.length < config.threshold || report.configVersion !== config.version) continue;
      const { configVersion, deadline } = report;
      const chosen = signatures.slice(0, config.threshold);
      const attestation = encodeAttestation({ configVersion, deadline }, chosen, config.reporters);
      if (await store.activity.commitQuorum(key, attestation, clock.now())) {
        log.info("A batch of activity has its quorum", { key });
      }
    }
  }

  /** Hands what has a quorum to the transaction manager, when it is this relay's turn. */
  async submit({ head }: ChainView, config: ReporterConfig): Promise<void> {
    const { sending } = this.#parts;
    if (sending === null) return;
    const { store, chain, log } = this.#context;
    await forEach(
      await store.activity.batchesIn(["QUORUM"]),
      log,
      ({ key }) => ({ key }),
      async ({ key, updates, attestation, report, quorumAt }) => {
        const [first] = updates;
        if (first === undefined || attestation === null || quorumAt === null || report.deadline < head.time) return;
        const token = await chain.program(first, head.number);
        if (token === null || token.sequence >= first.sequence) return; // somebody was quicker: wait until it is deep
        const data = sending.encode(updates, attestation);
        const call = { key, to: sending.oracle, data, root: report.root, since: quorumAt, reserve: 0n };
        await sending.dispatcher.dispatch(call, config);
      },
    );
  }
}
