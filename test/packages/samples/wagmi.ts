// What an integrator writes with wagmi (its core, without React).
import { cidFromDigest } from "ainft-core";
import { ainft721Abi, ainftFactoryAbi, interfaceIds } from "ainft-contracts";
import { createConfig, http, readContract } from "@wagmi/core";
import { hardhat } from "viem/chains";
import { required, requiredAddress } from "./environment.js";

async function main(): Promise<void> {
  const config = createConfig({
    chains: [hardhat],
    transports: { [hardhat.id]: http(required("RPC_URL")) },
    storage: null,
  });
  const implementation: `0x${string}` = await readContract(config, {
    address: requiredAddress("FACTORY"),
    abi: ainftFactoryAbi,
    functionName: "implementation",
    args: [0],
  });
  const isAinft: boolean = await readContract(config, {
    address: implementation,
    abi: ainft721Abi,
    functionName: "supportsInterface",
    args: [interfaceIds.IAINFT],
  });
  console.log(JSON.stringify({ implementation, isAinft, cid: cidFromDigest(`0x${"00".repeat(32)}`) }));
}

void main();
