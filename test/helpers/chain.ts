import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/signers";
import {
  impersonateAccount,
  loadFixture,
  mine,
  setBalance,
  setCode,
  setStorageAt,
  time,
} from "@nomicfoundation/hardhat-network-helpers";
import { ethers } from "hardhat";

/** The test-suite's only door to the chain and to Hardhat: everything else imports from here. */
export { loadFixture, setBalance, setCode, setStorageAt };

/** An account of the test chain that can sign transactions. */
export type Person = HardhatEthersSigner;

export const { deployContract, getContractAt, getSigners, provider } = ethers;

/** A contract, as if it had a key: it can call, and has ether to send. */
export async function impersonated(address: string): Promise<Person> {
  await impersonateAccount(address);
  await setBalance(address, 10n ** 18n);
  return ethers.getSigner(address);
}

/** Unix seconds of the newest block. */
export async function now(): Promise<bigint> {
  return BigInt(await time.latest());
}

/** The next transaction stands in a block of this time (Unix seconds). */
export async function nextBlockAt(timestamp: bigint): Promise<void> {
  await time.setNextBlockTimestamp(timestamp);
}

/** Mines a block without transactions. */
export async function mineBlock(): Promise<void> {
  await mine();
}

/** Mines so many blocks without transactions. */
export async function mineBlocks(count: bigint | number): Promise<void> {
  await mine(count);
}

/** Number of the newest block. */
export async function blockNumber(): Promise<bigint> {
  return BigInt(await provider.getBlockNumber());
}

/** Mines one block so many seconds after the newest one. */
export async function passTime(seconds: bigint): Promise<void> {
  await time.increase(seconds);
}

export async function chainId(): Promise<bigint> {
  return (await provider.getNetwork()).chainId;
}

/** Runs transactions that all stand in one block of the given time (Unix seconds), in the order they are sent. */
export async function inOneBlock(timestamp: bigint, send: () => Promise<void>): Promise<void> {
  await provider.send("evm_setAutomine", [false]);
  try {
    await send();
    await time.setNextBlockTimestamp(timestamp);
    await mine();
  } finally {
    await provider.send("evm_setAutomine", [true]);
  }
}
