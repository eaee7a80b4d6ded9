import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { type HDNodeWallet, Signature } from "ethers";
import {
  type Address,
  AttestationLengthMismatch,
  AttestationTermsMismatch,
  EmptyAttestation,
  encodeAttestation,
  type Hex,
  HighSSignature,
  type IndexedSignature,
  InvalidAddress,
  InvalidReporterSet,
  InvalidThreshold,
  type OracleDomain,
  QuorumNotExact,
  recoverReporter,
  recoverReporters,
  type Report,
  SignerIndexOutOfRange,
  signReport,
  UnrecoverableSignature,
  verifyQuorum,
  WrongReporter,
  WrongSilentReporter,
} from "../../src/index.ts";
import { account, addressOf, reporters as wallets } from "../../scripts/vectors/people.ts";
import { assertFails } from "../helpers/failures.ts";

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const domain: OracleDomain = { chainId: 31_337n, oracle: addressOf(account(0)) };
const report: Report = { configVersion: 1n, deadline: 2n, firstId: 3n, count: 1n, root: `0x${"0a".repeat(32)}` };
const reporters = wallets.map(addressOf);
const stranger = account(5);

/** Signatures of the report by the reporters at these places. */
const signaturesBy = (...indexes: number[]): Promise<IndexedSignature[]> =>
  Promise.all(
    indexes.map(async (index) => ({ index, signature: await signReport(reporterAt(index), report, domain) })),
  );

/** The attestation of the report by the reporters at these places. */
async function attestationBy(...indexes: number[]): Promise<Hex> {
  return encodeAttestation(report, await signaturesBy(...indexes), reporters);
}

function reporterAt(index: number): HDNodeWallet {
  const wallet = wallets[index];
  if (wallet === undefined) throw new RangeError(`no reporter ${index}`);
  return wallet;
}

function addressAt(index: number): Address {
  return addressOf(reporterAt(index));
}

describe("verifyQuorum", () => {
  let attestation: Hex;
  before(async () => {
    attestation = await attestationBy(0, 2, 4);
  });
  const verify = (bytes: Hex, threshold = 3, list: readonly Address[] = reporters): void =>
    verifyQuorum(report, bytes, list, threshold, domain);

  it("takes exactly the threshold of reporters, whichever they are", async () => {
    verify(attestation);
    verify(await attestationBy(3, 1, 2));
    verify(await attestationBy(0), 1);
    verify(await attestationBy(0, 1, 2, 3, 4), 5);
  });

  it("takes reporter lists in lower case", () => {
    verify(
      attestation,
      3,
      reporters.map((reporter) => reporter.toLowerCase() as Address),
    );
  });

  it("refuses one signature too few or too many", async () => {
    const two = await attestationBy(0, 2);
    assertFails(() => verify(two), QuorumNotExact, { expected: 3, actual: 2 });
    const four = await attestationBy(0, 1, 2, 3);
    assertFails(() => verify(four), QuorumNotExact, { expected: 3, actual: 4 });
  });

  it("refuses a place beyond the reporter list", () => {
    assertFails(() => verify(attestation, 3, reporters.slice(0, 4)), SignerIndexOutOfRange, { index: 4, reporters: 4 });
  });

  it("refuses a list that is longer or shorter than the config's", async () => {
    const three = await attestationBy(0, 1, 2);
    const lengths = { expected: 228, actual: 248 };
    assertFails(() => verify(three, 3, reporters.slice(0, 4)), AttestationLengthMismatch, lengths);
    const fewer = three.slice(0, -40) as Hex;
    assertFails(() => verify(fewer), AttestationLengthMismatch, { expected: 248, actual: 228 });
  });

  it("refuses another address than the reporter's at a place where nobody signed", () => {
    for (const [index, start] of [
      [1, 162],
      [3, 330],
    ] as const) {
      for (const other of [addressOf(stranger), addressAt(0), `0x${"0".repeat(40)}` as const]) {
        const named = other.slice(2).toLowerCase();
        const bytes = `${attestation.slice(0, start)}${named}${attestation.slice(start + 40)}` as Hex;
        assertFails(() => verify(bytes), WrongSilentReporter, { index, expected: addressAt(index), actual: other });
      }
    }
  });

  it("refuses silent reporters that are not in ascending order", () => {
    const [second, fourth] = [attestation.slice(162, 202), attestation.slice(330, 370)];
    const swapped = [attestation.slice(0, 162), fourth, attestation.slice(202, 330), second, attestation.slice(370)];
    assertFails(() => verify(swapped.join("") as Hex), WrongSilentReporter, { index: 1, actual: addressAt(3) });
  });

  it("refuses a stranger's signature at a reporter's place", async () => {
    const signature = await signReport(stranger, report, domain);
    const bytes = encodeAttestation(report, [...(await signaturesBy(0, 1)), { index: 2, signature }], reporters);
    assertFails(() => verify(bytes), WrongReporter, { index: 2, expected: addressAt(2), actual: addressOf(stranger) });
  });

  it("refuses one reporter's signature at two places", async () => {
    const [first] = await signaturesBy(0);
    const signature = first?.signature ?? "0x";
    const twice = [0, 1].map((index) => ({ index, signature }));
    const bytes = encodeAttestation(report, [...twice, ...(await signaturesBy(2))], reporters);
    assertFails(() => verify(bytes), WrongReporter, { index: 1, expected: addressAt(1), actual: addressAt(0) });
  });

  it("refuses signatures that are not in ascending order", () => {
    const [first, second] = [34, 202].map((start) => attestation.slice(start, start + 128));
    const swapped: Hex = `0x${attestation.slice(2, 34)}${second}${attestation.slice(162, 202)}${first}${attestation.slice(330)}`;
    assertFails(() => verify(swapped), WrongReporter, { index: 0, expected: addressAt(0), actual: addressAt(2) });
  });

  it("refuses the high-s twin of a good signature, and a high s packed by hand", async () => {
    const [good] = await signaturesBy(0);
    const { r, s, v } = Signature.from(good?.signature ?? "0x");
    const twin: Hex = `0x${r.slice(2)}${(ORDER - BigInt(s)).toString(16).padStart(64, "0")}${v === 27 ? "1c" : "1b"}`;
    assertFails(() => encodeAttestation(report, [{ index: 0, signature: twin }], reporters), HighSSignature);
    const half = (ORDER / 2n + 1n).toString(16);
    const packed = `${attestation.slice(0, 98)}${half}${attestation.slice(162)}` as Hex;
    assertFails(() => verify(packed), HighSSignature);
  });

  it("refuses a flipped parity, another report, another oracle and another chain", () => {
    const parity = (Number.parseInt(attestation.slice(98, 99), 16) ^ 8).toString(16);
    assertFails(() => verify(`${attestation.slice(0, 98)}${parity}${attestation.slice(99)}` as Hex), WrongReporter, {
      index: 0,
    });
    const others: [Report, OracleDomain][] = [
      [{ ...report, firstId: 4n }, domain],
      [{ ...report, count: 2n }, domain],
      [{ ...report, root: `0x${"0b".repeat(32)}` }, domain],
      [report, { ...domain, oracle: addressOf(account(1)) }],
      [report, { ...domain, chainId: 1n }],
    ];
    for (const [other, otherDomain] of others) {
      const check = (): void => verifyQuorum(other, attestation, reporters, 3, otherDomain);
      assertFails(check, WrongReporter, { index: 0, expected: addressAt(0) });
    }
  });

  it("refuses terms that are not the report's, in the bytes or in the report", () => {
    const check = (other: Report, bytes: Hex): void => verifyQuorum(other, bytes, reporters, 3, domain);
    const version = { field: "configVersion", expected: 1n, actual: 2n } as const;
    assertFails(() => check(report, `0x00000002${attestation.slice(10)}`), AttestationTermsMismatch, version);
    const deadline = { field: "deadline", expected: 3n, actual: 2n } as const;
    assertFails(() => check({ ...report, deadline: 3n }, attestation), AttestationTermsMismatch, deadline);
  });

  it("refuses signatures under other terms, though bytes and report agree", async () => {
    const signatures = await signaturesBy(0, 2, 4);
    for (const other of [
      { ...report, configVersion: 2n },
      { ...report, deadline: 3n },
    ]) {
      const bytes = encodeAttestation(other, signatures, reporters);
      assertFails(() => verifyQuorum(other, bytes, reporters, 3, domain), WrongReporter, { index: 0 });
    }
  });

  it("refuses bytes that are cut, extended or empty", () => {
    assertFails(() => verify(attestation.slice(0, -2) as Hex), AttestationLengthMismatch, {
      expected: 248,
      actual: 247,
    });
    assertFails(() => verify(`${attestation}00`), AttestationLengthMismatch, { expected: 248, actual: 249 });
    assertFails(() => verify("0x"), AttestationLengthMismatch, { expected: 16, actual: 0 });
    assertFails(() => verify(`${attestation.slice(0, 26)}00000000` as Hex), EmptyAttestation);
  });

  it("refuses a signature that no key can have made", async () => {
    const zero: Hex = `0x${"00".repeat(64)}`;
    const bytes = encodeAttestation(report, [...(await signaturesBy(0, 1)), { index: 2, signature: zero }], reporters);
    assertFails(() => verify(bytes), UnrecoverableSignature);
  });

  for (const threshold of [0, -1, 6, 1.5, Number.NaN]) {
    it(`fails closed on a threshold of ${threshold}`, () => {
      assertFails(() => verify(attestation, threshold), InvalidThreshold, { threshold, reporters: 5 });
    });
  }

  it("refuses reporter lists that no config can have", () => {
    assertFails(() => verify(attestation, 3, []), InvalidReporterSet);
    assertFails(() => verify(attestation, 3, reporters.toReversed()), InvalidReporterSet);
    assertFails(() => verify(attestation, 3, [addressAt(0), ...reporters]), InvalidReporterSet);
    assertFails(() => verify(attestation, 3, [`0x${"0".repeat(40)}`, ...reporters]), InvalidReporterSet);
    const many = Array.from({ length: 33 }, (_, index): Address => `0x${(index + 1).toString(16).padStart(40, "0")}`);
    assertFails(() => verify(attestation, 3, many), InvalidReporterSet);
    assertFails(() => verify(attestation, 3, ["0x12"]), InvalidAddress, { field: "reporters[0]" });
  });

  it("takes a list of 32 reporters up to the last place", async () => {
    const low = Array.from({ length: 31 }, (_, index): Address => `0x${(index + 1).toString(16).padStart(40, "0")}`);
    const [signature] = (await signaturesBy(4)).map((signed) => signed.signature);
    const many = [...low, addressAt(4)];
    verify(encodeAttestation(report, [{ index: 31, signature: signature ?? "0x" }], many), 1, many);
  });

  it("recovers who signed, with their places", () => {
    const expected = [0, 2, 4].map((index) => ({ index, address: addressAt(index) }));
    assert.deepEqual(recoverReporters(report, attestation, domain), expected);
  });

  it("recovers one reporter from one signature", async () => {
    const [signed] = await signaturesBy(3);
    assert.equal(recoverReporter(report, signed?.signature ?? "0x", domain), addressAt(3));
  });
});
