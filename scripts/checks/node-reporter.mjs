/** Reporter for `node --test`: writes the counts of the whole run, and nothing else, to its destination. */
export default async function* countingReporter(source) {
  for await (const event of source) {
    if (event.type !== "test:summary" || event.data.file !== undefined) continue;
    const { passed, failed, cancelled, skipped, todo } = event.data.counts;
    yield JSON.stringify({ passed, failed: failed + cancelled, skipped: skipped + todo });
  }
}
