import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readPage, readSignature, writePage, writeSignature } from "../../src/adapters/http/wire.ts";
import type { SignatureRecord } from "../../src/ports/store.ts";
import { COLLECTION, PLAYER, word } from "./support/requests.ts";

const RECORD: SignatureRecord = {
  id: 12n,
  key: `update:${COLLECTION}:1:2`,
  report: { configVersion: 1n, deadline: 2n ** 63n, firstId: 0n, count: 1n, root: word(3) },
  digest: word(4),
  signer: PLAYER,
  signature: `0x${"ab".repeat(64)}`,
};
const { id: _id, ...SIGNATURE } = RECORD;

/** What goes through JSON, as over the wire. */
function overTheWire(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe("a page of attestations", () => {
  it("comes back as it was sent", () => {
    assert.deepEqual(readPage(overTheWire(writePage("me", 3n, [RECORD]))), {
      instance: "me",
      cursor: 12n,
      signatures: [SIGNATURE],
    });
  });

  it("keeps its place when it is empty", () => {
    assert.equal(readPage(overTheWire(writePage("me", 3n, []))).cursor, 3n);
  });

  it("is refused with more signatures than a page has", () => {
    const page = writePage(
      "me",
      0n,
      Array.from({ length: 257 }, () => RECORD),
    );

    assert.throws(() => readPage(overTheWire(page)));
  });
});

describe("a signature", () => {
  it("comes back as it was sent", () => {
    assert.deepEqual(readSignature(overTheWire(writeSignature(RECORD))), SIGNATURE);
  });

  const whole = overTheWire(writeSignature(RECORD)) as Record<string, unknown>;
  const broken: Record<string, unknown> = {
    "an unknown key": { ...whole, extra: 1 },
    "a missing report": { ...whole, report: undefined },
    "a negative number": { ...whole, report: { ...(whole["report"] as object), deadline: "-1" } },
    "a number with a leading zero": { ...whole, report: { ...(whole["report"] as object), count: "01" } },
    "a number that is no text": { ...whole, report: { ...(whole["report"] as object), count: 1 } },
    "a key of no known kind": { ...whole, key: "answer:1" },
    "an upper-case digest": { ...whole, digest: `0x${"AB".repeat(32)}` },
    "a 65-byte signature": { ...whole, signature: `0x${"ab".repeat(65)}` },
  };
  for (const [title, body] of Object.entries(broken)) {
    it(`is refused with ${title}`, () => {
      assert.throws(() => readSignature(overTheWire(body)));
    });
  }
});
