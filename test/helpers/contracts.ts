import { concat } from "ethers";
import { CollectionKind } from "../../scripts/lib/collection-kinds";
import { deployContract, type Person } from "./chain";
import { digestOf } from "./typed-data";
import type {
  AINFT1155,
  AINFT1155Votes,
  AINFT721,
  AINFT721Votes,
  AINFTFactory,
  ContributorSplits,
  IAINFT721,
  InferenceOracle,
} from "../../typechain-types";
import { IAINFT721__factory } from "../../typechain-types";

export { CollectionKind };

/** How a collection is opened in the tests. */
export const COLLECTION_NAME = "Programs of the test";
export const COLLECTION_SYMBOL = "PROG";

export async function deployOracle(dao: Person): Promise<InferenceOracle> {
  return deployContract("InferenceOracle", [dao.address]);
}

/** The factory with what its collections run. */
export interface Factory {
  factory: AINFTFactory;
  /** The code of plain ERC-721 collections, the default of most tests. */
  implementation: AINFT721;
  /** Where the splits of royalties are opened. */
  splits: ContributorSplits;
  implementations: { erc721: AINFT721; erc721Votes: AINFT721Votes; erc1155: AINFT1155; erc1155Votes: AINFT1155Votes };
}

export async function deployFactory(beaconOwner: Person): Promise<Factory> {
  const splits = await deployContract("ContributorSplits");
  const extensionArgs = [await splits.getAddress()];
  const extension721 = await (await deployContract("AINFT721Extension", extensionArgs)).getAddress();
  const extension1155 = await (await deployContract("AINFT1155Extension", extensionArgs)).getAddress();
  const implementations = {
    erc721: await deployContract("AINFT721", [extension721]),
    erc721Votes: await deployContract("AINFT721Votes", [extension721]),
    erc1155: await deployContract("AINFT1155", [extension1155]),
    erc1155Votes: await deployContract("AINFT1155Votes", [extension1155]),
  };
  const addresses = await Promise.all(Object.values(implementations).map((contract) => contract.getAddress()));
  const factory = await deployContract("AINFTFactory", [...addresses, beaconOwner.address]);
  return { factory, implementation: implementations.erc721, implementations, splits };
}

/** A configuration by which a creator opens a collection. */
export interface CollectionSettings {
  name: string;
  symbol: string;
  controller: string;
  oracle: string;
  arbiter: string;
}

/** The configuration of the tests. The account `arbiter` may lock its tokens. */
export function collectionConfig(
  people: { creator: { address: string }; arbiter: { address: string } },
  oracle: string,
): CollectionSettings {
  return {
    name: COLLECTION_NAME,
    symbol: COLLECTION_SYMBOL,
    controller: people.creator.address,
    oracle,
    arbiter: people.arbiter.address,
  };
}

/** Opens an immutable collection of a kind for a creator; answers its address. */
export async function openCollectionOf(
  kind: CollectionKind,
  factory: AINFTFactory,
  people: { creator: Person; arbiter: Person },
  oracle: string,
  salt = digestOf("first collection"),
): Promise<string> {
  const { creator } = people;
  await factory.connect(creator).createCollection(kind, salt, collectionConfig(people, oracle));
  return factory.predictCollection(kind, creator.address, salt);
}

/** Opens an ERC-721 collection for a creator; the connection is theirs. */
export async function openCollection(
  factory: AINFTFactory,
  people: { creator: Person; arbiter: Person },
  oracle: string,
  salt = digestOf("first collection"),
): Promise<IAINFT721> {
  const address = await openCollectionOf(CollectionKind.ERC721, factory, people, oracle, salt);
  return IAINFT721__factory.connect(address, people.creator);
}

/** A minimal clone (EIP-1167) of a contract, made without the factory and not initialised. */
export async function rawCloneOf(implementation: string, maker: Person): Promise<string> {
  const initCode = concat([
    "0x3d602d80600a3d3981f3363d3d373d3d3d363d73",
    implementation,
    "0x5af43d82803e903d91602b57fd5bf3",
  ]);
  const receipt = await (await maker.sendTransaction({ data: initCode })).wait();
  if (receipt?.contractAddress == null) throw new Error("The clone was not made.");
  return receipt.contractAddress;
}
