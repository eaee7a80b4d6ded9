import { randomBytes } from "node:crypto";
import { ainft721Abi, ainTokenAbi, hatcheryAbi } from "ainft-contracts";
import { type Address, asAddress, asBytes32, type Bytes32 } from "ainft-core";
import { hexlify, Interface, type JsonRpcProvider } from "ethers";
import { asked, type Call, COLLECTION, read, withChain } from "../chain.ts";
import { InputRefused } from "../errors.ts";
import { addressOf, wholeNumber } from "../inputs.ts";
import { type Outcome, outcome } from "../outcome.ts";
import { commitmentOf, expectRoom, keepSecret, readSecret } from "../secret.ts";
import { sendCall } from "../send.ts";
import type { Settings } from "../settings.ts";
import { senderOf } from "../wallet.ts";

const TOKEN = new Interface(ainTokenAbi);
/** With the errors of eggs and of AIN, which come through when they are pulled. */
const HATCHERY = new Interface([
  ...hatcheryAbi,
  ...[...ainft721Abi, ...ainTokenAbi].filter(({ type }) => type === "error"),
]);
/** As the contract numbers them. */
const State = { NONE: 0n, WAITING: 1n, UNBURNED: 2n } as const;
/** How many blocks back the chain knows its hashes. */
const KNOWN_BLOCKS = 256n;

/** An egg with its hatchery, at the newest block. */
interface Egg {
  /** The first block that a transaction can be in. */
  readonly next: bigint;
  readonly state: bigint;
  readonly committer: Address;
  readonly revealBlock: bigint;
  readonly commitment: Bytes32;
  readonly tableVersion: bigint;
  readonly xp: bigint;
  readonly bond: bigint;
  /** What it became; zero while it has not hatched. */
  readonly child: bigint;
}

/** Lets the hatchery take an egg, and the bond of the table that counts: what of the two it may not take yet. */
export async function approveEgg(settings: Settings, [given = ""]: readonly string[]): Promise<Outcome> {
  const egg = wholeNumber(given, "egg", 256);
  const hatchery = settings.contract("hatchery");
  const owner = await senderOf(settings);
  const missing = await withChain(settings, async (provider) => missingApprovals(provider, hatchery, owner, egg));
  const done: Outcome[] = [];
  for (const { call, line } of missing) {
    done.push(await sendCall(settings, call, () => outcome([line], { to: call.to })));
  }
  const lines = done.flatMap((one) => one.lines);
  const nothing = `the hatchery may take egg ${egg} and its bond already`;
  return outcome(lines.length === 0 ? [nothing] : lines, { egg, hatchery, approvals: done.map(({ json }) => json) });
}

/** Commits an egg under a new secret, which is in its file before anything is sent. */
export async function commitEgg(settings: Settings, [given = "", file = ""]: readonly string[]): Promise<Outcome> {
  const egg = wholeNumber(given, "egg", 256);
  const hatchery = settings.contract("hatchery");
  const { cwd } = settings.io;
  const committer = await senderOf(settings);
  expectRoom(cwd, file);
  const secret = asBytes32(hexlify(randomBytes(32)));
  const kept = { chainId: settings.chain, hatchery, egg, committer, secret };
  const table = await withChain(settings, async (provider) => one(provider, hatchery, "currentTable"));
  const args = [egg, commitmentOf(kept), table];
  const call = { to: hatchery, abi: HATCHERY, name: "commit", args };
  const keep = (): void => keepSecret(cwd, file, kept);
  return sendCall(
    settings,
    call,
    (events) => {
      const committed = events.find(({ name }) => name === "EggCommitted");
      if (committed === undefined) throw new InputRefused(`${hatchery} took no egg: it is no hatchery.`);
      const revealBlock = BigInt(String(committed.args.getValue("revealBlock")));
      const bond = BigInt(String(committed.args.getValue("bond")));
      const lines = [
        `egg ${egg} is committed: reveal in blocks ${revealBlock + 1n} to ${revealBlock + KNOWN_BLOCKS}`,
        `keep ${file} and show it to nobody: without it the egg is abandoned, and the bond of ${bond} lost`,
      ];
      return outcome(lines, { egg, revealBlock, bond, table, secretFile: file });
    },
    keep,
  );
}

/** Hatches an egg by the secret in a file, which no node hears of before it must. */
export async function revealEgg(settings: Settings, [given = "", file = ""]: readonly string[]): Promise<Outcome> {
  const egg = wholeNumber(given, "egg", 256);
  const hatchery = settings.contract("hatchery");
  const kept = readSecret(settings.io.cwd, file);
  if (kept.egg !== egg || kept.hatchery !== hatchery || kept.chainId !== settings.chain)
    throw new InputRefused(`${file} is for egg ${kept.egg} of ${kept.hatchery} on chain ${kept.chainId}.`);
  const held = await withChain(settings, async (provider) => eggAt(provider, hatchery, egg));
  if (held.state !== State.WAITING) throw new InputRefused(`Egg ${egg} does not wait to be revealed.`);
  if (held.commitment !== commitmentOf(kept)) throw new InputRefused(`${file} is of another commit of egg ${egg}.`);
  if (held.next <= held.revealBlock)
    throw new InputRefused(`Too early, and a secret that is told is none: reveal from block ${held.revealBlock + 1n}.`);
  const call = { to: hatchery, abi: HATCHERY, name: "reveal", args: [egg, kept.secret] };
  return sendCall(settings, call, (events) => {
    const hatched = events.find(({ name }) => name === "EggHatched");
    if (hatched === undefined) throw new InputRefused(`${hatchery} hatched nothing: it is no hatchery.`);
    const child = BigInt(String(hatched.args.getValue("childId")));
    const index = BigInt(String(hatched.args.getValue("outcome")));
    const manifest = String(hatched.args.getValue("manifestDigest"));
    const lines = [`egg ${egg} hatched: token ${child}, outcome ${index}, manifest ${manifest}`];
    if (held.bond > 0n) lines.push(`the bond of ${held.bond} waits: ainft hatch withdraw`);
    return outcome(lines, { egg, child, outcome: index, manifest, bond: held.bond });
  });
}

/** Tells where an egg stands, and from which block a reveal counts. */
export async function showEgg(settings: Settings, [given = ""]: readonly string[]): Promise<Outcome> {
  const egg = wholeNumber(given, "egg", 256);
  const hatchery = settings.contract("hatchery");
  return withChain(settings, async (provider) => {
    const held = await eggAt(provider, hatchery, egg);
    const { state, line } = standing(egg, held);
    if (held.state === State.NONE) return outcome([line], { egg, state, child: held.child });
    const { committer, revealBlock, tableVersion, xp, bond, next, child } = held;
    const lines = [line, `of ${committer}, ${xp} XP, by table ${tableVersion}, bond ${bond}`];
    const until = { revealFrom: revealBlock + 1n, revealUntil: revealBlock + KNOWN_BLOCKS };
    return outcome(lines, { egg, state, committer, ...until, nextBlock: next, xp, table: tableVersion, bond, child });
  });
}

/** Gives an abandoned egg back to its committer. */
export async function returnEgg(settings: Settings, [given = ""]: readonly string[]): Promise<Outcome> {
  const egg = wholeNumber(given, "egg", 256);
  const call = { to: settings.contract("hatchery"), abi: HATCHERY, name: "returnEgg", args: [egg] };
  return sendCall(settings, call, (events) => {
    const returned = events.find(({ name }) => name === "EggReturned");
    if (returned === undefined) throw new InputRefused(`${call.to} gave nothing back: it is no hatchery.`);
    const committer = asAddress(String(returned.args.getValue("committer")), "committer");
    const forfeited = BigInt(String(returned.args.getValue("forfeited")));
    return outcome([`egg ${egg} is with ${committer} again; the bond of ${forfeited} is lost`], {
      ...{ egg, committer, forfeited },
    });
  });
}

/** Pays what a hatchery owes: bonds, after eggs hatched. */
export async function withdrawBond(settings: Settings): Promise<Outcome> {
  const given = settings.text("for");
  const payee = given === undefined ? await senderOf(settings) : addressOf(given, "--for");
  const call = { to: settings.contract("hatchery"), abi: HATCHERY, name: "withdraw", args: [payee] };
  return sendCall(settings, call, () => outcome([`${payee} is paid what the hatchery owed`], { payee }));
}

function standing(egg: bigint, { state, child, next, revealBlock }: Egg): { state: string; line: string } {
  if (state === State.UNBURNED)
    return { state: "unburned", line: `egg ${egg} hatched: token ${child}; a dispute keeps it from being burned` };
  if (state === State.NONE) {
    if (child === 0n) return { state: "none", line: `egg ${egg} is not with the hatchery` };
    return { state: "hatched", line: `egg ${egg} hatched: token ${child}` };
  }
  const last = revealBlock + KNOWN_BLOCKS;
  if (next > last) return { state: "abandoned", line: `egg ${egg} is abandoned since block ${last + 1n}: return it` };
  const blocks = `blocks ${revealBlock + 1n} to ${last}, the next is ${next}`;
  if (next <= revealBlock) return { state: "waiting", line: `egg ${egg} waits: a reveal counts in ${blocks}` };
  return { state: "revealable", line: `egg ${egg} can be revealed: it counts in ${blocks}` };
}

async function eggAt(provider: JsonRpcProvider, to: Address, egg: bigint): Promise<Egg> {
  const block = await asked(undefined, async () => provider.getBlockNumber());
  const at = { to, abi: HATCHERY, args: [egg], block };
  const [held] = await read(provider, { ...at, name: "eggOf" });
  const [child] = await read(provider, { ...at, name: "childOf" });
  const { committer, revealBlock, commitment, tableVersion, state, xp, bond } = held as Omit<Egg, "next" | "child">; // the ABI names these fields
  return {
    committer,
    revealBlock,
    commitment,
    tableVersion,
    state,
    xp,
    bond,
    child: child as bigint,
    next: BigInt(block) + 1n,
  };
}

async function missingApprovals(
  provider: JsonRpcProvider,
  hatchery: Address,
  owner: Address,
  egg: bigint,
): Promise<{ call: Call; line: string }[]> {
  const eggs = String(await one(provider, hatchery, "eggs"));
  const ask = async (to: string, abi: Interface, name: string, args: readonly unknown[]): Promise<unknown> =>
    (await read(provider, { to, abi, name, args }))[0];
  const missing: { call: Call; line: string }[] = [];
  const all = await ask(eggs, COLLECTION, "isApprovedForAll", [owner, hatchery]);
  if (all !== true && (await ask(eggs, COLLECTION, "getApproved", [egg])) !== hatchery) {
    const call = { to: eggs, abi: COLLECTION, name: "approve", args: [hatchery, egg] };
    missing.push({ call, line: `the hatchery may take egg ${egg}` });
  }
  const bond = await bondOf(provider, hatchery);
  const asset = String(await one(provider, hatchery, "asset"));
  const allowed = await ask(asset, TOKEN, "allowance", [owner, hatchery]);
  if (BigInt(String(allowed)) < bond) {
    const call = { to: asset, abi: TOKEN, name: "approve", args: [hatchery, bond] };
    missing.push({ call, line: `the hatchery may take the bond of ${bond}, in the smallest unit of ${asset}` });
  }
  return missing;
}

async function bondOf(provider: JsonRpcProvider, hatchery: Address): Promise<bigint> {
  const version = await one(provider, hatchery, "currentTable");
  if (version === 0n) return 0n;
  const [table] = await read(provider, { to: hatchery, abi: HATCHERY, name: "tableOf", args: [version] });
  return (table as { readonly bond: bigint }).bond; // the ABI names the field
}

async function one(provider: JsonRpcProvider, to: Address, name: string): Promise<unknown> {
  const [answer] = await read(provider, { to, abi: HATCHERY, name, args: [] });
  return answer;
}
