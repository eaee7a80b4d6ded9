import type { ContractTransactionResponse } from "ethers";
import { now, type Person } from "./chain";
import { type ConfiguredOracle, INPUT, oracleWithConfig } from "./fixtures";
import {
  programAsBoundERC1155,
  programAsBoundERC721,
  programAsERC1155,
  programAsERC1155Votes,
  programAsERC721,
  programAsERC721Votes,
  type ProgramWorld,
} from "./programs";
import { Agreement, Delivery } from "./typed-data";

const TWO_DAYS = 172_800n;

/** A program of any kind, whose collection obeys a real oracle with a config of 3 of 5. */
export type LiveProgram = ProgramWorld & ConfiguredOracle;

async function underOracle(world: ProgramWorld): Promise<LiveProgram> {
  const configured = await oracleWithConfig(3, 5)();
  await world.link.setOracle(await configured.oracle.getAddress());
  return { ...configured, ...world };
}

/** Every kind of ERC-721 collection, by its contract. */
export const live721 = {
  AINFT721: async function liveERC721(): Promise<LiveProgram> {
    return underOracle(await programAsERC721());
  },
  AINFT721Votes: async function liveERC721Votes(): Promise<LiveProgram> {
    return underOracle(await programAsERC721Votes());
  },
};

/** Every kind of ERC-1155 collection, by its contract. */
export const live1155 = {
  AINFT1155: async function liveERC1155(): Promise<LiveProgram> {
    return underOracle(await programAsERC1155());
  },
  AINFT1155Votes: async function liveERC1155Votes(): Promise<LiveProgram> {
    return underOracle(await programAsERC1155Votes());
  },
};

/** Programs bound to somebody else's tokens, by the standard of the original. */
export const liveBound = {
  "AINFTBinder over ERC-721": async function liveBoundERC721(): Promise<LiveProgram> {
    return underOracle(await programAsBoundERC721());
  },
  "AINFTBinder over ERC-1155": async function liveBoundERC1155(): Promise<LiveProgram> {
    return underOracle(await programAsBoundERC1155());
  },
};

export const liveKinds: Readonly<Record<string, () => Promise<LiveProgram>>> = {
  ...live721,
  ...live1155,
  ...liveBound,
};

/** Somebody asks the program, to be answered within two days. */
export async function askAs(
  { oracle, address, tokenId }: LiveProgram,
  person: Person,
  token = tokenId,
): Promise<ContractTransactionResponse> {
  const deadline = (await now()) + TWO_DAYS;
  return oracle.connect(person).request(address, token, INPUT, {
    maxOutputBytes: 1_024n,
    delivery: Delivery.DIGEST,
    agreement: Agreement.EXACT,
    deadline,
  });
}
