import { loadFixture } from "./chain";
import { attest, type AttestTerms, maskOf, packAttestation } from "./attestation";
import { type AskedOnce, askedOnce } from "./fixtures";
import { Delivery, type Report, resultLeaf } from "./typed-data";

/** What a report is about: everything but the terms that its attestation names too. */
export type Subject = Pick<Report, "firstId" | "count" | "root">;

/** A report under the fixture's terms. */
export function reportOf({ attest: { terms } }: AskedOnce, subject: Subject): Report {
  return { configVersion: terms.configVersion, deadline: terms.deadline, ...subject };
}

/** The honest report of the fixture's request. */
export function resultOf({ result }: AskedOnce): Subject {
  return { firstId: result.requestId, count: 1n, root: resultLeaf(result, Delivery.DIGEST) };
}

/** A token that was asked once, and what the first three reporters sign about the answer. */
export async function resultSigned(): Promise<{ world: AskedOnce; report: Report; attestation: string }> {
  const world = await loadFixture(askedOnce);
  const report = reportOf(world, resultOf(world));
  return { world, report, attestation: signed(world, report) };
}

/** Signs a report as it stands, also one that names other terms than the fixture's. */
export function signed(world: AskedOnce, report: Report, terms: Partial<AttestTerms> = {}): string {
  return attest(report, { ...world.attest.terms, ...terms });
}

/** Other entries under the header that the fixture's first three reporters sign under. */
export function repacked({ attest: { terms } }: AskedOnce, entries: readonly string[]): string {
  const { configVersion, deadline, by } = terms;
  return packAttestation({ configVersion, deadline, mask: maskOf(by) }, entries);
}
