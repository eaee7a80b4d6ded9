import { deepEqual, ok } from "node:assert/strict";
import { type Result, ZeroAddress } from "ethers";
import type { Question } from "../helpers/batches";
import type { ProgramFields } from "../helpers/programs";
import { trainingRoot } from "../helpers/training";
import { ModelEditions } from "./model/editions";
import type { ModelProgram } from "./model/program";
import { ModelToken } from "./model/token";

/** What the chain says about one program. */
export interface SeenProgram extends ProgramFields {
  manifests: string[];
  /** Whether each version was retired. */
  retired: boolean[];
  root: string;
  /** Units of each holder. */
  held: bigint[];
  token?: SeenToken;
  editions?: SeenEditions;
}

/** What ERC-721 adds. */
interface SeenToken {
  /** Zero once the token is burned: nobody asks any more. */
  owner: string;
  locked: boolean;
  user: string;
  userExpires: bigint;
}

/** What ERC-1155 adds. */
interface SeenEditions {
  curator: string;
  offeredTo: string;
  minted: bigint;
  limit: bigint;
  supply: bigint;
}

/** Everything to ask about a program; `readProgram` reads the answers in the same order. */
export function questionsAbout(program: ModelProgram, holders: readonly string[]): Question[] {
  const { tokenId, versions } = program;
  return [
    ["programOf", tokenId],
    ["trainingRoot", tokenId],
    ...versions.map((_, index): Question => ["manifestOf", tokenId, index + 1]),
    ...versions.map((_, index): Question => ["isRetired", tokenId, index + 1]),
    ...(program instanceof ModelToken ? questionsAboutToken(program) : questionsAboutEditions(tokenId, holders)),
  ];
}

function questionsAboutToken({ tokenId, owner }: ModelToken): Question[] {
  const ofOwned: Question[] = [
    ["ownerOf", tokenId],
    ["locked", tokenId],
  ];
  return [["userOf", tokenId], ["userExpires", tokenId], ...(owner === undefined ? [] : ofOwned)];
}

function questionsAboutEditions(id: bigint, holders: readonly string[]): Question[] {
  return [
    ["curatorOf", id],
    ["curationOfferedTo", id],
    ["editionsOf", id],
    ["totalSupply", id],
    ...holders.map((holder): Question => ["balanceOf", holder, id]),
  ];
}

export function readProgram(
  program: ModelProgram,
  answers: readonly Result[],
  holders: readonly string[],
): SeenProgram {
  const [view, root, ...rest] = answers;
  if (view === undefined) throw new Error("A program has a view.");
  const shared = {
    ...((view[0] as Result).toObject() as ProgramFields), // the interface declares exactly these fields
    root: String(root?.[0]),
    manifests: rest.splice(0, program.versions.length).map((answer) => String(answer[0])),
    retired: rest.splice(0, program.versions.length).map((answer) => answer[0] === true),
  };
  if (program instanceof ModelToken) {
    const token = readToken(rest);
    return { ...shared, held: holders.map((holder) => (holder === token.owner ? 1n : 0n)), token };
  }
  const [curator, offeredTo, editions, supply, ...held] = rest;
  const [minted, limit] = editions?.toArray() as bigint[];
  return {
    ...shared,
    held: held.map((answer) => answer[0] as bigint),
    editions: {
      curator: String(curator?.[0]),
      offeredTo: String(offeredTo?.[0]),
      minted: minted ?? -1n,
      limit: limit ?? -1n,
      supply: supply?.[0] as bigint,
    },
  };
}

function readToken([user, expires, owner, locked]: readonly Result[]): SeenToken {
  return {
    owner: owner === undefined ? ZeroAddress : String(owner[0]),
    locked: locked?.[0] === true,
    user: String(user?.[0]),
    userExpires: expires?.[0] as bigint,
  };
}

/** What the model says the chain must say. */
export function toldAs(program: ModelProgram, holders: readonly string[], time: bigint): SeenProgram {
  const holdings = program.holdings();
  return {
    versionCount: BigInt(program.versions.length),
    activeVersion: program.active,
    trainingCount: BigInt(program.leaves.length),
    sequence: program.sequence,
    updatedAt: program.updatedAt,
    frozen: program.frozen,
    locked: program.locked,
    activeManifest: program.activeManifest,
    stateDigest: program.state,
    root: trainingRoot(program.leaves),
    manifests: program.versions,
    retired: program.versions.map((_, index) => program.retired.has(BigInt(index + 1))),
    held: holders.map((holder) => holdings.get(holder) ?? 0n),
    ...(program instanceof ModelToken ? { token: toldAsToken(program, time) } : {}),
    ...(program instanceof ModelEditions ? { editions: toldAsEditions(program) } : {}),
  };
}

function toldAsToken(token: ModelToken, time: bigint): SeenToken {
  const { owner = ZeroAddress, locked, userExpires } = token;
  return { owner, locked, user: token.userAt(time), userExpires };
}

function toldAsEditions({ curator, offeredTo, minted, limit, supply }: ModelEditions): SeenEditions {
  return { curator, offeredTo, minted, limit, supply };
}

/** Invariants 1, 2, 5, 10, 12, 13 and 18, between two readings of a program with one transaction in between. */
export function expectOnlyGrowth(before: SeenProgram, after: SeenProgram): void {
  deepEqual(after.manifests.slice(0, before.manifests.length), before.manifests, "a version changed");
  ok(after.versionCount >= before.versionCount, "versions shortened");
  ok(after.trainingCount >= before.trainingCount, "training log shortened");
  if (after.trainingCount === before.trainingCount)
    deepEqual(after.root, before.root, "the training log was rewritten");
  const steps = after.sequence - before.sequence;
  ok(steps === 0n || steps === 1n, "sequence jumped");
  if (steps === 0n) deepEqual(after.stateDigest, before.stateDigest, "state changed without a sequence");
  if (before.frozen) deepEqual(programAlone(after), programAlone(before), "a frozen program changed");
  if (before.token?.owner === ZeroAddress) deepEqual(after.token, before.token, "a burned token changed");
  if (before.locked && after.locked) {
    if (after.retired.join() === before.retired.join()) {
      deepEqual(programAlone(after), programAlone(before), "a locked program changed");
    } else {
      deepEqual(programBesideVersion(after), programBesideVersion(before), "a locked program changed");
    }
    deepEqual(after.token?.owner, before.token?.owner, "a locked token moved");
  }
  const returned = before.retired.some((retired, index) => retired && after.retired[index] !== true);
  ok(!returned, "a retired version came back");
  const runs = after.retired[Number(after.activeVersion) - 1];
  ok(after.activeVersion === before.activeVersion || runs !== true, "a retired version was activated");
  if (before.editions !== undefined && after.editions !== undefined) {
    ok(after.editions.limit <= before.editions.limit, "a limit rose");
    ok(after.editions.minted >= before.editions.minted, "editions were forgotten");
  }
}

/** The program without who has what of it, and without its lock. */
function programAlone({
  token: _token,
  editions: _editions,
  held: _held,
  locked: _locked,
  ...program
}: SeenProgram): object {
  return program;
}

/** The program without what the retirement of a version changes of it. */
function programBesideVersion(seen: SeenProgram): object {
  return programAlone({ ...seen, activeVersion: 0n, activeManifest: "", updatedAt: 0n, retired: [] });
}

/** Invariant 4, and the sums of 11 and 12. */
export function expectSound(seen: SeenProgram): void {
  ok(seen.activeVersion >= 1n && seen.activeVersion < seen.versionCount + 1n, "active version");
  deepEqual(seen.activeManifest, seen.manifests[Number(seen.activeVersion) - 1]);
  if (seen.token !== undefined) deepEqual(seen.token.locked, seen.locked, "the token's lock is not the program's");
  if (seen.editions === undefined) return;
  const { minted, limit, supply } = seen.editions;
  ok(supply <= minted && minted <= limit, "more editions than the limit");
  deepEqual(
    seen.held.reduce((sum, units) => sum + units, 0n),
    supply,
    "balances differ from the supply",
  );
}
