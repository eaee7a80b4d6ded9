import type { ContractTransactionResponse } from "ethers";
import { mined } from "../../scripts/lib/mined";

/** The gas of a transaction, once it is mined. */
export async function gasOf(sent: Promise<ContractTransactionResponse>): Promise<bigint> {
  return (await mined(sent)).gasUsed;
}
