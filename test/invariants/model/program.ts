import { ZeroHash } from "ethers";
import { recordLeaf, type StateUpdate, type TrainingRecord } from "../../helpers/typed-data";
import { ACCEPTED, type Refusal, refuse } from "./refusal";

/** A program as a person would tell its story: lists that only grow, a counter, and a seal. */
export class ModelProgram {
  readonly versions: string[];
  readonly records: TrainingRecord[] = [];
  readonly leaves: string[] = [];
  active = 1n;
  sequence = 0n;
  state = ZeroHash;
  frozen = false;
  updatedAt = 0n;

  constructor(
    readonly tokenId: bigint,
    public owner: string,
    manifest: string,
  ) {
    this.versions = [manifest];
  }

  get activeManifest(): string {
    return this.versions[Number(this.active) - 1] ?? ZeroHash;
  }

  publish(by: string, manifest: string, time: bigint): Refusal | undefined {
    const refusal = this.refusedTo(by);
    if (refusal !== undefined) return refusal;
    if (manifest === ZeroHash) return refuse("AINFTEmptyManifest", this.tokenId);
    this.versions.push(manifest);
    this.active = BigInt(this.versions.length);
    this.updatedAt = time;
    return ACCEPTED;
  }

  activate(by: string, version: bigint, time: bigint): Refusal | undefined {
    const refusal = this.refusedTo(by);
    if (refusal !== undefined) return refusal;
    const count = BigInt(this.versions.length);
    if (version < 1n || version > count) return refuse("AINFTUnknownVersion", this.tokenId, version, count);
    if (version === this.active) return refuse("AINFTVersionUnchanged", this.tokenId, version);
    this.active = version;
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
    if (record.trainedAt > time) return refuse("AINFTTrainingInFuture", record.trainedAt, time);
    const index = BigInt(this.leaves.length);
    if (!consented) return refuse("AINFTInvalidConsent", this.tokenId, index, record.contributor);
    this.records.push(record);
    this.leaves.push(recordLeaf(record));
    this.updatedAt = time;
    return ACCEPTED;
  }

  update(update: StateUpdate, time: bigint): Refusal | undefined {
    if (this.frozen) return refuse("AINFTFrozen", this.tokenId);
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

  transfer(by: string, to: string): Refusal | undefined {
    if (by !== this.owner) return refuse("ERC721InsufficientApproval", by, this.tokenId);
    this.owner = to;
    return ACCEPTED;
  }

  private refusedTo(by: string): Refusal | undefined {
    if (by !== this.owner) return refuse("AINFTNotController", this.tokenId, by);
    if (this.frozen) return refuse("AINFTFrozen", this.tokenId);
    return ACCEPTED;
  }
}
