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
