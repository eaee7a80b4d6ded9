import { expect } from "chai";
import { id, toBeHex, ZeroHash } from "ethers";
import { IAINFTTraits__factory } from "../../typechain-types";
import { loadFixture } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import { mintedWithTraits, tokenMinted } from "../helpers/fixtures";
import { live1155, live721 } from "../helpers/live-programs";
import { updateOf } from "../helpers/programs";
import { ALL_KEYS, stateOf, submitWithTraits, traitsOf } from "../helpers/trait-updates";
import { deploySchema, experience, hatched, mood, word } from "../helpers/traits";
import { digestOf, traitUpdateLeaf } from "../helpers/typed-data";

const xp = experience().key;
const moodKey = mood().key;
const hatchedKey = hatched().key;

describe("InferenceOracle", () => {
  describe("submitUpdateWithTraits", () => {
    it("changes state and traits together: the collection emits each, in order, and the oracle nothing", async () => {
      const world = await loadFixture(mintedWithTraits);
      const { collection, oracle, player, tokenId, traits } = world;
      const update = world.update();

      expect(await eventsOf(submitWithTraits(world, update, traits), collection, oracle)).to.deep.equal([
        ["StateUpdated", tokenId, player.address, 1n, update.inputDigest, update.outputDigest, update.stateDigest],
        ["TraitUpdated", xp, tokenId, word(150n)],
        ["TraitUpdated", moodKey, tokenId, id("wild")],
      ]);
      expect(await stateOf(world)).to.deep.equal([1n, update.stateDigest]);
      expect(await traitsOf(world)).to.deep.equal([word(150n), id("wild"), ZeroHash]);
    });

    it("emits the traits in the order in which they were signed", async () => {
      const world = await loadFixture(mintedWithTraits);
      const { collection, tokenId } = world;
      const traits = [...world.traits].reverse();

      const events = await eventsOf(submitWithTraits(world, world.update(), traits), collection);

      expect(events.slice(1)).to.deep.equal([
        ["TraitUpdated", moodKey, tokenId, id("wild")],
        ["TraitUpdated", xp, tokenId, word(150n)],
      ]);
    });

    for (const role of ["relayer", "owner", "stranger", "player"] as const) {
      it(`may be sent by the ${role}: authority is in the signatures`, async () => {
        const world = await loadFixture(mintedWithTraits);

        await submitWithTraits({ ...world, relayer: world[role] }, world.update(), world.traits);

        expect(await traitsOf(world)).to.deep.equal([word(150n), id("wild"), ZeroHash]);
      });
    }

    it("sets traits that the controller may set, and traits that it may not", async () => {
      const world = await loadFixture(mintedWithTraits);
      const { collection, owner, schema, tokenId } = world;
      await expect(collection.connect(owner).setTrait(tokenId, xp, word(1n)))
        .to.be.revertedWithCustomError(schema, "TraitSchemaNotEditable")
        .withArgs(xp);
      await collection.connect(owner).setTrait(tokenId, moodKey, id("calm"));

      await submitWithTraits(world, world.update(), world.traits);

      expect(await traitsOf(world)).to.deep.equal([word(150n), id("wild"), ZeroHash]);
    });

    it("applies one update after the other, with traits and without, in one sequence", async () => {
      const world = await loadFixture(mintedWithTraits);
      const { oracle, relayer, attest } = world;
      await submitWithTraits(world, world.update(), world.traits);
      const plain = world.update({ sequence: 2n });
      await oracle.connect(relayer).submitUpdate(attest.update(plain), plain);
      const last = world.update({ sequence: 3n, stateDigest: digestOf("memory 3") });
      await submitWithTraits(world, last, [{ key: hatchedKey, value: word(1n) }]);

      expect(await stateOf(world)).to.deep.equal([3n, last.stateDigest]);
      expect(await traitsOf(world)).to.deep.equal([word(150n), id("wild"), word(1n)]);
    });

    it("touches the named token alone", async () => {
      const world = await loadFixture(mintedWithTraits);
      const { collection, creator, owner, manifest } = world;
      await collection.connect(creator).mint(owner.address, manifest);

      await submitWithTraits(world, world.update(), world.traits);

      expect([...(await collection.getTraitValues(2n, ALL_KEYS))]).to.deep.equal([ZeroHash, ZeroHash, ZeroHash]);
      expect((await collection.programOf(2n)).sequence).to.equal(0n);
    });

    for (const [kind, live] of Object.entries({ ...live721, ...live1155 })) {
      it(`changes state and traits of a program in ${kind}`, async () => {
        const world = await loadFixture(live);
        const { oracle, attest, stranger, tokenId } = world;
        const schema = await deploySchema([experience(), mood(), hatched()]);
        const collection = IAINFTTraits__factory.connect(world.address, world.creator);
        await collection.setTraitSchema(await schema.getAddress());
        const values = [word(1n), word(42n), id("calm")];
        const keys = [hatchedKey, xp, moodKey];
        const traits = keys.map((key, place) => ({ key, value: values[place] ?? ZeroHash }));
        const update = updateOf(world);
        const attestation = attest.leaf(0n, traitUpdateLeaf(update, traits));

        const events = await eventsOf(
          oracle.connect(stranger).submitUpdateWithTraits(attestation, update, traits),
          collection,
          world.program,
        );

        expect(events.map(([event]) => event)).to.deep.equal(["StateUpdated", ...keys.map(() => "TraitUpdated")]);
        expect([...(await collection.getTraitValues(tokenId, keys))]).to.deep.equal(values);
        expect(await world.program.stateDigest(tokenId)).to.equal(update.stateDigest);
      });
    }
  });

  describe("submitUpdateWithTraits, of values that are there already", () => {
    it("emits nothing for them, and changes the state all the same", async () => {
      const world = await loadFixture(mintedWithTraits);
      await submitWithTraits(world, world.update(), world.traits);
      const next = world.update({ sequence: 2n, stateDigest: digestOf("memory 2") });

      const events = await eventsOf(submitWithTraits(world, next, world.traits), world.collection);

      expect(events.map(([name]) => name)).to.deep.equal(["StateUpdated"]);
      expect(await stateOf(world)).to.deep.equal([2n, next.stateDigest]);
    });

    it("emits the others", async () => {
      const world = await loadFixture(mintedWithTraits);
      await submitWithTraits(world, world.update(), world.traits);
      const traits = [
        { key: xp, value: word(150n) },
        { key: moodKey, value: id("calm") },
      ];

      const events = await eventsOf(submitWithTraits(world, world.update({ sequence: 2n }), traits), world.collection);

      expect(events.slice(1)).to.deep.equal([["TraitUpdated", moodKey, world.tokenId, id("calm")]]);
    });

    it("leaves a zero alone that was never set", async () => {
      const world = await loadFixture(mintedWithTraits);

      const events = await eventsOf(
        submitWithTraits(world, world.update(), [{ key: xp, value: ZeroHash }]),
        world.collection,
      );

      expect(events.map(([name]) => name)).to.deep.equal(["StateUpdated"]);
    });

    it("checks them all the same: a value that the schema refuses is refused, though it is there", async () => {
      const world = await loadFixture(mintedWithTraits);

      await expect(submitWithTraits(world, world.update(), [{ key: moodKey, value: ZeroHash }]))
        .to.be.revertedWithCustomError(world.schema, "TraitSchemaValueNotAllowed")
        .withArgs(moodKey, ZeroHash);
    });

    it("sets a trait that is named twice twice, and the last value stays", async () => {
      const world = await loadFixture(mintedWithTraits);
      const traits = [1n, 2n, 2n, 1n].map((value) => ({ key: xp, value: word(value) }));

      const events = await eventsOf(submitWithTraits(world, world.update(), traits), world.collection);

      expect(events.slice(1)).to.deep.equal(
        [1n, 2n, 1n].map((value) => ["TraitUpdated", xp, world.tokenId, word(value)]),
      );
      expect((await traitsOf(world))[0]).to.equal(word(1n));
    });
  });

  describe("submitUpdateWithTraits, without traits", () => {
    it("changes the state alone", async () => {
      const world = await loadFixture(mintedWithTraits);
      const { collection, oracle, player, tokenId } = world;
      const update = world.update();

      expect(await eventsOf(submitWithTraits(world, update, []), collection, oracle)).to.deep.equal([
        ["StateUpdated", tokenId, player.address, 1n, update.inputDigest, update.outputDigest, update.stateDigest],
      ]);
    });

    it("needs no schema", async () => {
      const world = await loadFixture(tokenMinted);
      await submitWithTraits(world, world.update(), []);

      expect(await stateOf(world)).to.deep.equal([1n, world.update().stateDigest]);
    });
  });

  describe("traitUpdateLeaf", () => {
    it("is the leaf that reporters sign, for no trait, one, two and many", async () => {
      const { oracle, update, traits } = await loadFixture(mintedWithTraits);
      const many = Array.from({ length: 64 }, (_, index) => ({ key: toBeHex(index, 32), value: id(`value ${index}`) }));

      for (const some of [[], traits.slice(1), traits, many]) {
        expect(await oracle.traitUpdateLeaf(update(), some)).to.equal(traitUpdateLeaf(update(), some));
      }
    });

    it("is another than the leaf of the update alone, also without traits", async () => {
      const { oracle, update } = await loadFixture(mintedWithTraits);

      expect(await oracle.traitUpdateLeaf(update(), [])).not.to.equal(await oracle.updateLeaf(update()));
    });
  });
});
