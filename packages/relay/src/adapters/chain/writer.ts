import { type Address, asBytes32, type Bytes32, type Hex } from "ainft-core";
import { toQuantity } from "ethers";
import { z } from "zod";
import { ChainUnavailable } from "../../domain/errors.ts";
import type { Market } from "../../domain/fees.ts";
import type { ChainWriter, MinedReceipt } from "../../ports/chain.ts";
import { readBlock, shaped } from "./decode.ts";
import type { Rpc } from "./rpc.ts";

const quantity = z
  .string()
  .regex(/^0x[0-9a-fA-F]+$/)
  .transform(BigInt);
const receiptShape = z.object({
  transactionHash: z.string(),
  blockNumber: quantity,
  blockHash: z.string(),
  status: quantity,
  gasUsed: quantity.optional(),
  effectiveGasPrice: quantity.optional(),
});

/** Sends transactions over one JSON-RPC node. */
export class RpcChainWriter implements ChainWriter {
  readonly #rpc: Rpc;
  readonly #observe: (receipt: MinedReceipt) => void;

  /** `observe` is told of every receipt, however often it is read. */
  constructor(rpc: Rpc, observe: (receipt: MinedReceipt) => void = () => undefined) {
    this.#rpc = rpc;
    this.#observe = observe;
  }

  async nonceOf(sender: Address, at?: bigint): Promise<bigint> {
    const block = at === undefined ? "latest" : toQuantity(at);
    return shaped("a nonce", quantity, await this.#rpc.read("eth_getTransactionCount", [sender, block]));
  }

  async balanceOf(account: Address): Promise<bigint> {
    return shaped("a balance", quantity, await this.#rpc.read("eth_getBalance", [account, "latest"]));
  }

  async market(): Promise<Market> {
    const { baseFee } = readBlock(await this.#rpc.read("eth_getBlockByNumber", ["latest", false]));
    const priorityFee = shaped("a fee", quantity, await this.#rpc.read("eth_maxPriorityFeePerGas", []));
    return { baseFee, priorityFee };
  }

  async simulate(sender: Address, to: Address, data: Hex): Promise<bigint> {
    const gas = await this.#rpc.read("eth_estimateGas", [{ from: sender, to, data }]);
    return shaped("an amount of gas", quantity, gas);
  }

  async broadcast(raw: Hex): Promise<Error | null> {
    try {
      await this.#rpc.send("eth_sendRawTransaction", [raw]);
      return null;
    } catch (error) {
      return error instanceof Error ? error : new ChainUnavailable(String(error));
    }
  }

  async receiptOf(hash: Bytes32): Promise<MinedReceipt | null> {
    const answer = await this.#rpc.read("eth_getTransactionReceipt", [hash]);
    if (answer === null) return null;
    const receipt = shaped("a receipt", receiptShape, answer);
    const mined: MinedReceipt = {
      hash,
      blockNumber: receipt.blockNumber,
      blockHash: asBytes32(receipt.blockHash),
      succeeded: receipt.status === 1n,
      gasUsed: receipt.gasUsed,
      gasPrice: receipt.effectiveGasPrice,
    };
    this.#observe(mined);
    return mined;
  }
}
