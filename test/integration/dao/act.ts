import type { Address, Hex, ProposedCall } from "ainft-core";
import { type BaseContract } from "ethers";
import { type Dao, type World } from "./world";

/** Something that a vote can do. */
export interface Act {
  title: string;
  /** Whose vote it is. */
  dao(world: World): Dao;
  /** Makes what the vote is about, and answers the calls to vote on. */
  prepare(world: World): Promise<ProposedCall[]>;
  /** Checks that nothing of it has happened. */
  before(world: World): Promise<void>;
  /** Checks that all of it has happened. */
  after(world: World): Promise<void>;
}

/** A call by name of a contract that the ABI of a type knows. */
export function callOf(contract: BaseContract, name: string, args: readonly unknown[]): ProposedCall {
  return {
    target: contract.target as Address, // connected by its address
    value: 0n,
    data: contract.interface.encodeFunctionData(name, args) as Hex, // encoders answer hexadecimal
  };
}
