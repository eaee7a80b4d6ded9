import { readFileSync, writeFileSync } from "node:fs";
import { ainTokenAbi, rewardDistributorAbi } from "ainft-contracts";
import { Contract, parseEther } from "ethers";
import { CREATOR, type Creator, testAccount, TRAINER } from "./creator.ts";
import { send } from "./eggs.ts";
import { jsonAnswer } from "./run.ts";

/** As the contract numbers them. */
export const PROGRAMMES = { GPU_TIME: 0, TRAINING: 1, ACTIVITY: 2 } as const;

/** An epoch of 1000 AIN for activity is posted, as epoch.json; rows.json makes the first one of training. */
export async function rewards(creator: Creator): Promise<void> {
  await fund(creator, "ACTIVITY", 5_000);
  const rows = [CREATOR, TRAINER].map((account, place) => ({ account, units: String(place + 1) }));
  await writePlan(creator, "activity.json", { programme: "ACTIVITY", rows });
  await post(creator, await build(creator, "activity.json", "epoch.json"));
  await writePlan(creator, "rows.json", { programme: "TRAINING" });
}

/** A file that an epoch is worked out from: of 1000 AIN and the newest block, unless it says otherwise. */
export async function writePlan(creator: Creator, name: string, changed: object): Promise<void> {
  const snapshotBlock = String(await creator.suite.provider.getBlockNumber());
  const budget = parseEther("1000").toString();
  writeFileSync(creator.file(name), JSON.stringify({ budget, snapshotBlock, ...changed }));
}

/** Writes an epoch; answers what goes on chain of it. */
export async function build(creator: Creator, plan: string, out: string, ...options: string[]): Promise<unknown> {
  return (await jsonAnswer(["rewards", "build", plan, "--out", out, ...options], creator))["posting"];
}

/** Account 1, who has all AIN, gives some of it to a programme. */
export async function fund(creator: Creator, programme: keyof typeof PROGRAMMES, ain: number): Promise<void> {
  const { token, distributor } = contractsOf(creator);
  const signer = testAccount(1).connect(creator.suite.provider);
  await send(new Contract(token, ainTokenAbi, signer), "approve", distributor, parseEther(String(ain)));
  const paid = new Contract(distributor, rewardDistributorAbi, signer);
  await send(paid, "fund", PROGRAMMES[programme], parseEther(String(ain)));
}

/** Posts as the timelock does after a vote. */
export async function post(creator: Creator, posting: unknown): Promise<void> {
  await asTimelock(creator, "post", posting);
}

/** Lets the distributor's owner call it, without the days that a vote takes. */
export async function asTimelock(creator: Creator, name: string, ...args: unknown[]): Promise<void> {
  const { provider } = creator.suite;
  const { timelock, distributor } = contractsOf(creator);
  await provider.send("anvil_impersonateAccount", [timelock]);
  await provider.send("anvil_setBalance", [timelock, "0xde0b6b3a7640000"]);
  await send(new Contract(distributor, rewardDistributorAbi, await provider.getSigner(timelock)), name, ...args);
  await provider.send("anvil_stopImpersonatingAccount", [timelock]);
}

export function contractsOf({ suite }: Creator): Readonly<Record<"token" | "distributor" | "timelock", string>> {
  const { contracts, dao } = JSON.parse(readFileSync(suite.deployment, "utf8")) as {
    contracts: Record<"AINToken" | "RewardDistributor", { address: string }>;
    dao: { timelock: string };
  };
  const { AINToken: token, RewardDistributor: distributor } = contracts;
  return { token: token.address, distributor: distributor.address, timelock: dao.timelock };
}
