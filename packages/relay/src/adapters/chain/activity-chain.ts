import { type Address, asAddress, asBytes32, type Bytes32, type Hex } from "ainft-core";
import { Interface, isAddress, toQuantity } from "ethers";
import { ChainUnavailable } from "../../domain/errors.ts";
import type { TokenRef } from "../../domain/request.ts";
import type { ActivityChain, AppliedUpdate } from "../../ports/activity.ts";
import { collectionInterface, readLogs } from "./decode.ts";
import { mustHaveBlock } from "./refusals.ts";
import type { Rpc } from "./rpc.ts";

const holders = new Interface([
  "function ownerOf(uint256) view returns (address)",
  "function userOf(uint256) view returns (address)",
  "function balanceOf(address,uint256) view returns (uint256)",
  "function isValidSignature(bytes32,bytes) view returns (bytes4)",
]);

/** What ERC-1271 answers for a signature that is valid. */
const VALID = "0x1626ba7e";

/** What activity needs of the chain, over JSON-RPC. */
export class RpcActivityChain implements ActivityChain {
  readonly #rpc: Pick<Rpc, "read">;

  constructor(rpc: Pick<Rpc, "read">) {
    this.#rpc = rpc;
  }

  /** An ERC-721 token has one owner and perhaps a user; of an ERC-1155 id, whoever holds a copy may act. */
  async mayGrant(account: Address, { collection, tokenId }: TokenRef, at: bigint): Promise<boolean> {
    const owner = await this.#call(collection, "ownerOf", [tokenId], at);
    if (owner === null) {
      const balance = await this.#call(collection, "balanceOf", [account, tokenId], at);
      return typeof balance === "bigint" && balance > 0n;
    }
    if (owner === account) return true;
    const user = await this.#call(collection, "userOf", [tokenId], at);
    return user === account;
  }

  async isSignatureOf(account: Address, digest: Bytes32, signature: Hex, at: bigint): Promise<boolean> {
    return (await this.#call(account, "isValidSignature", [digest, signature], at)) === VALID;
  }

  async updatesOf({ collection, tokenId }: TokenRef, from: bigint, to: bigint): Promise<AppliedUpdate[]> {
    const topics = collectionInterface.encodeFilterTopics("StateUpdated", [tokenId]);
    const filter = { address: collection, topics, fromBlock: toQuantity(from), toBlock: toQuantity(to) };
    return readLogs(await this.#rpc.read("eth_getLogs", [filter])).map((log) => {
      const args = collectionInterface.parseLog(log)?.args;
      const block = log.blockNumber;
      if (args === undefined || block < from || block > to) {
        throw new ChainUnavailable("it gave a log that was not asked for");
      }
      const sequence: unknown = args.getValue("sequence");
      const digest: unknown = args.getValue("inputDigest");
      return { sequence: BigInt(String(sequence)), inputDigest: asBytes32(String(digest)), block };
    });
  }

  /** What a contract answers; null when it reverts, or is none. */
  async #call(to: Address, name: string, args: readonly unknown[], at: bigint): Promise<unknown> {
    const data = holders.encodeFunctionData(name, [...args]);
    try {
      const answer = await this.#rpc.read("eth_call", [{ to, data }, toQuantity(at)]);
      const value: unknown = holders.decodeFunctionResult(name, String(answer))[0];
      return typeof value === "string" && isAddress(value) ? asAddress(value) : value;
    } catch (error) {
      if (error instanceof ChainUnavailable) throw error;
      if (!(error instanceof Error)) throw error;
      await mustHaveBlock(this.#rpc, at);
      return null; // no such function, or no contract
    }
  }
}
