import { ainft721Abi, inferenceOracleAbi } from "ainft-contracts";
import { getBytes, Interface, type Log } from "ethers";
import type { World } from "../helpers/world.ts";

const oracle = new Interface(inferenceOracleAbi);
const collection = new Interface(ainft721Abi);
const TOLD = ["ResultDelivered", "RequestFailed", "ResultSkipped", "BatchDelivered"];

/** What the chain says at the end. */
export interface Verdict {
  readonly requests: number;
  /** Requests with their result. */
  readonly final: number;
  readonly updates: number;
  /** Answered requests of programs that keep state: each must have had its update. */
  readonly changing: number;
  readonly problems: readonly string[];
}

/** Reads everything from the chain, and nothing from the relays. `counters` are tokens whose program keeps state. */
export async function judge(world: World, counters: readonly bigint[]): Promise<Verdict> {
  const requests = Number(await world.requestCount());
  const tokens = await tokensOf(world);
  const answers = await answersOf(world);
  const problems: string[] = [];
  let final = 0;
  let changing = 0;
  for (let id = 1; id <= requests; id += 1) {
    const { count, failed } = answers.get(id) ?? NOTHING;
    if (count > 1) problems.push(`request ${id} has ${count} results`);
    if (count === 0) problems.push(`request ${id} has no result`);
    else final += 1;
    if (count > 0 && !failed && counters.includes(tokens.get(id) ?? 0n)) changing += 1;
  }
  const sequences = await sequencesOf(world);
  let updates = 0;
  for (const [token, seen] of sequences) {
    updates += seen.length;
    seen.forEach((sequence, index) => {
      if (sequence !== index + 1) problems.push(`token ${token} had update ${sequence} in place ${index + 1}`);
    });
  }
  return { requests, final, updates, changing, problems };
}

async function logsOf(world: World, address: string, topics: readonly string[]): Promise<readonly Log[]> {
  return world.provider.getLogs({ address, topics: [[...topics]], fromBlock: 0 });
}

async function tokensOf(world: World): Promise<Map<number, bigint>> {
  const asked = await logsOf(world, world.oracleAddress, [oracle.getEvent("RequestCreated")?.topicHash ?? ""]);
  return new Map(asked.map(({ topics }) => [Number(topics[1]), BigInt(topics[3] ?? 0)]));
}

interface Answers {
  /** How often its result was delivered. */
  readonly count: number;
  readonly failed: boolean;
}

const NOTHING: Answers = { count: 0, failed: false };

async function answersOf(world: World): Promise<Map<number, Answers>> {
  const answers = new Map<number, Answers>();
  const add = (id: number, more: number, isFailure: boolean): void => {
    const { count, failed } = answers.get(id) ?? NOTHING;
    answers.set(id, { count: count + more, failed: failed || isFailure });
  };
  const topics = TOLD.map((name) => oracle.getEvent(name)?.topicHash ?? "");
  for (const log of await logsOf(world, world.oracleAddress, topics)) {
    const event = oracle.parseLog(log);
    if (event?.name === "BatchDelivered") {
      const first = Number(event.args.getValue("firstId"));
      const statuses = getBytes(String(event.args.getValue("statuses")));
      for (const [index] of (event.args.getValue("answers") as unknown[]).entries()) {
        add(first + index, 1, (statuses[index] ?? 0) !== 0);
      }
    } else if (event !== null) {
      const skipped = event.name === "ResultSkipped";
      add(Number(event.args.getValue("requestId")), skipped ? -1 : 1, event.name === "RequestFailed");
    }
  }
  return answers;
}

/** Sequences of each token's updates, as they came. */
async function sequencesOf(world: World): Promise<Map<bigint, number[]>> {
  const logs = await logsOf(world, world.collectionAddress, [collection.getEvent("StateUpdated")?.topicHash ?? ""]);
  const sequences = new Map<bigint, number[]>();
  for (const log of logs) {
    const event = collection.parseLog(log);
    if (event === null) continue;
    const token = BigInt(String(event.args.getValue("tokenId")));
    const seen = sequences.get(token) ?? [];
    sequences.set(token, [...seen, Number(event.args.getValue("sequence"))]);
  }
  return sequences;
}
