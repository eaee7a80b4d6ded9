import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ainft721Abi, ainTokenAbi, hatcheryAbi } from "ainft-contracts";
import { Contract, ContractFactory, encodeBytes32String, toBeHex, ZeroHash } from "ethers";
import { ROOT } from "./chain.ts";
import { CREATOR, type Creator, testAccount } from "./creator.ts";
import { answer, jsonAnswer } from "./run.ts";

export const BOND = 250n;
export const DELAY = 5n;
export const KNOWN_BLOCKS = 256n;
/** What every egg becomes: there is one outcome. */
export const HATCHLING = `0x${"77".repeat(32)}`;
const XP = encodeBytes32String("xp");
const ONE_HOUR = 3_600;

/** A creator with eggs and a hatchery for them, both the creator's. */
export interface EggKeeper extends Creator {
  readonly hatchery: Contract;
  readonly hatched: Contract;
  readonly eggs: Contract;
}

/** Opens both collections, the hatchery over them with a table of one outcome, and mints so many eggs. */
export async function eggKeeper(creator: Creator, count: number): Promise<EggKeeper> {
  const signer = testAccount(1).connect(creator.suite.provider);
  const open = async (name: string): Promise<Contract> => {
    const create = ["collection", "create", "--name", name, "--symbol", "EGGS"];
    return new Contract(String((await jsonAnswer(create, creator))["collection"]), ainft721Abi, signer);
  };
  const eggs = await open("Eggs");
  const hatched = await open("Hatched");
  const schema = await deploy(creator, "TraitSchema", [[experience()]]);
  await send(eggs, "setTraitSchema", await schema.getAddress());
  const { contracts } = JSON.parse(readFileSync(creator.suite.deployment, "utf8")) as {
    contracts: { AINToken: { address: string } };
  };
  const places = { eggs: await eggs.getAddress(), collection: await hatched.getAddress(), xpKey: XP };
  const terms = {
    asset: contracts.AINToken.address,
    treasury: CREATOR,
    owner: CREATOR,
    delay: DELAY,
    notice: ONE_HOUR,
  };
  const deployed = await deploy(creator, "Hatchery", [{ ...places, ...terms }]);
  const hatchery = new Contract(await deployed.getAddress(), hatcheryAbi, signer);
  await send(hatched, "transferOwnership", await hatchery.getAddress());
  await send(hatchery, "takeCollection");
  const weights = [10_000, ...Array.from({ length: 15 }, () => 0)];
  const outcomes = [{ manifestDigest: HATCHLING, supply: 0 }];
  await send(hatchery, "publishTable", { bond: BOND, outcomes, rows: [{ minimumXp: 0, weights }] });
  for (let egg = 0; egg < count; egg += 1) await send(eggs, "mint", CREATOR, toBeHex(egg + 1, 32));
  const env = { ...creator.env, AINFT_HATCHERY: await hatchery.getAddress() };
  return { ...creator, env, hatchery, hatched, eggs };
}

/** Commits an egg; its secret lies in `egg-<number>.json`. */
export async function committed(keeper: EggKeeper, egg: number): Promise<void> {
  await answer(["hatch", "approve", String(egg)], keeper);
  await answer(["hatch", "commit", String(egg), `egg-${egg}.json`], keeper);
}

/** Eggs 1 to 5: as it was minted, approved, abandoned, revealable, and abandoned and given back. */
export async function eggsInAllStates(creator: Creator): Promise<EggKeeper> {
  const keeper = await eggKeeper(creator, 5);
  for (const egg of [3, 5]) await committed(keeper, egg);
  await mine(keeper, DELAY + KNOWN_BLOCKS);
  await answer(["hatch", "return", "5"], keeper);
  await committed(keeper, 4);
  await answer(["hatch", "approve", "2"], keeper);
  await mine(keeper, DELAY);
  return keeper;
}

export async function mine({ suite: { provider } }: Creator, blocks: bigint): Promise<void> {
  await provider.send("anvil_mine", [toBeHex(blocks)]);
}

/** What somebody has of AIN. */
export async function ainOf(keeper: EggKeeper, account: string): Promise<bigint> {
  const asset = String(await keeper.hatchery.getFunction("asset").staticCall());
  const token = new Contract(asset, ainTokenAbi, keeper.suite.provider);
  return BigInt(String(await token.getFunction("balanceOf").staticCall(account)));
}

export async function send(contract: Contract, name: string, ...args: unknown[]): Promise<void> {
  const sent = await contract.getFunction(name).send(...args);
  await sent.wait();
}

function experience(): Record<string, unknown> {
  return {
    ...{ key: XP, minimum: ZeroHash, maximum: toBeHex(1_000, 32), dataType: 1, isSigned: false, decimals: 0 },
    ...{ controllerMayEdit: false, validateOnSale: 0, name: "Experience", texts: [] },
  };
}

async function deploy({ suite }: Creator, name: string, args: readonly unknown[]): Promise<Contract> {
  const file = join(ROOT, "artifacts/contracts", `${name}.sol`, `${name}.json`);
  const { abi, bytecode } = JSON.parse(readFileSync(file, "utf8")) as { abi: string[]; bytecode: string };
  const factory = new ContractFactory(abi, bytecode, testAccount(1).connect(suite.provider));
  const deployed = await factory.deploy(...args);
  await deployed.waitForDeployment();
  return new Contract(await deployed.getAddress(), abi, suite.provider);
}
