import {
  type Address,
  encodeAttestation,
  type OracleDomain,
  recoverReporter,
  type Report,
  reportDigest,
} from "ainft-core";
import { readBatchKey } from "../domain/batch.ts";
import { PeerPayloadRefused } from "../domain/errors.ts";
import { type ReportKey, resultKey } from "../domain/report.ts";
import type { ReporterConfig } from "../domain/request.ts";
import type { NewSignature } from "../ports/store.ts";
import type { Peer } from "../ports/system.ts";
import type { Context } from "./context.ts";

/** Reports completed in one round. */
const AT_ONCE = 512;

/** Collects the signatures of the other reporters until a report has exactly as many as the contract takes. */
export class Gatherer {
  readonly #context: Context;
  readonly #peers: readonly Peer[];
  readonly #domain: OracleDomain;
  /** What is under way with each peer: a slow one is not asked twice, and keeps nobody waiting. */
  readonly #busy = new Map<string, Promise<void>>();
  #config: ReporterConfig | null = null;

  constructor(context: Context, peers: readonly Peer[], domain: OracleDomain) {
    this.#context = context;
    this.#peers = peers;
    this.#domain = domain;
  }

  /** Reads the peers in the background, and completes what already has enough signatures. */
  async gather(config: ReporterConfig): Promise<void> {
    this.#config = config;
    for (const peer of this.#peers) this.#background(peer, async () => this.#read(peer, config));
    await this.#complete(config);
  }

  /** Hands a signature of ours to every peer, without waiting: who misses it reads it later. */
  announce(record: NewSignature): void {
    for (const peer of this.#peers) {
      peer.push(record).catch((error: unknown) => {
        this.#context.log.debug("A peer did not take a signature", { peer: peer.url, error });
      });
    }
  }

  /** Takes a signature that somebody sent. Throws {@link PeerPayloadRefused} when it is no reporter's. */
  async accept(record: NewSignature): Promise<void> {
    if (this.#config === null) throw new PeerPayloadRefused("this relay does not know the reporters yet");
    await this.#take(record, this.#config);
  }

  async drain(): Promise<void> {
    await Promise.all(this.#busy.values());
  }

  #background(peer: Peer, work: () => Promise<void>): void {
    if (this.#busy.has(peer.url)) return;
    const done = work()
      .catch((error: unknown) => {
        const refused = error instanceof PeerPayloadRefused;
        const sentence = refused ? "A peer sent what was refused" : "A peer did not answer";
        this.#context.log.warn(sentence, { peer: peer.url, error });
      })
      .finally(() => this.#busy.delete(peer.url));
    this.#busy.set(peer.url, done);
  }

  async #read(peer: Peer, config: ReporterConfig): Promise<void> {
    const { peers } = this.#context.store;
    const progress = await peers.progress(peer.url);
    const page = await peer.attestations(progress?.cursor ?? 0n);
    if (progress !== null && progress.instance !== page.instance) {
      await peers.setProgress(peer.url, page.instance, 0n); // its data folder is new: read it from the start
      return;
    }
    for (const record of page.signatures) await this.#take(record, config);
    // A peer that has seen a newer config first is read again when this relay has seen it too.
    const ahead = page.signatures.some(({ report }) => report.configVersion > config.version);
    if (!ahead && page.cursor !== progress?.cursor) await peers.setProgress(peer.url, page.instance, page.cursor);
  }

  async #take(record: NewSignature, config: ReporterConfig): Promise<void> {
    const { report, signer, key } = record;
    if (report.configVersion !== config.version) return; // before or after a rotation: its signer renews it
    if (!config.reporters.includes(signer)) {
      throw new PeerPayloadRefused(`${signer} is not a reporter of config ${config.version}`);
    }
    if (!isAbout(report, key)) throw new PeerPayloadRefused(`its report is not about ${key}`);
    const { store, log } = this.#context;
    const digest = reportDigest(report, this.#domain);
    if (await store.reports.hasSignature(digest, signer)) return; // pushed and read: recovering a key takes milliseconds
    if (recoverReporter(report, record.signature, this.#domain) !== signer) {
      throw new PeerPayloadRefused(`the signature is not ${signer}'s`);
    }
    const isNew = await store.reports.addPeerSignature({ ...record, digest });
    const own = await store.reports.byKey(key);
    const differs = own !== null && own.digest !== null && own.digest !== digest;
    if (isNew && differs && own.configVersion === report.configVersion) {
      log.error("A reporter answers otherwise", { key, reporter: signer });
    }
  }

  async #complete(config: ReporterConfig): Promise<void> {
    const { store, clock, log, onPersisted } = this.#context;
    for (const { report, signatures: found } of await store.reports.withSignatures(config.threshold, AT_ONCE)) {
      const { key, kind, digest, requestId, deadline, configVersion } = report;
      if (digest === null || deadline === null || configVersion !== config.version) continue;
      const signatures = config.reporters.flatMap((reporter: Address, index) => {
        const signature = found.find(({ signer }) => signer === reporter)?.signature;
        return signature === undefined ? [] : [{ index, signature }];
      });
      if (signatures.length < config.threshold) continue;
      const terms = { configVersion: config.version, deadline };
      const attestation = encodeAttestation(terms, signatures.slice(0, config.threshold), config.reporters);
      if (await store.reports.commitQuorum(key, digest, attestation, clock.now())) {
        log.info("A report has its quorum", { key });
        onPersisted({ state: "QUORUM", kind, requestId });
      }
    }
  }
}

/** Whether a key names what a report is about. A report of an update names nothing: its root alone does. */
function isAbout({ firstId, count }: Report, key: ReportKey): boolean {
  const batch = readBatchKey(key);
  if (batch !== null) return batch.firstId === firstId && batch.count === count;
  return count === 1n && (firstId === 0n ? !key.startsWith("result:") : key === resultKey(firstId));
}
