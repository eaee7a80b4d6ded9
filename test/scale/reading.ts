import { ainft721VotesAbi } from "ainft-contracts";
import { createPublicClient, type Address, http, type PublicClient } from "viem";
import { manifestOf } from "./opening";

/** Calls that are under way at the same time. */
export const CONCURRENCY = 32;
/** Blocks of one question for events. */
const BLOCKS_OF_A_RANGE = 500n;

/** How long reading took at one size, in milliseconds a token. */
export interface ReadingAtSize {
  size: number;
  /** `programOf` and `ownerOf` of every token. */
  programs: number;
  /** Every version and every transfer there ever was, from events. */
  history: number;
}

/** What a reader learns about a token. */
interface ReadToken {
  manifest: string;
  owner: string;
}

/**
 * Reads a whole collective as an application does: with the ABIs of the bindings, and nothing of this repository's
 * tests. Throws when the views and the events tell different stories.
 */
export async function readCollective(url: string, address: string, size: number): Promise<ReadingAtSize> {
  const client = createPublicClient({ transport: http(url) });
  const collection = address as Address;

  const start = performance.now();
  const tokens = await readTokens(client, collection, size);
  const afterTokens = performance.now();
  const history = await readHistory(client, collection);
  const end = performance.now();

  tokens.forEach((token, index) => {
    const tokenId = index + 1;
    const told = history.get(tokenId);
    if (token.manifest !== manifestOf(tokenId) || told?.manifest !== token.manifest || told.owner !== token.owner) {
      throw new Error(`Token ${tokenId} is not what its history says.`);
    }
  });
  if (history.size !== size) throw new Error(`The history tells of ${history.size} tokens, not ${size}.`);
  return { size, programs: (afterTokens - start) / size, history: (end - afterTokens) / size };
}

async function readTokens(client: PublicClient, address: Address, size: number): Promise<ReadToken[]> {
  const tokens: ReadToken[] = [];
  let next = 1;
  const work = async (): Promise<void> => {
    while (next <= size) {
      const tokenId = next++;
      const args = [BigInt(tokenId)] as const;
      const [program, owner] = await Promise.all([
        client.readContract({ address, abi: ainft721VotesAbi, functionName: "programOf", args }),
        client.readContract({ address, abi: ainft721VotesAbi, functionName: "ownerOf", args }),
      ]);
      tokens[tokenId - 1] = { manifest: program.activeManifest, owner };
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY / 2 }, work)); // each works on two calls at once
  return tokens;
}

async function readHistory(client: PublicClient, address: Address): Promise<Map<number, ReadToken>> {
  const history = new Map<number, ReadToken>();
  const tokenOf = (tokenId: bigint): ReadToken => {
    const known = history.get(Number(tokenId)) ?? { manifest: "", owner: "" };
    history.set(Number(tokenId), known);
    return known;
  };
  const newest = await client.getBlockNumber({ cacheTime: 0 });
  for (let fromBlock = 0n; fromBlock <= newest; fromBlock += BLOCKS_OF_A_RANGE) {
    const last = fromBlock + BLOCKS_OF_A_RANGE - 1n;
    const range = {
      address,
      abi: ainft721VotesAbi,
      strict: true,
      fromBlock,
      toBlock: last < newest ? last : newest,
    } as const;
    for (const { args } of await client.getContractEvents({ ...range, eventName: "Transfer" })) {
      tokenOf(args.tokenId).owner = args.to;
    }
    for (const { args } of await client.getContractEvents({ ...range, eventName: "VersionPublished" })) {
      tokenOf(args.tokenId).manifest = args.manifestDigest;
    }
  }
  return history;
}
