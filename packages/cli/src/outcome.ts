/** What a command found: lines for people, an object for machines, and whether the verdict is yes. */
export interface Outcome {
  readonly ok: boolean;
  readonly lines: readonly string[];
  readonly json: Readonly<Record<string, unknown>>;
  /** The line on stderr when the verdict is no. */
  readonly why?: string;
  /** Whether everything was told already, piece by piece. */
  readonly told?: boolean;
}

export function outcome(lines: readonly string[], json: Readonly<Record<string, unknown>>): Outcome {
  return { ok: true, lines, json };
}

/** An answer that may be no: then `why` is what stderr tells. */
export function verdict(
  ok: boolean,
  lines: readonly string[],
  json: Readonly<Record<string, unknown>>,
  why: string,
): Outcome {
  return { ok, lines, json, why };
}
