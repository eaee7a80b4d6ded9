import { type ContractTransactionResponse, id, type JsonRpcSigner, ZeroAddress } from "ethers";
import type { GovernorMock, IAINFT721Votes } from "../../typechain-types";
import {
  AINFTFactory__factory,
  GovernorMock__factory,
  IAINFT1155Votes__factory,
  IAINFT721Votes__factory,
} from "../../typechain-types";
import { deploySuite } from "../../scripts/deploy";
import { CollectionKind } from "../../scripts/lib/collection-kinds";
import { memoryRecordStore } from "../../scripts/lib/records";
import { mined } from "../../scripts/lib/mined";

/** A collective as that which gives units that vote; a unit is a token, or an edition of its only id. */
export interface Units {
  name: string;
  address: string;
  governor: GovernorMock;
  /** The voting half, which both standards answer alike. */
  votes: IAINFT721Votes;
  /** Gives a unit to each; the first of them is the one of this number, counted from 1. */
  giveEach(to: string[], first: number): Promise<ContractTransactionResponse>;
  /** Gives the unit of this number. */
  give(to: string, unit: number): Promise<ContractTransactionResponse>;
  /** Moves the unit of this number between holders. */
  move(from: JsonRpcSigner, to: string, unit: number): Promise<ContractTransactionResponse>;
}

/** How a kind of collective is opened on a chain without contracts. */
export type OpenUnits = (creator: JsonRpcSigner) => Promise<Units>;

/** The first manifest of a token. */
export function manifestOf(tokenId: number): string {
  return id(`manifest of token ${tokenId}`);
}

/** A collective whose units are tokens, each a program. */
export async function openTokens(creator: JsonRpcSigner): Promise<Units> {
  const { address, governor } = await open(creator, CollectionKind.ERC721_VOTES);
  const collection = IAINFT721Votes__factory.connect(address, creator);
  return {
    name: "AINFT721Votes",
    address,
    governor,
    votes: collection,
    giveEach: (to, first) =>
      collection.mintBatch(
        to,
        to.map((_, place) => manifestOf(first + place)),
      ),
    give: (to, unit) => collection.mint(to, manifestOf(unit)),
    move: (from, to, unit) => collection.connect(from).transferFrom(from.address, to, unit),
  };
}

/** A collective whose units are editions of one program. */
export async function openEditions(creator: JsonRpcSigner): Promise<Units> {
  const { address, governor } = await open(creator, CollectionKind.ERC1155_VOTES);
  const collection = IAINFT1155Votes__factory.connect(address, creator);
  const PROGRAM = 1n;
  await mined(collection.createProgram(creator.address, manifestOf(1), 2n ** 80n - 1n));
  return {
    name: "AINFT1155Votes",
    address,
    governor,
    votes: IAINFT721Votes__factory.connect(address, creator),
    giveEach: (to) =>
      collection.mintBatch(
        PROGRAM,
        to,
        to.map(() => 1n),
      ),
    give: (to) => collection.mint(to, PROGRAM, 1n),
    move: (from, to) => collection.connect(from).safeTransferFrom(from.address, to, PROGRAM, 1n, "0x"),
  };
}

async function open(
  creator: JsonRpcSigner,
  kind: CollectionKind,
): Promise<{ address: string; governor: GovernorMock }> {
  const suite = await deploySuite({
    signer: creator,
    network: "anvil",
    reporters: [creator.address],
    threshold: 1,
    owner: creator.address,
    records: memoryRecordStore(),
  });
  const factory = AINFTFactory__factory.connect(suite.factory, creator);
  const salt = id("a collective of many");
  const config = {
    name: "Soul Links",
    symbol: "SOUL",
    controller: creator.address,
    oracle: ZeroAddress,
    arbiter: ZeroAddress,
  };
  await mined(factory.createCollection(kind, salt, config));
  const address = await factory.predictCollection(kind, creator.address, salt);
  const governor = await new GovernorMock__factory(creator).deploy(address);
  await governor.waitForDeployment();
  return { address, governor };
}
