import {
  concat,
  dataLength,
  dataSlice,
  recoverAddress,
  Signature,
  toBeHex,
  type TypedDataDomain,
  Wallet,
  ZeroAddress,
} from "ethers";
import { Random } from "./random";
import {
  Delivery,
  type InferenceResult,
  type Report,
  reportDigest,
  resultLeaf,
  type StateUpdate,
  updateLeaf,
} from "./typed-data";

const HEADER_BYTES = 16;
const SIGNATURE_BYTES = 64;
const ADDRESS_BYTES = 20;

/** A provider's signing key. */
export type Reporter = Wallet;

/** Seeded keys in ascending order of their addresses: the order in which a config lists them. */
export function makeReporters(count: number, label = "reporters"): Reporter[] {
  const random = new Random(label);
  const reporters = random.list(count, () => new Wallet(random.bytes32()));
  return reporters.sort((left, right) => (BigInt(left.address) < BigInt(right.address) ? -1 : 1));
}

export function addressesOf(reporters: readonly Reporter[]): string[] {
  return reporters.map((reporter) => reporter.address);
}

/** The addresses of those who do not sign, in order. */
export function silentOf(reporters: readonly Reporter[], by: readonly number[]): string[] {
  return addressesOf(reporters.filter((_, index) => !by.includes(index)));
}

/** The fields before the entries, whatever they say. */
export interface AttestationHeader {
  configVersion: bigint;
  deadline: bigint;
  mask: bigint;
}

/** Packs a header and entries (signatures and addresses) as they stand, so that a test can pack what is wrong. */
export function packAttestation(header: AttestationHeader, entries: readonly string[]): string {
  const { configVersion, deadline, mask } = header;
  return concat([toBeHex(configVersion, 4), toBeHex(deadline, 8), toBeHex(mask, 4), ...entries]);
}

/** The mask that names these signer indexes. */
export function maskOf(indexes: readonly number[]): bigint {
  return indexes.reduce((mask, index) => mask | (1n << BigInt(index)), 0n);
}

/** A signature over a digest, in the parts that a test may bend. */
export function signDigest(reporter: Reporter, digest: string): Signature {
  return reporter.signingKey.sign(digest);
}

/** Packs r and the second word of a compact signature as they stand. */
export function packSignature(r: string, yParityAndS: bigint): string {
  return concat([r, toBeHex(yParityAndS, 32)]);
}

/** The second word of a compact signature: s under the parity bit. */
export function parityAndS(yParity: number, s: bigint): bigint {
  return (BigInt(yParity) << 255n) | s;
}

/** Whom the chain recovers from a compact signature; zero when that is nobody. */
export function recoveredFrom(digest: string, compactSignature: string): string {
  try {
    return recoverAddress(digest, Signature.from(compactSignature));
  } catch {
    return ZeroAddress; // the precompile answers nothing
  }
}

/** The entries of a well-formed attestation, in order: a signature for each set bit of its mask, an address elsewhere. */
export function entriesOf(attestation: string): string[] {
  const mask = BigInt(dataSlice(attestation, HEADER_BYTES - 4, HEADER_BYTES));
  const entries: string[] = [];
  for (let start = HEADER_BYTES; start < dataLength(attestation);) {
    const isSigner = ((mask >> BigInt(entries.length)) & 1n) === 1n;
    const end = start + (isSigner ? SIGNATURE_BYTES : ADDRESS_BYTES);
    entries.push(dataSlice(attestation, start, end));
    start = end;
  }
  return entries;
}

/** The same entries with another one in one place. */
export function withEntry(entries: readonly string[], place: number, other: string): string[] {
  return entries.map((entry, index) => (index === place ? other : entry));
}

/** The same entries with two of them in each other's place. */
export function withSwapped(entries: readonly string[], one: number, other: number): string[] {
  return withEntry(withEntry(entries, one, entries[other] ?? "0x"), other, entries[one] ?? "0x");
}

/** The compact signatures of a well-formed attestation, in order. */
export function signaturesOf(attestation: string): string[] {
  return entriesOf(attestation).filter((entry) => dataLength(entry) === SIGNATURE_BYTES);
}

/** Under which terms a report is signed; everything but the leaf. */
export interface AttestTerms {
  domain: TypedDataDomain;
  reporters: readonly Reporter[];
  configVersion: bigint;
  /** Unix seconds until which the report counts. */
  deadline: bigint;
  /** Indexes of those who sign. */
  by: readonly number[];
}

/** Makes attestations under default terms, each of which a call may replace. */
export interface Attestor {
  terms: AttestTerms;
  result(result: InferenceResult, delivery?: Delivery, terms?: Partial<AttestTerms>): string;
  update(update: StateUpdate, terms?: Partial<AttestTerms>): string;
  leaf(firstId: bigint, root: string, terms?: Partial<AttestTerms>): string;
}

export function attestor(defaults: AttestTerms): Attestor {
  const leaf = (firstId: bigint, root: string, changed: Partial<AttestTerms> = {}): string => {
    const terms = { ...defaults, ...changed };
    const { configVersion, deadline } = terms;
    return attest({ configVersion, deadline, firstId, count: 1n, root }, terms);
  };
  return {
    terms: defaults,
    result: (result, delivery = Delivery.DIGEST, terms = {}) =>
      leaf(result.requestId, resultLeaf(result, delivery), terms),
    update: (update, terms = {}) => leaf(0n, updateLeaf(update), terms),
    leaf,
  };
}

/** Signs a report by the named reporters, and packs their signatures between the addresses of the others. */
export function attest(report: Report, terms: Pick<AttestTerms, "domain" | "reporters" | "by">): string {
  const digest = reportDigest(terms.domain, report);
  const entries = terms.reporters.map((reporter, index) =>
    terms.by.includes(index) ? signDigest(reporter, digest).compactSerialized : reporter.address,
  );
  const { configVersion, deadline } = report;
  return packAttestation({ configVersion, deadline, mask: maskOf(terms.by) }, entries);
}

export function reporterAt(reporters: readonly Reporter[], index: number): Reporter {
  const reporter = reporters[index];
  if (reporter === undefined) throw new Error(`There is no reporter ${index}.`);
  return reporter;
}

/** Size of an attestation by so many signers and so many others, in bytes. */
export function attestationLength(signers: number, silent: number): number {
  return HEADER_BYTES + SIGNATURE_BYTES * signers + ADDRESS_BYTES * silent;
}
