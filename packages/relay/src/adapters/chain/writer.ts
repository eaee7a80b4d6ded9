import { type Address, asBytes32, type Bytes32, type Hex } from "ainft-core";
import { z } from "zod";
import { ChainUnavailable, ContractRefused } from "../../domain/errors.ts";
import type { Market } from "../../domain/fees.ts";
import type { ChainWriter, MinedReceipt } from "../../ports/chain.ts";
import { oracleInterface, collectionInterface, readBlock, shaped } from "./decode.ts";
import { isRecord, revertDataOf, type Rpc } from "./rpc.ts";

const quantity = z
  .string()
  .regex(/^0x[0-9a-fA-F]+$/)
  .transform(BigInt);
const receiptShape = z.object({
  transactionHash: z.string(),
  blockNumber: quantity,
  blockHash: z.string(),
  status: quantity,
});

/** Sends transactions over one JSON-RPC node. */
export class RpcChainWriter implements ChainWriter {
  readonly #rpc: Rpc;

  constructor(rpc: Rpc) {
    this.#rpc = rpc;
  }

  async nonceOf(sender: Address): Promise<bigint> {
    return shaped("a nonce", quantity, await this.#rpc.read("eth_getTransactionCount", [sender, "latest"]));
  }

  async market(): Promise<Market> {
    const { baseFee } = readBlock(await this.#rpc.read("eth_getBlockByNumber", ["latest", false]));
    const priorityFee = shaped("a fee", quantity, await this.#rpc.read("eth_maxPriorityFeePerGas", []));
    return { baseFee, priorityFee };
  }

  async simulate(sender: Address, to: Address, data: Hex): Promise<bigint> {
    try {
      return shaped(
        "an amount of gas",
        quantity,
        await this.#rpc.read("eth_estimateGas", [{ from: sender, to, data }]),
      );
    } catch (error) {
      const revert = revertDataOf(error);
      if (revert === undefined) throw error;
      throw new ContractRefused(errorName(revert), { cause: error });
    }
  }

  async broadcast(raw: Hex): Promise<Error | null> {
    try {
      await this.#rpc.send("eth_sendRawTransaction", [raw]);
      return null;
    } catch (error) {
      // ethers puts the whole request, and so the raw transaction, into its errors: only the node's own words go on.
      return new ChainUnavailable(nodeMessage(error));
    }
  }

  async receiptOf(hash: Bytes32): Promise<MinedReceipt | null> {
    const answer = await this.#rpc.read("eth_getTransactionReceipt", [hash]);
    if (answer === null) return null;
    const receipt = shaped("a receipt", receiptShape, answer);
    return {
      hash,
      blockNumber: receipt.blockNumber,
      blockHash: asBytes32(receipt.blockHash),
      succeeded: receipt.status === 1n,
    };
  }
}

/** What the node itself said, from wherever ethers put it. */
function nodeMessage(error: unknown): string {
  for (let depth = 0, at: unknown = error; depth < 6 && isRecord(at); depth += 1) {
    const inner = at["error"];
    if (isRecord(inner) && typeof inner["message"] === "string") return inner["message"];
    at = at["info"] ?? at["cause"];
  }
  return "it gave no reason";
}

/** The name of what a contract threw. */
function errorName(data: string): string {
  for (const abi of [oracleInterface, collectionInterface]) {
    const error = data.length >= 10 ? abi.parseError(data) : null;
    if (error !== null) return error.name;
  }
  return data.slice(0, 10);
}
