import { expect } from "chai";
import { hexlify, id, MaxInt256, MaxUint256, MinInt256, toUtf8Bytes, ZeroHash } from "ethers";
import { ITraitSchema__factory, TraitSchema__factory } from "../../typechain-types";
import { loadFixture, provider } from "../helpers/chain";
import { HOSTILE_TEXTS, jsonOf, jsonTextOf, NOT_UTF8 } from "../helpers/data-uri";
import { dangerousInstructions, declarations } from "../helpers/interfaces";
import { everybody } from "../helpers/people";
import {
  deploySchema,
  experience,
  hatched,
  mood,
  readTrait,
  SALE_RULES,
  schemaDeployed,
  type Trait,
  word,
} from "../helpers/traits";

/** Each error has a name of its own, so an interface is enough to read it. */
const errors = { interface: ITraitSchema__factory.createInterface() };

/** What ERC-7496 says of a trait, written from the definition alone. */
function expectedMember(trait: Trait): unknown {
  const dataTypes = [
    {
      type: "string",
      valueMappings: { [ZeroHash]: null, ...Object.fromEntries(trait.texts.map(({ value, text }) => [value, text])) },
    },
    {
      type: "decimal",
      signed: trait.isSigned,
      decimals: Number(trait.decimals),
      minValue: numberOf(trait.minimum, trait),
      maxValue: numberOf(trait.maximum, trait),
    },
    { type: "boolean" },
  ];
  return {
    displayName: trait.name,
    dataType: dataTypes[Number(trait.dataType)],
    validateOnSale: SALE_RULES[Number(trait.validateOnSale)],
    tokenOwnerCanUpdateValue: trait.controllerMayEdit,
  };
}

function numberOf(value: string, { isSigned, decimals }: Trait): number {
  const whole = isSigned ? BigInt.asIntN(256, BigInt(value)) : BigInt(value);
  return Number(`${whole}e-${decimals}`);
}

function expectedSchema(traits: readonly Trait[]): unknown {
  return { traits: Object.fromEntries(traits.map((trait) => [trait.key, expectedMember(trait)])) };
}

describe("TraitSchema", () => {
  it("has every function, event and error of ITraitSchema, letter by letter", () => {
    const own = declarations(TraitSchema__factory.createInterface());

    expect(own).to.include.members(declarations(ITraitSchema__factory.createInterface()));
  });

  it("[peers D33] holds no instruction that could replace or destroy its code", async () => {
    const { schema } = await loadFixture(schemaDeployed);

    expect(dangerousInstructions(await provider.getCode(await schema.getAddress()))).to.deep.equal([]);
  });

  it("lists its traits in order and tells how each was defined", async () => {
    const { schema, traits } = await loadFixture(schemaDeployed);

    expect([...(await schema.traitKeys())]).to.deep.equal(traits.map(({ key }) => key));
    for (const trait of traits) {
      expect(await schema.isTrait(trait.key)).to.equal(true);
      expect(await readTrait(schema, trait.key)).to.deep.equal(trait);
    }
  });

  for (const [title, key] of [
    ["another key", id("another")],
    ["the zero key", ZeroHash],
  ] as const) {
    it(`[peers C22] knows nothing of ${title}`, async () => {
      const { schema } = await loadFixture(schemaDeployed);

      expect(await schema.isTrait(key)).to.equal(false);
      for (const call of [
        () => schema.requireValid(key, ZeroHash),
        () => schema.requireEditable(key),
        () => schema.traitOf(key),
      ]) {
        await expect(call()).to.be.revertedWithCustomError(schema, "TraitKeyUnknown").withArgs(key);
      }
    });
  }

  describe("requireEditable", () => {
    it("lets the controller set what the definition allows, and nothing else", async () => {
      const { schema } = await loadFixture(schemaDeployed);

      await schema.requireEditable(mood().key);
      for (const { key } of [experience(), hatched()]) {
        await expect(schema.requireEditable(key))
          .to.be.revertedWithCustomError(schema, "TraitSchemaNotEditable")
          .withArgs(key);
      }
    });
  });

  describe("requireValid", () => {
    const bounded: [string, Partial<Trait>, bigint[], bigint[]][] = [
      ["an unsigned number", { minimum: word(10n), maximum: word(20n) }, [10n, 15n, 20n], [0n, 9n, 21n, -1n]],
      [
        "a signed number",
        { isSigned: true, minimum: word(-10n), maximum: word(5n) },
        [-10n, -1n, 0n, 5n],
        [-11n, 6n, MinInt256, MaxInt256],
      ],
      ["a number with one value", { minimum: word(7n), maximum: word(7n) }, [7n], [6n, 8n]],
      ["any unsigned number", { maximum: word(MaxUint256) }, [0n, 1n, MaxUint256], []],
      [
        "any signed number",
        { isSigned: true, minimum: word(MinInt256), maximum: word(MaxInt256) },
        [MinInt256, -1n, 0n, MaxInt256],
        [],
      ],
    ];

    for (const [title, changed, valid, invalid] of bounded) {
      it(`holds ${title} to its bounds, both included`, async () => {
        const trait = experience(changed);
        const schema = await deploySchema([trait]);

        for (const value of valid) await schema.requireValid(trait.key, word(value));
        for (const value of invalid) {
          await expect(schema.requireValid(trait.key, word(value)))
            .to.be.revertedWithCustomError(schema, "TraitSchemaOutOfBounds")
            .withArgs(trait.key, word(value), trait.minimum, trait.maximum);
        }
      });
    }

    it("holds a boolean to 0 and 1", async () => {
      const { schema } = await loadFixture(schemaDeployed);
      const { key } = hatched();

      for (const value of [0n, 1n]) await schema.requireValid(key, word(value));
      for (const value of [2n, MaxUint256]) {
        await expect(schema.requireValid(key, word(value)))
          .to.be.revertedWithCustomError(schema, "TraitSchemaValueNotAllowed")
          .withArgs(key, word(value));
      }
    });

    it("holds a text to its list, zero too", async () => {
      const { schema } = await loadFixture(schemaDeployed);
      const { key, texts } = mood();

      for (const { value } of texts) await schema.requireValid(key, value);
      for (const value of [ZeroHash, id("furious")]) {
        await expect(schema.requireValid(key, value))
          .to.be.revertedWithCustomError(schema, "TraitSchemaValueNotAllowed")
          .withArgs(key, value);
      }
    });

    it("keeps the lists of two traits apart", async () => {
      const other = mood({ key: id("weather"), name: "Weather", texts: [{ value: id("rain"), text: "rain" }] });
      const schema = await deploySchema([mood(), other]);

      await expect(schema.requireValid(mood().key, id("rain")))
        .to.be.revertedWithCustomError(schema, "TraitSchemaValueNotAllowed")
        .withArgs(mood().key, id("rain"));
    });
  });

  describe("metadataURI", () => {
    it("is the JSON of ERC-7496 for every data type", async () => {
      const { schema, traits } = await loadFixture(schemaDeployed);

      expect(jsonOf(await schema.metadataURI())).to.deep.equal(expectedSchema(traits));
    });

    it("names every rule for a sale", async () => {
      const traits = SALE_RULES.map((rule, index) =>
        hatched({ key: id(rule), name: rule, validateOnSale: BigInt(index) }),
      );

      expect(jsonOf(await (await deploySchema(traits)).metadataURI())).to.deep.equal(expectedSchema(traits));
    });

    for (const [title, changed, minimum, maximum] of [
      ["two places", { decimals: 2n, minimum: word(5n), maximum: word(150n) }, "0.05", "1.50"],
      ["a sign", { isSigned: true, decimals: 3n, minimum: word(-1n), maximum: word(1000n) }, "-0.001", "1.000"],
      [
        "the widest unsigned range and the most places",
        { decimals: 76n, maximum: word(MaxUint256) },
        `0.${"0".repeat(76)}`,
        "11.5792089237316195423570985008687907853269984665640564039457584007913129639935",
      ],
      [
        "the widest signed range",
        { isSigned: true, minimum: word(MinInt256), maximum: word(MaxInt256) },
        MinInt256.toString(),
        MaxInt256.toString(),
      ],
    ] as const) {
      it(`writes numbers with ${title} digit by digit`, async () => {
        const trait = experience(changed);
        const text = jsonTextOf(await (await deploySchema([trait])).metadataURI());

        expect(text).to.contain(`"minValue":${minimum},"maxValue":${maximum}}`);
        expect(JSON.parse(text)).to.deep.equal(expectedSchema([trait]));
      });
    }

    it("shows the text of zero where a trait allows it, and null where not", async () => {
      const unnamed = mood({ texts: [...mood().texts, { value: ZeroHash, text: "Unnamed" }] });
      const text = jsonTextOf(await (await deploySchema([unnamed])).metadataURI());

      expect(text).to.contain(`"${ZeroHash}":"Unnamed"`);
      expect(text).not.to.contain("null");
      expect(JSON.parse(text)).to.deep.equal(expectedSchema([unnamed]));
    });

    for (const [title, hostile] of HOSTILE_TEXTS) {
      it(`[peers C21] carries ${title} as name and as text`, async () => {
        const trait = mood({ name: hostile, texts: [{ value: id(hostile), text: hostile }] });

        expect(jsonOf(await (await deploySchema([trait])).metadataURI())).to.deep.equal(expectedSchema([trait]));
      });
    }

    it("[peers C21] carries names and texts of the greatest length, in the longest list of traits", async () => {
      const text = "\\".repeat(256);
      const traits = [
        mood({ name: '"'.repeat(64), texts: [{ value: id(text), text }] }),
        ...Array.from({ length: 63 }, (_, index) => hatched({ key: word(BigInt(index + 1)), name: `"${index}"` })),
      ];

      expect(jsonOf(await (await deploySchema(traits)).metadataURI())).to.deep.equal(expectedSchema(traits));
    });
  });

  describe("constructor", () => {
    const long = (length: number): string => "x".repeat(length);
    const textsOf = (...texts: string[]): Trait["texts"] => texts.map((text) => ({ value: id(text), text }));
    const many = (count: number): Trait["texts"] =>
      Array.from({ length: count }, (_, index) => ({ value: word(BigInt(index)), text: `${index}` }));
    const xp = experience().key;
    const moodKey = mood().key;

    it("takes 64 values of a trait", async () => {
      const trait = mood({ texts: many(64) });

      await (await deploySchema([trait])).requireValid(trait.key, word(63n));
    });

    it("takes the same text in two traits, and as a name", async () => {
      const traits = [mood(), mood({ key: id("calm"), name: "calm" })];

      expect([...(await (await deploySchema(traits)).traitKeys())]).to.deep.equal(traits.map(({ key }) => key));
    });

    const refusals: [string, () => Trait[], string, unknown[]][] = [
      ["no trait", () => [], "TraitSchemaNoTraits", []],
      [
        "[peers D29] 65 traits",
        () => Array.from({ length: 65 }, (_, index) => hatched({ key: word(BigInt(index + 1)), name: `${index}` })),
        "TraitSchemaTooManyTraits",
        [65n, 64n],
      ],
      ["a zero key", () => [hatched(), experience({ key: ZeroHash })], "TraitSchemaZeroKey", [1n]],
      ["a key twice", () => [mood(), experience({ key: moodKey })], "TraitSchemaDuplicateKey", [moodKey]],
      ["a name twice", () => [mood(), experience({ name: "Mood" })], "TraitSchemaDuplicateName", [xp, "Mood"]],
      ["no name", () => [experience({ name: "" })], "TraitSchemaNoName", [xp]],
      ["a name of 65 bytes", () => [experience({ name: long(65) })], "TraitSchemaTextTooLong", [xp, 65n, 64n]],
      [
        "a text of 257 bytes",
        () => [mood({ texts: textsOf(long(257)) })],
        "TraitSchemaTextTooLong",
        [moodKey, 257n, 256n],
      ],
      [
        "bounds that exclude all",
        () => [experience({ minimum: word(2n), maximum: word(1n) })],
        "TraitSchemaEmptyBounds",
        [xp, word(2n), word(1n)],
      ],
      [
        "signed bounds that exclude all",
        () => [experience({ isSigned: true, minimum: word(0n), maximum: word(-1n) })],
        "TraitSchemaEmptyBounds",
        [xp, word(0n), word(-1n)],
      ],
      ["77 decimal places", () => [experience({ decimals: 77n })], "TraitSchemaTooManyDecimals", [xp, 77n, 76n]],
      ["a text trait without values", () => [mood({ texts: [] })], "TraitSchemaNoValues", [moodKey]],
      ["[peers D29] 65 values", () => [mood({ texts: many(65) })], "TraitSchemaTooManyValues", [moodKey, 65n, 64n]],
      [
        "a value twice",
        () => [mood({ texts: [...textsOf("calm"), { value: id("calm"), text: "still" }] })],
        "TraitSchemaDuplicateValue",
        [moodKey, id("calm")],
      ],
      [
        "a text twice",
        () => [mood({ texts: [...textsOf("calm"), { value: ZeroHash, text: "calm" }] })],
        "TraitSchemaDuplicateText",
        [moodKey, "calm"],
      ],
      ["texts of a number", () => [experience({ texts: textsOf("one") })], "TraitSchemaUnusedField", [xp]],
      ["texts of a boolean", () => [hatched({ texts: textsOf("yes") })], "TraitSchemaUnusedField", [hatched().key]],
      ["a minimum of a text", () => [mood({ minimum: word(1n) })], "TraitSchemaUnusedField", [moodKey]],
      ["a maximum of a boolean", () => [hatched({ maximum: word(1n) })], "TraitSchemaUnusedField", [hatched().key]],
      ["a sign of a text", () => [mood({ isSigned: true })], "TraitSchemaUnusedField", [moodKey]],
      ["places of a text", () => [mood({ decimals: 1n })], "TraitSchemaUnusedField", [moodKey]],
    ];

    for (const [title, traits, error, args] of refusals) {
      it(`refuses ${title}`, async () => {
        await expect(deploySchema(traits()))
          .to.be.revertedWithCustomError(errors, error)
          .withArgs(...args);
      });
    }

    for (const [title, bytes] of NOT_UTF8) {
      it(`[peers C21] refuses ${title} in a name or a text`, async () => {
        const { stranger } = await everybody();
        // Ethers writes only UTF-8, so a word of its own is exchanged for the bytes in a deployment that was made.
        const stand = "~".repeat((bytes.length - 2) / 2);
        for (const trait of [experience({ name: stand }), mood({ texts: textsOf(stand) })]) {
          const data = (await deploySchema([trait])).deploymentTransaction()?.data ?? "";
          const place = data.lastIndexOf(hexlify(toUtf8Bytes(stand)).slice(2).padEnd(64, "0"));
          const bent = data.slice(0, place) + bytes.slice(2) + data.slice(place + bytes.length - 2);

          await expect(stranger.sendTransaction({ data: bent }))
            .to.be.revertedWithCustomError(errors, "TraitSchemaInvalidText")
            .withArgs(trait.key, bytes);
        }
      });
    }
  });
});
