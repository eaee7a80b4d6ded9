import { type Contract, type HDNodeWallet, type Interface, isError } from "ethers";
import { developmentAccount } from "../../../scripts/lib/accounts";
import { type Anvil, startAnvil } from "../../deployment/helpers/anvil";

/** A node of its own, with what tests need of it. */
export class Chain {
  private constructor(private readonly anvil: Anvil) {}

  static async start(): Promise<Chain> {
    return new Chain(await startAnvil());
  }

  get provider(): Anvil["provider"] {
    return this.anvil.provider;
  }

  get network(): Anvil["network"] {
    return this.anvil.network;
  }

  /** A development account that signs for itself. */
  account(index: number): HDNodeWallet {
    return developmentAccount(index).connect(this.provider);
  }

  /** Mines one block so many seconds later. */
  async pass(seconds: bigint): Promise<void> {
    await this.provider.send("evm_increaseTime", [Number(seconds)]);
    await this.provider.send("evm_mine", []);
  }

  /** Unix seconds of the newest block. */
  async now(): Promise<bigint> {
    const block = await this.provider.getBlock("latest");
    if (block === null) throw new Error("The node has no block.");
    return BigInt(block.timestamp);
  }

  async snapshot(): Promise<string> {
    return String(await this.provider.send("evm_snapshot", []));
  }

  async restore(snapshot: string): Promise<void> {
    await this.provider.send("evm_revert", [snapshot]);
  }

  async stop(): Promise<void> {
    await this.anvil.stop();
  }
}

/** The custom error that a call is refused with: its name and its arguments. */
export async function refusalOf(attempt: Promise<unknown>, ...abis: readonly Interface[]): Promise<unknown[]> {
  const failure = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!isError(failure, "CALL_EXCEPTION") || failure.data === null) {
    throw new Error("The call was not refused by a contract.", { cause: failure });
  }
  for (const abi of abis) {
    const error = abi.parseError(failure.data);
    if (error !== null) return [error.name, ...(error.args.toArray() as unknown[])];
  }
  return ["unknown error", failure.data];
}

/** Calls a view by name. */
export async function read(contract: Contract, name: string, ...args: unknown[]): Promise<unknown> {
  return contract.getFunction(name).staticCall(...args);
}
