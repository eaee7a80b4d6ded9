/** Why something is refused: the custom error and its arguments. */
export interface Refusal {
  error: string;
  args: unknown[];
}

/** Nothing stands in the way. */
export const ACCEPTED = undefined;

export function refuse(error: string, ...args: unknown[]): Refusal {
  return { error, args };
}
