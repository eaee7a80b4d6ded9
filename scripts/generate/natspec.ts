import { PermanentError } from "../lib/errors";

/** A node of the compiler's tree, as far as documents need it. */
export interface AstNode {
  readonly nodeType: string;
  readonly name?: string;
  readonly kind?: string;
  readonly contractKind?: string;
  readonly visibility?: string;
  readonly functionSelector?: string;
  readonly stateMutability?: string;
  readonly documentation?: { readonly text: string };
  readonly nodes?: readonly AstNode[];
  readonly members?: readonly AstNode[];
  readonly parameters?: { readonly parameters: readonly AstNode[] };
  readonly returnParameters?: { readonly parameters: readonly AstNode[] };
  readonly typeDescriptions?: { readonly typeString?: string };
  readonly baseContracts?: readonly { readonly baseName: { readonly name: string } }[];
  readonly indexed?: boolean;
}

/** What a comment says under each of its tags. */
export interface NatSpec {
  readonly title: string;
  readonly notice: string;
  readonly dev: string;
  /** By the parameter's name. */
  readonly params: ReadonlyMap<string, string>;
  /** In order; a named value's text begins with its name. */
  readonly returns: readonly string[];
}

/** A comment has a tag that documents don't know. */
class UnknownTagError extends PermanentError {
  readonly code = "NATSPEC_TAG_UNKNOWN";
}

const TAG = /^@([\w:-]+)\s?/u;

/** Reads a comment as the compiler keeps it. Throws `UnknownTagError`. */
export function parseNatSpec(text: string): NatSpec {
  const said = { title: "", notice: "", dev: "" };
  const params = new Map<string, string>();
  const returns: string[] = [];
  for (const { tag, body } of sections(text)) {
    if (tag === "param") {
      const [, name = "", meaning = ""] = /^(\S+)\s+(.*)$/su.exec(body) ?? [];
      params.set(name, meaning);
    } else if (tag === "return") returns.push(body);
    else if (tag === "title" || tag === "notice" || tag === "dev") said[tag] = joined(said[tag], body);
    else if (tag !== "inheritdoc" && !tag.startsWith("custom:")) throw new UnknownTagError(`@${tag} in "${text}"`);
  }
  return { ...said, params, returns };
}

function sections(text: string): { tag: string; body: string }[] {
  const found: { tag: string; lines: string[] }[] = [];
  for (const line of text.split("\n").map((each) => each.trim())) {
    const tag = TAG.exec(line)?.[1];
    if (tag !== undefined) found.push({ tag, lines: [line.replace(TAG, "")] });
    else if (found.length === 0) found.push({ tag: "notice", lines: [line] });
    else found.at(-1)?.lines.push(line);
  }
  return found.map(({ tag, lines }) => ({ tag, body: paragraphs(lines) }));
}

/** Lines flow together; an empty line, and one that begins a list's item, begin anew. */
function paragraphs(lines: readonly string[]): string {
  return lines
    .reduce((text, line) => {
      if (line === "") return `${text}\n\n`;
      const isItem = /^(?:-|\d+\.) /u.test(line);
      const glue = text === "" || text.endsWith("\n") ? "" : isItem ? "\n" : " ";
      return `${text}${glue}${line}`;
    }, "")
    .trim();
}

function joined(before: string, more: string): string {
  return before === "" ? more : `${before}\n\n${more}`;
}
