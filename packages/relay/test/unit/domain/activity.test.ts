import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { asAddress, bytesDigest, canonicalJson, recoverSigner } from "ainft-core";
import { Wallet } from "ethers";
import {
  activityAnswers,
  activityReport,
  activityTypedData,
  eventBody,
  eventSigningDigest,
  grantDigest,
  isActivityKey,
  isInScope,
  makeEvent,
  ORDERING_SECONDS,
  ordererOf,
} from "../../../src/domain/activity.ts";
import { COLLECTION, DESK, PLAYER, word } from "../support/requests.ts";

const oracle = { chainId: 31_337n, oracle: DESK };
const grant = { session: PLAYER, collection: COLLECTION, tokenId: 7n, until: 9n, scope: "*", nonce: 1n };
const wallet = new Wallet(`0x${"33".repeat(32)}`);
const input = canonicalJson({ say: "hi" });
const event = { grant: word(1), counter: 1n, input, signature: "0x1234" as const };

describe("a grant", () => {
  it("has the digest that wallets sign, of which every field is a part", async () => {
    const { domain, grantTypes } = activityTypedData(oracle);
    const signature = await wallet.signTypedData(domain, grantTypes, grant);
    assert.equal(recoverSigner(grantDigest(grant, oracle), signature), asAddress(wallet.address));
    const others = [
      { session: DESK },
      { collection: DESK },
      { tokenId: 8n },
      { until: 10n },
      { scope: "walk" },
      { nonce: 2n },
    ];
    const digests = [grant, ...others.map((change) => ({ ...grant, ...change }))].map((each) =>
      grantDigest(each, oracle),
    );

    assert.equal(new Set(digests).size, others.length + 1);
    assert.notEqual(grantDigest(grant, { ...oracle, chainId: 1n }), digests[0]);
    assert.notEqual(grantDigest(grant, { ...oracle, oracle: PLAYER }), digests[0]);
  });

  it("refuses numbers that its type does not hold", () => {
    for (const change of [{ tokenId: -1n }, { tokenId: 2n ** 256n }, { until: 2n ** 64n }, { nonce: -1n }]) {
      assert.throws(() => grantDigest({ ...grant, ...change }, oracle));
    }
  });

  it("allows the kind of input that it names, or every kind", () => {
    assert.ok(isInScope({ scope: "*" }, 7));
    assert.ok(isInScope({ scope: "walk" }, { kind: "walk" }));
    for (const other of [null, 7, "walk", ["walk"], {}, { kind: "run" }, { kind: ["walk"] }]) {
      assert.ok(!isInScope({ scope: "walk" }, other));
    }
  });
});

describe("an event", () => {
  it("goes on chain by the digest of a body that says all of it", () => {
    const body = eventBody(event);

    assert.equal(new TextDecoder().decode(body), `{"counter":"1","grant":"${word(1)}","input":{"say":"hi"}}`);
    assert.equal(makeEvent(event).digest, bytesDigest(body));
  });

  it("is signed over its grant, its counter and its input", () => {
    const others = [{ grant: word(2) }, { counter: 2n }, { input: canonicalJson({ say: "ho" }) }];
    const digests = [event, ...others.map((change) => ({ ...event, ...change }))].map((each) =>
      eventSigningDigest(each, oracle),
    );

    assert.equal(new Set(digests).size, 4);
  });

  it("is none with an input that is too long, too deep or no strict JSON", () => {
    const bad = ["", "{", '{"a":1,"a":2}', `"${"x".repeat(16_384)}"`, "[".repeat(57) + "]".repeat(57)];
    for (const text of bad) assert.throws(() => makeEvent({ ...event, input: new TextEncoder().encode(text) }));
  });
});

describe("the order of a token's events", () => {
  const config = { version: 3n, reporters: [PLAYER, DESK, COLLECTION], threshold: 2 };
  const turn = (step: bigint): bigint => 1_000n * ORDERING_SECONDS + step * ORDERING_SECONDS;

  it("is one reporter's for a whole turn, and every reporter's sooner or later", () => {
    const token = { collection: COLLECTION, tokenId: 1n };
    assert.equal(ordererOf(token, config, turn(0n)), ordererOf(token, config, turn(1n) - 1n));
    const seen = new Set(Array.from({ length: 64 }, (_, step) => ordererOf(token, config, turn(BigInt(step)))));

    assert.deepEqual(seen, new Set(config.reporters));
  });

  it("is spread over reporters by token", () => {
    const seen = Array.from({ length: 64 }, (_, id) =>
      ordererOf({ collection: DESK, tokenId: BigInt(id) }, config, turn(0n)),
    );

    assert.equal(new Set(seen).size, 3);
  });

  it("is nobody's without reporters", () => {
    assert.equal(ordererOf({ collection: DESK, tokenId: 1n }, { ...config, reporters: [] }, 0n), null);
  });
});

describe("a batch of activity", () => {
  const update = {
    collection: COLLECTION,
    tokenId: 7n,
    actor: PLAYER,
    sequence: 1n,
    manifestDigest: word(1),
    inputDigest: word(2),
    outputDigest: word(3),
    stateDigest: word(4),
  };

  it("names no request, and counts its updates", () => {
    const { firstId, count } = activityReport([update, { ...update, sequence: 2n }], {
      configVersion: 1n,
      deadline: 5n,
    });

    assert.deepEqual([firstId, count], [0n, 2n]);
  });

  it("answers one question for each sequence, which requests answer too", () => {
    assert.deepEqual(
      activityAnswers([update]).map(({ key }) => key),
      [`update:${COLLECTION}:7:1`],
    );
  });

  it("has a key of its own kind", () => {
    assert.deepEqual(["activity:0x12", "update:a:1:2", "order:1"].map(isActivityKey), [true, false, false]);
  });
});
