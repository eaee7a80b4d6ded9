import { challengesDeployed, REWARD, verdict } from "../../helpers/challenges";
import { eggLaid, layEgg, mineTo } from "../../helpers/hatchery";
import { digestOf } from "../../helpers/typed-data";
import { gasOf, median, middle, RUNS } from "./measure";

/** What it costs to hatch an egg: two transactions, both with a bond. */
export async function measureHatching(): Promise<Record<string, number>> {
  const world = await eggLaid();
  const { hatchery, player, secret } = world;
  const eggIds: bigint[] = [];
  for (let run = 0; run < RUNS; run += 1) eggIds.push(await layEgg(world, player, 50n));
  const egg = (run: number): bigint => eggIds[run] ?? 0n;
  const commit = await median(async (run) => {
    const commitment = await hatchery.commitmentOf(egg(run), player.address, secret);
    return hatchery.connect(player).commit(egg(run), commitment, 1);
  });
  await mineTo((await hatchery.eggOf(egg(RUNS - 1))).revealBlock);
  const reveal = await median((run) => hatchery.connect(player).reveal(egg(run), secret));
  return { commit, reveal };
}

/** A challenge of a version from its bond to its verdict: the version is retired, and the one before takes its place. */
export async function measureChallenges(): Promise<Record<string, number>> {
  const world = await challengesDeployed();
  const { challenges, arbiter, friend, collection, tokenId, trainer } = world;
  await challenges.connect(friend).fundPool(2n * BigInt(RUNS) * REWARD);
  const penalties = [{ provider: trainer.address, amount: 1n }];
  const opened: number[] = [];
  const upheld: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    opened.push(await gasOf(world.challenge({ version: run + 2 }))); // version 2 and then each that is published below
    upheld.push(await gasOf(challenges.connect(arbiter).uphold(run + 1, 1, verdict, penalties)));
    await collection.publishManifest(tokenId, digestOf(`version ${run + 3}`));
  }
  return { challengeVersion: middle(opened.slice(1)), "uphold, one penalty": middle(upheld.slice(1)) };
}
