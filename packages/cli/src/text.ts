const MAX_LINE = 600;
/** What steers a terminal or turns the direction of text. */
const STEERING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const ALL_STEERING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One line that a terminal shows as it is: no control or direction characters, whoever wrote the text. */
export function plain(text: string): string {
  const line = harmless(text).trim();
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line;
}

/** A line of an answer: not cut, only kept from steering the terminal. */
export function harmless(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
}

export function steers(text: string): boolean {
  return STEERING.test(text);
}

/**
 * JSON with chain numbers as decimal text, as every `--json` answer holds them. Characters that would steer a terminal
 * are escaped.
 */
export function toJson(value: unknown, indent = 2): string {
  const decimal = (_key: string, field: unknown): unknown => (typeof field === "bigint" ? field.toString() : field);
  const text = JSON.stringify(value, decimal, indent);
  return text.replace(ALL_STEERING, (character) => (character === "\n" ? character : escaped(character)));
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, place) => character.charCodeAt(place));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

/** A size for people to read, from bytes. */
export function sizeText(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  const amount = bytes / 1024 ** power;
  return `${power === 0 ? amount : amount.toFixed(1)} ${units[power] ?? ""}`;
}
