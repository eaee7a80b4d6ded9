import { ZeroAddress, ZeroHash } from "ethers";
import { blindLeaf, recordLeaf, type StateUpdate, type TrainingRecord } from "../../helpers/typed-data";
import { ACCEPTED, type Refusal, refuse } from "./refusal";

/** Most records in one batch. */
export const MOST_RECORDS = 256;

/** A program as a person would tell its story: lists that only grow, a counter, and two seals. */
export abstract class ModelProgram {
  readonly versions: string[];
  /** What can be proved: a record for each leaf, also where only the leaf was sent. */
  readonly records: TrainingRecord[] = [];
  readonly leaves: string[] = [];
  active = 1n;
  sequence = 0n;
  state = ZeroHash;
  frozen = false;
  /** Locked by a dispute. */
  locked = false;
  /** Versions that never run again. */
  readonly retired = new Set<bigint>();
  /** The active version was retired, and no other took its place. */
  suspended = false;
  updatedAt = 0n;

  constructor(
    readonly tokenId: bigint,
    manifest: string,
  ) {
    this.versions = [manifest];
  }

  /** Who changes the program; undefined when nobody ever can again. */
  abstract get controller(): string | undefined;

  /** How many units everybody holds: votes, where units vote. */
  abstract holdings(): ReadonlyMap<string, bigint>;

  get activeManifest(): string {
    return this.versions[Number(this.active) - 1] ?? ZeroHash;
  }

  publish(by: string, manifest: string, time: bigint): Refusal | undefined {
    const refusal = this.refusedToReplace(by);
    if (refusal !== undefined) return refusal;
    if (manifest === ZeroHash) return refuse("AINFTEmptyManifest", this.tokenId);
    this.versions.push(manifest);
    this.active = BigInt(this.versions.length);
    this.suspended = false;
    this.updatedAt = time;
    return ACCEPTED;
  }

  activate(by: string, version: bigint, time: bigint): Refusal | undefined {
    const refusal = this.refusedToReplace(by);
    if (refusal !== undefined) return refusal;
    const count = BigInt(this.versions.length);
    if (version < 1n || version > count) return refuse("AINFTUnknownVersion", this.tokenId, version, count);
    if (version === this.active) return refuse("AINFTVersionUnchanged", this.tokenId, version);
    if (this.retired.has(version)) return refuse("AINFTVersionRetired", this.tokenId, version);
    this.active = version;
    this.suspended = false;
    this.updatedAt = time;
    return ACCEPTED;
  }

  freeze(by: string, time: bigint): Refusal | undefined {
    const refusal = this.refusedTo(by);
    if (refusal !== undefined) return refusal;
    this.frozen = true;
    this.updatedAt = time;
    return ACCEPTED;
  }

  /** @param consented Whether the contributor signed this record for this very place, or appends it themselves. */
  train(by: string, record: TrainingRecord, consented: boolean, time: bigint): Refusal | undefined {
    const refusal = this.refusedTo(by);
    if (refusal !== undefined) return refusal;
    if (record.contributor === ZeroAddress) return refuse("AINFTEmptyContributor", this.tokenId);
    if (record.trainedAt > time) return refuse("AINFTTrainingInFuture", record.trainedAt, time);
    return this.append(record.contributor, [record], { consented, time, leafOf: recordLeaf });
  }

  /** Whole records of one contributor, with one consent for all. */
  trainBatch(by: string, records: readonly TrainingRecord[], consented: boolean, time: bigint): Refusal | undefined {
    const contributor = records[0]?.contributor;
    if (contributor === undefined || records.length > MOST_RECORDS) return refusedLength(records.length);
    for (const record of records) {
      if (record.contributor !== contributor) {
        return refuse("AINFTMixedContributors", contributor, record.contributor);
      }
      if (record.trainedAt > time) return refuse("AINFTTrainingInFuture", record.trainedAt, time);
    }
    return this.appendAgreed(by, contributor, records, { consented, time, leafOf: recordLeaf });
  }

  /** The same by digests alone: the chain sees neither the contributors nor the times within the records. */
  trainLeaves(
    by: string,
    contributor: string,
    records: readonly TrainingRecord[],
    consented: boolean,
    time: bigint,
  ): Refusal | undefined {
    if (records.length < 1 || records.length > MOST_RECORDS) return refusedLength(records.length);
    return this.appendAgreed(by, contributor, records, { consented, time, leafOf: blindLeaf });
  }

  /** The arbiter locks the program; frozen or not, nothing in it may move meanwhile. */
  lock(): Refusal | undefined {
    if (this.locked) return refuse("AINFTLockUnchanged", this.tokenId, true);
    this.locked = true;
    return ACCEPTED;
  }

  unlock(): Refusal | undefined {
    if (!this.locked) return refuse("AINFTLockUnchanged", this.tokenId, false);
    this.locked = false;
    return ACCEPTED;
  }

  /** The arbiter takes a version out of use for ever; another takes its place where it is active, or none does. */
  retire(version: bigint, fallback: bigint, time: bigint): Refusal | undefined {
    if (!this.locked) return refuse("AINFTNotLocked", this.tokenId);
    if (this.frozen) return refuse("AINFTFrozen", this.tokenId);
    const refusal = this.refusedAsUnusable(version);
    if (refusal !== undefined) return refusal;
    const isActive = version === this.active;
    if (fallback !== 0n) {
      if (!isActive) return refuse("AINFTNeedsNoFallback", this.tokenId, version, fallback);
      if (fallback === version) return refuse("AINFTVersionRetired", this.tokenId, version);
      const refusedFallback = this.refusedAsUnusable(fallback);
      if (refusedFallback !== undefined) return refusedFallback;
      this.active = fallback;
    }
    this.retired.add(version);
    if (isActive && fallback === 0n) this.suspended = true;
    this.updatedAt = time;
    return ACCEPTED;
  }

  update(update: StateUpdate, time: bigint): Refusal | undefined {
    if (this.frozen) return refuse("AINFTFrozen", this.tokenId);
    if (this.locked) return refuse("AINFTLocked", this.tokenId);
    if (this.suspended) return refuse("AINFTVersionRetired", this.tokenId, this.active);
    if (update.manifestDigest !== this.activeManifest) {
      return refuse("AINFTInactiveManifest", this.tokenId, this.activeManifest, update.manifestDigest);
    }
    const next = this.sequence + 1n;
    if (update.sequence !== next) return refuse("AINFTStaleSequence", this.tokenId, next, update.sequence);
    this.sequence = next;
    this.state = update.stateDigest;
    this.updatedAt = time;
    return ACCEPTED;
  }

  protected refusedToOthers(by: string): Refusal | undefined {
    return by === this.controller ? ACCEPTED : refuse("AINFTNotController", this.tokenId, by);
  }

  private refusedAsUnusable(version: bigint): Refusal | undefined {
    const count = BigInt(this.versions.length);
    if (version < 1n || version > count) return refuse("AINFTUnknownVersion", this.tokenId, version, count);
    return this.retired.has(version) ? refuse("AINFTVersionRetired", this.tokenId, version) : ACCEPTED;
  }

  private refusedTo(by: string): Refusal | undefined {
    const refusal = this.refusedToReplace(by);
    if (refusal !== undefined) return refusal;
    return this.suspended ? refuse("AINFTVersionRetired", this.tokenId, this.active) : ACCEPTED;
  }

  /** A suspended program waits for another version. */
  private refusedToReplace(by: string): Refusal | undefined {
    const refusal = this.refusedToOthers(by);
    if (refusal !== undefined) return refusal;
    if (this.frozen) return refuse("AINFTFrozen", this.tokenId);
    if (this.locked) return refuse("AINFTLocked", this.tokenId);
    return ACCEPTED;
  }

  private appendAgreed(
    by: string,
    contributor: string,
    records: readonly TrainingRecord[],
    how: Appending,
  ): Refusal | undefined {
    const refusal = this.refusedTo(by);
    if (refusal !== undefined) return refusal;
    if (contributor === ZeroAddress) return refuse("AINFTEmptyContributor", this.tokenId);
    return this.append(contributor, records, how);
  }

  private append(
    contributor: string,
    records: readonly TrainingRecord[],
    { consented, time, leafOf }: Appending,
  ): Refusal | undefined {
    const index = BigInt(this.leaves.length);
    if (!consented) return refuse("AINFTInvalidConsent", this.tokenId, index, contributor);
    this.records.push(...records);
    this.leaves.push(...records.map(leafOf));
    this.updatedAt = time;
    return ACCEPTED;
  }
}

/** How records come into a log. */
interface Appending {
  consented: boolean;
  time: bigint;
  /** What stands in the log for a record. */
  leafOf: (record: TrainingRecord) => string;
}

function refusedLength(length: number): Refusal {
  return refuse("AINFTBadBatchLength", length, MOST_RECORDS);
}
