// What an integrator writes with ethers 6, with types and without an ABI in sight.
import { cidFromDigest } from "ainft-core";
import { interfaceIds } from "ainft-contracts";
import { AINFT721__factory, AINFTFactory__factory } from "ainft-contracts/ethers";
import { JsonRpcProvider } from "ethers";
import { required } from "./environment.js";

async function main(): Promise<void> {
  const provider = new JsonRpcProvider(required("RPC_URL"), undefined, { staticNetwork: true });
  const implementation: string = await AINFTFactory__factory.connect(required("FACTORY"), provider).implementation(0);
  const isAinft: boolean = await AINFT721__factory.connect(implementation, provider).supportsInterface(
    interfaceIds.IAINFT,
  );
  provider.destroy();
  console.log(JSON.stringify({ implementation, isAinft, cid: cidFromDigest(`0x${"00".repeat(32)}`) }));
}

void main();
