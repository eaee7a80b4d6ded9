import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { hashStruct as structHashInViem, keccak256 } from "viem";
import {
  Agreement,
  ANSWER_TYPE,
  answerHash,
  type Bytes32,
  Delivery,
  InvalidAddress,
  InvalidHex,
  type OracleDomain,
  type Report,
  reportDigest,
  type Request,
  REQUEST_TYPE,
  requestHash,
  type Result,
  RESULT_TYPE,
  resultLeaf,
  ResultStatus,
  singleResultReport,
  singleTraitUpdateReport,
  singleUpdateReport,
  type StateUpdate,
  TRAIT_UPDATE_TYPE,
  TRAIT_UPDATE_TYPEHASH,
  TRAIT_VALUE_TYPE,
  TRAIT_VALUE_TYPEHASH,
  traitUpdateLeaf,
  type TraitValue,
  UintOutOfRange,
  UnknownOracleCode,
  UPDATE_TYPE,
  updateLeaf,
} from "../../src/index.ts";
import { account, addressOf } from "../../scripts/vectors/people.ts";
import { assertFails } from "../helpers/failures.ts";
import { anyAddress, anyBytes32, anyUint, RUNS } from "../helpers/random.ts";
import { hashLeaf, hashResultLeaf, hashStruct, typehash } from "../helpers/reference.ts";

const anyDelivery = fc.constantFrom(...Object.values(Delivery));
const anyAgreement = fc.constantFrom(...Object.values(Agreement));
const anyStatus = fc.constantFrom(...Object.values(ResultStatus));
const terms = { configVersion: 1n, deadline: 2n };

const anyRequest: fc.Arbitrary<Request> = fc.record({
  requester: anyAddress,
  collection: anyAddress,
  tokenId: anyUint(256),
  manifestDigest: anyBytes32,
  inputDigest: anyBytes32,
  maxOutputBytes: anyUint(32),
  delivery: anyDelivery,
  agreement: anyAgreement,
  deadline: anyUint(64),
});
const anyResult: fc.Arbitrary<Result> = fc.record({
  requestId: anyUint(64),
  requestHash: anyBytes32,
  resultDigest: anyBytes32,
  status: anyStatus,
  size: anyUint(32),
});
const anyUpdate: fc.Arbitrary<StateUpdate> = fc.record({
  collection: anyAddress,
  tokenId: anyUint(256),
  actor: anyAddress,
  sequence: anyUint(64),
  manifestDigest: anyBytes32,
  inputDigest: anyBytes32,
  outputDigest: anyBytes32,
  stateDigest: anyBytes32,
});

const anyTraits: fc.Arbitrary<TraitValue[]> = fc.array(fc.record({ key: anyBytes32, value: anyBytes32 }), {
  maxLength: 8,
});

const digest = (byte: string): Bytes32 => `0x${byte.repeat(32)}`;
const request: Request = {
  requester: addressOf(account(0)),
  collection: addressOf(account(1)),
  tokenId: 1n,
  manifestDigest: digest("01"),
  inputDigest: digest("02"),
  maxOutputBytes: 3n,
  delivery: Delivery.INLINE,
  agreement: Agreement.EXACT,
  deadline: 4n,
};
const result: Result = {
  requestId: 1n,
  requestHash: digest("01"),
  resultDigest: digest("02"),
  status: ResultStatus.OK,
  size: 3n,
};
const update: StateUpdate = {
  collection: addressOf(account(0)),
  tokenId: 1n,
  actor: addressOf(account(1)),
  sequence: 2n,
  manifestDigest: digest("01"),
  inputDigest: digest("02"),
  outputDigest: digest("03"),
  stateDigest: digest("04"),
};

describe("requestHash, resultLeaf and updateLeaf", () => {
  it("agree with a second implementation over whole ABI signatures", () => {
    fc.assert(
      fc.property(anyRequest, anyResult, anyDelivery, anyUpdate, (someRequest, someResult, delivery, someUpdate) => {
        assert.equal(requestHash(someRequest), hashStruct(REQUEST_TYPE, fieldsOf(REQUEST_TYPE, someRequest)));
        const { requestId, status, ...answered } = someResult;
        const answer = hashStruct(ANSWER_TYPE, fieldsOf(ANSWER_TYPE, answered));
        assert.equal(answerHash(someResult), answer);
        assert.equal(
          resultLeaf(someResult, delivery),
          hashResultLeaf(RESULT_TYPE, [delivery, requestId, status, answer]),
        );
        assert.equal(updateLeaf(someUpdate), hashLeaf(UPDATE_TYPE, fieldsOf(UPDATE_TYPE, someUpdate)));
      }),
      RUNS,
    );
  });

  it("refuse every field that does not fit its type, by name", () => {
    const big = (bits: number): bigint => 2n ** BigInt(bits);
    const short = "0x12" as const;
    for (const field of ["requester", "collection"] as const) {
      assertFails(() => requestHash({ ...request, [field]: short }), InvalidAddress, { field });
    }
    for (const field of ["manifestDigest", "inputDigest"] as const) {
      assertFails(() => requestHash({ ...request, [field]: short }), InvalidHex, { field });
    }
    for (const [field, bits] of [
      ["tokenId", 256],
      ["maxOutputBytes", 32],
      ["deadline", 64],
    ] as const) {
      assertFails(() => requestHash({ ...request, [field]: big(bits) }), UintOutOfRange, { field, bits });
    }
    for (const field of ["requestHash", "resultDigest"] as const) {
      assertFails(() => resultLeaf({ ...result, [field]: short }, Delivery.INLINE), InvalidHex, { field });
    }
    for (const [field, bits] of [
      ["requestId", 64],
      ["size", 32],
    ] as const) {
      assertFails(() => resultLeaf({ ...result, [field]: big(bits) }, Delivery.INLINE), UintOutOfRange, {
        field,
        bits,
      });
    }
    for (const field of ["manifestDigest", "inputDigest", "outputDigest", "stateDigest"] as const) {
      assertFails(() => updateLeaf({ ...update, [field]: short }), InvalidHex, { field });
    }
    for (const [field, bits] of [
      ["tokenId", 256],
      ["sequence", 64],
    ] as const) {
      assertFails(() => updateLeaf({ ...update, [field]: big(bits) }), UintOutOfRange, { field, bits });
    }
    for (const field of ["collection", "actor"] as const) {
      assertFails(() => updateLeaf({ ...update, [field]: short }), InvalidAddress, { field });
    }
    const four = 4 as unknown as ResultStatus;
    assertFails(() => resultLeaf({ ...result, status: four }, Delivery.INLINE), UnknownOracleCode, {
      field: "status",
      actual: "4",
    });
    const three = 3 as unknown as Delivery & Agreement;
    assertFails(() => resultLeaf(result, three), UnknownOracleCode, { field: "delivery", actual: "3" });
    assertFails(() => requestHash({ ...request, delivery: three }), UnknownOracleCode, { field: "delivery" });
    assertFails(() => requestHash({ ...request, agreement: three }), UnknownOracleCode, { field: "agreement" });
  });
});

describe("traitUpdateLeaf", () => {
  const traits: TraitValue[] = [
    { key: digest("05"), value: digest("06") },
    { key: digest("07"), value: digest("08") },
  ];
  const [first = assert.fail(), second = assert.fail()] = traits;

  it("agrees with the hash that viem makes from the fields alone", () => {
    const types = {
      TraitUpdate: [
        { name: "update", type: "StateUpdate" },
        { name: "traits", type: "TraitValue[]" },
      ],
      StateUpdate: typedFieldsOf(UPDATE_TYPE),
      TraitValue: typedFieldsOf(TRAIT_VALUE_TYPE),
    };
    fc.assert(
      fc.property(anyUpdate, anyTraits, (someUpdate, someTraits) => {
        const data = { update: someUpdate, traits: someTraits };
        const once = structHashInViem({ data, types, primaryType: "TraitUpdate" });
        assert.equal(traitUpdateLeaf(someUpdate, someTraits), keccak256(once));
      }),
      RUNS,
    );
  });

  it("has the type hashes of its texts, the structs that it uses sorted by name", () => {
    assert.equal(TRAIT_VALUE_TYPE, "TraitValue(bytes32 key,bytes32 value)");
    assert.equal(
      TRAIT_UPDATE_TYPE,
      `TraitUpdate(StateUpdate update,TraitValue[] traits)${UPDATE_TYPE}${TRAIT_VALUE_TYPE}`,
    );
    assert.equal(TRAIT_VALUE_TYPEHASH, typehash(TRAIT_VALUE_TYPE));
    assert.equal(TRAIT_UPDATE_TYPEHASH, typehash(TRAIT_UPDATE_TYPE));
  });

  it("depends on every trait, its order, and every field of the update", () => {
    const changes: Partial<StateUpdate>[] = [
      { collection: addressOf(account(2)) },
      { tokenId: 9n },
      { actor: addressOf(account(2)) },
      { sequence: 9n },
      { manifestDigest: digest("09") },
      { inputDigest: digest("09") },
      { outputDigest: digest("09") },
      { stateDigest: digest("09") },
    ];
    const leaves = [
      ...changes.map((change) => traitUpdateLeaf({ ...update, ...change }, traits)),
      ...[
        traits,
        [second, first],
        [first],
        [second],
        [],
        [first, first, second],
        [{ ...first, key: digest("09") }, second],
        [{ ...first, value: digest("09") }, second],
        [first, { ...second, value: digest("09") }],
      ].map((some) => traitUpdateLeaf(update, some)),
    ];
    assert.equal(new Set(leaves).size, 17);
  });

  it("never passes for an update without traits, not even when there are none", () => {
    assert.notEqual(traitUpdateLeaf(update, []), updateLeaf(update));
  });

  it("refuses every field that does not fit its type, by name", () => {
    const short = "0x12" as const;
    for (const field of ["key", "value"] as const) {
      const bad = [first, { ...second, [field]: short }];
      assertFails(() => traitUpdateLeaf(update, bad), InvalidHex, { field: `traits[1].${field}` });
    }
    const upper = `0x${"AB".repeat(32)}` as const;
    assertFails(() => traitUpdateLeaf(update, [{ ...first, key: upper }]), InvalidHex, { field: "traits[0].key" });
    assertFails(() => traitUpdateLeaf({ ...update, collection: short }, traits), InvalidAddress, {
      field: "collection",
    });
    assertFails(() => traitUpdateLeaf({ ...update, sequence: 2n ** 64n }, traits), UintOutOfRange, {
      field: "sequence",
      bits: 64,
    });
    assertFails(() => traitUpdateLeaf({ ...update, stateDigest: short }, traits), InvalidHex, { field: "stateDigest" });
  });
});

describe("single reports", () => {
  it("name the request and its leaf for a result", () => {
    for (const delivery of Object.values(Delivery)) {
      const root = resultLeaf(result, delivery);
      assert.deepEqual(singleResultReport(result, delivery, terms), { ...terms, firstId: 1n, count: 1n, root });
    }
  });

  it("never let a digest pass for the bytes themselves", () => {
    assert.equal(new Set(Object.values(Delivery).map((delivery) => resultLeaf(result, delivery))).size, 3);
  });

  it("name no request for an update", () => {
    const root = updateLeaf(update);
    assert.deepEqual(singleUpdateReport(update, terms), { ...terms, firstId: 0n, count: 1n, root });
  });

  it("name no request for an update with traits either", () => {
    const traits = [{ key: digest("05"), value: digest("06") }];
    const root = traitUpdateLeaf(update, traits);
    assert.deepEqual(singleTraitUpdateReport(update, traits, terms), { ...terms, firstId: 0n, count: 1n, root });
  });

  it("refuse terms that do not fit", () => {
    assertFails(
      () => singleResultReport(result, Delivery.DIGEST, { ...terms, configVersion: 2n ** 32n }),
      UintOutOfRange,
      {
        field: "configVersion",
      },
    );
    for (const make of [
      () => singleUpdateReport(update, { ...terms, deadline: 2n ** 64n }),
      () => singleTraitUpdateReport(update, [], { ...terms, deadline: 2n ** 64n }),
    ]) {
      assertFails(make, UintOutOfRange, { field: "deadline" });
    }
  });
});

describe("reportDigest", () => {
  const report: Report = { ...terms, firstId: 3n, count: 4n, root: digest("05") };
  const domain: OracleDomain = { chainId: 1n, oracle: addressOf(account(0)) };

  it("depends on every field, the oracle and the chain", () => {
    const digests = [
      reportDigest(report, domain),
      ...(["configVersion", "deadline", "firstId", "count"] as const).map((field) =>
        reportDigest({ ...report, [field]: 9n }, domain),
      ),
      reportDigest({ ...report, root: digest("06") }, domain),
      reportDigest(report, { ...domain, chainId: 2n }),
      reportDigest(report, { ...domain, oracle: addressOf(account(1)) }),
    ];
    assert.equal(new Set(digests).size, 8);
  });

  it("refuses fields that do not fit", () => {
    for (const [field, bits] of [
      ["configVersion", 32],
      ["deadline", 64],
      ["firstId", 64],
      ["count", 32],
    ] as const) {
      const actual = 2n ** BigInt(bits);
      assertFails(() => reportDigest({ ...report, [field]: actual }, domain), UintOutOfRange, { field, bits, actual });
    }
    assertFails(() => reportDigest({ ...report, root: "0x" }, domain), InvalidHex, { field: "root" });
    assertFails(() => reportDigest(report, { ...domain, oracle: "0x" }), InvalidAddress, {
      field: "verifyingContract",
    });
  });
});

/** EIP-712 fields from the text of a type that uses no other. */
function typedFieldsOf(type: string): { name: string; type: string }[] {
  return [...type.matchAll(/(\w+) (\w+)[,)]/gu)].map(([, fieldType = "", name = ""]) => ({ name, type: fieldType }));
}

/** An object's values in the order of a type's text. */
function fieldsOf(type: string, value: object): unknown[] {
  const names = [...type.matchAll(/ (\w+)[,)]/gu)].map((match) => match[1] ?? "");
  assert.deepEqual([...names].sort(), Object.keys(value).sort());
  return names.map((name) => (value as Record<string, unknown>)[name]);
}
