import { readFileSync } from "node:fs";
import { PermanentError } from "../lib/errors";
import { fromRoot } from "../lib/paths";

/** What people sign for the suite: where the contracts declare its type, and the domain of those that check it. */
const SIGNED = [
  { constant: "CONSENT_TYPEHASH", source: "libraries/TrainingHash.sol", domain: "AINFT" },
  { constant: "BATCH_CONSENT_TYPEHASH", source: "libraries/TrainingHash.sol", domain: "AINFT" },
  { constant: "REPORT_TYPEHASH", source: "libraries/ReportHash.sol", domain: "AINFT Oracle" },
  { constant: "CONSENT_TYPEHASH", source: "base/ProviderList.sol", domain: "AINFT Provider Registry" },
] as const;

const VERSION = "1";

/** A source has no such type, or one that is not understood. */
class TypeNotFoundError extends PermanentError {
  readonly code = "EIP712_TYPE_NOT_FOUND";
}

interface Field {
  readonly name: string;
  readonly type: string;
}

/** The source of `typed-data.ts` in the bindings: EIP-712 domains and types, without chain and contract. */
export function typedDataSource(): string {
  return SIGNED.map(({ constant, source, domain }) => {
    const types = structsOf(encodedType(source, constant));
    const [primaryType = ""] = types.keys();
    const value = { domain: { name: domain, version: VERSION }, primaryType, types: Object.fromEntries(types) };
    const comment = `/** EIP-712 \`${primaryType}\`; the domain lacks \`chainId\` and \`verifyingContract\`. */\n`;
    return `${comment}export const ${lowerFirst(primaryType)}TypedData = ${JSON.stringify(value, null, 2)} as const;\n`;
  }).join("\n");
}

/** The string whose keccak-256 a constant is. */
function encodedType(source: string, constant: string): string {
  const text = readFileSync(fromRoot("contracts", source), "utf8");
  const literals = new RegExp(`\\b${constant} = keccak256\\(([^;]*)\\);`, "u").exec(text)?.[1];
  if (literals === undefined) throw new TypeNotFoundError(`contracts/${source} has no ${constant}.`);
  return [...literals.matchAll(/"([^"]*)"/gu)].map(([, part]) => part).join("");
}

/** Every struct of an encoded type in its order, the primary one first. */
function structsOf(encoded: string): Map<string, Field[]> {
  const structs = [...encoded.matchAll(/(\w+)\(([^)]*)\)/gu)].map(([, name = "", fields = ""]): [string, Field[]] => [
    name,
    fields.split(",").map(fieldOf),
  ]);
  return new Map(structs);
}

function fieldOf(text: string): Field {
  const [type, name] = text.split(" ");
  if (type === undefined || name === undefined) throw new TypeNotFoundError(`"${text}" is no field of a struct.`);
  return { name, type };
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
