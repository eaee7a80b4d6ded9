/** A fixed sentence plus fields. Debug for steps, info for outcomes, warn for handled trouble, error for a person. */
export interface Log {
  debug(fields: Readonly<Record<string, unknown>>, sentence: string): void;
  info(fields: Readonly<Record<string, unknown>>, sentence: string): void;
  warn(fields: Readonly<Record<string, unknown>>, sentence: string): void;
  error(fields: Readonly<Record<string, unknown>>, sentence: string): void;
}

/** Milliseconds of this machine's clock. Never decides what is signed: the chain's time does. */
export type Clock = () => number;
