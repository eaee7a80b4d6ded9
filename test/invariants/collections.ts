import type { IAINFT721Votes, IAINFT1155Votes } from "../../typechain-types";
import { IAINFT721Votes__factory, IAINFT1155Votes__factory } from "../../typechain-types";
import { CollectionKind, collectionConfig, type Factory, openCollectionOf } from "../helpers/contracts";
import type { People } from "../helpers/people";
import { digestOf } from "../helpers/typed-data";
import { KINDS, nameOf } from "./kinds";

/** One address seen through the widest interface of each standard; how much of which it answers, its kind says. */
export interface RealCollection {
  kind: CollectionKind;
  address: string;
  /** The name of the kind, for the tally. */
  name: string;
  /** Also for what both standards share, and for votes. */
  as721: IAINFT721Votes;
  as1155: IAINFT1155Votes;
}

/** Every kind, opened in both ways: what a life draws its collections from. */
export interface OpenCollections {
  clones: readonly RealCollection[];
  proxies: readonly RealCollection[];
}

export async function openEveryKind({ factory }: Factory, people: People, oracle: string): Promise<OpenCollections> {
  const clones: RealCollection[] = [];
  const proxies: RealCollection[] = [];
  const config = collectionConfig(people, oracle);
  const salt = digestOf("collection of many lives");
  const asCreator = factory.connect(people.creator);
  for (const kind of KINDS) {
    clones.push(realCollection(kind, await openCollectionOf(kind, factory, people, oracle, salt), people));
    await asCreator.createUpgradeableCollection(kind, salt, config);
    const proxy = await factory.predictUpgradeableCollection(kind, people.creator.address, salt, config);
    proxies.push(realCollection(kind, proxy, people));
  }
  return { clones, proxies };
}

function realCollection(kind: CollectionKind, address: string, { creator }: People): RealCollection {
  return {
    kind,
    address,
    name: nameOf(kind),
    as721: IAINFT721Votes__factory.connect(address, creator),
    as1155: IAINFT1155Votes__factory.connect(address, creator),
  };
}
