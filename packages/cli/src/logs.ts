import { type LogFilter, type LogSource, type PlacedLog, TooManyLogs } from "ainft-core";
import { type JsonRpcProvider, toQuantity } from "ethers";
import { asked } from "./chain.ts";
import { ChainUnavailable } from "./errors.ts";
import { AnswerTooLong, ask, NodeRefused } from "./node.ts";
import type { Settings } from "./settings.ts";

/** What was read is of one chain only when the block is still the same. Throws {@link ChainUnavailable}. */
export async function expectUnchanged(provider: JsonRpcProvider, block: number, hash: string): Promise<void> {
  const now = await asked(undefined, async () => provider.getBlock(block));
  if (now?.hash !== hash) throw new ChainUnavailable("The chain was reorganised meanwhile. Ask again.");
}

/** More logs than fit into this are asked for in parts, so that memory follows no crowd of blocks. One block has no parts. */
const MAX_PAGE_BYTES = 2 * 1024 * 1024;

/** The node as a source of logs. */
export function sourceOf(settings: Settings): LogSource {
  return {
    getLogs: async ({ address, topics, fromBlock, toBlock }: LogFilter): Promise<PlacedLog[]> => {
      const places = topics.map((some) => (some.length === 0 ? null : some));
      const filter = { address, topics: places, fromBlock: toQuantity(fromBlock), toBlock: toQuantity(toBlock) };
      let logs: unknown;
      try {
        logs = await ask(settings, "eth_getLogs", [filter], toBlock > fromBlock ? MAX_PAGE_BYTES : undefined);
      } catch (cause) {
        if (asksForLess(cause)) throw new TooManyLogs(fromBlock, toBlock, { cause });
        throw cause;
      }
      if (!Array.isArray(logs)) throw new ChainUnavailable("The node answers no list of logs.");
      return logs.map(placedLog);
    },
  };
}

function placedLog(value: unknown): PlacedLog {
  const log = (value ?? {}) as Partial<
    Record<"address" | "data" | "blockNumber" | "logIndex" | "transactionHash", unknown>
  > & {
    readonly topics?: unknown;
    readonly removed?: unknown;
  };
  const { address, data, blockNumber, logIndex, transactionHash, topics } = log;
  const texts = [address, data, blockNumber, logIndex, transactionHash];
  if (!texts.every(isHex) || !Array.isArray(topics) || !topics.every(isHex)) {
    throw new ChainUnavailable("The node answers a log that is none.");
  }
  return {
    ...{ address: String(address), data: String(data), transactionHash: String(transactionHash) },
    ...{ topics, removed: log.removed === true },
    ...{ blockNumber: BigInt(String(blockNumber)), logIndex: Number(logIndex) },
  };
}

function isHex(value: unknown): value is string {
  return typeof value === "string" && /^0x[0-9a-fA-F]*$/u.test(value);
}

/** Nodes have no common word for it: what those of geth, Alchemy, Infura, QuickNode and Ankr say. */
function asksForLess(cause: unknown): boolean {
  if (cause instanceof AnswerTooLong) return true;
  if (!(cause instanceof NodeRefused)) return false;
  return /-32005|block range|range (is )?too|more than \d+ (results|logs)|response size|limit exceeded/iu.test(
    cause.message,
  );
}
