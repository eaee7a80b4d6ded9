import { markdownTable } from "./markdown-table";
import { type AstNode, type NatSpec, parseNatSpec } from "./natspec";

/** A contract, struct or enum at the top of a source. */
export interface DocumentedContract {
  /** Path of its source from the top folder. */
  readonly path: string;
  readonly node: AstNode;
}

const SECTIONS: readonly [string, string][] = [
  ["FunctionDefinition", "Functions"],
  ["EventDefinition", "Events"],
  ["ErrorDefinition", "Errors"],
  ["StructDefinition", "Structs"],
  ["EnumDefinition", "Enums"],
];

/** The page of a contract; names of other documented ones become links. */
export function contractPage({ path, node }: DocumentedContract, names: ReadonlySet<string>): string {
  const said = specOf(node);
  const parts = [`# ${node.name}`];
  if (said.title !== "") parts.push(`**${said.title}.**`);
  parts.push(`Generated from the NatSpec of [${path}](../../../${path}). Do not edit.`);
  parts.push(...prose(said));
  if (node.nodeType !== "ContractDefinition") return finished([...parts, membersOf(node, said)], names);

  const bases = (node.baseContracts ?? []).map(({ baseName: { name } }) => (names.has(name) ? `{${name}}` : name));
  if (bases.length > 0) parts.push(`Has also everything of ${bases.join(", ")}.`);
  for (const [nodeType, title] of SECTIONS) {
    const members = (node.nodes ?? []).filter((member) => member.nodeType === nodeType && isPublic(member));
    if (members.length > 0) parts.push(`## ${title}`, ...members.flatMap(memberParts));
  }
  return finished(parts, names);
}

function isPublic({ visibility, kind }: AstNode): boolean {
  return kind !== "constructor" && visibility !== "private";
}

function memberParts(node: AstNode): string[] {
  const said = specOf(node);
  const parts = [`### ${node.name}`, `\`\`\`solidity\n${signatureOf(node)}\n\`\`\``, ...prose(said)];
  if (node.members !== undefined) return [...parts, membersOf(node, said)];
  const rows = (node.parameters?.parameters ?? []).flatMap(({ name = "" }) => {
    const meaning = said.params.get(name);
    return meaning === undefined ? [] : [[`\`${name}\``, meaning]];
  });
  const returned = said.returns.map((text, index) => returnRow(node.returnParameters?.parameters[index]?.name, text));
  if (rows.length > 0) parts.push(markdownTable(["parameter", "meaning"], rows));
  if (returned.length > 0) parts.push(markdownTable(["returns", "meaning"], returned));
  return parts;
}

function returnRow(name: string | undefined, text: string): string[] {
  return name ? [`\`${name}\``, text.startsWith(`${name} `) ? text.slice(name.length + 1) : text] : ["", text];
}

/** As a caller sees it: types without where they are kept. */
function signatureOf(node: AstNode): string {
  const { nodeType, name, parameters, returnParameters, stateMutability, visibility } = node;
  if (nodeType === "StructDefinition") return `struct ${name}`;
  if (nodeType === "EnumDefinition") return `enum ${name}`;
  const keyword = nodeType.replace("Definition", "").toLowerCase();
  const head = `${keyword} ${name}${listOf(parameters?.parameters)}`;
  if (nodeType !== "FunctionDefinition") return head;
  const mutability = stateMutability === "nonpayable" ? "" : ` ${stateMutability}`;
  const returned = returnParameters?.parameters.length ? ` returns ${listOf(returnParameters.parameters)}` : "";
  return `${head} ${visibility}${mutability}${returned}`;
}

function listOf(parameters: readonly AstNode[] = []): string {
  const items = parameters.map((each) =>
    [typeOf(each), each.indexed ? "indexed" : "", each.name].filter(Boolean).join(" "),
  );
  const line = `(${items.join(", ")})`;
  return line.length <= 90 ? line : `(\n  ${items.join(",\n  ")}\n)`;
}

function typeOf({ typeDescriptions }: AstNode): string {
  return (typeDescriptions?.typeString ?? "").replace(/\b(?:struct|enum|contract) /gu, "");
}

function membersOf(node: AstNode, said: NatSpec): string {
  const rows = (node.members ?? []).map((member) => {
    const { name = "" } = member;
    return [`\`${name}\``, typeOf(member) === "" ? "" : `\`${typeOf(member)}\``, said.params.get(name) ?? ""];
  });
  return markdownTable(["member", "type", "meaning"], rows);
}

function specOf({ documentation }: AstNode): NatSpec {
  return parseNatSpec(documentation?.text ?? "");
}

function prose({ notice, dev }: NatSpec): string[] {
  return [notice, dev].filter((text) => text !== "");
}

/** `{Name}` becomes a link to the page of that name, or to the member of it. */
function finished(parts: readonly string[], names: ReadonlySet<string>): string {
  const text = parts.join("\n\n").replace(/\{(\w+)(?:[-.](\w+))?\}/gu, (whole, name: string, member?: string) => {
    if (!names.has(name)) return whole;
    return member === undefined ? `[${name}](${name}.md)` : `[${name}.${member}](${name}.md#${member.toLowerCase()})`;
  });
  return `${text}\n`;
}
