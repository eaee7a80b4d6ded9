import { expect } from "chai";
import { id, toBeHex, ZeroAddress, ZeroHash } from "ethers";
import type { IAINFTTraits, TraitSchema } from "../../typechain-types";
import { IAINFTTraits__factory, IOwnable2Step__factory, TraitSchema__factory } from "../../typechain-types";
import { deployContract, loadFixture, type Person } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import { type ProgramWorld, readProgram, updateOf } from "../helpers/programs";
import { deploySchema, experience, hatched, mood, word } from "../helpers/traits";
import { digestOf } from "../helpers/typed-data";

const xp = experience().key;
const moodKey = mood().key;
const hatchedKey = hatched().key;
const [calm, wild] = [id("calm"), id("wild")];
const unknownKey = id("a trait of no schema");

interface Traited extends ProgramWorld {
  /** The collection's traits, connected to its controller. */
  traits: IAINFTTraits;
  byOwner: IAINFTTraits;
  byOracle: IAINFTTraits;
  schema: TraitSchema;
  schemaAddress: string;
}

/** A collection whose tokens have dynamic traits (ERC-7496) under a schema on chain. */
export function behavesLikeTraits(fixture: () => Promise<ProgramWorld>): void {
  /** Experience by signed updates, mood by the controller, and whether it hatched. */
  async function traited(): Promise<Traited> {
    const world = await loadFixture(fixture);
    const traits = IAINFTTraits__factory.connect(world.address, world.creator);
    const schema = await deploySchema([experience(), mood(), hatched()]);
    const schemaAddress = await schema.getAddress();
    await traits.setTraitSchema(schemaAddress);
    const byOwner = traits.connect(world.owner);
    return { ...world, traits, byOwner, byOracle: traits.connect(world.oracleAccount), schema, schemaAddress };
  }

  const refusals = { interface: TraitSchema__factory.createInterface() };

  describe("setTraitSchema", () => {
    it("gives the collection its schema, whose metadata is then the collection's, and says so", async () => {
      const { address, creator } = await loadFixture(fixture);
      const traits = IAINFTTraits__factory.connect(address, creator);
      const schema = await deploySchema([mood()]);
      expect([await traits.traitSchema(), await traits.getTraitMetadataURI()]).to.deep.equal([ZeroAddress, ""]);

      expect(await eventsOf(traits.setTraitSchema(schema), traits)).to.deep.equal([["TraitMetadataURIUpdated"]]);

      expect(await traits.traitSchema()).to.equal(await schema.getAddress());
      expect(await traits.getTraitMetadataURI()).to.equal(await schema.metadataURI());
    });

    it("can never be repeated", async () => {
      const { traits, schemaAddress } = await traited();
      const other = await deploySchema([mood()]);

      for (const schema of [await other.getAddress(), schemaAddress, ZeroAddress]) {
        await expect(traits.setTraitSchema(schema))
          .to.be.revertedWithCustomError(traits, "AINFTTraitSchemaFixed")
          .withArgs(schemaAddress);
      }
    });

    it("refuses an address without code", async () => {
      const { address, creator, stranger } = await loadFixture(fixture);
      const traits = IAINFTTraits__factory.connect(address, creator);

      for (const nothing of [stranger.address, ZeroAddress]) {
        await expect(traits.setTraitSchema(nothing))
          .to.be.revertedWithCustomError(traits, "AINFTNoTraitSchema")
          .withArgs(nothing);
      }
    });

    it("refuses a contract that knows no trait", async () => {
      const { address, creator } = await loadFixture(fixture);
      const traits = IAINFTTraits__factory.connect(address, creator);
      const empty = await (await deployContract("NoTraitsSchemaMock")).getAddress();

      await expect(traits.setTraitSchema(empty))
        .to.be.revertedWithCustomError(traits, "AINFTNoTraitSchema")
        .withArgs(empty);
      await expect(traits.setTraitSchema(address)).to.be.revertedWithoutReason();
      expect(await traits.traitSchema()).to.equal(ZeroAddress);
    });

    it("[lineage 1] refuses everybody but the collection's controller", async () => {
      const { byOwner, owner, schemaAddress } = await traited();

      await expect(byOwner.setTraitSchema(schemaAddress))
        .to.be.revertedWithCustomError(
          { interface: IOwnable2Step__factory.createInterface() },
          "OwnableUnauthorizedAccount",
        )
        .withArgs(owner.address);
    });
  });

  describe("setTrait", () => {
    it("sets a trait that is the controller's to set, and says so", async () => {
      const { traits, byOwner, tokenId } = await traited();
      expect(await traits.getTraitValue(tokenId, moodKey)).to.equal(ZeroHash);

      expect(await eventsOf(byOwner.setTrait(tokenId, moodKey, calm), traits)).to.deep.equal([
        ["TraitUpdated", moodKey, tokenId, calm],
      ]);

      expect(await traits.getTraitValue(tokenId, moodKey)).to.equal(calm);
    });

    it("counts as a change of the program, and changes nothing else about it", async () => {
      const { byOwner, program, tokenId } = await traited();
      const before = await readProgram(program, tokenId);

      await byOwner.setTrait(tokenId, moodKey, calm);

      const { updatedAt, ...after } = await readProgram(program, tokenId);
      expect({ ...after, updatedAt: before.updatedAt }).to.deep.equal(before);
      expect(updatedAt > before.updatedAt).to.equal(true);
    });

    it("leaves every other token's traits alone", async () => {
      const { traits, byOwner, mint, tokenId } = await traited();
      const other = await mint(digestOf("another program"));

      await byOwner.setTrait(tokenId, moodKey, calm);

      expect(await traits.getTraitValue(other, moodKey)).to.equal(ZeroHash);
    });

    it("refuses the value that it has already", async () => {
      const { byOwner, tokenId } = await traited();
      await byOwner.setTrait(tokenId, moodKey, calm);

      await expect(byOwner.setTrait(tokenId, moodKey, calm))
        .to.be.revertedWithCustomError(byOwner, "AINFTTraitUnchanged")
        .withArgs(tokenId, moodKey, calm);
    });

    it("refuses a trait that only signed updates set", async () => {
      const { byOwner, tokenId } = await traited();

      await expect(byOwner.setTrait(tokenId, xp, word(999n)))
        .to.be.revertedWithCustomError(refusals, "TraitSchemaNotEditable")
        .withArgs(xp);
    });

    it("refuses a value that the schema does not have", async () => {
      const { byOwner, tokenId } = await traited();

      await expect(byOwner.setTrait(tokenId, moodKey, id("furious")))
        .to.be.revertedWithCustomError(refusals, "TraitSchemaValueNotAllowed")
        .withArgs(moodKey, id("furious"));
    });

    it("refuses an unknown key, with and without a schema", async () => {
      const { byOwner, tokenId } = await traited();
      await expect(byOwner.setTrait(tokenId, unknownKey, calm))
        .to.be.revertedWithCustomError(byOwner, "TraitKeyUnknown")
        .withArgs(unknownKey);

      const bare = await loadFixture(fixture);
      await expect(IAINFTTraits__factory.connect(bare.address, bare.owner).setTrait(bare.tokenId, moodKey, calm))
        .to.be.revertedWithCustomError(byOwner, "TraitKeyUnknown")
        .withArgs(moodKey);
    });

    for (const role of ["creator", "oracleAccount", "stranger"] as const) {
      it(`[lineage 1] refuses ${role}`, async () => {
        const world = await traited();
        const actor: Person = world[role];

        await expect(world.traits.connect(actor).setTrait(world.tokenId, moodKey, calm))
          .to.be.revertedWithCustomError(world.program, "AINFTNotController")
          .withArgs(world.tokenId, actor.address);
      });
    }

    it("refuses a frozen program, whose traits stay as they are", async () => {
      const { byOwner, program, tokenId } = await traited();
      await byOwner.setTrait(tokenId, moodKey, calm);
      await program.freeze(tokenId);

      await expect(byOwner.setTrait(tokenId, moodKey, wild))
        .to.be.revertedWithCustomError(program, "AINFTFrozen")
        .withArgs(tokenId);
      expect(await byOwner.getTraitValue(tokenId, moodKey)).to.equal(calm);
    });
  });

  describe("applySignedStateWithTraits", () => {
    it("changes state and traits together, in the order they were signed", async () => {
      const world = await traited();
      const { traits, program, byOracle, tokenId, player } = world;
      const update = updateOf(world);
      const changes = [
        { key: xp, value: word(12n) },
        { key: hatchedKey, value: word(1n) },
        { key: moodKey, value: wild },
      ];

      const events = await eventsOf(byOracle.applySignedStateWithTraits(update, changes), program, traits);

      const { inputDigest, outputDigest, stateDigest } = update;
      expect(events).to.deep.equal([
        ["StateUpdated", tokenId, player.address, 1n, inputDigest, outputDigest, stateDigest],
        ...changes.map(({ key, value }) => ["TraitUpdated", key, tokenId, value]),
      ]);
      expect(await traits.getTraitValues(tokenId, [moodKey, xp, hatchedKey])).to.deep.equal([
        wild,
        word(12n),
        word(1n),
      ]);
      expect(await program.stateDigest(tokenId)).to.equal(stateDigest);
    });

    it("leaves alone, without an event, what has its value already", async () => {
      const world = await traited();
      const { traits, program, byOracle } = world;
      await byOracle.applySignedStateWithTraits(updateOf(world), [{ key: xp, value: word(12n) }]);

      const again = updateOf(world, { sequence: 2n });
      const events = await eventsOf(
        byOracle.applySignedStateWithTraits(again, [{ key: xp, value: word(12n) }]),
        program,
        traits,
      );

      expect(events.map(([name]) => name)).to.deep.equal(["StateUpdated"]);
    });

    it("without traits is an update like any other", async () => {
      const world = await traited();

      await world.byOracle.applySignedStateWithTraits(updateOf(world), []);

      expect((await readProgram(world.program, world.tokenId)).sequence).to.equal(1n);
    });

    it("is nothing at all when one trait is refused", async () => {
      const world = await traited();
      const { traits, program, byOracle, tokenId } = world;

      for (const [bad, error, args] of [
        [{ key: xp, value: word(1001n) }, "TraitSchemaOutOfBounds", [xp, word(1001n), ZeroHash, word(1000n)]],
        [{ key: hatchedKey, value: word(2n) }, "TraitSchemaValueNotAllowed", [hatchedKey, word(2n)]],
        [{ key: unknownKey, value: ZeroHash }, "TraitKeyUnknown", [unknownKey]],
      ] as const) {
        await expect(byOracle.applySignedStateWithTraits(updateOf(world), [{ key: xp, value: word(5n) }, bad]))
          .to.be.revertedWithCustomError(refusals, error)
          .withArgs(...args);
      }
      expect(await traits.getTraitValue(tokenId, xp)).to.equal(ZeroHash);
      expect((await readProgram(program, tokenId)).sequence).to.equal(0n);
    });

    for (const role of ["owner", "creator", "stranger"] as const) {
      it(`[lineage 1] refuses ${role}: only the oracle brings what was signed`, async () => {
        const world = await traited();
        const actor: Person = world[role];

        await expect(world.traits.connect(actor).applySignedStateWithTraits(updateOf(world), []))
          .to.be.revertedWithCustomError(world.program, "AINFTNotOracle")
          .withArgs(actor.address, world.oracleAccount.address);
      });
    }

    it("refuses what an update without traits would be refused for", async () => {
      const world = await traited();
      const { program, byOracle, tokenId } = world;
      const { owner } = world;

      await expect(byOracle.applySignedStateWithTraits(updateOf(world, { collection: owner.address }), []))
        .to.be.revertedWithCustomError(program, "AINFTWrongCollection")
        .withArgs(owner.address);
      await expect(byOracle.applySignedStateWithTraits(updateOf(world, { sequence: 2n }), []))
        .to.be.revertedWithCustomError(program, "AINFTStaleSequence")
        .withArgs(tokenId, 1n, 2n);
      await program.freeze(tokenId);
      await expect(byOracle.applySignedStateWithTraits(updateOf(world), []))
        .to.be.revertedWithCustomError(program, "AINFTFrozen")
        .withArgs(tokenId);
    });
  });

  describe("getTraitValue and getTraitValues", () => {
    it("read zero for a trait that was never set", async () => {
      const { traits, tokenId } = await traited();

      expect(await traits.getTraitValues(tokenId, [xp, moodKey])).to.deep.equal([ZeroHash, ZeroHash]);
      expect(await traits.getTraitValues(tokenId, [])).to.deep.equal([]);
    });

    it("refuse an unknown key, zero too, and do so without a schema", async () => {
      const bare = await loadFixture(fixture);
      const without = IAINFTTraits__factory.connect(bare.address, bare.stranger);
      await expect(without.getTraitValue(bare.tokenId, xp))
        .to.be.revertedWithCustomError(without, "TraitKeyUnknown")
        .withArgs(xp);
      const { traits, tokenId } = await traited();

      for (const key of [unknownKey, ZeroHash, toBeHex(1n, 32)]) {
        for (const ask of [() => traits.getTraitValue(tokenId, key), () => traits.getTraitValues(tokenId, [key])]) {
          await expect(ask()).to.be.revertedWithCustomError(traits, "TraitKeyUnknown").withArgs(key);
        }
      }
    });

    it("refuse an unknown token", async () => {
      const { traits, program, unknownId } = await traited();

      await expect(traits.getTraitValue(unknownId, xp))
        .to.be.revertedWithCustomError(program, "AINFTUnknownToken")
        .withArgs(unknownId);
    });
  });
}
