/** What a command found: lines for people, an object for machines, and whether the verdict is yes. */
export interface Outcome {
  readonly ok: boolean;
  readonly lines: readonly string[];
  readonly json: Readonly<Record<string, unknown>>;
}

export function outcome(lines: readonly string[], json: Readonly<Record<string, unknown>>, ok = true): Outcome {
  return { ok, lines, json };
}
