import { readdirSync } from "node:fs";
import { basename, relative } from "node:path";
import { parseArgs } from "node:util";
import { checkOffline, checkOnline } from "../deploy/check-record";
import { RecordIncompleteError } from "../deploy/errors";
import { checkVerification } from "../deploy/verification";
import { providerFor } from "../lib/accounts";
import { ScriptError } from "../lib/errors";
import { lineLogger, Logger } from "../lib/logger";
import { Environment, NetworkSettingsError, NetworkSettings, networkSettings } from "../lib/networks";
import { fromRoot, ROOT } from "../lib/paths";
import { DeploymentRecord, fileRecordStore, RecordStore } from "../lib/records";

/** What to check, and how far. */
export interface CheckOptions {
  /** Record files; by default all that are committed. */
  readonly records?: readonly string[];
  /** Compare with no chain, even where one can be asked. */
  readonly offline?: boolean;
  /** Let contracts pass that were created from other source than the present one. */
  readonly allowDrift?: boolean;
  /** Compile what was written for explorers again. */
  readonly recompile?: boolean;
}

/** Checks records one by one. Resolves with whether all are true; says in one line what is wrong with one that is not. */
export async function checkDeployments(
  options: CheckOptions,
  logger: Logger,
  env: Environment = process.env,
): Promise<boolean> {
  const paths = options.records ?? committedRecords();
  const chains = new Map<bigint, string>();
  let fine = true;
  for (const path of paths) {
    try {
      const store = fileRecordStore(path);
      const record = loaded(store);
      if (options.records === undefined) checkPlace(record, store.place, chains);
      logger.info(`${store.place}: ${await checkOne(record, store, options, env)}`);
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      const place = relative(ROOT, path);
      const where = error.message.includes(place) ? "" : `${place}: `;
      logger.warn(`${where}${error.message} [${error.code}]`);
      fine = false;
    }
  }
  logger.info(`${paths.length} deployment records checked`);
  return fine;
}

function committedRecords(): string[] {
  const names = readdirSync(fromRoot("deployments")).filter((name) => name.endsWith(".json"));
  return names.sort().map((name) => fromRoot("deployments", name));
}

function loaded(store: RecordStore): DeploymentRecord {
  const record = store.load();
  if (record === undefined) throw new RecordIncompleteError(store.place, "does not exist");
  return record;
}

/** A committed record is called like its network, and a chain has one. */
function checkPlace({ network, chainId }: DeploymentRecord, place: string, chains: Map<bigint, string>): void {
  if (basename(place) !== `${network}.json`) throw new RecordIncompleteError(place, `is of the network ${network}`);
  const other = chains.get(chainId);
  if (other !== undefined) throw new RecordIncompleteError(place, `is of the same chain as ${other}`);
  chains.set(chainId, place);
}

/** Resolves with what was found to be true. */
async function checkOne(
  record: DeploymentRecord,
  store: RecordStore,
  options: CheckOptions,
  env: Environment,
): Promise<string> {
  const said = [`agrees with the ${checkOffline(record, store.place, options.allowDrift ?? false)}`];
  if (options.recompile === true) {
    const folder = store.verificationFolder ?? "";
    for (const name of Object.keys(record.contracts)) checkVerification(record, name, folder);
    said.push("with its sources compiled again");
  }
  const network = options.offline === true ? "not wanted" : reachable(record, env);
  if (typeof network === "string") return `${said.join(", ")}; not compared with the chain (${network})`;
  const provider = providerFor(network);
  try {
    await checkOnline(record, store.place, provider);
  } finally {
    provider.destroy();
  }
  return `${said.join(", ")}, and with the chain`;
}

/** The network of a record, or what is missing to ask it. */
function reachable(record: DeploymentRecord, env: Environment): NetworkSettings | string {
  try {
    return networkSettings(record.network, { ...env, ...chainIdSetting(record) });
  } catch (error) {
    if (error instanceof NetworkSettingsError) return error.message;
    throw error;
  }
}

/** The record knows the chain id, so it need not be set. */
function chainIdSetting({ network, chainId }: DeploymentRecord): Environment {
  return { [`AINFT_${network.toUpperCase().replaceAll("-", "_")}_CHAIN_ID`]: chainId.toString() };
}

if (require.main === module) {
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({
    options: {
      record: { type: "string", multiple: true },
      offline: flag,
      "allow-drift": flag,
      recompile: flag,
    },
  });
  const { record: records, offline, recompile, "allow-drift": allowDrift } = values;
  const options = { offline, recompile, allowDrift, ...(records === undefined ? {} : { records }) };
  void checkDeployments(options, lineLogger()).then((fine) => (process.exitCode = fine ? 0 : 1));
}
