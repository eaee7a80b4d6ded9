import "./heap.ts";
import { processIo } from "./io.ts";
import { runCli } from "./program.ts";

// Whoever reads the answer may stop reading: `ainft history 1 | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(process.exitCode ?? 0);
});

process.exitCode = await runCli(process.argv.slice(2), processIo());
