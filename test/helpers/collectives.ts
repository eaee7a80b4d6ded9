import type { ContractTransactionResponse } from "ethers";
import type { AINFT721Votes } from "../../typechain-types";
import { AINFT721Votes__factory, IAINFT1155__factory, IAINFT721__factory } from "../../typechain-types";
import { loadFixture, type Person } from "./chain";
import { programAsERC1155Votes, programAsERC721Votes, type ProgramWorld } from "./programs";
import { digestOf } from "./typed-data";

/** Plenty for any act of a test: what waits for its block together with others cannot be measured before. */
const GAS = { gasLimit: 5_000_000 };

/** More editions than any test mints. */
const PLENTY = 1_000_000n;

/** A collective of either standard without any holder, seen as that which moves votes. */
export interface Collective extends ProgramWorld {
  /** The voting half, which both standards answer alike. */
  votes: AINFT721Votes;
  /** Gives new units to somebody. */
  give(to: Person, units: number): Promise<ContractTransactionResponse>;
  /** Moves units from their holder to somebody. */
  move(from: Person, to: Person, units: number): Promise<ContractTransactionResponse>;
  /** Burns units of their holder. */
  burn(from: Person, units: number): Promise<ContractTransactionResponse>;
}

/** Both kinds of collective, by the name of their contract, each with what opens one from its snapshot. */
export const collectiveKinds = [
  ["AINFT721Votes", async () => tokensThatVote(await loadFixture(withoutTokens))],
  ["AINFT1155Votes", async () => editionsThatVote(await loadFixture(withoutEditions))],
] as const;

async function withoutTokens(): Promise<ProgramWorld> {
  const world = await programAsERC721Votes();
  await IAINFT721__factory.connect(world.address, world.owner).burn(world.tokenId);
  return world;
}

async function withoutEditions(): Promise<ProgramWorld> {
  const world = await programAsERC1155Votes(PLENTY);
  const collection = IAINFT1155__factory.connect(world.address, world.creator);
  await collection.createProgram(world.owner.address, digestOf("manifest of another program"), PLENTY);
  return world;
}

/** A unit is a token, so what moves several units is as many transactions. */
function tokensThatVote(world: ProgramWorld): Collective {
  const { address, creator } = world;
  const collection = IAINFT721__factory.connect(address, creator);
  const held = new Map<string, bigint[]>();
  let newest = world.tokenId;

  const idsOf = (holder: Person): bigint[] => held.get(holder.address) ?? [];
  const put = (holder: Person, id: bigint): void => void held.set(holder.address, [...idsOf(holder), id]);
  const take = (holder: Person): bigint => {
    const [first, ...rest] = idsOf(holder);
    if (first === undefined) throw new Error(`${holder.address} holds nothing.`);
    held.set(holder.address, rest);
    return first;
  };

  return {
    ...world,
    votes: AINFT721Votes__factory.connect(address, creator),
    give: async (to, units) => {
      for (let unit = 0; unit < units; unit++) put(to, ++newest);
      const manifests = Array.from({ length: units }, () => digestOf("manifest of a voter"));
      return collection.mintBatch(new Array<string>(units).fill(to.address), manifests, GAS);
    },
    move: async (from, to, units) =>
      repeat(units, async () => {
        const id = take(from);
        put(to, id);
        return collection.connect(from).transferFrom(from.address, to.address, id, GAS);
      }),
    burn: async (from, units) => repeat(units, async () => collection.connect(from).burn(take(from), GAS)),
  };
}

/** A unit is an edition of the first of two ids, which alone votes. */
function editionsThatVote(world: ProgramWorld): Collective {
  const { address, creator, owner, tokenId: id } = world;
  const collection = IAINFT1155__factory.connect(address, creator);
  return {
    ...world,
    votes: AINFT721Votes__factory.connect(address, creator),
    give: async (to, units) => collection.connect(owner).mint(to.address, id, units, GAS),
    move: async (from, to, units) =>
      collection.connect(from).safeTransferFrom(from.address, to.address, id, units, "0x", GAS),
    burn: async (from, units) => collection.connect(from).burn(from.address, id, units, GAS),
  };
}

/** Acts so many times; answers the last transaction. */
async function repeat(
  times: number,
  act: () => Promise<ContractTransactionResponse>,
): Promise<ContractTransactionResponse> {
  let sent = await act();
  for (let more = 1; more < times; more++) sent = await act();
  return sent;
}
