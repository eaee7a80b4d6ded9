#!/usr/bin/env node
import { Command, Option } from "commander";
import { pinoLogger } from "./adapters/logging/pino-logger.ts";
import { addOperatorCommands } from "./cli/commands.ts";
import { compose } from "./cli/compose.ts";
import { crashAt } from "./cli/crash-point.ts";
import { examine } from "./cli/doctor.ts";
import { StartRefused } from "./config/errors.ts";
import { loadConfig } from "./config/load.ts";
import { isLocalChain } from "./config/local-only.ts";
import { redactConfig } from "./config/redact.ts";
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
  ainft-relay config print --config relay.json
  ainft-relay doctor --config relay.json
  ainft-relay status 42 --config relay.json
  ainft-relay nonce --config relay.json
  ainft-relay replay 19000000 --config relay.json
  ainft-relay retry 42 --config relay.json

Exit codes: 0 stopped on request, 1 halted by itself, 2 refused to start.`,
  );

program
  .command("run")
  .description("run until SIGINT or SIGTERM")
  .addHelpText(
    "after",
    "\nExamples:\n  ainft-relay run --config relay.json\n  ainft-relay run --config relay.json --role executor",
  )
  .requiredOption("--config <file>", "configuration file (JSON)")
  .addOption(new Option("--role <role>", "instead of the configuration's role").choices(["all", "lead", "executor"]))
  .action(async ({ config: file, role }: { config: string; role?: RelayConfig["role"] }) => run(file, role));

program
  .command("config")
  .description("look at a configuration")
  .command("print")
  .description("print it with every default, without secrets")
  .addHelpText("after", "\nExample:\n  ainft-relay config print --config relay.json")
  .requiredOption("--config <file>", "configuration file (JSON)")
  .action(async ({ config: file }: { config: string }) => {
    print(JSON.stringify(redactConfig(await loadConfig(file)), null, 2));
  });

program
  .command("doctor")
  .description("look at everything that run needs, without starting")
  .addHelpText("after", "\nExample:\n  ainft-relay doctor --config relay.json")
  .requiredOption("--config <file>", "configuration file (JSON)")
  .action(async ({ config: file }: { config: string }) => {
    const findings = await examine(await loadConfig(file));
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
  .action(async (id: string | undefined, { config: file }: { config: string }) => {
    const { http } = await loadConfig(file);
    const path = id === undefined ? "/ready" : `/v1/requests/${encodeURIComponent(id)}`;
    const answer = await fetch(`http://${http.host}:${http.port}${path}`);
    print(JSON.stringify(await answer.json(), null, 2));
    if (!answer.ok) process.exitCode = EXIT_HALTED;
  });

addOperatorCommands(program, print);

/** Runs until a signal: takes no new work, lets what runs end, then closes everything in reverse order. */
async function run(file: string, role?: RelayConfig["role"]): Promise<void> {
  const written = await loadConfig(file);
  const config = role === undefined ? written : { ...written, role };
  const log = pinoLogger(config.logLevel, { relay: `${config.http.host}:${config.http.port}` });
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      log.info("Stopping", { signal });
      stop.abort(new Error(signal));
    });
  }
  const running = await compose(config, log, crashPoint(config.chain.id));
  try {
    await running.relay.run(stop.signal);
  } finally {
    await running.close();
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Only local chains have crash points. */
function crashPoint(chainId: bigint): OnPersisted {
  const point = process.env["AINFT_CRASH_POINT"];
  return point !== undefined && isLocalChain(chainId) ? crashAt(point) : () => undefined;
}

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`ainft-relay: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof StartRefused ? EXIT_REFUSED : EXIT_HALTED;
}
