const MAX_LINE = 600;

/** One line that a terminal shows as it is: no control or direction characters, whoever wrote the text. */
export function plain(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line;
}

/** JSON with chain numbers as decimal text, as every `--json` answer holds them. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) => (typeof field === "bigint" ? field.toString() : field), 2);
}
