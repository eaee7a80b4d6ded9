import { Command, Option } from "commander";
import { pinoLogger } from "./adapters/logging/pino-logger.ts";
import { addOperatorCommands } from "./cli/commands.ts";
import { CommandRefused } from "./cli/operate.ts";
import { compose } from "./cli/compose.ts";
import { crashAt } from "./cli/crash-point.ts";
import { examine } from "./cli/doctor.ts";
import { StartRefused } from "./config/errors.ts";
import { chosenChain, chosenChains, type RelayConfigs } from "./config/chains.ts";
import { loadConfigs } from "./config/load.ts";
import { isLocalChain } from "./config/local-only.ts";
import { redactConfigs } from "./config/redact.ts";
import type { RelayConfig } from "./config/schema.ts";
import type { OnPersisted } from "./domain/states.ts";

const EXIT_REFUSED = 2;
const EXIT_HALTED = 1;

const program = new Command("ainft-relay")
  .description("Watches an AINFT oracle, runs pinned containers, signs reports, gathers the quorum and submits.")
  .addHelpText(
    "after",
    `
Examples:
  ainft-relay run --config relay.json
  ainft-relay run --config relay.json --role executor
  ainft-relay run --config relay.json --chain 1,10
  ainft-relay config print --config relay.json
  ainft-relay doctor --config relay.json
  ainft-relay status 42 --config relay.json
  ainft-relay nonce --config relay.json
  ainft-relay replay 19000000 --config relay.json
  ainft-relay retry 42 --config relay.json

Exit codes: 0 stopped on request, 1 halted by itself or a check failed, 2 refused to start.`,
  );

program
  .command("run")
  .description("run until SIGINT or SIGTERM")
  .addHelpText(
    "after",
    "\nExamples:\n  ainft-relay run --config relay.json\n  ainft-relay run --config relay.json --role executor" +
      "\n  ainft-relay run --config relay.json --chain 1,10",
  )
  .requiredOption("--config <file>", "configuration file (JSON)")
  .addOption(new Option("--role <role>", "instead of the configuration's role").choices(["all", "lead", "executor"]))
  .option("--chain <ids>", "only these chains of the configuration, as 1,10; other machines may serve the others")
  .action(async ({ config: file, ...options }: RunOptions & { config: string }) => run(file, options));

program
  .command("config")
  .description("look at a configuration")
  .command("print")
  .description("print it with every default, without secrets")
  .addHelpText("after", "\nExample:\n  ainft-relay config print --config relay.json")
  .requiredOption("--config <file>", "configuration file (JSON)")
  .action(async ({ config: file }: { config: string }) => {
    print(JSON.stringify(redactConfigs(await loadConfigs(file)), null, 2));
  });

program
  .command("doctor")
  .description("look at everything that run needs, without starting")
  .addHelpText("after", "\nExample:\n  ainft-relay doctor --config relay.json")
  .requiredOption("--config <file>", "configuration file (JSON)")
  .option("--chain <ids>", "only these chains of the configuration, as 1,10")
  .action(async ({ config: file, chain }: { config: string; chain?: string }) => {
    const findings = await examine(chosenChains(await loadConfigs(file), chain));
    for (const { what, ok, detail } of findings) print(`${ok ? "ok  " : "FAIL"} ${what}: ${detail}`);
    if (findings.some(({ ok }) => !ok)) process.exitCode = EXIT_HALTED;
  });

program
  .command("status")
  .description("ask the running relay how far it is, or how far one request is")
  .addHelpText(
    "after",
    "\nExamples:\n  ainft-relay status --config relay.json\n  ainft-relay status 42 --config relay.json",
  )
  .argument("[id]", "request id")
  .requiredOption("--config <file>", "configuration file (JSON)")
  .option("--chain <id>", "which chain; needed for a request when the configuration has several")
  .action(async (id: string | undefined, { config: file, chain }: { config: string; chain?: string }) => {
    const configs = await loadConfigs(file);
    const { http } = configs[0];
    const isAll = id === undefined && chain === undefined;
    const about = isAll ? "" : `?chain=${chosenChain(configs, chain).chain.id}`;
    const path = id === undefined ? "/ready" : `/v1/requests/${encodeURIComponent(id)}`;
    const answer = await fetch(`http://${http.host}:${http.port}${path}${about}`).catch((cause: unknown) => {
      throw new CommandRefused(
        `No relay answers at ${http.host}:${http.port}: start it by ainft-relay run, or check "http" in ${file}.`,
        { cause },
      );
    });
    print(JSON.stringify(await answer.json(), null, 2));
    if (!answer.ok) process.exitCode = EXIT_HALTED;
  });

addOperatorCommands(program, print);

/** What a start may have otherwise than the configuration says. */
interface RunOptions {
  readonly role?: RelayConfig["role"];
  readonly chain?: string;
}

/** Runs until a signal: takes no new work, lets what runs end, then closes everything in reverse order. */
async function run(file: string, { role, chain }: RunOptions): Promise<void> {
  const [first, ...more] = chosenChains(await loadConfigs(file), chain);
  const withRole = (config: RelayConfig): RelayConfig => (role === undefined ? config : { ...config, role });
  const configs: RelayConfigs = [withRole(first), ...more.map(withRole)];
  const log = pinoLogger(first.logLevel, { relay: `${first.http.host}:${first.http.port}` });
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      log.info("Stopping", { signal });
      stop.abort(new Error(signal));
    });
  }
  const running = await compose(configs, log, crashPoint(configs));
  try {
    await running.run(stop.signal);
  } finally {
    await running.close();
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Only local chains have crash points. */
function crashPoint(configs: RelayConfigs): OnPersisted {
  const point = process.env["AINFT_CRASH_POINT"];
  return point !== undefined && configs.every(({ chain }) => isLocalChain(chain.id)) ? crashAt(point) : () => undefined;
}

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`ainft-relay: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof StartRefused ? EXIT_REFUSED : EXIT_HALTED;
}
