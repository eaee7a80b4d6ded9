import { ZeroAddress, ZeroHash } from "ethers";
import type { CollectionKind } from "../../helpers/contracts";
import { hasVotes, isERC1155 } from "../kinds";
import { ModelEditions } from "./editions";
import type { ModelProgram } from "./program";
import { ACCEPTED, type Refusal, refuse } from "./refusal";
import { ModelToken } from "./token";
import { ModelVotes } from "./votes";

/** How a collection was opened. */
export interface ModelSettings {
  kind: CollectionKind;
  address: string;
  controller: string;
  arbiter: string;
  oracle: string;
}

/** A collection of programs of one kind, and what its controller decided about it. */
export class ModelCollection {
  readonly programs: ModelProgram[] = [];
  /** Undefined where units do not vote. */
  readonly votes: ModelVotes | undefined;
  oracle: string;
  oracleLocked = false;
  paused = false;

  constructor(readonly settings: ModelSettings) {
    this.oracle = settings.oracle;
    this.votes = hasVotes(settings.kind) ? new ModelVotes() : undefined;
  }

  get address(): string {
    return this.settings.address;
  }

  get tokens(): readonly ModelToken[] {
    return this.programs.filter((program) => program instanceof ModelToken);
  }

  get editions(): readonly ModelEditions[] {
    return this.programs.filter((program) => program instanceof ModelEditions);
  }

  get is1155(): boolean {
    return isERC1155(this.settings.kind);
  }

  program(tokenId: bigint): ModelProgram | undefined {
    return this.programs[Number(tokenId) - 1];
  }

  /** ERC-721: new tokens, all or none. */
  mint(by: string, to: readonly string[], manifests: readonly string[]): Refusal | undefined {
    if (by !== this.settings.controller) return refuse("OwnableUnauthorizedAccount", by);
    if (to.length === 0 || to.length !== manifests.length) {
      return refuse("AINFT721BadBatch", to.length, manifests.length);
    }
    if (this.paused) return refuse("AINFTMintingPaused");
    const made = manifests.map((manifest, place) => new ModelToken(this.nextId + BigInt(place), manifest, to[place]));
    for (const { owner, tokenId, activeManifest } of made) {
      if (owner === ZeroAddress) return refuse("ERC721InvalidReceiver", owner);
      if (activeManifest === ZeroHash) return refuse("AINFTEmptyManifest", tokenId);
    }
    this.programs.push(...made);
    return ACCEPTED;
  }

  /** ERC-1155: a new id without editions. */
  createProgram(by: string, curator: string, manifest: string, limit: bigint): Refusal | undefined {
    if (by !== this.settings.controller) return refuse("OwnableUnauthorizedAccount", by);
    if (curator === ZeroAddress) return refuse("AINFT1155EmptyCurator");
    if (this.paused) return refuse("AINFTMintingPaused");
    if (manifest === ZeroHash) return refuse("AINFTEmptyManifest", this.nextId);
    this.programs.push(new ModelEditions(this.nextId, manifest, curator, limit));
    return ACCEPTED;
  }

  setPaused(by: string, paused: boolean): Refusal | undefined {
    if (by !== this.settings.controller) return refuse("OwnableUnauthorizedAccount", by);
    if (paused === this.paused) return refuse("AINFTSettingUnchanged");
    this.paused = paused;
    return ACCEPTED;
  }

  /** Obeys the oracle, or none at all. */
  setOracle(by: string, oracle: string): Refusal | undefined {
    if (by !== this.settings.controller) return refuse("OwnableUnauthorizedAccount", by);
    if (this.oracleLocked) return refuse("AINFTOracleLocked", this.oracle);
    if (oracle === this.oracle) return refuse("AINFTOracleUnchanged", oracle);
    this.oracle = oracle;
    return ACCEPTED;
  }

  lockOracle(by: string): Refusal | undefined {
    if (by !== this.settings.controller) return refuse("OwnableUnauthorizedAccount", by);
    if (this.oracleLocked) return refuse("AINFTOracleLocked", this.oracle);
    this.oracleLocked = true;
    return ACCEPTED;
  }

  /** The arbiter locks or unlocks a program, which may be one that never was. */
  setLock(by: string, tokenId: bigint, locked: boolean): Refusal | undefined {
    const { arbiter } = this.settings;
    if (by !== arbiter) return refuse("AINFTNotArbiter", by, arbiter);
    const program = this.program(tokenId);
    if (program !== undefined) return locked ? program.lock() : program.unlock();
    return locked ? refuse("AINFTUnknownToken", tokenId) : refuse("AINFTLockUnchanged", tokenId, false);
  }

  /** The arbiter retires a version of a program, which may be one that never was. */
  retire(by: string, tokenId: bigint, version: bigint, fallback: bigint, time: bigint): Refusal | undefined {
    const { arbiter } = this.settings;
    if (by !== arbiter) return refuse("AINFTNotArbiter", by, arbiter);
    return this.program(tokenId)?.retire(version, fallback, time) ?? this.refusedAsUnknown(tokenId);
  }

  private refusedAsUnknown(tokenId: bigint): Refusal | undefined {
    return this.program(tokenId) === undefined ? refuse("AINFTUnknownToken", tokenId) : ACCEPTED;
  }

  private get nextId(): bigint {
    return BigInt(this.programs.length + 1);
  }
}
