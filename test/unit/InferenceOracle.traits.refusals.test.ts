import { expect } from "chai";
import { encodeBytes32String, id, ZeroAddress, ZeroHash } from "ethers";
import { recoveredFrom, reporterAt, signaturesOf } from "../helpers/attestation";
import { loadFixture } from "../helpers/chain";
import { type MintedToken, type MintedWithTraits, mintedWithTraits, tokenMinted } from "../helpers/fixtures";
import { liveBound } from "../helpers/live-programs";
import { updateOf } from "../helpers/programs";
import { expectUntouched, stateOf, submitWithTraits, traitsOf } from "../helpers/trait-updates";
import { deploySchema, experience, hatched, mood, word } from "../helpers/traits";
import {
  digestOf,
  reportDigest,
  type StateUpdate,
  traitUpdateLeaf,
  type TraitValue,
  updateLeaf,
} from "../helpers/typed-data";

const xp = experience().key;
const moodKey = mood().key;
const hatchedKey = hatched().key;
const second = digestOf("second manifest");

describe("InferenceOracle", () => {
  describe("submitUpdateWithTraits, of what the schema refuses", () => {
    const refused: [title: string, trait: TraitValue, error: string, args: unknown[]][] = [
      ["a key that it does not know", { key: id("luck"), value: word(1n) }, "TraitKeyUnknown", [id("luck")]],
      ["the key zero", { key: ZeroHash, value: word(1n) }, "TraitKeyUnknown", [ZeroHash]],
      [
        "a key written another way",
        { key: encodeBytes32String("XP"), value: word(1n) },
        "TraitKeyUnknown",
        [encodeBytes32String("XP")],
      ],
      [
        "a number above its bounds",
        { key: xp, value: word(1001n) },
        "TraitSchemaOutOfBounds",
        [xp, word(1001n), ZeroHash, word(1000n)],
      ],
      [
        "a negative number in an unsigned trait",
        { key: xp, value: word(-1n) },
        "TraitSchemaOutOfBounds",
        [xp, word(-1n), ZeroHash, word(1000n)],
      ],
      [
        "a text that is not in the list",
        { key: moodKey, value: id("sad") },
        "TraitSchemaValueNotAllowed",
        [moodKey, id("sad")],
      ],
      [
        "a third truth value",
        { key: hatchedKey, value: word(2n) },
        "TraitSchemaValueNotAllowed",
        [hatchedKey, word(2n)],
      ],
    ];

    for (const [title, trait, error, args] of refused) {
      it(`passes on the schema's refusal of ${title}, and changes nothing, wherever it stands`, async () => {
        const world = await loadFixture(mintedWithTraits);
        const [first, last] = world.traits;
        if (first === undefined || last === undefined) throw new Error("There are not two traits.");

        for (const traits of [[trait], [trait, first, last], [first, trait, last], [first, last, trait]]) {
          await expect(submitWithTraits(world, world.update(), traits))
            .to.be.revertedWithCustomError(world.schema, error)
            .withArgs(...args);
        }
        await expectUntouched(world);
      });
    }

    it("takes the values at the bounds", async () => {
      const world = await loadFixture(mintedWithTraits);
      await submitWithTraits(world, world.update(), [{ key: xp, value: word(1000n) }]);
      await submitWithTraits(world, world.update({ sequence: 2n }), [{ key: xp, value: word(0n) }]);

      expect((await traitsOf(world))[0]).to.equal(ZeroHash);
    });

    it("knows no key in a collection without a schema", async () => {
      const world = await loadFixture(tokenMinted);

      await expect(submitWithTraits(world, world.update(), [{ key: xp, value: word(1n) }]))
        .to.be.revertedWithCustomError(world.collection, "TraitKeyUnknown")
        .withArgs(xp);
      expect(await stateOf(world)).to.deep.equal([0n, ZeroHash]);
    });

    it("goes by the schema that the collection has when it is submitted", async () => {
      const world = await loadFixture(tokenMinted);
      const traits = [{ key: hatchedKey, value: word(1n) }];
      const schema = await deploySchema([hatched()]);
      await expect(submitWithTraits(world, world.update(), traits))
        .to.be.revertedWithCustomError(world.collection, "TraitKeyUnknown")
        .withArgs(hatchedKey);

      await world.collection.setTraitSchema(await schema.getAddress());
      await submitWithTraits(world, world.update(), traits);

      expect(await world.collection.getTraitValue(world.tokenId, hatchedKey)).to.equal(word(1n));
    });
  });

  describe("submitUpdateWithTraits, of what the collection refuses", () => {
    const refused: [
      title: string,
      prepare: (world: MintedWithTraits) => Promise<unknown>,
      update: Partial<StateUpdate>,
      error: string,
      args: (world: MintedWithTraits) => unknown[],
    ][] = [
      [
        "the same update a second time",
        async (world) => submitWithTraits(world, world.update(), world.traits),
        {},
        "AINFTStaleSequence",
        () => [1n, 2n, 1n],
      ],
      [
        "an update that skips a sequence",
        () => Promise.resolve(),
        { sequence: 2n },
        "AINFTStaleSequence",
        () => [1n, 1n, 2n],
      ],
      [
        "an update of a token that was never minted",
        () => Promise.resolve(),
        { tokenId: 2n },
        "AINFTUnknownToken",
        () => [2n],
      ],
      [
        "an update that was signed before another version became active",
        ({ collection, owner, tokenId }) => collection.connect(owner).publishManifest(tokenId, second),
        {},
        "AINFTInactiveManifest",
        ({ manifest }) => [1n, second, manifest],
      ],
      [
        "an update of a token that is locked",
        ({ collection, arbiter, tokenId }) => collection.connect(arbiter).lock(tokenId),
        {},
        "AINFTLocked",
        () => [1n],
      ],
      [
        "an update of a frozen program",
        ({ collection, owner, tokenId }) => collection.connect(owner).freeze(tokenId),
        {},
        "AINFTFrozen",
        () => [1n],
      ],
    ];

    for (const [title, prepare, changed, error, args] of refused) {
      it(`refuses ${title}, and leaves the traits alone`, async () => {
        const world = await loadFixture(mintedWithTraits);
        await prepare(world);
        const before = await traitsOf(world);
        const traits = [{ key: xp, value: word(7n) }];

        await expect(submitWithTraits(world, world.update(changed), traits))
          .to.be.revertedWithCustomError(world.collection, error)
          .withArgs(...args(world));
        expect(await traitsOf(world)).to.deep.equal(before);
      });
    }

    it("refuses an update of a collection that obeys another oracle now", async () => {
      const world = await loadFixture(mintedWithTraits);
      await world.collection.setOracle(world.oracleAccount.address);

      await expect(submitWithTraits(world, world.update(), world.traits))
        .to.be.revertedWithCustomError(world.collection, "AINFTNotOracle")
        .withArgs(await world.oracle.getAddress(), world.oracleAccount.address);
      await expectUntouched(world);
    });

    for (const [title, collectionOf] of [
      ["an account without code", ({ stranger }: MintedToken) => stranger.address],
      ["the zero address", () => ZeroAddress],
    ] as const) {
      it(`refuses an update of ${title}, with traits and without`, async () => {
        const world = await loadFixture(mintedWithTraits);
        const collection = collectionOf(world);

        for (const traits of [world.traits, []]) {
          await expect(submitWithTraits(world, world.update({ collection }), traits))
            .to.be.revertedWithCustomError(world.oracle, "InferenceOracleNotACollection")
            .withArgs(collection);
        }
      });
    }

    it("refuses a bound program without a reason, for it has no traits", async () => {
      const world = await loadFixture(liveBound["AINFTBinder over ERC-721"]);
      const { oracle, attest, relayer } = world;
      const update = updateOf(world);
      const attestation = attest.leaf(0n, traitUpdateLeaf(update, []));

      const sent = oracle.connect(relayer).submitUpdateWithTraits(attestation, update, []);

      await expect(sent).to.be.revertedWithoutReason();
    });

    it("refuses a contract that is no collection, without a reason", async () => {
      const world = await loadFixture(mintedWithTraits);
      const update = world.update({ collection: await world.schema.getAddress() });

      await expect(submitWithTraits(world, update, world.traits)).to.be.revertedWithoutReason();
    });

    it("leaves it to the oracle: nobody else can apply an update with traits", async () => {
      const world = await loadFixture(mintedWithTraits);
      const { collection, oracle, traits } = world;
      for (const who of ["owner", "creator", "dao", "relayer", "stranger"] as const) {
        await expect(collection.connect(world[who]).applySignedStateWithTraits(world.update(), traits))
          .to.be.revertedWithCustomError(collection, "AINFTNotOracle")
          .withArgs(world[who].address, await oracle.getAddress());
      }
      await expectUntouched(world);
    });
  });

  describe("submitUpdateWithTraits, of other signatures", () => {
    /** The oracle sees exactly the key that the maths gives over what was submitted. */
    async function expectInvalid(
      world: MintedWithTraits,
      sent: Promise<unknown>,
      attestation: string,
      submitted: string,
    ): Promise<void> {
      const { configVersion, deadline, domain } = world.attest.terms;
      const digest = reportDigest(domain, { configVersion, deadline, firstId: 0n, count: 1n, root: submitted });
      const recovered = recoveredFrom(digest, signaturesOf(attestation)[0] ?? "");
      await expect(sent)
        .to.be.revertedWithCustomError(world.oracle, "InferenceOracleInvalidSignature")
        .withArgs(0, reporterAt(world.reporters, 0).address, recovered);
      await expectUntouched(world);
    }

    const changes: Record<string, (traits: TraitValue[]) => TraitValue[]> = {
      "other values than were signed": (traits) => traits.map(({ key }) => ({ key, value: word(1n) })),
      "another order than was signed": (traits) => [...traits].reverse(),
      "a list that drops a signed trait": (traits) => traits.slice(1),
      "a list that drops all signed traits": () => [],
      "a trait more than was signed": (traits) => [...traits, { key: hatchedKey, value: word(1n) }],
    };

    for (const [title, change] of Object.entries(changes)) {
      it(`refuses ${title}`, async () => {
        const world = await loadFixture(mintedWithTraits);
        const update = world.update();
        const traits = change(world.traits);
        const attestation = world.attest.leaf(0n, traitUpdateLeaf(update, world.traits));

        const sent = world.oracle.connect(world.relayer).submitUpdateWithTraits(attestation, update, traits);

        await expectInvalid(world, sent, attestation, traitUpdateLeaf(update, traits));
      });
    }

    it("refuses what was signed for submitUpdate, also without traits", async () => {
      const world = await loadFixture(mintedWithTraits);
      const update = world.update();
      const attestation = world.attest.update(update);

      for (const traits of [world.traits, []]) {
        const sent = world.oracle.connect(world.relayer).submitUpdateWithTraits(attestation, update, traits);
        await expectInvalid(world, sent, attestation, traitUpdateLeaf(update, traits));
      }
    });

    it("is not what submitUpdate takes: nobody can drop signed traits that way, and none when there are none", async () => {
      const world = await loadFixture(mintedWithTraits);
      const update = world.update();

      for (const traits of [world.traits, []]) {
        const attestation = world.attest.leaf(0n, traitUpdateLeaf(update, traits));
        const sent = world.oracle.connect(world.relayer).submitUpdate(attestation, update);
        await expectInvalid(world, sent, attestation, updateLeaf(update));
      }
    });

    it("lets only one of two signed updates of one sequence through, whichever comes first", async () => {
      for (const first of ["plain", "with traits"] as const) {
        const world = await loadFixture(mintedWithTraits);
        const { oracle, relayer, attest, collection, tokenId } = world;
        const update = world.update();
        const plain = () => oracle.connect(relayer).submitUpdate(attest.update(update), update);
        const withTraits = () => submitWithTraits(world, update, world.traits);
        const [accepted, late] = first === "plain" ? [plain, withTraits] : [withTraits, plain];
        await accepted();

        await expect(late()).to.be.revertedWithCustomError(collection, "AINFTStaleSequence").withArgs(tokenId, 2n, 1n);
      }
    });
  });
});
