import { encodeBytes32String, id, toBeHex, ZeroHash } from "ethers";
import type { TraitSchema } from "../../typechain-types";
import { deployContract } from "./chain";

/** How a trait's value is read, as the contracts number it. */
export const TraitType = { STRING: 0n, DECIMAL: 1n, BOOLEAN: 2n } as const;

/** What a marketplace must check, in the contracts' order and the words of ERC-7496. */
export const SALE_RULES = [
  "none",
  "requireEq",
  "requireNeq",
  "requireUintLt",
  "requireUintLte",
  "requireUintGt",
  "requireUintGte",
] as const;

/** One trait as the constructor takes it. */
export interface Trait {
  key: string;
  minimum: string;
  maximum: string;
  dataType: bigint;
  isSigned: boolean;
  decimals: bigint;
  controllerMayEdit: boolean;
  validateOnSale: bigint;
  name: string;
  texts: { value: string; text: string }[];
}

/** A whole number as 32 bytes, negative ones in two's complement. */
export function word(value: bigint): string {
  return toBeHex(BigInt.asUintN(256, value), 32);
}

const PLAIN: Omit<Trait, "key" | "dataType" | "name"> = {
  minimum: ZeroHash,
  maximum: ZeroHash,
  isSigned: false,
  decimals: 0n,
  controllerMayEdit: false,
  validateOnSale: 0n,
  texts: [],
};

/** A number of experience, which only signed updates set. */
export function experience(changed: Partial<Trait> = {}): Trait {
  const key = encodeBytes32String("xp");
  return { ...PLAIN, key, name: "Experience", dataType: TraitType.DECIMAL, maximum: word(1000n), ...changed };
}

/** A mood in two words, which the controller sets. */
export function mood(changed: Partial<Trait> = {}): Trait {
  const texts = ["calm", "wild"].map((text) => ({ value: id(text), text }));
  return {
    ...PLAIN,
    key: id("mood"),
    name: "Mood",
    dataType: TraitType.STRING,
    controllerMayEdit: true,
    texts,
    ...changed,
  };
}

/** Whether an egg has hatched. */
export function hatched(changed: Partial<Trait> = {}): Trait {
  return { ...PLAIN, key: id("hatched"), name: "Hatched", dataType: TraitType.BOOLEAN, validateOnSale: 1n, ...changed };
}

export async function deploySchema(traits: readonly Trait[]): Promise<TraitSchema> {
  return deployContract("TraitSchema", [[...traits]]);
}

/** A schema of all three data types. */
export async function schemaDeployed(): Promise<{ schema: TraitSchema; traits: Trait[] }> {
  const traits = [experience(), mood(), hatched()];
  return { schema: await deploySchema(traits), traits };
}

/** How a schema says that a trait was defined. */
export async function readTrait(schema: TraitSchema, key: string): Promise<Trait> {
  const seen = await schema.traitOf(key);
  const { minimum, maximum, dataType, isSigned, decimals, controllerMayEdit, validateOnSale, name } = seen;
  const texts = Array.from(seen.texts, ({ value, text }) => ({ value, text }));
  return {
    key: seen.key,
    minimum,
    maximum,
    dataType,
    isSigned,
    decimals,
    controllerMayEdit,
    validateOnSale,
    name,
    texts,
  };
}
