import { type Address, asAddress, asBytes32, type Bytes32, ZERO_BYTES32 } from "ainft-core";
import { type Interface, toQuantity } from "ethers";
import { z } from "zod";
import { ChainUnavailable, ContractRefused } from "../../domain/errors.ts";
import type { Block, BlockRef, OracleEvents, ProgramState, ReporterConfig, TokenRef } from "../../domain/request.ts";
import type { ChainReader } from "../../ports/chain.ts";
import {
  collectionInterface,
  deskInterface,
  FOLLOWED_TOPICS,
  oracleInterface,
  readBlock,
  readEvents,
  readLogs,
  shaped,
} from "./decode.ts";
import { mustHaveBlock } from "./refusals.ts";
import type { Rpc } from "./rpc.ts";

/** Reads one oracle and its desk over one JSON-RPC node. */
export class RpcChainReader implements ChainReader {
  readonly #rpc: Pick<Rpc, "read">;
  readonly #oracle: Address;
  readonly #desk: Address;

  constructor(rpc: Pick<Rpc, "read">, oracle: Address, desk: Address) {
    this.#rpc = rpc;
    this.#oracle = oracle;
    this.#desk = desk;
  }

  async head(): Promise<Block> {
    return readBlock(await this.#rpc.read("eth_getBlockByNumber", ["latest", false]));
  }

  async blockByNumber(number: bigint): Promise<Block | null> {
    const answer = await this.#rpc.read("eth_getBlockByNumber", [toQuantity(number), false]);
    return answer === null ? null : readBlock(answer);
  }

  async eventsOf(block: Block): Promise<OracleEvents> {
    const filter = { ...this.#followed, blockHash: block.hash };
    const logs = readLogs(await this.#rpc.read("eth_getLogs", [filter]));
    if (logs.some((log) => log.blockHash.toLowerCase() !== block.hash)) {
      throw new ChainUnavailable(`it gave logs of another block than ${block.hash}`);
    }
    return readEvents(logs, () => block);
  }

  async eventsBetween(from: bigint, to: bigint): Promise<OracleEvents> {
    const filter = { ...this.#followed, fromBlock: toQuantity(from), toBlock: toQuantity(to) };
    const logs = readLogs(await this.#rpc.read("eth_getLogs", [filter]));
    const blocks = new Map<bigint, BlockRef>();
    for (const { blockNumber } of logs) {
      if (blocks.has(blockNumber)) continue;
      const block = await this.blockByNumber(blockNumber);
      if (block === null) throw new ChainUnavailable(`it has logs of block ${blockNumber}, but not the block`);
      blocks.set(blockNumber, block);
    }
    return readEvents(logs, ({ blockNumber }) => {
      const block = blocks.get(blockNumber);
      if (block === undefined) throw new ChainUnavailable(`block ${blockNumber} is missing`);
      return block;
    });
  }

  async requestCount(): Promise<bigint> {
    return BigInt(String((await this.#ask("requestCount", []))[0]));
  }

  async orderHashOf(requestId: bigint, at?: bigint): Promise<Bytes32 | null> {
    const block = at === undefined ? "latest" : toQuantity(at);
    const [hash] = await this.#call(this.#desk, deskInterface, "orderHashOf", [requestId], block);
    const kept = asBytes32(String(hash));
    if (kept !== ZERO_BYTES32) return kept;
    if (at !== undefined) await mustHaveBlock(this.#rpc, at);
    return null;
  }

  async currentConfig(): Promise<ReporterConfig | null> {
    const version = BigInt(String((await this.#ask("currentConfig", []))[0]));
    return version === 0n ? null : this.config(version);
  }

  async config(version: bigint): Promise<(ReporterConfig & { live: boolean }) | null> {
    const answer = await orNull(async () => this.#ask("configOf", [version]));
    if (answer === null) return null;
    const [reporters, threshold, live] = shaped("a config", configShape, answer.map(plain));
    return { version, reporters: reporters.map((reporter) => asAddress(reporter)), threshold: Number(threshold), live };
  }

  async program({ collection, tokenId }: TokenRef, at: bigint): Promise<ProgramState | null> {
    const answer = await orNull(async () =>
      this.#call(collection, collectionInterface, "programOf", [tokenId], toQuantity(at)),
    );
    if (answer === null) {
      await mustHaveBlock(this.#rpc, at);
      return null;
    }
    const program = answer[0] as { getValue(name: string): unknown }; // programOf answers one struct
    return {
      sequence: BigInt(String(program.getValue("sequence"))),
      stateDigest: asBytes32(String(program.getValue("stateDigest"))),
      activeManifest: asBytes32(String(program.getValue("activeManifest"))),
      frozen: program.getValue("frozen") === true,
    };
  }

  async hasUpdate(
    { collection, tokenId }: TokenRef,
    outputDigest: Bytes32,
    from: bigint,
    to: bigint,
  ): Promise<boolean> {
    if (to < from) return false;
    const topics = collectionInterface.encodeFilterTopics("StateUpdated", [tokenId]);
    const filter = { address: collection, topics, fromBlock: toQuantity(from), toBlock: toQuantity(to) };
    const logs = readLogs(await this.#rpc.read("eth_getLogs", [filter]));
    return logs.some((log) => collectionInterface.parseLog(log)?.args.getValue("outputDigest") === outputDigest);
  }

  get #followed(): { address: Address[]; topics: string[][] } {
    return { address: [this.#oracle, this.#desk], topics: [FOLLOWED_TOPICS] };
  }

  async #ask(name: string, args: readonly unknown[]): Promise<readonly unknown[]> {
    return this.#call(this.#oracle, oracleInterface, name, args, "latest");
  }

  async #call(
    to: Address,
    contract: Interface,
    name: string,
    args: readonly unknown[],
    block: string,
  ): Promise<readonly unknown[]> {
    const data = contract.encodeFunctionData(name, [...args]);
    const answer = await this.#rpc.read("eth_call", [{ to, data }, block]);
    try {
      return contract.decodeFunctionResult(name, String(answer));
    } catch {
      throw new ContractRefused(`no answer to ${name}()`);
    }
  }
}

const configShape = z.tuple([z.array(z.string()), z.bigint(), z.boolean()]);

/** A contract that reverts, or is none, says no. */
async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ContractRefused) return null;
    throw error;
  }
}

/** ethers gives arrays as frozen results. */
function plain(value: unknown): unknown {
  return Array.isArray(value) ? [...(value as readonly unknown[])] : value;
}
