import { ZeroHash } from "ethers";
import type { IAINFT, IAINFTCollection } from "../../typechain-types";
import { IAINFT__factory, IAINFTCollection__factory } from "../../typechain-types";
import type { Person } from "./chain";
import { deployFactory, openCollection } from "./contracts";
import { everybody, type People } from "./people";
import { type StateUpdate, digestOf, type TrainingRecord } from "./typed-data";

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
  /** Makes somebody else the controller of the token. */
  handOver(to: Person): Promise<void>;
}

/** A program as an ERC-721 token. */
export async function programAsERC721(): Promise<ProgramWorld> {
  const people = await everybody();
  const { factory } = await deployFactory();
  const collection = await openCollection(factory, people.creator, people.oracleAccount.address);
  const address = await collection.getAddress();
  const manifest = digestOf("first manifest");
  const tokenId = 1n;
  const mint = async (manifestDigest: string): Promise<bigint> => {
    await collection.connect(people.creator).mint(people.owner.address, manifestDigest);
    return collection.totalMinted();
  };
  await mint(manifest);
  const byOwner = collection.connect(people.owner);
  return {
    ...people,
    address,
    program: IAINFT__factory.connect(address, people.owner),
    link: IAINFTCollection__factory.connect(address, people.creator),
    tokenId,
    manifest,
    unknownId: 99n,
    mint,
    approveForToken: async (friend) => void (await byOwner.approve(friend.address, tokenId)),
    approveForAll: async (friend) => void (await byOwner.setApprovalForAll(friend.address, true)),
    handOver: async (to) => void (await byOwner.transferFrom(people.owner.address, to.address, tokenId)),
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
    activeManifest: manifest,
    stateDigest: ZeroHash,
  };
}
