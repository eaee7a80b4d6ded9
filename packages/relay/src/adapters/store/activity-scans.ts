import { type ExpressionBuilder, type ExpressionWrapper, sql, type SqlBool, type Transaction } from "kysely";
import type { TokenRef } from "../../domain/request.ts";
import type { AppliedUpdate, TokenScan } from "../../ports/activity.ts";
import type { Database } from "./database.ts";
import type { Tables } from "./tables.ts";

/** How far a token's updates are known. */
export async function scanOf(db: Database, token: TokenRef): Promise<TokenScan> {
  const { scanned, base, last } = await db
    .selectNoFrom((expression) => [
      expression.selectFrom("activity_scans").select("scanned").where(of(token)).as("scanned"),
      expression.selectFrom("activity_scans").select("base").where(of(token)).as("base"),
      expression
        .selectFrom("activity_applied")
        .select(({ fn }) => fn.max<bigint | null>("sequence").as("sequence"))
        .where(of(token))
        .as("last"),
    ])
    .executeTakeFirstOrThrow();
  return { scanned, last: last ?? base };
}

/** Keeps what updates of a token were applied up to a block. Answers how many events came to their end by it. */
export async function recordApplied(
  trx: Transaction<Tables>,
  token: TokenRef,
  updates: readonly AppliedUpdate[],
  { upTo, base }: { readonly upTo: bigint; readonly base: bigint | null },
): Promise<number> {
  const place = { collection: token.collection, token_id: String(token.tokenId) };
  let applied = 0;
  for (const { sequence, inputDigest, block } of updates) {
    await trx
      .insertInto("activity_applied")
      .values({ ...place, sequence, input_digest: inputDigest, block })
      .onConflict((conflict) =>
        conflict.columns(["collection", "token_id", "sequence"]).doUpdateSet({ input_digest: inputDigest, block }),
      )
      .execute();
    const { numUpdatedRows } = await trx
      .updateTable("activity_events")
      .set({ state: "APPLIED", sequence })
      .where("digest", "=", inputDigest)
      .where("state", "<>", "APPLIED")
      .executeTakeFirst();
    applied += Number(numUpdatedRows);
  }
  await trx
    .insertInto("activity_scans")
    .values({ ...place, scanned: upTo, base })
    .onConflict((conflict) =>
      conflict.columns(["collection", "token_id"]).doUpdateSet({
        scanned: sql<bigint>`greatest(activity_scans.scanned, excluded.scanned)`, // of two that read at once
        base: sql<bigint | null>`coalesce(activity_scans.base, excluded.base)`,
      }),
    )
    .execute();
  return applied;
}

export async function rescan(db: Database, token: TokenRef): Promise<void> {
  await db.deleteFrom("activity_scans").where(of(token)).execute();
}

/**
 * Forgets what updates stand above a block, so that they are read again. Where the blocks have `vanished`, the events among
 * them wait again; where they are only read again, these stay what they are. A row of a version before does not say its
 * block: all such rows of a token are forgotten when the token was read further.
 */
export async function forgetUpdates(trx: Transaction<Tables>, above: bigint, vanished: boolean): Promise<void> {
  await trx
    .deleteFrom("activity_scans")
    .where("scanned", ">", above)
    .where((expression) =>
      expression.exists(
        expression
          .selectFrom("activity_applied as applied")
          .select("applied.sequence")
          .whereRef("applied.collection", "=", "activity_scans.collection")
          .whereRef("applied.token_id", "=", "activity_scans.token_id")
          .where("applied.block", "is", null),
      ),
    )
    .execute();
  if (vanished) {
    await trx
      .updateTable("activity_events")
      .set({ state: "PENDING", sequence: null })
      .where("state", "=", "APPLIED")
      .where("digest", "in", (expression) =>
        expression.selectFrom("activity_applied").select("input_digest").where(isAbove(above)),
      )
      .execute();
  }
  await trx.deleteFrom("activity_applied").where(isAbove(above)).execute();
  await trx.updateTable("activity_scans").set({ scanned: above }).where("scanned", ">", above).execute();
}

type Places = "activity_scans" | "activity_applied";

/** The rows of a token. */
function of({ collection, tokenId }: TokenRef) {
  return (expression: ExpressionBuilder<Tables, Places>): ExpressionWrapper<Tables, Places, SqlBool> =>
    expression.and([expression("collection", "=", collection), expression("token_id", "=", String(tokenId))]);
}

/** Applied rows above a block, or of a token that is read from the start when they do not say where they stand. */
function isAbove(block: bigint) {
  return (
    expression: ExpressionBuilder<Tables, "activity_applied">,
  ): ExpressionWrapper<Tables, "activity_applied", SqlBool> =>
    expression.or([
      expression("activity_applied.block", ">", block),
      expression.and([
        expression("activity_applied.block", "is", null),
        expression.not(
          expression.exists(
            expression
              .selectFrom("activity_scans as scans")
              .select("scans.scanned")
              .whereRef("scans.collection", "=", "activity_applied.collection")
              .whereRef("scans.token_id", "=", "activity_applied.token_id"),
          ),
        ),
      ]),
    ]);
}
