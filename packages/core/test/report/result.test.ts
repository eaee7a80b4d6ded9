import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { keccak256, toBytes } from "viem";
import {
  Agreement,
  agreementOf,
  asAgreement,
  asDelivery,
  asRequestOutcome,
  asResultStatus,
  bytesDigest,
  Delivery,
  failureResult,
  InvalidHex,
  NotJsonValue,
  okResult,
  outcomeOfStatus,
  RequestOutcome,
  requestSeed,
  ResultStatus,
  resultStatusName,
  stateDigest,
  UnknownOracleCode,
  ZERO_BYTES32,
} from "../../src/index.ts";
import { assertFails } from "../helpers/failures.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe("okResult", () => {
  it("carries the canonical bytes with their digest and size in bytes", () => {
    const body = okResult({ b: "é", a: 1 });
    assert.equal(body.status, ResultStatus.OK);
    assert.equal(text(body.bytes), '{"a":1,"b":"é"}');
    assert.equal(body.digest, keccak256(body.bytes));
    assert.equal(body.size, 16n);
  });

  it("refuses what has no JSON form", () => {
    assertFails(() => okResult({ a: undefined } as never), NotJsonValue, { path: "/a" });
  });
});

describe("failureResult", () => {
  for (const code of ["CONTAINER_ERROR", "TIMEOUT", "REJECTED_INPUT"] as const) {
    it(`gives every reporter the same bytes for ${code}`, () => {
      const body = failureResult(ResultStatus[code]);
      assert.equal(text(body.bytes), `{"error":"${code}"}`);
      assert.equal(body.status, ResultStatus[code]);
      assert.equal(body.digest, keccak256(toBytes(`{"error":"${code}"}`)));
      assert.equal(body.size, BigInt(code.length + 12));
    });
  }
});

describe("stateDigest", () => {
  it("is 32 zero bytes for no state yet, and the digest of the canonical bytes for any other", () => {
    assert.equal(stateDigest(null), ZERO_BYTES32);
    assert.equal(stateDigest({ b: 1, a: 2 }), keccak256(toBytes('{"a":2,"b":1}')));
    assert.equal(stateDigest({}), bytesDigest(toBytes("{}")));
  });
});

describe("requestSeed", () => {
  it("is the request hash as 64 digits", () => {
    assert.equal(requestSeed(`0x${"0a".repeat(32)}`), "0a".repeat(32));
    assertFails(() => requestSeed("0x0a"), InvalidHex, { field: "requestHash" });
  });
});

describe("codes of the oracle", () => {
  it("read from numbers and bigints, with their names", () => {
    assert.deepEqual([0n, 1n, 2n, 3n].map(asResultStatus), [0, 1, 2, 3]);
    assert.deepEqual(
      [0, 1, 2, 3].map((status) => resultStatusName(asResultStatus(status))),
      Object.keys(ResultStatus),
    );
    assert.deepEqual(
      [asDelivery(0n), asDelivery(1), asDelivery(2n)],
      [Delivery.INLINE, Delivery.DIGEST, Delivery.CALLBACK],
    );
  });

  it("know every agreement that a manifest may name", () => {
    assert.deepEqual(([0n, 1, 2n] as const).map(asAgreement), Object.values(Agreement));
    assert.deepEqual((["exact", "designated", "tolerance"] as const).map(agreementOf), Object.values(Agreement));
  });

  it("know what becomes of a request, by the status of its result", () => {
    assert.deepEqual(([0n, 1, 2n] as const).map(asRequestOutcome), Object.values(RequestOutcome));
    const { ANSWERED, FAILED } = RequestOutcome;
    assert.deepEqual(Object.values(ResultStatus).map(outcomeOfStatus), [ANSWERED, FAILED, FAILED, FAILED]);
  });

  it("refuse what they do not know", () => {
    assertFails(() => asRequestOutcome(3n), UnknownOracleCode, { field: "outcome", actual: "3" });
    for (const value of [4n, -1n, 256n, 2n ** 64n, 0.5, Number.NaN]) {
      assertFails(() => asResultStatus(value), UnknownOracleCode, { field: "status", actual: String(value) });
    }
    assertFails(() => asDelivery(3n), UnknownOracleCode, { field: "delivery", actual: "3" });
    assertFails(() => asAgreement(3n), UnknownOracleCode, { field: "agreement", actual: "3" });
  });
});
