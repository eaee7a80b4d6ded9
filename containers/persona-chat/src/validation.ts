export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @returns Whether every key of the record is listed. Missing keys are for the caller to judge. */
export function hasOnlyKeys(record: Record<string, unknown>, keys: readonly string[]): boolean {
  return Object.keys(record).every((key) => keys.includes(key));
}

/**
 * @returns Whether the value is text of 1 to `maxLength` characters. Characters are counted as JSON Schema does (code
 * points), and a lone surrogate, which canonical JSON cannot hold, is refused.
 */
export function isText(value: unknown, maxLength: number): value is string {
  if (typeof value !== "string" || value.length === 0 || value.length > 2 * maxLength) return false;
  return value.isWellFormed() && [...value].length <= maxLength;
}
