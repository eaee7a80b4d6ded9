import { artifacts, config } from "hardhat";
import { createProvider } from "hardhat/internal/core/providers/construction";
import { BrowserProvider, toBeHex } from "ethers";
import type { InferenceOracle } from "../../typechain-types";
import { now, provider } from "./chain";

/** Where the oracle keeps its owner, and its counts with its live configs. */
const OWNER_SLOT = 0n;
const STATUS_SLOT = 2n;

/** A second chain in this process, with the same accounts and another chain id. */
async function secondChain(chainId: number): Promise<BrowserProvider> {
  const { hardhat } = config.networks;
  const forked = { ...config, networks: { ...config.networks, hardhat: { ...hardhat, chainId } } };
  return new BrowserProvider(await createProvider(forked, "hardhat", artifacts));
}

/**
 * The oracle as it stands after a fork of the chain: same address, same code (and with it the same values cached at
 * its construction), same owner, requests and configs, but another chain id. The connection is the owner's.
 */
export async function oracleOnFork(
  oracle: InferenceOracle,
  chainId: number,
): Promise<{ forked: InferenceOracle; chain: BrowserProvider }> {
  const chain = await secondChain(chainId);
  const address = await oracle.getAddress();
  const copy = async (slot: bigint): Promise<void> => {
    await chain.send("hardhat_setStorageAt", [address, toQuantity(slot), await provider.getStorage(address, slot)]);
  };
  await chain.send("hardhat_setCode", [address, await provider.getCode(address)]);
  await copy(OWNER_SLOT);
  const forked = oracle.connect(await chain.getSigner(await oracle.owner()));
  // The configs are contracts of their own: store them again by the same calls, then take over the counts.
  const newest = await oracle.currentConfig();
  for (let version = 1n; version <= newest; version++) {
    const { reporters, threshold } = await oracle.configOf(version);
    await (await forked.setConfig([...reporters], threshold, 0)).wait();
  }
  await copy(STATUS_SLOT);
  await catchUp(chain);
  return { forked, chain };
}

/** A fork shares the past: its clock must not lag behind that of a chain on which tests have let days pass. */
async function catchUp(chain: BrowserProvider): Promise<void> {
  const here = await now();
  const there = BigInt((await chain.getBlock("latest"))?.timestamp ?? 0);
  if (there >= here) return;
  await chain.send("evm_setNextBlockTimestamp", [toQuantity(here)]);
  await chain.send("evm_mine", []);
}

function toQuantity(value: bigint): string {
  return value === 0n ? "0x0" : toBeHex(value).replace(/^0x0/u, "0x");
}
