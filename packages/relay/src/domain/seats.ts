/** Reads the chain into the database, signs what was executed, and gathers. */
export const INGEST_SEAT = "ingest";

/** Sends the transactions of one account. */
export function laneSeat(sender: string): string {
  return `lane:${sender}`;
}
