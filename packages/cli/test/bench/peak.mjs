// Loaded before the command: leaves what memory it held, where the bench reads it.
// - the most that the process ever had, in bytes (its peak RSS);
// - with --expose-gc, the most that was alive: the heap right after a collection, looked at again and again. That costs
//   time, so the two are measured in runs of their own.
import { writeFileSync } from "node:fs";

const EVERY_MS = 250;
let alive = 0;
let looks = 0;

function look() {
  globalThis.gc();
  alive = Math.max(alive, process.memoryUsage().heapUsed);
  looks += 1;
}

if (globalThis.gc !== undefined) setInterval(look, EVERY_MS).unref();
process.on("exit", () => {
  const peak = process.resourceUsage().maxRSS * 1_024;
  writeFileSync(process.env.PEAK_FILE, JSON.stringify({ peak, alive, looks }));
});
