import {
  type Address,
  buildRewardEpoch,
  checkSuccession,
  parseRewardDocument,
  Programme,
  programmeName,
  type RewardDocument,
  rewardDocumentBytes,
  rewardDocumentDigest,
  type RewardProof,
  type RewardRow,
  RewardTree,
  trainingRows,
} from "ainft-core";
import { formatEther, type JsonRpcProvider } from "ethers";
import { asked, read, withChain } from "../chain.ts";
import {
  booksOf,
  DISTRIBUTOR,
  type EpochPlan,
  expectNext,
  readEpoch,
  readPlan,
  whyNotPosted,
  writeEpoch,
} from "../epochs.ts";
import { InputRefused } from "../errors.ts";
import { gpuTimeBetween } from "../gpu-time.ts";
import { addressOf, readBytes } from "../inputs.ts";
import { trainingsBetween } from "../life.ts";
import { type Outcome, outcome, verdict } from "../outcome.ts";
import { sendCall } from "../send.ts";
import type { Settings } from "../settings.ts";
import { senderOf } from "../wallet.ts";

/** Works out the next epoch of a programme, from rows in a file or from a collection's training logs. */
export async function buildRewards(settings: Settings, [file = ""]: readonly string[]): Promise<Outcome> {
  const { cwd } = settings.io;
  const plan = readPlan(cwd, file);
  const distributor = settings.contract("distributor");
  for (const key of ["oracle", "registry"] as const) if (settings.text(key) !== undefined) settings.contract(key);
  const given = settings.text("previous");
  const previous = given === undefined ? undefined : parseRewardDocument(readBytes(cwd, given));
  return withChain(settings, async (provider) => {
    const books = await booksOf(provider, distributor, plan.programme);
    expectNext(plan, previous, books);
    const newest = await asked(undefined, async () => provider.getBlockNumber());
    if (plan.snapshotBlock > BigInt(newest))
      throw new InputRefused(`The snapshot is of block ${plan.snapshotBlock}, the newest is ${newest}.`);
    const { rows, from } = await rowsOf(provider, settings, plan, previous);
    const epoch = buildRewardEpoch({ ...plan, rows, previous });
    const previousDigest = previous === undefined ? undefined : rewardDocumentDigest(previous);
    const { snapshotBlock } = plan;
    const document = { ...epoch, chainId: settings.chain, distributor, snapshotBlock, previousDigest };
    checkSuccession(previous, document);
    return built(settings, document, from, books.unallocated);
  });
}

function built(settings: Settings, document: RewardDocument, from: string, unallocated: bigint): Outcome {
  const bytes = rewardDocumentBytes(document);
  const digest = rewardDocumentDigest(document);
  const { programme, epoch, root, total, budget, entries, rows } = document;
  const posting = { programme, epoch, root, total };
  const out = settings.text("out");
  if (out !== undefined) writeEpoch(settings.io.cwd, out, bytes);
  const missing = budget > unallocated ? budget - unallocated : 0n;
  const lines =
    out === undefined
      ? [Buffer.from(bytes).toString("utf8")]
      : [
          `wrote ${out}: epoch ${epoch} of ${programmeName(programme)}, ${rows.length} of ${entries.length} accounts earned`,
          `from ${from}`,
          `root ${root}, total ${formatEther(total)} AIN`,
          `digest ${digest}`,
          ...(missing === 0n
            ? []
            : [`${formatEther(missing)} AIN are missing: fund the programme before this is posted`]),
        ];
  return outcome(lines, { posting, digest, from, rows: rows.length, accounts: entries.length, missing, out });
}

/** What was done: as the file says, or since the epoch before as the training logs of collections say. */
async function rowsOf(
  provider: JsonRpcProvider,
  settings: Settings,
  { programme, rows, snapshotBlock, collections: named, gpuTime }: EpochPlan,
  previous: RewardDocument | undefined,
): Promise<{ rows: readonly RewardRow[]; from: string }> {
  if (rows !== undefined) return { rows, from: `${rows.length} rows of the file` };
  const first = previous === undefined ? BigInt(settings.fromBlock) : previous.snapshotBlock + 1n;
  if (programme === Programme.GPU_TIME && gpuTime !== undefined) {
    const counted = await gpuTimeBetween(provider, settings, gpuTime, first, snapshotBlock);
    const told = `${counted.length} of ${gpuTime.runs.length} runs, whose results are in blocks ${first} to ${snapshotBlock}`;
    return { rows: counted, from: told };
  }
  if (programme !== Programme.TRAINING)
    throw new InputRefused(
      "Rows are read from the chain for TRAINING, and for GPU_TIME by its runs: name others in the file.",
    );
  const collections = named ?? [settings.collection];
  const found = trainingRows(await trainingsBetween(provider, settings, collections, first, snapshotBlock));
  const from = `${found.length} records of ${collections.join(", ")}, blocks ${first} to ${snapshotBlock}`;
  return { rows: found, from };
}

/** Tells whether a document is what is posted, and what somebody is due by it. */
export async function showRewards(settings: Settings, [file = ""]: readonly string[]): Promise<Outcome> {
  const document = readEpoch(settings, file);
  const given = settings.text("for");
  const account = given === undefined ? undefined : addressOf(given, "--for");
  return withChain(settings, async (provider) => {
    const { programme, epoch, distributor, entries, total, root } = document;
    const books = await booksOf(provider, distributor, programme);
    const why = whyNotPosted(document, books);
    const name = programmeName(programme);
    const lines = [
      `epoch ${epoch} of ${name}: ${entries.length} accounts, ${formatEther(total)} AIN, root ${root}`,
      `${why === undefined ? "yes" : "NO "}  ${why ?? `it is what is posted; ${formatEther(books.claimed)} AIN are paid`}`,
    ];
    const json = { programme: name, epoch, root, total, accounts: entries.length, posted: why === undefined };
    const due = account === undefined ? undefined : await dueTo(provider, document, account);
    if (due !== undefined) lines.push(told(due));
    const { proof: _proof, ...named } = due ?? { proof: undefined };
    return verdict(why === undefined, lines, { ...json, claimed: books.claimed, ...named }, `${why ?? ""}.`);
  });
}

/** Has somebody paid what they earned and were not paid yet: the sender, unless another is named. */
export async function claimReward(settings: Settings, [file = ""]: readonly string[]): Promise<Outcome> {
  const document = readEpoch(settings, file);
  const given = settings.text("for");
  const account = given === undefined ? await senderOf(settings) : addressOf(given, "--for");
  const { programme, distributor } = document;
  const due = await withChain(settings, async (provider) => {
    const why = whyNotPosted(document, await booksOf(provider, distributor, programme));
    if (why !== undefined) throw new InputRefused(`${file} can't be claimed by: ${why}.`);
    return dueTo(provider, document, account);
  });
  if (due.due === 0n) throw new InputRefused(`Nothing is due: ${told(due)}.`);
  const args = [programme, account, due.earned, due.proof];
  const sent = await sendCall(settings, { to: distributor, abi: DISTRIBUTOR, name: "claim", args }, (events) => {
    const claimed = events.find(({ name }) => name === "RewardClaimed");
    if (claimed === undefined) throw new InputRefused(`${distributor} paid nothing: it is no distributor.`);
    const amount = BigInt(String(claimed.args.getValue("amount")));
    return outcome([`${formatEther(amount)} AIN are paid to ${account}`], { account, amount });
  });
  return settings.flag("dryRun") ? { ...sent, lines: [told(due), ...sent.lines] } : sent;
}

/** What somebody earned in all epochs, with its proof, and what they were paid of it. */
interface Due {
  readonly account: Address;
  readonly earned: bigint;
  readonly paid: bigint;
  readonly due: bigint;
  readonly proof: RewardProof["proof"];
}

async function dueTo(provider: JsonRpcProvider, document: RewardDocument, account: Address): Promise<Due> {
  const { programme, entries, distributor } = document;
  const { cumulativeAmount: earned, proof } = new RewardTree(programme, entries).prove(account);
  const call = { to: distributor, abi: DISTRIBUTOR, name: "claimedBy", args: [programme, account] };
  const [claimed] = await read(provider, call);
  const paid = BigInt(String(claimed));
  return { account, earned, paid, due: earned > paid ? earned - paid : 0n, proof };
}

function told({ account, earned, paid, due }: Due): string {
  return `${account} earned ${formatEther(earned)} AIN, was paid ${formatEther(paid)}, is due ${formatEther(due)}`;
}
