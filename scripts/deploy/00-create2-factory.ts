import { keccak256 } from "ethers";
import {
  CREATE2_FACTORY,
  FACTORY_COST,
  FACTORY_SIGNER,
  FACTORY_TRANSACTION,
  isFactoryThere,
} from "../lib/create2-factory";
import { deepReceipt } from "../lib/transactions";
import { DeployContext } from "./context";
import { FactoryMissingError, FactoryRefusedError } from "./errors";
import { DeployStep, sendOptions, sendStep, StepOutlook } from "./step";

const ID = "00-create2-factory";
const TRANSFER_GAS = 21_000n;
const FUND = `give ${FACTORY_SIGNER} what the published transaction costs`;

/**
 * Makes sure of the factory that creates all contracts. Nearly every chain has it. Where it is missing, its published
 * transaction puts it there: on local chains without asking, on public ones only when told to, for that costs ether.
 */
export const create2FactoryStep: DeployStep = {
  id: ID,
  inspect: async ({ provider, network, placeFactory }): Promise<StepOutlook> => {
    const address = CREATE2_FACTORY;
    if (await isFactoryThere(provider))
      return { kind: "done", summary: `the CREATE2 factory is at ${address}`, address };
    if (network.kind === "public" && !placeFactory) throw new FactoryMissingError(network.name);
    if ((await provider.getTransactionCount(FACTORY_SIGNER)) > 0) {
      throw new FactoryRefusedError("its one transaction was spent there and made nothing");
    }
    const value = await missingFunds({ provider });
    const summary = `put the CREATE2 factory at ${address} by its published transaction`;
    return { kind: "send", summary, address, gas: TRANSFER_GAS, value };
  },
  execute: async (context, resumeOnly) => {
    const value = await missingFunds(context);
    const call = { to: FACTORY_SIGNER, data: "0x", value };
    await sendStep(ID, FUND, call, context, resumeOnly || value === 0n);
    if (!resumeOnly) await broadcast(context);
    context.ledger.setPending(undefined);
  },
};

async function missingFunds({ provider }: Pick<DeployContext, "provider">): Promise<bigint> {
  const balance = await provider.getBalance(FACTORY_SIGNER);
  return balance < FACTORY_COST ? FACTORY_COST - balance : 0n;
}

/** Whoever broadcast it, and when: the transaction is the same. */
async function broadcast({ provider, network }: DeployContext): Promise<void> {
  const hash = keccak256(FACTORY_TRANSACTION);
  try {
    await provider.broadcastTransaction(FACTORY_TRANSACTION);
  } catch (cause) {
    if ((await provider.getTransaction(hash)) === null && !(await isFactoryThere(provider))) {
      throw new FactoryRefusedError("the node refused its published transaction", { cause });
    }
  }
  await deepReceipt(provider, { hash, nonce: 0 }, sendOptions(network));
  if (!(await isFactoryThere(provider))) throw new FactoryRefusedError("its published transaction made nothing");
}
