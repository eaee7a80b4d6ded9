import { fromRoot } from "../lib/paths";
import { runNode } from "../lib/run";

/** Five relays at work while things break: see packages/relay/test/soak. */
async function soak(options: readonly string[]): Promise<void> {
  process.exitCode = await runNode(fromRoot("packages", "relay", "test", "soak", "main.ts"), options);
}

if (require.main === module) void soak(process.argv.slice(2));
