import type { Bytes32 } from "ainft-core";
import { sql, type Transaction } from "kysely";
import { EquivocationRefused } from "../../domain/errors.ts";
import type { ReportKey } from "../../domain/report.ts";
import type { Tables } from "./tables.ts";

/** What a signature is about to say in answer to one question. */
export interface BoundAnswer {
  readonly key: ReportKey;
  /** The leaf: what one question is answered with, whether it is signed on its own or under a root. */
  readonly root: Bytes32;
  /** Last second in which what is signed may be submitted. */
  readonly deadline: bigint;
}

/**
 * Writes the rows that make two answers to one question impossible, in the transaction that keeps the signature.
 * Throws {@link EquivocationRefused} when another answer was signed whose deadline is not before `chainTime`.
 */
export async function bindAnswers(
  trx: Transaction<Tables>,
  answers: readonly BoundAnswer[],
  chainTime: bigint,
): Promise<void> {
  const keys = answers.map(({ key }) => key);
  const rows = await trx
    .selectFrom("answers")
    .selectAll()
    .where("report_key", "in", keys)
    .orderBy("report_key")
    .forUpdate()
    .execute();
  const kept = new Map(rows.map((row) => [row.report_key, row]));
  for (const { key, root } of answers) {
    const before = kept.get(key);
    if (before !== undefined && before.root !== root && before.deadline >= chainTime) {
      throw new EquivocationRefused(key, before.root as Bytes32, root);
    }
  }
  await trx
    .insertInto("answers")
    .values(answers.map(({ key, root, deadline }) => ({ report_key: key, root, deadline })))
    .onConflict((conflict) =>
      conflict.column("report_key").doUpdateSet({
        root: sql`excluded.root`,
        deadline: sql`case when answers.root = excluded.root then greatest(answers.deadline, excluded.deadline)
          else excluded.deadline end`,
      }),
    )
    .execute();
}
