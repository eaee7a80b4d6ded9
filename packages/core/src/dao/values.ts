import { type ParamType, Result } from "ethers";

const INDENT = "  ";

/** A value as a Markdown code span that nothing in it can leave. */
export function code(text: string): string {
  return `\`${escaped(text)}\``;
}

/** Arguments, one line each, and deeper ones below those that they are part of. */
export function argumentLines(inputs: readonly ParamType[], values: readonly unknown[], depth: number): string[] {
  return inputs.flatMap((input, index) => linesOf(input, nameOf(input, index), values[index], depth));
}

function linesOf(type: ParamType, name: string, value: unknown, depth: number): string[] {
  const head = `${INDENT.repeat(depth)}- ${code(name)} (${code(type.type)}):`;
  if (!(value instanceof Result)) return [`${head} ${code(scalar(type, value))}`];
  const entries: unknown[] = value.toArray();
  const children = type.arrayChildren;
  if (children === null) {
    return [head, ...argumentLines(type.components ?? [], entries, depth + 1)];
  }
  const count = `${entries.length} ${entries.length === 1 ? "entry" : "entries"}`;
  return [`${head} ${count}`, ...entries.flatMap((entry, at) => linesOf(children, `[${at}]`, entry, depth + 1))];
}

function nameOf(input: ParamType, index: number): string {
  return input.name === "" ? `argument ${index + 1}` : input.name;
}

/** Numbers in decimal, bytes and digests in full, addresses with their checksum, text in quotes. */
function scalar(type: ParamType, value: unknown): string {
  return type.baseType === "string" ? JSON.stringify(value) : String(value);
}

/**
 * Without what a reader would not see or would be misled by: control characters, marks that turn the direction of the
 * text, blanks other than a space, and the sign that ends a code span.
 */
function escaped(text: string): string {
  return text.replace(/[\p{C}\p{Z}`]/gu, (mark) => (mark === " " ? mark : unicode(mark)));
}

function unicode(mark: string): string {
  return `\\u{${(mark.codePointAt(0) ?? 0).toString(16)}}`;
}
