import { getCreateAddress, id } from "ethers";
import type { IAINFT } from "../../../typechain-types";
import { BoundERC721Mock__factory, IAINFT__factory, IAINFT1155__factory, IAINFT721__factory } from "../../../typechain-types";
import { deployContract, provider, setCode } from "../../helpers/chain";
import { collectionConfig, CollectionKind } from "../../helpers/contracts";
import { EDITION_LIMIT } from "../../helpers/programs";
import type { MintedToken } from "../../helpers/fixtures";
import { gasOf } from "./measure";

/** Something that holds programs, with one program whose controller is `owner`. */
export interface Subject {
  address: string;
  /** Connected to the controller. */
  program: IAINFT;
  tokenId: bigint;
}

/** The names by which the figures of each kind go. */
export const KINDS = [
  ["AINFT721", CollectionKind.ERC721],
  ["AINFT721Votes", CollectionKind.ERC721_VOTES],
  ["AINFT1155", CollectionKind.ERC1155],
  ["AINFT1155Votes", CollectionKind.ERC1155_VOTES],
] as const;

export function is721(kind: CollectionKind): boolean {
  return kind === CollectionKind.ERC721 || kind === CollectionKind.ERC721_VOTES;
}

/** Opens an immutable clone; tells what opening it cost. */
export async function openClone(
  world: MintedToken,
  kind: CollectionKind,
): Promise<{ subject: Subject; createCollection: number }> {
  const { factory, creator } = world;
  const salt = id(`measured collection of kind ${kind}`);
  const config = collectionConfig(world, await world.oracle.getAddress());
  const createCollection = await gasOf(factory.connect(creator).createCollection(kind, salt, config));
  const address = await factory.predictCollection(kind, creator.address, salt);
  return { subject: await withProgram(world, kind, address), createCollection };
}

/** A collection behind a beacon, which its owner can upgrade. */
export async function openBeaconProxy(world: MintedToken, kind: CollectionKind): Promise<Subject> {
  const { factory, creator } = world;
  const salt = id("measured upgradeable collection");
  const config = collectionConfig(world, await world.oracle.getAddress());
  await factory.connect(creator).createUpgradeableCollection(kind, salt, config);
  const address = await factory.predictUpgradeableCollection(kind, creator.address, salt, config);
  return withProgram(world, kind, address);
}

/** The code of a clone at an address of its own: it shows what the clone's delegatecall costs. */
export async function openPlain(world: MintedToken): Promise<Subject> {
  const template = await world.implementation.getAddress();
  const address = getCreateAddress({ from: template, nonce: 1 });
  await setCode(address, await provider.getCode(template));
  const config = collectionConfig(world, await world.oracle.getAddress());
  await IAINFT721__factory.connect(address, world.creator).initialize(config);
  return withProgram(world, CollectionKind.ERC721, address);
}

/** A program bound to a token of somebody else's ERC-721 collection. */
export async function openBinding(world: MintedToken): Promise<Subject> {
  const { creator, owner, oracle, manifest } = world;
  const binder = await deployContract("AINFTBinder", [creator.address, await oracle.getAddress()]);
  const original = await (await deployContract("BoundERC721Mock")).getAddress();
  await BoundERC721Mock__factory.connect(original, owner).give(owner.address, 1);
  await binder.connect(owner).bindERC721(original, 1, manifest);
  return subjectAt(world, await binder.getAddress());
}

async function withProgram(world: MintedToken, kind: CollectionKind, address: string): Promise<Subject> {
  await newProgram(world, kind, address);
  return subjectAt(world, address);
}

/** Makes one more program for `owner`; its id is the next one. */
export async function newProgram(world: MintedToken, kind: CollectionKind, address: string): Promise<void> {
  const { creator, owner, manifest } = world;
  if (is721(kind)) await IAINFT721__factory.connect(address, creator).mint(owner.address, manifest);
  else await IAINFT1155__factory.connect(address, creator).createProgram(owner.address, manifest, EDITION_LIMIT);
}

function subjectAt({ owner }: MintedToken, address: string): Subject {
  return { address, program: IAINFT__factory.connect(address, owner), tokenId: 1n };
}
