import { type OracleDomain, reportDigest } from "ainft-core";
import {
  batchDeadline,
  batchKey,
  type BatchKind,
  type BatchMember,
  type BatchRange,
  batchTree,
  cut,
  halvesOf,
  idsOf,
  leavesOf,
  partsToSign,
  rangeOf,
  readBatchKey,
  readyAs,
  readyParts,
  resultsOf,
  WITHOUT_END,
} from "../domain/batch.ts";
import { EquivocationRefused } from "../domain/errors.ts";
import type { ReporterConfig } from "../domain/request.ts";
import type { OpenRange } from "../ports/batches.ts";
import type { NewSignature } from "../ports/store.ts";
import type { ReportSigner } from "../ports/system.ts";
import type { ChainView, Context } from "./context.ts";
import { forEach } from "./each.ts";
import { Patience } from "./patience.ts";

/** Ranges, and signatures of peers, looked at in one round. The next round goes on behind them. */
const RANGES_AT_ONCE = 32;
const PEERS_AT_ONCE = 64;
/** Pause between two looks at a range that is not full, in milliseconds. */
const LOOK_PAUSE_MS = 250;

/** What the batcher needs beyond the context. */
export interface BatcherParts {
  readonly signer: ReportSigner;
  readonly domain: OracleDomain;
  /** Called with each signature, after it was kept. */
  readonly announce: (signature: NewSignature) => void;
  /** Longest batch: a power of two. */
  readonly size: bigint;
  /** Seconds of the chain that a batch stays open for more requests. */
  readonly windowSeconds: bigint;
  /** Milliseconds after which a batch that does not come about is cut smaller. */
  readonly patienceMs: number;
}

/**
 * Signs results by the batch. Batches are aligned ranges of ids, cut by what the chain says, so that reporters sign the
 * same ones without a word. What one of them cannot sign whole it signs in aligned halves, and so down to single results;
 * the others sign those parts as well as soon as they see them.
 */
export class Batcher {
  readonly #context: Context;
  readonly #parts: BatcherParts;
  readonly #patience: Patience;
  readonly #pause: Patience;
  readonly #refused = new Set<string>();
  #rangesBehind = 0n;
  #peersBehind = 0n;

  constructor(context: Context, parts: BatcherParts) {
    this.#context = context;
    this.#parts = parts;
    this.#patience = new Patience(context.clock, parts.patienceMs);
    this.#pause = new Patience(context.clock, Math.min(parts.patienceMs, LOOK_PAUSE_MS));
  }

  async batch(view: ChainView, config: ReporterConfig): Promise<void> {
    if (!config.reporters.includes(this.#parts.signer.address)) return; // rotated out: others sign
    await this.#renew(view, config);
    await this.#follow(view, config);
    await this.#split(view, config);
    await this.#cutNew(view, config);
  }

  /** Signs again what lost its signature to a change of the config. */
  async #renew(view: ChainView, config: ReporterConfig): Promise<void> {
    const { batches } = this.#context.store;
    await this.#each(await batches.inStates(["EXECUTED"]), async (old) => {
      await this.#signRange(old, await batches.members(old), view, config, old.kind);
    });
  }

  /** Cuts the ranges in which results wait, and signs what is ready of them. */
  async #cutNew(view: ChainView, config: ReporterConfig): Promise<void> {
    const { batches } = this.#context.store;
    const { size } = this.#parts;
    const open = await batches.open(size, this.#rangesBehind, RANGES_AT_ONCE);
    this.#rangesBehind = open.length < RANGES_AT_ONCE ? 0n : (open.at(-1)?.firstId ?? 0n) + size - 1n;
    await this.#each(
      open.filter((range) => this.#isWorthALook(range)),
      async ({ firstId }) => this.#cutOne(rangeOf(firstId, size), view, config),
    );
  }

  /** A range that fills is looked at when it is full, and now and then: others may have nothing more to come. */
  #isWorthALook({ firstId, fresh }: OpenRange): boolean {
    const key = String(firstId);
    if (fresh < this.#parts.size && !this.#pause.isOver(key, "filling")) return false;
    this.#pause.restart(key, "filling");
    return true;
  }

  async #cutOne(range: BatchRange, view: ChainView, config: ReporterConfig): Promise<void> {
    const { batches } = this.#context.store;
    const known = await batches.candidates(range, view.confirmed.number);
    const planned = cut(range, known, view.confirmed.time, this.#parts.windowSeconds);
    const members = await batches.members(range);
    await batches.leaveAlone(planned.alone);
    for (const whole of planned.batches) {
      const ofIt = inside(whole, members);
      for (const part of partsToSign(whole, ofIt)) await this.#signOrWait(part, inside(part, ofIt), view, config);
    }
  }

  /** Signs what was cut when all of it was run. What does not get there in time is signed in parts. */
  async #signOrWait(
    part: BatchRange,
    members: readonly BatchMember[],
    view: ChainView,
    config: ReporterConfig,
  ): Promise<void> {
    const run = members.filter(({ fresh }) => fresh).length;
    if (run === 0) return;
    const key = batchKey("batch", part);
    if (run < members.length && !this.#patience.isOver(key, run)) return;
    for (const ready of readyParts(part, members)) {
      if (ready.count === 1n) await this.#context.store.batches.leaveAlone([ready.firstId]);
      else await this.#signRange(ready, inside(ready, members), view, config);
    }
  }

  /** Signs what other reporters have signed within a batch of ours, or around it: smaller or larger, if it is ready. */
  async #follow(view: ChainView, config: ReporterConfig): Promise<void> {
    const { batches } = this.#context.store;
    const others = await batches.unmatched(config.version, this.#peersBehind, PEERS_AT_ONCE);
    this.#peersBehind = others.length < PEERS_AT_ONCE ? 0n : (others.at(-1)?.id ?? 0n);
    await this.#each(others, async ({ key, report }) => {
      if (report.count === 1n) {
        await batches.leaveAlone([report.firstId]);
        return;
      }
      const range = readBatchKey(key);
      if (range === null || (await batches.byKey(batchKey(range.kind, range))) !== null) return;
      const members = await batches.members(range);
      if (readyAs(members, range) === range.kind) await this.#signRange(range, members, view, config);
    });
  }

  /** A batch that another reporter answers otherwise is signed in halves: what they agree on must not wait. */
  async #split(view: ChainView, config: ReporterConfig): Promise<void> {
    const { batches } = this.#context.store;
    await this.#each(await batches.inStates(["SIGNED"]), async (batch) => {
      const { key, digest } = batch;
      if (digest === null || !this.#patience.isOver(`split ${key}`, digest)) return;
      if (!(await batches.isDisputed(key, digest, config.version))) return;
      for (const half of halvesOf(batch)) await this.#signHalf(half, batch.kind, view, config);
    });
  }

  async #signHalf(half: BatchRange, kind: BatchKind, view: ChainView, config: ReporterConfig): Promise<void> {
    const { batches } = this.#context.store;
    if (half.count === 1n) await batches.leaveAlone([half.firstId]);
    else if ((await batches.byKey(batchKey(kind, half))) === null) {
      await this.#signRange(half, await batches.members(half), view, config);
    }
  }

  /** Signs a batch of which everything was run. `again`: its signature is renewed, whatever became of its results. */
  async #signRange(
    range: BatchRange,
    members: readonly BatchMember[],
    view: ChainView,
    config: ReporterConfig,
    again?: BatchKind,
  ): Promise<void> {
    const kind = again ?? readyAs(members, range);
    const results = resultsOf(members);
    if (kind === null || results === null || BigInt(results.length) !== range.count) return;
    const deadline = batchDeadline(members);
    if (deadline < view.head.time) {
      if (deadline < view.confirmed.time) await this.#context.store.batches.leaveAlone(members.map(({ id }) => id));
      return;
    }
    const terms = { configVersion: config.version, deadline };
    const tree = batchTree(results, terms);
    const report = kind === "root" ? tree.lasting : tree.report;
    const bindsUntil = kind === "root" ? WITHOUT_END : deadline;
    const signed = { key: batchKey(kind, range), kind, root: tree.report.root, leaves: leavesOf(tree), bindsUntil };
    const signature = await this.#parts.signer.signReport(report);
    const digest = reportDigest(report, this.#parts.domain);
    const record = { key: signed.key, report, digest, signer: this.#parts.signer.address, signature };
    await this.#commit(record, signed, view);
  }

  async #commit(
    record: NewSignature,
    signed: Parameters<Context["store"]["batches"]["commitSignature"]>[1],
    view: ChainView,
  ): Promise<void> {
    const { store, log, onPersisted } = this.#context;
    const { key, report, digest } = record;
    try {
      await store.batches.commitSignature(record, signed, view.confirmed.time);
    } catch (error) {
      if (!(error instanceof EquivocationRefused)) throw error;
      if (!this.#refused.has(digest)) log.error("A second answer to one question was refused", { key, error });
      this.#refused.add(digest);
      await store.batches.leaveAlone(idsOf({ firstId: report.firstId, count: report.count })); // the others of it must not wait
      return;
    }
    log.info("A batch was signed", { key, digest, results: signed.leaves.length });
    onPersisted({ state: "SIGNED", kind: signed.kind, requestId: report.firstId });
    this.#parts.announce(record);
  }

  async #each<T extends { readonly key?: string; readonly firstId?: bigint }>(
    items: readonly T[],
    work: (item: T) => Promise<void>,
  ): Promise<void> {
    await forEach(items, this.#context.log, ({ key, firstId }) => ({ key, firstId }), work);
  }
}

function inside({ firstId, count }: BatchRange, members: readonly BatchMember[]): BatchMember[] {
  return members.filter(({ id }) => id >= firstId && id < firstId + count);
}
