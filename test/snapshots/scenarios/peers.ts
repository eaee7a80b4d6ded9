import type { ContractTransactionResponse } from "ethers";
import { id } from "ethers";
import {
  BareERC1155Mock__factory,
  BareERC721Mock__factory,
  BareERC721VotesMock__factory,
  type ERC721AMock,
} from "../../../typechain-types";
import { deployContract, type Person } from "../../helpers/chain";
import { COLLECTION_NAME, COLLECTION_SYMBOL, rawCloneOf } from "../../helpers/contracts";
import type { MintedToken } from "../../helpers/fixtures";
import { manifestUri } from "../../helpers/manifest-uri";
import { gasOf, median, medianEach, middle, named, RUNS } from "./measure";
import { BATCH } from "./tokens";

const SCHEME = "ipfs://";

/** Mints of bare contracts that are clones with an owner and a counter, as ours are: what budgets are set above. */
export async function measureYardsticks({ creator, owner }: MintedToken): Promise<Record<string, number>> {
  const clone = async (name: "BareERC721Mock" | "BareERC721VotesMock" | "BareERC1155Mock"): Promise<string> =>
    rawCloneOf(await (await deployContract(name)).getAddress(), creator);
  const bare = BareERC721Mock__factory.connect(await clone("BareERC721Mock"), creator);
  const voting = BareERC721VotesMock__factory.connect(await clone("BareERC721VotesMock"), creator);
  const editions = BareERC1155Mock__factory.connect(await clone("BareERC1155Mock"), creator);
  await bare.initialize(COLLECTION_NAME, COLLECTION_SYMBOL, creator.address);
  await voting.initialize(COLLECTION_NAME, COLLECTION_SYMBOL, creator.address);
  await editions.initialize(creator.address);
  await voting.connect(owner).delegate(owner.address); // ours count without it
  return {
    "bare ERC-721 mint": await median(() => bare.mint(owner.address)),
    "bare ERC-721 with votes mint": await median(() => voting.mint(owner.address)),
    "bare ERC-1155 mint": await median(() => editions.mint(owner.address, 1, 1)),
  };
}

/** The libraries that others build on, each at an address of its own. */
export async function measurePeers(world: MintedToken): Promise<Record<string, number>> {
  return {
    ...named("OpenZeppelin ERC721", await mintAndTransfer(world, await deployContract("OpenZeppelinERC721Mock", [world.creator.address], world.creator))),
    ...named("OpenZeppelin ERC721URIStorage", await measureURIStorage(world)),
    ...named("ERC721A", await measureERC721A(world)),
    ...named("Solady ERC721", await mintAndTransfer(world, await deployContract("SoladyERC721Mock", [world.creator.address], world.creator))),
  };
}

interface Peer {
  mint(to: string): Promise<ContractTransactionResponse>;
  connect(person: Person): {
    transferFrom(from: string, to: string, tokenId: number): Promise<ContractTransactionResponse>;
  };
}

/** Tokens 1 to RUNS are minted one by one, then they move to somebody who holds some after the first. */
async function mintAndTransfer({ owner, friend }: MintedToken, token: Peer): Promise<Record<string, number>> {
  const byOwner = token.connect(owner);
  return {
    mint: await median(() => token.mint(owner.address)),
    transfer: await median((run) => byOwner.transferFrom(owner.address, friend.address, run + 1)),
  };
}

async function measureURIStorage(world: MintedToken): Promise<Record<string, number>> {
  const token = await deployContract("OpenZeppelinURIStorageMock", [world.creator.address], world.creator);
  const byOwner = token.connect(world.owner);
  let minted = 0;
  const withURI: Peer = {
    mint: (to) => token.mint(to, cidOf(`mint ${(minted += 1)}`)),
    connect: (person) => token.connect(person),
  };
  const figures = await mintAndTransfer(world, withURI);
  await token.mint(world.owner.address, cidOf("version"));
  const update = await median((run) => byOwner.setTokenURI(RUNS + 1, cidOf(`version ${run}`)));
  return { ...figures, "metadata update": update };
}

async function measureERC721A(world: MintedToken): Promise<Record<string, number>> {
  const token = await deployContract("ERC721AMock", [world.creator.address], world.creator);
  return {
    ...(await mintAndTransfer(world, token)),
    [`mintBatch of ${BATCH}, each`]: await medianEach(BATCH, () => token.mintBatch(world.owner.address, BATCH)),
    [`transfer out of the middle of ${BATCH} minted at once`]: await transferOutOfBatches(world, token),
  };
}

/** The token in the middle of each batch that was minted at once: nothing is stored for it yet. */
async function transferOutOfBatches({ owner, friend }: MintedToken, token: ERC721AMock): Promise<number> {
  const samples: number[] = [];
  for (let run = 1; run < RUNS; run += 1) {
    const tokenId = RUNS + run * BATCH + BATCH / 2;
    samples.push(await gasOf(token.connect(owner).transferFrom(owner.address, friend.address, tokenId)));
  }
  return middle(samples);
}

/** A CIDv1 without its scheme: 59 characters. */
function cidOf(content: string): string {
  return manifestUri(id(content)).slice(SCHEME.length);
}
