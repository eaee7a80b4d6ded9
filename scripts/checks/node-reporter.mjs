/** Reporter for `node --test`: writes the counts of the whole run with what failed, and nothing else, to its destination. */
export default async function* countingReporter(source) {
  const failures = [];
  for await (const { type, data } of source) {
    if (type === "test:fail" && isOwnFailure(data)) failures.push(lineOf(data));
    if (type !== "test:summary" || data.file !== undefined) continue;
    const { passed, failed, cancelled, skipped, todo } = data.counts;
    yield JSON.stringify({ passed, failed: failed + cancelled, skipped: skipped + todo, failures });
  }
}

/** A suite fails with its tests: naming them is enough. */
function isOwnFailure({ details, todo }) {
  return !todo && details.error?.failureType !== "subtestsFailed";
}

function lineOf({ name, file, details }) {
  const { error } = details;
  const [message] = String(error?.cause?.message ?? error?.message).split("\n", 1);
  return `${file === undefined ? "" : `${file.replace(/^.*\/packages\//u, "")}: `}${name}: ${message}`;
}
