import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { formatEther, formatUnits } from "ethers";
import { deployerFor, developmentAccount, providerFor } from "../lib/accounts";
import { ScriptError } from "../lib/errors";
import { lineLogger, Logger } from "../lib/logger";
import { Environment, NetworkSettings, networkSettings } from "../lib/networks";
import { fileRecordStore } from "../lib/records";
import { DeployArgumentError } from "./errors";
import { StepOutlook } from "./step";
import { DeployedSuite, DeployOptions, DeployPlan, deploySuite, planSuite } from "./suite";

const USAGE =
  "npm run deploy -- --network <name> [--plan] [--yes] [--fresh] [--salt 0x..] [--place-factory] [--verification] [--reporters 0x..,0x..] [--threshold m] [--owner 0x.. | --dao 0x..] [--record file]\n" +
  "  --owner 0x..  who owns beacons, binder and oracle in the end, and has to accept the oracle.\n" +
  "  --dao 0x..    opens the AI Network DAO instead: AIN, a governor and a timelock that owns all of these from the\n" +
  "                first block and accepts the oracle at once. The account gets the first AIN, and no role.\n" +
  "                So it is with ProviderRegistry, RewardDistributor and Challenges, which may slash at once. What\n" +
  "                is left to the first votes: fund rewards and set their limits, fund challenges.\n" +
  "  --plan        says what would be done, where everything will stand and what it costs, and sends nothing.\n" +
  "  --salt 0x..   32 bytes: with the same code, arguments and salt, addresses are the same on every chain.\n" +
  "  --fresh       starts anew beside what the record has, under a salt that is not used here yet.\n" +
  "  --place-factory  puts the CREATE2 factory onto a public chain that lacks it, for 0.01 ETH.\n" +
  "  --verification   writes the sources for explorers on local networks too, beside the record.\n" +
  "  Also as AINFT_REPORTERS, AINFT_THRESHOLD, AINFT_OWNER and AINFT_DAO.";

interface Arguments {
  readonly network: NetworkSettings;
  readonly plan: boolean;
  readonly yes: boolean;
  readonly fresh: boolean;
  readonly salt: string | undefined;
  readonly placeFactory: boolean;
  readonly verification: boolean;
  readonly reporters: readonly string[];
  readonly threshold: number;
  readonly owner: string | undefined;
  readonly dao: string | undefined;
  readonly record: string | undefined;
}

/** The command behind `npm run deploy`. Resolves with the exit code. */
export async function runDeployCommand(argv: readonly string[], env: Environment = process.env): Promise<number> {
  const logger = lineLogger();
  try {
    const args = readArguments(argv, env);
    if (!args) {
      logger.info(USAGE);
      return 0;
    }
    await deploy(args, env, logger);
    return 0;
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    logger.warn(`${error.message} [${error.code}]`);
    return 1;
  }
}

async function deploy(args: Arguments, env: Environment, logger: Logger): Promise<void> {
  const provider = providerFor(args.network);
  try {
    const signer = await deployerFor(args.network, provider, env);
    const { dao: holder, owner, salt, verification, record, ...others } = args;
    const options: DeployOptions = {
      ...others,
      signer,
      ...(salt === undefined ? {} : { salt }),
      ...(verification ? { verification } : {}),
      ...(holder === undefined ? { owner: owner ?? signer.address } : { dao: { holder } }),
      ...(record === undefined ? {} : { records: fileRecordStore(record) }),
    };
    if (args.plan) {
      printPlan(await planSuite(options), logger);
      return;
    }
    printResult(
      await deploySuite({
        ...options,
        confirm: (plan) => confirm(plan, args.yes, logger),
        onProgress: ({ step, kind, summary, transactionHash, gasUsed }) =>
          logger.info(`${step} ${kind}: ${summary}`, {
            ...(transactionHash === undefined ? {} : { transaction: transactionHash }),
            ...(gasUsed === undefined ? {} : { gas: gasUsed }),
          }),
      }),
      logger,
    );
  } finally {
    provider.destroy();
  }
}

/** Local chains are disposable: only public ones are asked about. */
async function confirm(plan: DeployPlan, yes: boolean, logger: Logger): Promise<boolean> {
  printPlan(plan, logger);
  const nothingToSend = plan.steps.every(({ outlook }) => outlook.kind !== "send");
  if (plan.network.kind === "local" || yes || nothingToSend) return true;
  if (!process.stdin.isTTY) throw new DeployArgumentError("Nobody can be asked here. Confirm with --yes.");
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await prompt.question(`Type "${plan.network.name}" to send these transactions: `)) === plan.network.name;
  } finally {
    prompt.close();
  }
}

function printPlan(plan: DeployPlan, logger: Logger): void {
  const { network, deployer, place, steps, gas, value, gasPrice, balance } = plan;
  logger.info("plan", { network: network.name, chainId: network.chainId, deployer, record: place });
  for (const { id, outlook } of steps) logger.info(`  ${id}: ${outlook.summary} [${costOf(outlook, gasPrice)}]`);
  logger.info(
    `  cost: at most about ${formatEther(gas * gasPrice + value)} ETH at ${formatUnits(gasPrice, "gwei")} gwei; ` +
      `the deployer has ${formatEther(balance)} ETH`,
  );
}

function costOf(outlook: StepOutlook, gasPrice: bigint): string {
  if (outlook.kind !== "send") return outlook.kind === "done" ? "nothing to do" : "only to be recorded";
  const cost = outlook.gas * gasPrice + (outlook.value ?? 0n);
  return `send, at most about ${outlook.gas} gas, ${formatEther(cost)} ETH`;
}

function printResult(suite: DeployedSuite, logger: Logger): void {
  const { oracle, implementation, factory, stepsRun, record } = suite;
  logger.info(stepsRun === 0 ? "nothing changed" : "deployed", { oracle, implementation, factory });
  if (suite.dao !== undefined) logger.info("the DAO owns them", { ...suite.dao });
  const next = record.ownership?.pendingOwner;
  if (next !== undefined)
    logger.warn(
      `the oracle waits: ${next} has to call acceptOwnership (npm run ops:accept-owner -- --network ${suite.record.network})`,
    );
}

function readArguments(argv: readonly string[], env: Environment): Arguments | undefined {
  const values = parse(argv);
  if (values.help) return undefined;
  if (values.network === undefined) throw new DeployArgumentError(`--network is missing.\n${USAGE}`);
  const network = networkSettings(values.network, env);
  const named = values.reporters ?? env["AINFT_REPORTERS"];
  if (named === undefined && network.kind === "public") {
    throw new DeployArgumentError("The reporters are missing: --reporters, or AINFT_REPORTERS.");
  }
  const reporters = named?.split(",").map((part) => part.trim()) ?? developmentReporters();
  const threshold = values.threshold ?? env["AINFT_THRESHOLD"] ?? (named === undefined ? "2" : undefined);
  if (threshold === undefined)
    throw new DeployArgumentError("The threshold is missing: --threshold, or AINFT_THRESHOLD.");
  const owner = values.owner ?? env["AINFT_OWNER"];
  const dao = values.dao ?? env["AINFT_DAO"];
  if (owner !== undefined && dao !== undefined) {
    throw new DeployArgumentError("The suite belongs either to an owner or to a DAO: --owner or --dao, not both.");
  }
  if (owner === undefined && dao === undefined && network.kind === "public") {
    throw new DeployArgumentError("The oracle's owner is missing: --owner, or AINFT_OWNER; or --dao.");
  }
  const { plan, yes, fresh, salt, verification, record, "place-factory": placeFactory } = values;
  const flags = { plan, yes, fresh, placeFactory, verification };
  return { network, ...flags, salt, reporters, threshold: Number(threshold), owner, dao, record };
}

function parse(argv: readonly string[]) {
  const flag = { type: "boolean", default: false } as const;
  const value = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...argv],
      options: {
        help: flag,
        plan: flag,
        yes: flag,
        fresh: flag,
        salt: value,
        "place-factory": flag,
        verification: flag,
        network: value,
        reporters: value,
        threshold: value,
        owner: value,
        dao: value,
        record: value,
      },
    }).values;
  } catch (cause) {
    throw new DeployArgumentError(`${cause instanceof Error ? cause.message : String(cause)}\n${USAGE}`, { cause });
  }
}

/** On a local chain, three development accounts after the deployer sign for everybody. */
function developmentReporters(): string[] {
  return [1, 2, 3].map((index) => developmentAccount(index).address);
}
