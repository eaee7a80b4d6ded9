import { fromRoot } from "../lib/paths";
import { runNode } from "../lib/run";

/** Five relays at work while things break; see packages/relay/test/soak. Resolves with whether all of it came out right. */
export async function soak(options: readonly string[]): Promise<boolean> {
  return (await runNode(fromRoot("packages", "relay", "test", "soak", "main.ts"), options)) === 0;
}

if (require.main === module) void soak(process.argv.slice(2)).then((passed) => (process.exitCode = passed ? 0 : 1));
