import { AbiCoder, keccak256, ZeroAddress } from "ethers";
import type { BlacklistTokenMock, Hatchery, IAINFT721 } from "../../typechain-types";
import { IAINFT721__factory } from "../../typechain-types";
import { TREASURY } from "./challenges";
import { chainId, deployContract, mineBlocks, type Person, provider } from "./chain";
import { collectionConfig, CollectionKind, deployFactory } from "./contracts";
import { everybody, type People } from "./people";
import { deploySchema, experience, mood, word } from "./traits";
import { digestOf } from "./typed-data";

export { TREASURY };

/** How an egg stands, as the contract numbers it. */
export const EggState = { NONE: 0n, WAITING: 1n, UNBURNED: 2n } as const;

export const DELAY = 5n;
export const NOTICE = 86_400n;
export const EGG_BOND = 250n;
export const KNOWN_BLOCKS = 256n;

export const xpKey = experience().key;
export const eggManifest = digestOf("egg");
export const common = digestOf("hatched: common");
export const rare = digestOf("hatched: rare");
export const legend = digestOf("hatched: legend");

/** The most legends there ever are. */
export const LEGENDS = 2n;

export interface OddsTable {
  bond: bigint;
  outcomes: { manifestDigest: string; supply: bigint }[];
  rows: { minimumXp: bigint; weights: Weights }[];
}

type Weights = [
  bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint,
  bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint,
]; // prettier-ignore

/** Sixteen weights, zero behind those that are given. */
export function weightsOf(...given: readonly bigint[]): Weights {
  return Array.from({ length: 16 }, (_, index) => given[index] ?? 0n) as Weights; // of length 16
}

export function rowOf(minimumXp: bigint, ...given: readonly bigint[]): OddsTable["rows"][number] {
  return { minimumXp, weights: weightsOf(...given) };
}

/** Three outcomes; eggs of 500 XP and more always become legends while there are any. */
export function tableOf(changed: Partial<OddsTable> = {}): OddsTable {
  return {
    bond: EGG_BOND,
    outcomes: [
      { manifestDigest: common, supply: 0n },
      { manifestDigest: rare, supply: 0n },
      { manifestDigest: legend, supply: LEGENDS },
    ],
    rows: [rowOf(10n, 7000n, 2500n, 500n), rowOf(100n, 4000n, 4000n, 2000n), rowOf(500n, 0n, 0n, 10_000n)],
    ...changed,
  };
}

/** A table under which every egg becomes the same. */
export function certainTable(manifestDigest: string, bond = EGG_BOND): OddsTable {
  return { bond, outcomes: [{ manifestDigest, supply: 0n }], rows: [rowOf(0n, 10_000n)] };
}

const TABLE_TYPE =
  "tuple(uint128 bond, tuple(bytes32 manifestDigest, uint64 supply)[] outcomes, tuple(uint256 minimumXp, uint16[16] weights)[] rows)";

export function tableDigest(table: OddsTable): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode([TABLE_TYPE], [table]));
}

/** What a hatchery's constructor takes; any field can be replaced. */
export interface HatcherySettings {
  eggs: string;
  collection: string;
  xpKey: string;
  asset: string;
  treasury: string;
  owner: string;
  delay: bigint;
  notice: bigint;
}

/** Two collections and a hatchery that nothing was given to yet. `dao` owns it, `creator` controls both collections. */
export interface HatcheryWorld extends People {
  hatchery: Hatchery;
  address: string;
  settings: HatcherySettings;
  token: BlacklistTokenMock;
  /** Connected to `player`, who owns the eggs. */
  eggs: IAINFT721;
  eggsAddress: string;
  /** The collection of the hatched, connected to `creator`. */
  hatched: IAINFT721;
}

export async function hatcheryDeployed(): Promise<HatcheryWorld> {
  const people = await everybody();
  const { creator, dao, player, oracleAccount } = people;
  const { factory } = await deployFactory(dao);
  const open = async (name: string): Promise<IAINFT721> => {
    const salt = digestOf(name);
    const config = collectionConfig(people, oracleAccount.address);
    await factory.connect(creator).createCollection(CollectionKind.ERC721, salt, config);
    const address = await factory.predictCollection(CollectionKind.ERC721, creator.address, salt);
    return IAINFT721__factory.connect(address, creator);
  };
  const eggs = await open("eggs");
  const hatched = await open("hatched");
  await eggs.setTraitSchema(await (await deploySchema([experience(), mood()])).getAddress());
  const token = await deployContract("BlacklistTokenMock");
  const eggsAddress = await eggs.getAddress();
  const settings = {
    eggs: eggsAddress,
    collection: await hatched.getAddress(),
    xpKey,
    asset: await token.getAddress(),
    treasury: TREASURY,
    owner: dao.address,
    delay: DELAY,
    notice: NOTICE,
  };
  const hatchery = await deployContract("Hatchery", [settings]);
  const address = await hatchery.getAddress();
  return { ...people, hatchery, address, settings, token, eggs: eggs.connect(player), eggsAddress, hatched };
}

/** A hatchery at work: table 1 counts, and `player` has an egg of 50 XP and what a commit needs. */
export interface EggWorld extends HatcheryWorld {
  eggId: bigint;
  secret: string;
  /** What `player` commits to. */
  commitment: string;
}

export async function eggLaid(): Promise<EggWorld> {
  const world = await hatcheryDeployed();
  const { hatchery, address, hatched, eggs, dao, player, token } = world;
  await hatched.transferOwnership(address);
  await hatchery.takeCollection();
  await hatchery.connect(dao).publishTable(tableOf());
  const eggId = await layEgg(world, player, 50n);
  await eggs.setApprovalForAll(address, true);
  await token.mint(player.address, 100n * EGG_BOND);
  await token.connect(player).approve(address, 100n * EGG_BOND);
  const secret = digestOf("secret of the player");
  return { ...world, eggId, secret, commitment: await hatchery.commitmentOf(eggId, player.address, secret) };
}

/** Mints an egg for somebody, and gives it XP by a signed update. */
export async function layEgg(world: HatcheryWorld, to: Person, xp: bigint): Promise<bigint> {
  await world.eggs.connect(world.creator).mint(to.address, eggManifest);
  const eggId = await world.eggs.totalMinted();
  if (xp > 0n) await raiseXp(world, eggId, xp);
  return eggId;
}

/** A signed update sets an egg's XP. */
export async function raiseXp(
  { eggs, eggsAddress, oracleAccount, player }: HatcheryWorld,
  tokenId: bigint,
  xp: bigint,
): Promise<void> {
  const { sequence, activeManifest } = await eggs.programOf(tokenId);
  const update = {
    collection: eggsAddress,
    tokenId,
    actor: player.address,
    sequence: sequence + 1n,
    manifestDigest: activeManifest,
    inputDigest: digestOf("what the player did"),
    outputDigest: digestOf("what the egg answered"),
    stateDigest: digestOf(`the egg at ${xp}`),
  };
  await eggs.connect(oracleAccount).applySignedStateWithTraits(update, [{ key: xpKey, value: word(xp) }]);
}

/** The egg is committed under table 1. */
export interface CommittedWorld extends EggWorld {
  revealBlock: bigint;
}

export async function eggCommitted(): Promise<CommittedWorld> {
  const world = await eggLaid();
  return { ...world, revealBlock: await commit(world) };
}

/** Commits the world's egg, or another of the player's, by the world's secret. */
export async function commit(world: EggWorld, eggId = world.eggId, tableVersion = 1): Promise<bigint> {
  const { hatchery, player, secret } = world;
  const commitment = await hatchery.commitmentOf(eggId, player.address, secret);
  await hatchery.connect(player).commit(eggId, commitment, tableVersion);
  return (await hatchery.eggOf(eggId)).revealBlock;
}

/** The newest block is this one. */
export async function mineTo(block: bigint): Promise<void> {
  await mineBlocks(block - BigInt(await provider.getBlockNumber()));
}

/** What is drawn by, worked out once more: the seed of an egg whose reveal block is mined. */
export async function seedOf({ address, secret }: EggWorld, eggId: bigint, revealBlock: bigint): Promise<string> {
  const block = await provider.getBlock(Number(revealBlock));
  const parts = [block?.hash, secret, eggId, address, await chainId()];
  return keccak256(AbiCoder.defaultAbiCoder().encode(["bytes32", "bytes32", "uint256", "address", "uint256"], parts));
}

/** The outcome that a seed draws from weights, by a plain walk over them. */
export function drawnFrom(weights: readonly bigint[], seed: string): number {
  let ticket = BigInt(seed) % 10_000n;
  for (const [index, weight] of weights.entries()) {
    if (ticket < weight) return index;
    ticket -= weight;
  }
  throw new Error("The weights do not make a whole.");
}

/** A table of the hatchery, its values in the order of their fields. */
export async function readTable(hatchery: Hatchery, version: number): Promise<unknown[]> {
  const { bond, outcomes, rows } = await hatchery.tableOf(version);
  return [
    bond,
    Array.from(outcomes, ({ manifestDigest, supply }) => [manifestDigest, supply]),
    Array.from(rows, ({ minimumXp, weights }) => [minimumXp, Array.from(weights)]),
  ];
}

/** An egg of the hatchery as a plain object. */
export interface EggFields {
  committer: string;
  revealBlock: bigint;
  tableVersion: bigint;
  row: bigint;
  state: bigint;
  commitment: string;
  xp: bigint;
  bond: bigint;
}

export async function readEgg(hatchery: Hatchery, eggId: bigint): Promise<EggFields> {
  const { committer, revealBlock, tableVersion, row, state, commitment, xp, bond } = await hatchery.eggOf(eggId);
  return { committer, revealBlock, tableVersion, row, state, commitment, xp, bond };
}

/** Nothing is held under this id. */
export const noEgg: EggFields = {
  committer: ZeroAddress,
  revealBlock: 0n,
  tableVersion: 0n,
  row: 0n,
  state: EggState.NONE,
  commitment: `0x${"00".repeat(32)}`,
  xp: 0n,
  bond: 0n,
};
