import type { Command } from "commander";
import { pinoLogger } from "../adapters/logging/pino-logger.ts";
import { chosenChain } from "../config/chains.ts";
import { loadConfigs } from "../config/load.ts";
import type { RelayConfig } from "../config/schema.ts";
import { CommandRefused, nonces, replay, retry } from "./operate.ts";

const CONFIG = ["--config <file>", "configuration file (JSON)"] as const;
const CHAIN = ["--chain <id>", "which chain; needed when the configuration has several"] as const;
const ALONE = "\n\nOn the embedded database it works while the relay is stopped; on PostgreSQL beside others.";

/** Commands by which an operator puts things right. `print` shows what came of it. */
export function addOperatorCommands(program: Command, print: (text: string) => void): void {
  program
    .command("replay")
    .description("read the chain again from a block on; nothing that is known is lost or done twice")
    .argument("<block>", "first block to read again")
    .requiredOption(...CONFIG)
    .option(...CHAIN)
    .addHelpText("after", `\nExample:\n  ainft-relay replay 19000000 --config relay.json${ALONE}`)
    .action(async (block: string, options: ChainOptions) => {
      const from = await replay(await chosen(options), wholeNumber(block), quiet());
      print(`The next round reads from block ${from} on.`);
    });
  program
    .command("retry")
    .description("run a request again that was given up (DEAD), or at once one that waits for its next try")
    .argument("<id>", "request id")
    .requiredOption(...CONFIG)
    .option(...CHAIN)
    .addHelpText("after", `\nExample:\n  ainft-relay retry 42 --config relay.json${ALONE}`)
    .action(async (id: string, options: ChainOptions) => {
      await retry(await chosen(options), wholeNumber(id), quiet());
      print(`Request ${id} runs in the next round.`);
    });
  program
    .command("nonce")
    .description("show the nonces of the account that pays, and which nothing has")
    .option("--fill", "use up those by transfers of nothing to the account itself; the relay sends them")
    .requiredOption(...CONFIG)
    .option(...CHAIN)
    .addHelpText(
      "after",
      `\nExamples:\n  ainft-relay nonce --config relay.json\n  ainft-relay nonce --fill --config relay.json${ALONE}`,
    )
    .action(async ({ fill = false, ...options }: ChainOptions & { fill?: boolean }) => {
      print(JSON.stringify(await nonces(await chosen(options), fill, quiet()), null, 2));
    });
}

/** Where the configuration is, and which of its chains a command is about. */
interface ChainOptions {
  readonly config: string;
  readonly chain?: string;
}

async function chosen({ config, chain }: ChainOptions): Promise<RelayConfig> {
  return chosenChain(await loadConfigs(config), chain);
}

/** Only what goes wrong is logged: what comes of a command is printed. */
function quiet(): ReturnType<typeof pinoLogger> {
  return pinoLogger("error", {});
}

function wholeNumber(text: string): bigint {
  if (!/^(0|[1-9]\d{0,18})$/.test(text)) throw new CommandRefused(`"${text}" is no whole number.`);
  return BigInt(text);
}
