import { RetryableError } from "ainft-core";
import { Halt } from "../domain/errors.ts";
import type { Logger } from "../ports/system.ts";

/**
 * Does something for each item, one after the other unless some are to be under way `atOnce`. What fails for one is logged
 * and left for the next round, so that a stranger's broken request, token or peer cannot stop the others. Throws only a
 * `Halt`.
 */
export async function forEach<T>(
  items: readonly T[],
  log: Logger,
  nameOf: (item: T) => Record<string, unknown>,
  work: (item: T) => Promise<void>,
  atOnce = 1,
): Promise<void> {
  const queue = items.values(); // each worker takes the next one
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item).catch((error: unknown) => report(error, log, nameOf(item)));
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  for (const end of ended) if (end.status === "rejected") throw end.reason;
}

/** Logs a failure that the next round makes good. Throws a `Halt` on. */
export function report(error: unknown, log: Logger, fields: Record<string, unknown>): void {
  if (error instanceof Halt) throw error;
  if (error instanceof RetryableError) log.warn("A step will be tried again", { ...fields, error });
  else log.error("A step failed unexpectedly and will be tried again", { ...fields, error });
}
