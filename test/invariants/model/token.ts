import { ZeroAddress } from "ethers";
import { ModelProgram } from "./program";
import { ACCEPTED, type Refusal, refuse } from "./refusal";

/** A program that is a token of an ERC-721 collection: it has one owner until it is burned, and may have a user. */
export class ModelToken extends ModelProgram {
  user = ZeroAddress;
  userExpires = 0n;

  constructor(
    tokenId: bigint,
    manifest: string,
    /** Undefined once the token is burned. */
    public owner: string | undefined,
  ) {
    super(tokenId, manifest);
  }

  get controller(): string | undefined {
    return this.owner;
  }

  holdings(): ReadonlyMap<string, bigint> {
    return new Map(this.owner === undefined ? [] : [[this.owner, 1n]]);
  }

  transfer(by: string, from: string, to: string): Refusal | undefined {
    if (to === ZeroAddress) return refuse("ERC721InvalidReceiver", to);
    if (this.owner === undefined) return refuse("ERC721NonexistentToken", this.tokenId);
    if (by !== this.owner) return refuse("ERC721InsufficientApproval", by, this.tokenId);
    if (this.locked) return refuse("AINFTLocked", this.tokenId);
    if (from !== this.owner) return refuse("ERC721IncorrectOwner", from, this.tokenId, this.owner);
    this.owner = to;
    this.endUse();
    return ACCEPTED;
  }

  burn(by: string): Refusal | undefined {
    const refusal = this.refusedToOthers(by);
    if (refusal !== undefined) return refusal;
    if (this.locked) return refuse("AINFTLocked", this.tokenId);
    this.owner = undefined;
    this.frozen = true;
    this.endUse();
    return ACCEPTED;
  }

  setUser(by: string, user: string, expires: bigint): Refusal | undefined {
    const refusal = this.refusedToOthers(by);
    if (refusal !== undefined) return refusal;
    this.user = user;
    this.userExpires = expires;
    return ACCEPTED;
  }

  lock(time: bigint): Refusal | undefined {
    if (this.locked) return refuse("AINFTLockUnchanged", this.tokenId, true);
    if (this.frozen) return refuse("AINFTFrozen", this.tokenId);
    this.locked = true;
    this.updatedAt = time;
    return ACCEPTED;
  }

  unlock(): Refusal | undefined {
    if (!this.locked) return refuse("AINFTLockUnchanged", this.tokenId, false);
    this.locked = false;
    return ACCEPTED;
  }

  userAt(time: bigint): string {
    return time <= this.userExpires ? this.user : ZeroAddress;
  }

  /** Where nobody was named there is nothing to end, and the time stays as it was set. */
  private endUse(): void {
    if (this.user === ZeroAddress) return;
    this.user = ZeroAddress;
    this.userExpires = 0n;
  }
}
