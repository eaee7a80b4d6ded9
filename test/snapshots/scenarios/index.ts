import { id } from "ethers";
import type { GasTable } from "../../../scripts/lib/gas/table";
import type { CollectionKind } from "../../helpers/contracts";
import { type MintedToken, tokenMinted } from "../../helpers/fixtures";
import { measureBatches } from "./batches";
import { measureGovernance } from "./governance";
import { measureEconomy } from "./economy";
import { measureChallenges, measureHatching } from "./hatching";
import { named } from "./measure";
import { measureDelivery, updating } from "./oracle";
import { measurePeers, measureYardsticks } from "./peers";
import { freezing, measureVersions, publishing } from "./programs";
import {
  is721,
  KINDS,
  newProgram,
  openBeaconProxy,
  openBinding,
  openClone,
  openPlain,
  type Subject,
} from "./subjects";
import { measure1155, measure721 } from "./tokens";
import { measureTraining } from "./training";

/** Measures every operation of the budget table, and the peers, on the chain in process, with Osaka rules. */
export async function measureGas(): Promise<GasTable> {
  const world = await tokenMinted();
  await world.collection.connect(world.owner).publishManifest(world.tokenId, id("second version")); // asked tokens have lived
  const table: Record<string, number> = {};
  for (const threshold of [3, 5]) Object.assign(table, await measureDelivery(world, threshold));
  for (const threshold of [3, 5]) Object.assign(table, await measureBatches(world, threshold));
  for (const [name, kind] of KINDS) Object.assign(table, named(name, await measureKind(world, kind)));
  return {
    ...table,
    ...named("AINFT721 at an address of its own", await measurePlain(world)),
    ...named("AINFT721 behind a beacon", { publishManifest: await publishing(await openBeaconProxy(world, KINDS[0][1])) }),
    ...named("AINFTBinder", { publishManifest: await publishing(await openBinding(world)) }),
    ...(await measureGovernance()),
    ...(await measureEconomy()),
    ...named("Hatchery", await measureHatching()),
    ...named("Challenges", await measureChallenges()),
    ...(await measureYardsticks(world)),
    ...(await measurePeers(world)),
  };
}

async function measureKind(world: MintedToken, kind: CollectionKind): Promise<Record<string, number>> {
  const { subject, createCollection } = await openClone(world, kind);
  const batches = [
    await another(world, kind, subject, 2n),
    await another(world, kind, subject, 3n),
    await another(world, kind, subject, 4n),
  ] as const;
  return {
    createCollection,
    ...(await (is721(kind) ? measure721 : measure1155)(world, subject)),
    ...(await measureVersions(subject)),
    "submitUpdate, m = 3": await updating(world, subject, 3),
    "submitUpdate, m = 5": await updating(world, subject, 5),
    ...(await measureTraining(world, subject, batches)),
    freeze: await freezing(subject),
  };
}

async function measurePlain(world: MintedToken): Promise<Record<string, number>> {
  const subject = await openPlain(world);
  return { publishManifest: await publishing(subject), "submitUpdate, m = 3": await updating(world, subject, 3) };
}

/** One more program in the same collection. */
async function another(world: MintedToken, kind: CollectionKind, subject: Subject, tokenId: bigint): Promise<Subject> {
  await newProgram(world, kind, subject.address);
  return { ...subject, tokenId };
}
