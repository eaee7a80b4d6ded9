import type { Bytes32 } from "ainft-core";
import type { Transaction } from "kysely";
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
  const rows = answers.map(({ key, root, deadline }) => ({ report_key: key, root, deadline }));
  rows.sort((left, right) => (left.report_key < right.report_key ? -1 : 1)); // two who write at once take turns
  await trx
    .insertInto("answers")
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const kept = await trx
    .selectFrom("answers")
    .selectAll()
    .where(
      "report_key",
      "in",
      rows.map(({ report_key }) => report_key),
    )
    .orderBy("report_key")
    .forUpdate()
    .execute();
  const before = new Map(kept.map((row) => [row.report_key, row]));
  const changed = answers.filter(({ key, root, deadline }) => {
    const known = before.get(key);
    if (known === undefined || known.root === root) return known === undefined || known.deadline < deadline;
    if (known.deadline >= chainTime) throw new EquivocationRefused(key, known.root as Bytes32, root);
    return true;
  });
  for (const { key, root, deadline } of changed) {
    await trx.updateTable("answers").set({ root, deadline }).where("report_key", "=", key).execute();
  }
}
