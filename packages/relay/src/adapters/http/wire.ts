import { asAddress, asBytes32, asHex, type Report } from "ainft-core";
import { z } from "zod";
import type { ReportKey } from "../../domain/report.ts";
import type { NewSignature, SignatureRecord } from "../../ports/store.ts";
import type { AttestationPage } from "../../ports/system.ts";

/** Signatures in one page. */
export const PAGE_SIZE = 256;

const decimal = z
  .string()
  .regex(/^(0|[1-9]\d{0,19})$/)
  .transform(BigInt);
const reportKey = z
  .string()
  .regex(/^(result:\d{1,20}|update:0x[0-9a-fA-F]{40}:\d{1,78}:\d{1,20}|(batch|root):\d{1,20}:\d{1,3})$/);

const signatureShape = z.strictObject({
  key: reportKey,
  report: z.strictObject({
    configVersion: decimal,
    deadline: decimal,
    firstId: decimal,
    count: decimal,
    root: z.string(),
  }),
  digest: z.string(),
  signer: z.string(),
  signature: z.string(),
});

const pageShape = z.strictObject({
  instance: z.string().min(1).max(64),
  cursor: decimal,
  signatures: z.array(signatureShape).max(PAGE_SIZE),
});

/** A page as it goes over the wire: big integers are decimal text. */
export function writePage(instance: string, since: bigint, records: readonly SignatureRecord[]): unknown {
  return {
    instance,
    cursor: String(records.at(-1)?.id ?? since),
    signatures: records.map(writeSignature),
  };
}

/** One signature as it goes over the wire. */
export function writeSignature({ key, report, digest, signer, signature }: NewSignature): unknown {
  return { key, report: writeReport(report), digest, signer, signature };
}

/** A report as it goes over the wire. */
export function writeReport({ configVersion, deadline, firstId, count, root }: Report): unknown {
  return {
    configVersion: String(configVersion),
    deadline: String(deadline),
    firstId: String(firstId),
    count: String(count),
    root,
  };
}

/** Reads a page that a peer sent. Throws when it is not exactly one. */
export function readPage(body: unknown): AttestationPage {
  const { instance, cursor, signatures } = pageShape.parse(body);
  return {
    instance,
    cursor,
    signatures: signatures.map(toSignature),
  };
}

/** Reads one signature that a peer sent. Throws when it is not exactly one. */
export function readSignature(body: unknown): NewSignature {
  return toSignature(signatureShape.parse(body));
}

function toSignature({ key, report, digest, signer, signature }: z.output<typeof signatureShape>): NewSignature {
  return {
    key: key as ReportKey, // the shape has checked its form
    report: { ...report, root: asBytes32(report.root) },
    digest: asBytes32(digest),
    signer: asAddress(signer),
    signature: asHex(signature, "signature", 64),
  };
}
