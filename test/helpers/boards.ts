import type { QuestionBoard } from "../../typechain-types";
import { deployContract } from "./chain";
import { type DeskWorld, deskReady, ETH, FEE, type Order, orderOf, QUESTION, setPrice } from "./desk";

/** A board about a program that has a price in ETH. */
export interface BoardWorld extends DeskWorld {
  board: QuestionBoard;
  boardAddress: string;
}

/** The board belongs to `creator`, and asks under the agreement "exact". */
export async function boardReady(): Promise<BoardWorld> {
  const world = await deskReady();
  const { deskAddress, collectionAddress, tokenId, creator } = world;
  const board = await deployContract("QuestionBoard", [deskAddress, collectionAddress, tokenId, 0, creator.address]);
  await setPrice(world, ETH);
  return { ...world, board: board.connect(world.requester), boardAddress: await board.getAddress() };
}

/** A question of the requester, in ETH. */
export async function questionAsked(world: BoardWorld): Promise<Order> {
  return orderOf(world.desk, world.board.ask(QUESTION, { currency: ETH, amount: FEE }, { value: FEE }));
}
