import { Contract, Provider } from "ethers";
import { DeployContext } from "./context";
import { oracleInterface } from "./oracle";

/** The contract that keeps orders, which the oracle made in its constructor. */
export const DESK = "RequestDesk";

/** Where an oracle's desk is. */
export async function deskOf(oracle: string, provider: Provider): Promise<string> {
  return String(await new Contract(oracle, oracleInterface(), provider).getFunction("desk")());
}

/** Writes where the oracle's desk is into the record, when that is not there. No transaction is needed for it. */
export async function recordDesk({ ledger, provider }: DeployContext): Promise<void> {
  const oracle = ledger.addressOf("InferenceOracle");
  if (oracle === undefined || ledger.record.made?.[DESK] !== undefined) return;
  ledger.update({ made: { ...ledger.record.made, [DESK]: await deskOf(oracle, provider) } });
}
