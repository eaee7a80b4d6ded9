import { concat } from "ethers";
import { deployContract, type Person } from "./chain";
import { digestOf } from "./typed-data";
import type { AINFT721, AINFTFactory, InferenceOracle } from "../../typechain-types";
import { AINFT721__factory } from "../../typechain-types";

/** How a collection is opened in the tests. */
export const COLLECTION_NAME = "Programs of the test";
export const COLLECTION_SYMBOL = "PROG";

export async function deployOracle(dao: Person): Promise<InferenceOracle> {
  return deployContract("InferenceOracle", [dao.address]);
}

export async function deployFactory(): Promise<{ implementation: AINFT721; factory: AINFTFactory }> {
  const implementation = await deployContract("AINFT721");
  const factory = await deployContract("AINFTFactory", [await implementation.getAddress()]);
  return { implementation, factory };
}

/** Opens a collection for a creator; the connection is theirs. */
export async function openCollection(
  factory: AINFTFactory,
  creator: Person,
  oracle: string,
  salt = digestOf("first collection"),
): Promise<AINFT721> {
  const config = { name: COLLECTION_NAME, symbol: COLLECTION_SYMBOL, controller: creator.address, oracle };
  await factory.connect(creator).createCollection(salt, config);
  return AINFT721__factory.connect(await factory.predictCollection(creator.address, salt), creator);
}

/** A minimal clone (EIP-1167) of a contract, made without the factory and not initialised. */
export async function rawCloneOf(implementation: string, maker: Person): Promise<string> {
  const initCode = concat([
    "0x3d602d80600a3d3981f3363d3d373d3d3d363d73",
    implementation,
    "0x5af43d82803e903d91602b57fd5bf3",
  ]);
  const receipt = await (await maker.sendTransaction({ data: initCode })).wait();
  if (receipt?.contractAddress == null) throw new Error("The clone was not made.");
  return receipt.contractAddress;
}
