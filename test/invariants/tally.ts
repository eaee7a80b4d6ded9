import { expect } from "chai";

/** How often each kind of command was accepted and refused. */
export class Tally {
  private readonly counts = new Map<string, { accepted: number; refused: number }>();

  /** How many acts there were. */
  get acts(): number {
    return [...this.counts.values()].reduce((sum, { accepted, refused }) => sum + accepted + refused, 0);
  }

  count(kind: string, accepted: boolean): void {
    const counts = this.counts.get(kind) ?? { accepted: 0, refused: 0 };
    this.counts.set(kind, counts);
    if (accepted) counts.accepted += 1;
    else counts.refused += 1;
  }

  /** What was never accepted or never refused proved nothing. */
  expectBothOfEach(kinds: readonly string[]): void {
    expect([...this.counts.keys()].sort()).to.deep.equal([...kinds].sort());
    for (const [kind, { accepted, refused }] of this.counts) {
      // What is sent again is accepted only when its time had not come before.
      if (kind !== "replay") expect(accepted, `${kind} was never accepted`).to.be.greaterThan(0);
      expect(refused, `${kind} was never refused`).to.be.greaterThan(0);
    }
  }

  /** One line a kind, the rarest first. */
  toString(): string {
    const rows = [...this.counts].sort(([, left], [, right]) => rarest(left) - rarest(right));
    return rows.map(([kind, { accepted, refused }]) => `${kind}: ${accepted} accepted, ${refused} refused`).join("\n");
  }
}

function rarest({ accepted, refused }: { accepted: number; refused: number }): number {
  return Math.min(accepted, refused);
}
