import { Contract, Provider } from "ethers";
import { DeployContext } from "./context";
import { oracleInterface } from "./oracle";
import { addressOf } from "./predictions";

/** The contract that keeps orders, which the oracle made in its constructor. */
export const DESK = "RequestDesk";

/** Where an oracle's desk is. */
export async function deskOf(oracle: string, provider: Provider): Promise<string> {
  return String(await new Contract(oracle, oracleInterface(), provider).getFunction("desk")());
}

/** Writes where the oracle's desk is into the record, when that is not there. No transaction is needed for it. */
export async function recordDesk(context: DeployContext): Promise<void> {
  const { ledger, provider } = context;
  if (ledger.record.made?.[DESK] !== undefined) return;
  const desk = await deskOf(addressOf(context, "InferenceOracle"), provider);
  ledger.update({ made: { ...ledger.record.made, [DESK]: desk } });
}
