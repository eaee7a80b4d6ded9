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

  burn(by: string, time: bigint): Refusal | undefined {
    const refusal = this.refusedToOthers(by);
    if (refusal !== undefined) return refusal;
    if (this.locked) return refuse("AINFTLocked", this.tokenId);
    this.owner = undefined;
    if (!this.frozen) this.updatedAt = time;
    this.frozen = true;
    this.endUse();
    return ACCEPTED;
  }

  setUser(by: string, user: string, expires: bigint): Refusal | undefined {
    const refusal = this.refusedToOthers(by);
    if (refusal !== undefined) return refusal;
    this.user = user;
    this.userExpires = user === ZeroAddress ? 0n : expires;
    return ACCEPTED;
  }

  /** Nobody disputes a burned token. */
  override lock(): Refusal | undefined {
    if (this.owner === undefined) return refuse("ERC721NonexistentToken", this.tokenId);
    return super.lock();
  }

  userAt(time: bigint): string {
    return time <= this.userExpires ? this.user : ZeroAddress;
  }

  private endUse(): void {
    if (this.user === ZeroAddress) return;
    this.user = ZeroAddress;
    this.userExpires = 0n;
  }
}
