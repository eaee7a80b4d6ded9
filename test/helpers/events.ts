import type { BaseContract, ContractTransactionResponse } from "ethers";

/** One event: its name and its arguments in order. */
export type SeenEvent = [name: string, ...args: unknown[]];

/** The events of a transaction that one contract emitted, in order: for standards that name unlike events alike. */
export async function eventsAt(
  transaction: ContractTransactionResponse | Promise<ContractTransactionResponse>,
  contract: BaseContract,
): Promise<SeenEvent[]> {
  const receipt = await (await transaction).wait();
  if (receipt === null) throw new Error("The transaction was not mined.");
  const address = await contract.getAddress();
  return receipt.logs.flatMap((log): SeenEvent[] => {
    const seen = log.address === address ? contract.interface.parseLog(log) : null;
    return seen === null ? [] : [[seen.name, ...(seen.args.toArray(true) as unknown[])]];
  });
}

/**
 * Every event of a transaction, in order, as the given contracts' ABIs read them. A test that compares the whole list
 * also proves that nothing else was emitted. An event of no given contract is shown by its topics.
 */
export async function eventsOf(
  transaction: ContractTransactionResponse | Promise<ContractTransactionResponse>,
  ...contracts: BaseContract[]
): Promise<SeenEvent[]> {
  const receipt = await (await transaction).wait();
  if (receipt === null) throw new Error("The transaction was not mined.");
  return receipt.logs.map((log): SeenEvent => {
    for (const contract of contracts) {
      const seen = contract.interface.parseLog(log);
      if (seen !== null) return [seen.name, ...(seen.args.toArray(true) as unknown[])];
    }
    return ["unknown event", log.address, ...log.topics];
  });
}
