/**
 * Where a database keeps the rows of one chain: null for the schema in which a connection begins, else a schema of their
 * own. The statements are the same in all of them.
 */
export type Schema = `chain_${bigint}` | null;

/** The schema of a chain that is not the first of its database. */
export function schemaOf(chainId: bigint): Schema {
  return `chain_${chainId}`;
}

/** Makes a connection see the tables of one schema, and no others. */
export function lookInto(schema: Schema): string {
  return `set search_path to ${schema ?? "default"}`;
}
