// What an integrator writes with viem: names, arguments and results are checked against the ABI.
import { cidFromDigest } from "ainft-core";
import { ainft721Abi, ainftFactoryAbi, interfaceIds } from "ainft-contracts";
import { createPublicClient, http } from "viem";
import { required, requiredAddress } from "./environment.js";

async function main(): Promise<void> {
  const client = createPublicClient({ transport: http(required("RPC_URL")) });
  const factory = { address: requiredAddress("FACTORY"), abi: ainftFactoryAbi } as const;
  const implementation: `0x${string}` = await client.readContract({
    ...factory,
    functionName: "implementation",
    args: [0],
  });
  const isAinft: boolean = await client.readContract({
    address: implementation,
    abi: ainft721Abi,
    functionName: "supportsInterface",
    args: [interfaceIds.IAINFT],
  });
  console.log(JSON.stringify({ implementation, isAinft, cid: cidFromDigest(`0x${"00".repeat(32)}`) }));
}

void main();
