import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  asAddress,
  asBytes32,
  asHex,
  asUint,
  bytesOf,
  InvalidAddress,
  InvalidHex,
  UintOutOfRange,
} from "../src/index.ts";
import { assertFails } from "./helpers/failures.ts";

const ALICE = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

describe("asHex", () => {
  it("takes whole bytes in lower case, also none", () => {
    assert.equal(asHex("0x"), "0x");
    assert.equal(asHex("0x00ff"), "0x00ff");
    assert.equal(asHex("0x00ff", "value", 2), "0x00ff");
  });

  for (const bad of ["", "00", "0x0", "0xFF", "0Xff", "0xgg", " 0x00", "0x00\n", "0x0 "]) {
    it(`refuses ${JSON.stringify(bad)}`, () => {
      assertFails(() => asHex(bad, "thing"), InvalidHex, { field: "thing" });
    });
  }

  it("refuses another length", () => {
    assertFails(() => asHex("0x00", "thing", 2), InvalidHex, { field: "thing" });
    assertFails(() => asHex("0x000000", "thing", 2), InvalidHex, { field: "thing" });
  });

  it("refuses what is no text", () => {
    assertFails(() => asHex(["0x00"] as unknown as string), InvalidHex, { field: "value" });
  });
});

describe("asBytes32", () => {
  it("takes 32 bytes and refuses 31 and 33", () => {
    assert.equal(asBytes32(`0x${"ab".repeat(32)}`), `0x${"ab".repeat(32)}`);
    for (const size of [31, 33])
      assertFails(() => asBytes32(`0x${"ab".repeat(size)}`, "root"), InvalidHex, { field: "root" });
  });
});

describe("bytesOf", () => {
  it("answers each byte that two digits can say", () => {
    const all = Array.from({ length: 256 }, (_, byte) => byte);
    const digits = all.map((byte) => byte.toString(16).padStart(2, "0")).join("");
    assert.deepEqual(bytesOf(`0x${digits}`), Uint8Array.from(all));
    assert.deepEqual(bytesOf("0x"), new Uint8Array(0));
  });
});

describe("asAddress", () => {
  it("answers the checksummed form of both spellings", () => {
    assert.equal(asAddress(ALICE), ALICE);
    assert.equal(asAddress(ALICE.toLowerCase()), ALICE);
    assert.equal(asAddress(ALICE.toLowerCase()), ALICE); // and again from what it remembers
  });

  const icap = "XE7338O073KYGTWWZN0F2WZ0R8PX5ZPPZS";
  for (const bad of [
    ALICE.replace("F", "f"),
    `0x${ALICE.slice(2).toUpperCase()}`,
    ALICE.slice(2),
    `${ALICE}0`,
    icap,
    "",
  ]) {
    it(`refuses ${JSON.stringify(bad)}`, () => {
      assertFails(() => asAddress(bad, "actor"), InvalidAddress, { field: "actor", actual: bad });
    });
  }

  it("refuses what is no text", () => {
    assertFails(() => asAddress(1n as unknown as string), InvalidAddress, { field: "address", actual: "1" });
  });
});

describe("asUint", () => {
  for (const bits of [8, 32, 64, 256]) {
    it(`takes 0 and the largest uint${bits}, and refuses the numbers outside`, () => {
      const max = 2n ** BigInt(bits) - 1n;
      assert.equal(asUint(0n, bits), 0n);
      assert.equal(asUint(max, bits), max);
      assertFails(() => asUint(max + 1n, bits, "count"), UintOutOfRange, { field: "count", bits, actual: max + 1n });
      assertFails(() => asUint(-1n, bits, "count"), UintOutOfRange, { field: "count", bits, actual: -1n });
    });
  }

  it("refuses a number that is no bigint", () => {
    assertFails(() => asUint(5 as unknown as bigint, 64), UintOutOfRange, { field: "value", bits: 64 });
  });
});
