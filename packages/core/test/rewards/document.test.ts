import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  BrokenSuccession,
  buildRewardEpoch,
  checkSuccession,
  type EpochInput,
  InvalidBoosts,
  InvalidJson,
  InvalidRewardDocument,
  NobodyToReward,
  openRewardDocument,
  parseRewardDocument,
  Programme,
  RewardDigestMismatch,
  type RewardDocument,
  rewardDocumentBytes,
  rewardDocumentDigest,
  RewardsNotAscending,
  sha256Digest,
  UintOutOfRange,
} from "../../src/index.ts";
import { assertFails } from "../helpers/failures.ts";
import { account, BOOSTS } from "../helpers/rewards.ts";

const DISTRIBUTOR = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
const { ACTIVITY, TRAINING } = Programme;

function published(changed: Partial<EpochInput> = {}, previous?: RewardDocument): RewardDocument {
  const epoch = buildRewardEpoch({
    programme: ACTIVITY,
    budget: 1_000n,
    rows: [1, 2, 3].map((number) => ({ programme: ACTIVITY, account: account(number), units: BigInt(number) })),
    holdings: [{ account: account(1), amount: 1_000n }],
    boosts: BOOSTS,
    previous,
    ...changed,
  });
  const previousDigest = previous === undefined ? undefined : rewardDocumentDigest(previous);
  return { ...epoch, chainId: 31_337n, distributor: DISTRIBUTOR, snapshotBlock: 77n, previousDigest };
}

const first = published();
const second = published({ budget: 10n, rows: [{ programme: ACTIVITY, account: account(9), units: 5n }] }, first);
const text = new TextDecoder().decode(rewardDocumentBytes(first));

/** The first document's text with one thing changed. */
function bent(from: string, to: string): string {
  assert.ok(text.includes(from), from);
  return text.replace(from, to);
}

describe("a published epoch", () => {
  it("is read as it was written, by the bytes that its digest names", () => {
    for (const document of [first, second]) {
      const bytes = rewardDocumentBytes(document);
      assert.deepEqual(parseRewardDocument(bytes), document);
      assert.deepEqual(openRewardDocument(bytes, rewardDocumentDigest(document)), document);
      assert.equal(rewardDocumentDigest(document), sha256Digest(bytes));
    }
  });

  it("has numbers as decimal texts, in RFC 8785 form", () => {
    assert.ok(text.startsWith('{"boosts":[{"bps":"12000","minimum":"100"}'), text);
    assert.ok(text.includes('"previousDigest":null,"programme":"ACTIVITY"'));
  });

  const refused: readonly (readonly [name: string, document: string, path: string])[] = [
    ["another format", bent("ainft-rewards/1", "ainft-rewards/2"), "/format"],
    ["an unknown key", bent('{"boosts"', '{"a":1,"boosts"'), ""],
    ["a number that is no text", bent('"budget":"1000"', '"budget":1000'), "/budget"],
    ["a number with a zero before it", bent('"budget":"1000"', '"budget":"01000"'), "/budget"],
    ["a programme that there is not", bent('"ACTIVITY"', '"SLEEP"'), "/programme"],
    ["an address in another spelling", bent(DISTRIBUTOR, DISTRIBUTOR.toLowerCase()), "/distributor"],
    ["another total", bent('"total":"1000"', '"total":"1001"'), "/total"],
    ["another root", bent(first.root, `0x${"00".repeat(32)}`), "/root"],
    ["an entry of less than this epoch's part", bent('"units":"3"', '"units":"300"'), "/entries"],
    ["a part for who has no entry", bent(`${account(3)}","cumul`, `${account(4)}","cumul`), "/entries"],
  ];
  for (const [name, document, path] of refused) {
    it(`is refused with ${name}`, () => {
      assertFails(() => parseRewardDocument(document), InvalidRewardDocument, { path });
    });
  }

  it("is refused with rows for nobody or out of order, a bad boost table, too large a number, or no JSON", () => {
    const rowOf = (number: number): string => `{"account":"${account(number)}","holding`;

    assertFails(() => parseRewardDocument(bent(rowOf(1), rowOf(0))), NobodyToReward);
    assertFails(() => parseRewardDocument(bent(rowOf(2), rowOf(1))), RewardsNotAscending, { account: account(1) });
    assertFails(() => parseRewardDocument(bent('"bps":"12000"', '"bps":"20000"')), InvalidBoosts);
    assertFails(() => parseRewardDocument(bent('"epoch":"1"', `"epoch":"${2n ** 64n}"`)), UintOutOfRange, {
      field: "epoch",
    });
    assertFails(() => parseRewardDocument("{"), InvalidJson);
  });

  it("is refused under another digest, or in another layout than the canonical one", () => {
    const spaced = new TextEncoder().encode(text.replace("{", "{ "));
    const digest = rewardDocumentDigest(first);

    assertFails(() => openRewardDocument(spaced, digest), RewardDigestMismatch, { expected: digest });
    assertFails(() => openRewardDocument(spaced, sha256Digest(spaced)), RewardDigestMismatch, { actual: digest });
    assert.deepEqual(parseRewardDocument(spaced), first);
  });
});

describe("checkSuccession", () => {
  it("takes the first epoch, and the next one", () => {
    checkSuccession(undefined, first);
    checkSuccession(first, second);
  });

  const broken: readonly (readonly [field: string, previous: RewardDocument | undefined, next: RewardDocument])[] = [
    ["epoch", undefined, second],
    ["epoch", second, second],
    ["chainId", { ...first, chainId: 1n }, second],
    ["distributor", { ...first, distributor: account(5) }, second],
    ["programme", { ...first, programme: TRAINING }, second],
    ["previousDigest", { ...first, snapshotBlock: 78n }, second],
    ["previousDigest", undefined, { ...first, previousDigest: rewardDocumentDigest(first) }],
    ["total", undefined, { ...first, total: 1_001n }],
    ["root", undefined, { ...first, root: second.root }],
    ["total", first, { ...second, budget: 11n }],
  ];
  for (const [field, previous, next] of broken) {
    it(`refuses another ${field} (epoch ${next.epoch} after ${previous?.epoch ?? "nothing"})`, () => {
      assertFails(() => checkSuccession(previous, next), BrokenSuccession, { field });
    });
  }
});
