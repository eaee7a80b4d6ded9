import type { ContractTransactionResponse } from "ethers";
import type { IAINFT1155 } from "../../typechain-types";
import { IAINFT1155__factory, IAINFT1155Votes__factory } from "../../typechain-types";
import { eventsOf, type SeenEvent } from "./events";
import { programAsERC1155, programAsERC1155Votes, type ProgramWorld } from "./programs";

/** A program in an ERC-1155 collection, with everything that standard has beside it. No edition is minted. */
export interface Editions extends ProgramWorld {
  /** The collection, connected to its controller. */
  collection: IAINFT1155;
  /** The same, connected to the curator of the token: `owner`. */
  byCurator: IAINFT1155;
  /** Every event of a transaction but those of votes, which only collectives emit. */
  told(act: Promise<ContractTransactionResponse>): Promise<SeenEvent[]>;
}

/** The program as an id of a plain collection. */
async function plainEditions(): Promise<Editions> {
  return withEditions(await programAsERC1155());
}

/** The program as an id of a collective. */
async function editionsThatVote(): Promise<Editions> {
  return withEditions(await programAsERC1155Votes());
}

/** Both kinds of ERC-1155 collection, by the name of their contract. */
export const editionKinds = [
  ["AINFT1155", plainEditions],
  ["AINFT1155Votes", editionsThatVote],
] as const;

function withEditions(world: ProgramWorld): Editions {
  const collection = IAINFT1155__factory.connect(world.address, world.creator);
  return {
    ...world,
    collection,
    byCurator: collection.connect(world.owner),
    told: async (act) => {
      const events = await eventsOf(act, IAINFT1155Votes__factory.connect(world.address, world.creator));
      return events.filter(([event]) => event !== "DelegateVotesChanged");
    },
  };
}

/** How many editions of an id there are, were and can be. */
export async function editionsOf(
  collection: IAINFT1155,
  id: bigint,
): Promise<{ minted: bigint; supply: bigint; limit: bigint }> {
  const { minted, limit } = await collection.editionsOf(id);
  return { minted, limit, supply: await collection.totalSupply(id) };
}
