import { ZeroAddress } from "ethers";
import { ModelProgram } from "./program";
import { ACCEPTED, type Refusal, refuse } from "./refusal";

/** A program that is an id of an ERC-1155 collection: it has a curator, and editions that many may hold. */
export class ModelEditions extends ModelProgram {
  offeredTo = ZeroAddress;
  minted = 0n;
  burned = 0n;
  private readonly balances = new Map<string, bigint>();

  constructor(
    tokenId: bigint,
    manifest: string,
    public curator: string,
    public limit: bigint,
  ) {
    super(tokenId, manifest);
  }

  get controller(): string {
    return this.curator;
  }

  get supply(): bigint {
    return this.minted - this.burned;
  }

  holdings(): ReadonlyMap<string, bigint> {
    return this.balances;
  }

  balanceOf(holder: string): bigint {
    return this.balances.get(holder) ?? 0n;
  }

  mintTo(
    by: string,
    amounts: readonly (readonly [to: string, amount: bigint])[],
    paused: boolean,
  ): Refusal | undefined {
    const refusal = this.refusedToOthers(by);
    if (refusal !== undefined) return refusal;
    if (paused) return refuse("AINFTMintingPaused");
    const total = amounts.reduce((sum, [, amount]) => sum + amount, 0n);
    const left = this.limit - this.minted;
    if (total > left) return refuse("AINFT1155OverLimit", this.tokenId, total, left);
    if (amounts.some(([to]) => to === ZeroAddress)) return refuse("ERC1155InvalidReceiver", ZeroAddress);
    this.minted += total;
    for (const [to, amount] of amounts) this.add(to, amount);
    return ACCEPTED;
  }

  /** @param receivers How many receivers were named for the amounts. */
  mintBatch(
    by: string,
    receivers: number,
    amounts: readonly (readonly [to: string, amount: bigint])[],
    paused: boolean,
  ): Refusal | undefined {
    if (receivers === 0 || receivers !== amounts.length) {
      return refuse("AINFT1155BadBatch", receivers, amounts.length);
    }
    return this.mintTo(by, amounts, paused);
  }

  burnFrom(by: string, from: string, amount: bigint): Refusal | undefined {
    const refusal = this.refusedMove(by, from, amount);
    if (refusal !== undefined) return refusal;
    this.add(from, -amount);
    this.burned += amount;
    return ACCEPTED;
  }

  move(by: string, from: string, to: string, amount: bigint): Refusal | undefined {
    if (by === from && to === ZeroAddress) return refuse("ERC1155InvalidReceiver", ZeroAddress);
    const refusal = this.refusedMove(by, from, amount);
    if (refusal !== undefined) return refusal;
    this.add(from, -amount);
    this.add(to, amount);
    return ACCEPTED;
  }

  lowerLimit(by: string, limit: bigint): Refusal | undefined {
    const refusal = this.refusedToOthers(by);
    if (refusal !== undefined) return refusal;
    if (limit >= this.limit || limit < this.minted) {
      return refuse("AINFT1155BadLimit", this.tokenId, limit, this.minted, this.limit);
    }
    this.limit = limit;
    return ACCEPTED;
  }

  offer(by: string, to: string): Refusal | undefined {
    const refusal = this.refusedToOthers(by);
    if (refusal === undefined) this.offeredTo = to;
    return refusal;
  }

  accept(by: string): Refusal | undefined {
    if (by !== this.offeredTo) return refuse("AINFT1155NotOffered", this.tokenId, by, this.offeredTo);
    this.curator = by;
    this.offeredTo = ZeroAddress;
    return ACCEPTED;
  }

  private refusedMove(by: string, from: string, amount: bigint): Refusal | undefined {
    if (by !== from) return refuse("ERC1155MissingApprovalForAll", by, from);
    const balance = this.balanceOf(from);
    if (amount > balance) return refuse("ERC1155InsufficientBalance", from, balance, amount, this.tokenId);
    return ACCEPTED;
  }

  private add(holder: string, amount: bigint): void {
    this.balances.set(holder, this.balanceOf(holder) + amount);
  }
}
