import { ZeroAddress } from "ethers";
import { ACCEPTED, type Refusal, refuse } from "./refusal";

/** Whom everybody trusts with their votes: themselves, until they say another. */
export class ModelVotes {
  private readonly delegates = new Map<string, string>();
  private readonly nonces = new Map<string, bigint>();

  delegate(by: string, to: string): Refusal | undefined {
    this.delegates.set(by, to === ZeroAddress ? by : to);
    return ACCEPTED;
  }

  /** The same by a signature over a nonce, which works once. */
  delegateBySignature(
    by: string,
    to: string,
    { nonce, expiry }: { nonce: bigint; expiry: bigint },
    time: bigint,
  ): Refusal | undefined {
    if (time > expiry) return refuse("VotesExpiredSignature", expiry);
    const next = this.nonceOf(by);
    if (nonce !== next) return refuse("InvalidAccountNonce", by, next);
    this.nonces.set(by, next + 1n);
    return this.delegate(by, to);
  }

  nonceOf(account: string): bigint {
    return this.nonces.get(account) ?? 0n;
  }

  delegateOf(account: string): string {
    return this.delegates.get(account) ?? account;
  }

  /** Everybody's votes, counted anew from what everybody holds. */
  count(holdings: readonly ReadonlyMap<string, bigint>[]): ReadonlyMap<string, bigint> {
    const votes = new Map<string, bigint>();
    for (const [holder, units] of holdings.flatMap((held) => [...held])) {
      const delegate = this.delegateOf(holder);
      votes.set(delegate, (votes.get(delegate) ?? 0n) + units);
    }
    return votes;
  }
}
