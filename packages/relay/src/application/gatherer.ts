import { type Address, encodeAttestation, type OracleDomain, recoverReporter, reportDigest } from "ainft-core";
import { PeerPayloadRefused } from "../domain/errors.ts";
import type { ReporterConfig } from "../domain/request.ts";
import type { SignatureRecord } from "../ports/store.ts";
import type { Peer } from "../ports/system.ts";
import type { Context } from "./context.ts";

/** Collects the signatures of the other reporters until a report has exactly as many as the contract takes. */
export class Gatherer {
  readonly #context: Context;
  readonly #peers: readonly Peer[];
  readonly #domain: OracleDomain;

  constructor(context: Context, peers: readonly Peer[], domain: OracleDomain) {
    this.#context = context;
    this.#peers = peers;
    this.#domain = domain;
  }

  async gather(config: ReporterConfig): Promise<void> {
    await Promise.all(this.#peers.map(async (peer) => this.#read(peer, config)));
    await this.#complete(config);
  }

  /** One silent or lying peer must not stop the others: this never rejects. */
  async #read(peer: Peer, config: ReporterConfig): Promise<void> {
    const { store, log } = this.#context;
    try {
      const progress = await store.peers.progress(peer.url);
      const page = await peer.attestations(progress?.cursor ?? 0n);
      if (progress !== null && progress.instance !== page.instance) {
        await store.peers.setProgress(peer.url, page.instance, 0n); // its data folder is new: read it from the start
        return;
      }
      for (const record of page.signatures) await this.#take(record, config);
      if (page.cursor !== progress?.cursor) await store.peers.setProgress(peer.url, page.instance, page.cursor);
    } catch (error) {
      const message = error instanceof PeerPayloadRefused ? "A peer sent what was refused" : "A peer did not answer";
      log.warn(message, { peer: peer.url, error });
    }
  }

  async #take(record: Omit<SignatureRecord, "id">, config: ReporterConfig): Promise<void> {
    if (record.report.configVersion !== config.version) return; // before or after a rotation: its signer renews it
    if (!config.reporters.includes(record.signer)) {
      throw new PeerPayloadRefused(`${record.signer} is not a reporter of config ${config.version}`);
    }
    if (recoverReporter(record.report, record.signature, this.#domain) !== record.signer) {
      throw new PeerPayloadRefused(`the signature is not ${record.signer}'s`);
    }
    const { store, log } = this.#context;
    await store.reports.addPeerSignature({ ...record, digest: reportDigest(record.report, this.#domain) });
    const own = await store.reports.byKey(record.key);
    const differs = own?.digest !== null && own?.digest !== undefined && own.digest !== record.digest;
    if (differs) log.error("A reporter answers otherwise", { key: record.key, reporter: record.signer });
  }

  async #complete(config: ReporterConfig): Promise<void> {
    const { store, clock, log, onPersisted } = this.#context;
    for (const { key, kind, digest, requestId, deadline } of await store.reports.inStates(["SIGNED"])) {
      if (digest === null || deadline === null) continue;
      const found = await store.reports.signaturesOf(digest);
      const signatures = config.reporters
        .map((reporter: Address, index: number) => ({
          index,
          signature: found.find(({ signer }) => signer === reporter)?.signature,
        }))
        .flatMap(({ index, signature }) => (signature === undefined ? [] : [{ index, signature }]))
        .slice(0, config.threshold);
      if (signatures.length < config.threshold) continue;
      const attestation = encodeAttestation({ configVersion: config.version, deadline }, signatures);
      if (await store.reports.commitQuorum(key, digest, attestation, clock.now())) {
        log.info("A report has its quorum", { key });
        onPersisted({ state: "QUORUM", kind, requestId });
      }
    }
  }
}
