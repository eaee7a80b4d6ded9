import { ZeroHash } from "ethers";
import type { IAINFT, IAINFTCollection } from "../../typechain-types";
import {
  BoundERC1155Mock__factory,
  BoundERC721Mock__factory,
  IAINFT__factory,
  IAINFT1155__factory,
  IAINFT721__factory,
  IAINFTCollection__factory,
} from "../../typechain-types";
import { deployContract, type Person } from "./chain";
import { CollectionKind, deployFactory, openCollectionOf } from "./contracts";
import { everybody, type People } from "./people";
import { type StateUpdate, digestOf, type TrainingRecord } from "./typed-data";

/** Most editions of the programs of the tests. */
export const EDITION_LIMIT = 1_000n;

/**
 * One program in a collection of either token standard, seen through the shared interfaces alone. The behaviour suites
 * run on it, so they hold for whatever makes one.
 *
 * The collection's oracle is `oracleAccount`, an account that needs no signatures.
 */
export interface ProgramWorld extends People {
  address: string;
  /** The program's interface; connect it to whoever acts. */
  program: IAINFT;
  /** The collection's interface; `creator` controls it. */
  link: IAINFTCollection;
  /** A token whose controller is `owner`, with one version. */
  tokenId: bigint;
  manifest: string;
  /** An id that was never minted. */
  unknownId: bigint;
  /** Mints another token for `owner`. */
  mint(manifest: string): Promise<bigint>;
  /** Lets somebody act for `owner` on the token alone; absent where the standard has no such right. */
  approveForToken?(friend: Person): Promise<void>;
  /** Lets somebody act for `owner` on everything they own; absent where the standard has no such right. */
  approveForAll?(friend: Person): Promise<void>;
  /** Makes somebody hold the token who does not control it; absent where there is no such thing. */
  letHold?(to: Person): Promise<void>;
  /** Makes somebody else the controller of the token. */
  handOver(to: Person): Promise<void>;
}

/** A program as an ERC-721 token. */
export async function programAsERC721(): Promise<ProgramWorld> {
  return erc721World(CollectionKind.ERC721);
}

/** A program as a token of an ERC-721 collective. */
export async function programAsERC721Votes(): Promise<ProgramWorld> {
  return erc721World(CollectionKind.ERC721_VOTES);
}

/** A program as an ERC-1155 id. */
export async function programAsERC1155(): Promise<ProgramWorld> {
  return erc1155World(CollectionKind.ERC1155);
}

/** A program as an id of an ERC-1155 collective: the first, whose editions vote. */
export async function programAsERC1155Votes(limit = EDITION_LIMIT): Promise<ProgramWorld> {
  return erc1155World(CollectionKind.ERC1155_VOTES, limit);
}

/** Every kind of collection, by its contract: what makes a program in one. */
export const collectionWorlds = {
  AINFT721: programAsERC721,
  AINFT721Votes: programAsERC721Votes,
  AINFT1155: programAsERC1155,
  AINFT1155Votes: programAsERC1155Votes,
} as const;

/** A program bound to a token of somebody else's ERC-721 collection. */
export async function programAsBoundERC721(): Promise<ProgramWorld> {
  const { people, binder, original } = await binderFor("BoundERC721Mock");
  const token = BoundERC721Mock__factory.connect(original, people.owner);
  const world = await worldOf(people, await binder.getAddress(), async (manifest) => {
    const minted = (await binder.programCount()) + 1n; // asked of the chain, because snapshots take it back
    await token.give(people.owner.address, minted);
    await binder.bindERC721(original, minted, manifest);
    return minted;
  });
  return {
    ...world,
    approveForToken: async (friend) => void (await token.approve(friend.address, world.tokenId)),
    approveForAll: async (friend) => void (await token.setApprovalForAll(friend.address, true)),
    handOver: async (to) => void (await token.transferFrom(people.owner.address, to.address, world.tokenId)),
  };
}

/** A program bound to an id of somebody else's ERC-1155 collection. */
export async function programAsBoundERC1155(): Promise<ProgramWorld> {
  const { people, binder, original } = await binderFor("BoundERC1155Mock");
  const token = BoundERC1155Mock__factory.connect(original, people.owner);
  const world = await worldOf(people, await binder.getAddress(), async (manifest) => {
    const minted = (await binder.programCount()) + 1n; // asked of the chain, because snapshots take it back
    await token.give(people.owner.address, minted, UNITS);
    await binder.bindERC1155(original, minted, manifest);
    return minted;
  });
  return {
    ...world,
    approveForAll: async (friend) => void (await token.setApprovalForAll(friend.address, true)),
    letHold: async (to) =>
      void (await token.safeTransferFrom(people.owner.address, to.address, world.tokenId, 1, "0x")),
    handOver: async (to) => {
      await token.safeTransferFrom(people.owner.address, to.address, world.tokenId, UNITS, "0x");
      await binder.connect(to).takeStewardship(world.tokenId);
    },
  };
}

const FOREVER = 2n ** 64n - 1n;

/** Units of each ERC-1155 original. */
const UNITS = 3n;

async function binderFor(mock: "BoundERC721Mock" | "BoundERC1155Mock") {
  const people = await everybody();
  const binder = await deployContract("AINFTBinder", [people.creator.address, people.oracleAccount.address]);
  const original = await (await deployContract(mock)).getAddress();
  return { people, binder: binder.connect(people.owner), original };
}

async function erc721World(kind: CollectionKind): Promise<ProgramWorld> {
  const { people, address } = await openFor(kind);
  const collection = IAINFT721__factory.connect(address, people.creator);
  const byOwner = collection.connect(people.owner);
  const world = await worldOf(people, address, async (manifest) => {
    await collection.mint(people.owner.address, manifest);
    return collection.totalMinted();
  });
  return {
    ...world,
    approveForToken: async (friend) => void (await byOwner.approve(friend.address, world.tokenId)),
    approveForAll: async (friend) => void (await byOwner.setApprovalForAll(friend.address, true)),
    letHold: async (to) => void (await byOwner.setUser(world.tokenId, to.address, FOREVER)),
    handOver: async (to) => void (await byOwner.transferFrom(people.owner.address, to.address, world.tokenId)),
  };
}

async function erc1155World(kind: CollectionKind, limit = EDITION_LIMIT): Promise<ProgramWorld> {
  const { people, address } = await openFor(kind);
  const collection = IAINFT1155__factory.connect(address, people.creator);
  const world = await worldOf(people, address, async (manifest) => {
    await collection.createProgram(people.owner.address, manifest, limit);
    return collection.totalMinted();
  });
  return {
    ...world,
    letHold: async (to) => void (await collection.connect(people.owner).mint(to.address, world.tokenId, 1)),
    handOver: async (to) => {
      await collection.connect(people.owner).offerCuration(world.tokenId, to.address);
      await collection.connect(to).acceptCuration(world.tokenId);
    },
  };
}

async function openFor(kind: CollectionKind): Promise<{ people: People; address: string }> {
  const people = await everybody();
  const { factory } = await deployFactory(people.dao);
  return { people, address: await openCollectionOf(kind, factory, people, people.oracleAccount.address) };
}

async function worldOf(
  people: People,
  address: string,
  mint: (manifest: string) => Promise<bigint>,
): Promise<Omit<ProgramWorld, "handOver">> {
  const manifest = digestOf("first manifest");
  const tokenId = await mint(manifest);
  return {
    ...people,
    address,
    program: IAINFT__factory.connect(address, people.owner),
    link: IAINFTCollection__factory.connect(address, people.creator),
    tokenId,
    manifest,
    unknownId: 99n,
    mint,
  };
}

/** The first update of the world's program, by the player; any field can be replaced. */
export function updateOf(world: ProgramWorld, changed: Partial<StateUpdate> = {}): StateUpdate {
  return {
    collection: world.address,
    tokenId: world.tokenId,
    actor: world.player.address,
    sequence: 1n,
    manifestDigest: world.manifest,
    inputDigest: digestOf("what the player did"),
    outputDigest: digestOf("what the program answered"),
    stateDigest: digestOf("what the program remembers"),
    ...changed,
  };
}

/** A record of training by somebody; any field can be replaced. */
export function recordBy(contributor: { address: string }, changed: Partial<TrainingRecord> = {}): TrainingRecord {
  return {
    parentManifest: digestOf("first manifest"),
    childManifest: digestOf("second manifest"),
    datasetDigest: digestOf("the data"),
    codeDigest: digestOf("the code"),
    metricsDigest: digestOf("the metrics"),
    contributor: contributor.address,
    trainedAt: 1_600_000_000n,
    ...changed,
  };
}

/** What `programOf` answers, as a plain object. */
export interface ProgramFields {
  versionCount: bigint;
  activeVersion: bigint;
  trainingCount: bigint;
  sequence: bigint;
  updatedAt: bigint;
  frozen: boolean;
  locked: boolean;
  activeManifest: string;
  stateDigest: string;
}

export async function readProgram(program: IAINFT, tokenId: bigint): Promise<ProgramFields> {
  const seen = await program.programOf(tokenId);
  return {
    versionCount: seen.versionCount,
    activeVersion: seen.activeVersion,
    trainingCount: seen.trainingCount,
    sequence: seen.sequence,
    updatedAt: seen.updatedAt,
    frozen: seen.frozen,
    locked: seen.locked,
    activeManifest: seen.activeManifest,
    stateDigest: seen.stateDigest,
  };
}

/** The program of a token that was minted with this manifest and not changed since. */
export function freshProgram(manifest: string): ProgramFields {
  return {
    versionCount: 1n,
    activeVersion: 1n,
    trainingCount: 0n,
    sequence: 0n,
    updatedAt: 0n,
    frozen: false,
    locked: false,
    activeManifest: manifest,
    stateDigest: ZeroHash,
  };
}
