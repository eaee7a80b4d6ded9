import { writeFileSync } from "node:fs";
import { CREATOR, type Creator, TRAINER } from "./creator.ts";
import { answer, jsonAnswer } from "./run.ts";

/** Ids of proposals that stand where a vote, a queueing and an execution can follow. */
export const ACTIVE = "$ACTIVE";
export const PASSED = "$PASSED";
export const QUEUED = "$QUEUED";
const DAY = 86_400;

/** A change of the oracle's reporters, as a person writes it. */
export function writeProposal({ file }: Creator, name: string, title: string): void {
  const call = { contract: "InferenceOracle", function: "setConfig", arguments: [[TRAINER, CREATOR], 2, "0"] };
  writeFileSync(file(name), JSON.stringify({ title, reason: "Two sign more safely than one.", calls: [call] }));
}

/** Lets the chain's time pass. */
export async function pass({ suite: { provider } }: Creator, days: number): Promise<void> {
  await provider.send("evm_increaseTime", [days * DAY + 60]);
  await provider.send("evm_mine", []);
}

/** Makes the AIN of account 1 count: votes are those of a second that is past. */
export async function delegated(creator: Creator): Promise<void> {
  await answer(["dao", "delegate"], creator);
  await pass(creator, 0);
}

/** Proposes a new text each time; answers the id. */
export async function proposed(creator: Creator, title: string): Promise<string> {
  writeProposal(creator, "proposal.json", title);
  return String((await jsonAnswer(["dao", "propose", "proposal.json"], creator))["id"]);
}

/** Three proposals of the holder of all votes, account 1. */
export async function proposals(creator: Creator): Promise<Readonly<Record<string, string>>> {
  await delegated(creator);
  const queued = await proposed(creator, "First");
  const passed = await proposed(creator, "Second");
  await pass(creator, 1);
  for (const id of [queued, passed]) await answer(["dao", "vote", id, "for"], creator);
  await pass(creator, 8);
  await answer(["dao", "queue", queued], creator);
  await pass(creator, 2);
  const active = await proposed(creator, "Third");
  await pass(creator, 1);
  return { [ACTIVE]: active, [PASSED]: passed, [QUEUED]: queued };
}
