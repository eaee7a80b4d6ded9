import { expect } from "chai";
import { concat, dataLength, dataSlice, id, keccak256, toBeHex, TypedDataEncoder } from "ethers";
import type { ContractTransactionResponse } from "ethers";
import { attestationLength, recoveredFrom, reporterAt, signaturesOf } from "../helpers/attestation";
import { withDirtyWord, withWord, wordAt } from "../helpers/calldata";
import { loadFixture } from "../helpers/chain";
import {
  attestFor,
  commitRoot,
  type EntryPoint,
  entryPoints,
  fulfill,
  fulfillBatch,
  fulfillInline,
  submitUpdate,
  submitUpdateWithTraits,
} from "../helpers/entry-points";
import { type AskedOnce, askedOnce } from "../helpers/fixtures";
import { Delivery, reportDigest, resultTypes, traitUpdateTypes, updateTypes } from "../helpers/typed-data";

/** How many argument words a call gives to its update, behind the word that says where the attestation is. */
const UPDATE_WORDS = 8;

/** The argument word that says where the traits are, of a call that has some. */
const TRAITS_POSITION = 9;

/** Three of five reporters sign in these tests. */
const LENGTH = attestationLength(3, 2);

/** A narrow field of a call: its argument word, and the lowest bit above it. */
interface NarrowField {
  entry: EntryPoint;
  field: string;
  position: number;
  lowestDirtyBit: bigint;
  /** Whether the field is looked at before the signatures are. */
  readFirst: boolean;
}

const narrowFields: NarrowField[] = [
  { entry: fulfill, field: "requestId", position: 1, lowestDirtyBit: 64n, readFirst: true },
  { entry: fulfill, field: "status", position: 4, lowestDirtyBit: 8n, readFirst: true },
  { entry: fulfill, field: "size", position: 5, lowestDirtyBit: 32n, readFirst: true },
  { entry: fulfillInline, field: "requestId", position: 1, lowestDirtyBit: 64n, readFirst: true },
  { entry: fulfillInline, field: "status", position: 4, lowestDirtyBit: 8n, readFirst: true },
  { entry: fulfillInline, field: "size", position: 5, lowestDirtyBit: 32n, readFirst: true },
  { entry: fulfillBatch, field: "firstId", position: 1, lowestDirtyBit: 64n, readFirst: true },
  { entry: commitRoot, field: "firstId", position: 1, lowestDirtyBit: 64n, readFirst: true },
  { entry: commitRoot, field: "count", position: 2, lowestDirtyBit: 32n, readFirst: true },
  { entry: submitUpdate, field: "collection", position: 1, lowestDirtyBit: 160n, readFirst: false },
  { entry: submitUpdate, field: "actor", position: 3, lowestDirtyBit: 160n, readFirst: false },
  { entry: submitUpdate, field: "sequence", position: 4, lowestDirtyBit: 64n, readFirst: false },
  { entry: submitUpdateWithTraits, field: "collection", position: 1, lowestDirtyBit: 160n, readFirst: true },
  { entry: submitUpdateWithTraits, field: "actor", position: 3, lowestDirtyBit: 160n, readFirst: true },
  { entry: submitUpdateWithTraits, field: "sequence", position: 4, lowestDirtyBit: 64n, readFirst: true },
];

const HIGHEST_BIT = 255n;

const TRAIT_VALUE = id("TraitValue(bytes32 key,bytes32 value)");

describe("InferenceOracle", () => {
  describe("signature checklist, dirty high bits", () => {
    for (const { entry, field, position, lowestDirtyBit, readFirst } of narrowFields) {
      for (const bit of [lowestDirtyBit, HIGHEST_BIT]) {
        it(`dirty high bits: ${entry.name} refuses bit ${bit} of ${field} over honest signatures`, async () => {
          const world = await loadFixture(askedOnce);
          const attestation = attestFor(entry, world);
          const dirty = withDirtyWord(entry.encode(world, attestation), position, bit);

          if (readFirst) await expect(sendRaw(world, dirty)).to.be.revertedWithoutReason();
          else await expectInvalid(entry, world, dirty, attestation);
          expect(await entry.isDone(world)).to.equal(false);
        });

        it(`dirty high bits: ${entry.name} refuses bit ${bit} of ${field}, though reporters signed it`, async () => {
          const world = await loadFixture(askedOnce);
          const root = leafOfWords(entry, world, withDirtyWord(entry.encode(world, "0x"), position, bit));
          const attestation = world.attest.leaf(entry.subject(world).firstId, root);
          const dirty = withDirtyWord(entry.encode(world, attestation), position, bit);

          await expect(sendRaw(world, dirty)).to.be.revertedWithoutReason();
          expect(await entry.isDone(world)).to.equal(false);
        });
      }
    }

    it("dirty high bits: the leaf made from clean words is the leaf that is signed", async () => {
      const world = await loadFixture(askedOnce);

      for (const entry of [fulfill, fulfillInline, submitUpdate, submitUpdateWithTraits]) {
        expect(leafOfWords(entry, world, entry.encode(world, "0x"))).to.equal(entry.subject(world).root);
      }
    });
  });

  describe("submitUpdateWithTraits: signature checklist, raw list of traits", () => {
    /** An honest call of two traits; its list claims another length. */
    function withTraitCount(world: AskedOnce, attestation: string, count: bigint): string {
      const data = submitUpdateWithTraits.encode(world, attestation);
      return withWord(data, Number(wordAt(data, TRAITS_POSITION)) / 32, count);
    }

    it("short list: refuses a list that claims fewer traits than were signed, with the rest behind it", async () => {
      const world = await loadFixture(askedOnce);
      const attestation = attestFor(submitUpdateWithTraits, world);

      await expectInvalid(submitUpdateWithTraits, world, withTraitCount(world, attestation, 1n), attestation);
    });

    for (const count of [3n, 2n ** 64n, 2n ** 256n - 1n]) {
      it(`long list: refuses a list of ${count} traits that ends behind the calldata`, async () => {
        const world = await loadFixture(askedOnce);
        const attestation = attestFor(submitUpdateWithTraits, world);

        await expect(sendRaw(world, withTraitCount(world, attestation, count))).to.be.revertedWithoutReason();
        expect(await submitUpdateWithTraits.isDone(world)).to.equal(false);
      });
    }
  });

  for (const entry of entryPoints) {
    describe(`${entry.name}: signature checklist, raw calldata`, () => {
      for (const length of [0, 4, 15, 16, attestationLength(2, 3), LENGTH - 1]) {
        it(`short header: refuses a length of ${length} with the rest of the attestation behind it`, async () => {
          const world = await loadFixture(askedOnce);
          const data = withLength(entry, world, length);

          await expect(sendRaw(world, data))
            .to.be.revertedWithCustomError(world.oracle, "InferenceOracleBadAttestationLength")
            .withArgs(LENGTH, length);
          expect(await entry.isDone(world)).to.equal(false);
        });
      }

      it("trailing calldata: refuses a length that ends behind the calldata", async () => {
        const world = await loadFixture(askedOnce);

        const behind = dataLength(entry.encode(world, attestFor(entry, world)));

        await expect(sendRaw(world, withLength(entry, world, behind))).to.be.revertedWithoutReason();
      });

      for (const by of [
        [0, 1, 2, 3],
        [0, 1, 2, 4], // the whole set stands there, and only the end of its last signature lies behind
      ]) {
        it(`m+1: refuses a mask of m+1 whose last signature ends, genuine, behind the attestation (${by.join(", ")})`, async () => {
          const world = await loadFixture(askedOnce);
          const four = attestFor(entry, world, { by });

          await expect(sendRaw(world, withLength(entry, world, LENGTH, four)))
            .to.be.revertedWithCustomError(world.oracle, "InferenceOracleBadSignerCount")
            .withArgs(3, 4);
          expect(await entry.isDone(world)).to.equal(false);
        });
      }

      it("trailing calldata: more bytes behind the arguments change nothing", async () => {
        const world = await loadFixture(askedOnce);

        await sendRaw(world, concat([entry.encode(world, attestFor(entry, world)), toBeHex(1, 64)]));

        expect(await entry.isDone(world)).to.equal(true);
      });
    });
  }
});

/** A call whose attestation claims another length. The first word of the arguments says where the length stands. */
function withLength(
  entry: EntryPoint,
  world: AskedOnce,
  length: number,
  attestation = attestFor(entry, world),
): string {
  const data = entry.encode(world, attestation);
  return withWord(data, Number(dataSlice(data, 4, 36)) / 32, BigInt(length));
}

async function sendRaw({ oracle, relayer }: AskedOnce, data: string): Promise<ContractTransactionResponse> {
  const { hash } = await relayer.sendTransaction({ to: await oracle.getAddress(), data });
  const sent = await relayer.provider.getTransaction(hash);
  return sent as ContractTransactionResponse; // the same thing, to whoever reads receipts
}

/** The leaf over the words of a call as they stand, clean or not. */
function leafOfWords(entry: EntryPoint, world: AskedOnce, call: string): string {
  const words = (count: number): string => dataSlice(call, 36, 36 + 32 * count);
  const updateHash = (): string => keccak256(concat([typehash("StateUpdate", updateTypes), words(UPDATE_WORDS)]));
  if (entry === submitUpdate) return keccak256(updateHash());
  if (entry === submitUpdateWithTraits) {
    const traitsHash = keccak256(concat(traitWords(call).map((pair) => keccak256(concat([TRAIT_VALUE, pair])))));
    return keccak256(keccak256(concat([typehash("TraitUpdate", traitUpdateTypes), updateHash(), traitsHash])));
  }
  if (entry !== fulfill && entry !== fulfillInline) return entry.subject(world).root;
  const delivery = entry === fulfillInline ? Delivery.INLINE : Delivery.DIGEST;
  const word = (place: number): string => toBeHex(wordAt(call, place), 32);
  const { Answer } = resultTypes;
  const answer = keccak256(concat([typehash("Answer", { Answer }), word(2), word(3), word(5)]));
  const fields = [toBeHex(delivery, 32), word(1), word(4), answer];
  return keccak256(keccak256(concat([typehash("Result", resultTypes), ...fields])));
}

/** The two words of each trait of a call, as they stand. */
function traitWords(call: string): string[] {
  const position = Number(wordAt(call, TRAITS_POSITION)) / 32;
  const start = 4 + 32 * (position + 1);
  return Array.from({ length: Number(wordAt(call, position)) }, (_, index) =>
    dataSlice(call, start + 64 * index, start + 64 * (index + 1)),
  );
}

function typehash(name: string, types: Record<string, { name: string; type: string }[]>): string {
  return id(TypedDataEncoder.from(types).encodeType(name));
}

/** Refused because the first signature, over the dirty leaf, recovers exactly the key that the maths gives. */
async function expectInvalid(entry: EntryPoint, world: AskedOnce, call: string, attestation: string): Promise<void> {
  const { domain, configVersion, deadline } = world.attest.terms;
  const { firstId } = entry.subject(world);
  const root = leafOfWords(entry, world, call);
  const digest = reportDigest(domain, { configVersion, deadline, firstId, count: 1n, root });

  await expect(sendRaw(world, call))
    .to.be.revertedWithCustomError(world.oracle, "InferenceOracleInvalidSignature")
    .withArgs(0, reporterAt(world.reporters, 0).address, recoveredFrom(digest, signaturesOf(attestation)[0] ?? ""));
}
