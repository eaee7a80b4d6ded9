import { ainft721Abi, inferenceOracleAbi } from "ainft-contracts";
import { getBytes, Interface, type Log } from "ethers";
import type { World } from "../helpers/world.ts";
import type { Books, Ending } from "./books.ts";

const oracle = new Interface(inferenceOracleAbi);
const collection = new Interface(ainft721Abi);
const TOLD = ["ResultDelivered", "RequestFailed", "ResultSkipped", "BatchDelivered"];

/** What has to have happened. */
export interface Expected {
  /** Tokens whose program keeps state and that requests are made to: each answer must have had its update. */
  readonly counters: ReadonlySet<bigint>;
  /** Digests of the events that relays took, by token, in their order. */
  readonly played: ReadonlyMap<bigint, readonly string[]>;
}

/** What the chain says. Without problems, requests = final + refunded, and updates = changing + events. */
export interface Verdict {
  readonly requests: number;
  /** Requests with their result, but for those that the asker was paid back for. */
  readonly final: number;
  /** Requests without an answer whose fee went back: the program failed, or the time was over. */
  readonly refunded: number;
  /** Answered requests of programs that keep state. */
  readonly changing: number;
  /** Events of activity that relays took. */
  readonly events: number;
  readonly updates: number;
  readonly problems: readonly string[];
}

/** Reads everything from the chain, and nothing from the relays. */
export async function judge(world: World, books: Books, { counters, played }: Expected): Promise<Verdict> {
  const requests = Number(await world.requestCount());
  const [tokens, answers, endings] = [await tokensOf(world), await answersOf(world), await books.endings()];
  const problems: string[] = [];
  const sums = { final: 0, refunded: 0 };
  const changes = new Map<bigint, number>();
  for (let id = 1; id <= requests; id += 1) {
    const answer = answers.get(id) ?? NOTHING;
    const problem = problemOf(answer, endings.get(id));
    if (problem !== null) problems.push(`request ${id} ${problem}`);
    else if (isRefunded(endings.get(id))) sums.refunded += 1;
    else sums.final += 1;
    const token = tokens.get(id) ?? 0n;
    if (answer.count > 0 && !answer.failed && counters.has(token)) changes.set(token, (changes.get(token) ?? 0) + 1);
  }
  const updated = await updatesOf(world);
  problems.push(...updateProblems(updated, changes, played));
  const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, number) => total + number, 0);
  return {
    ...{ requests, ...sums, changing: sum(changes.values()) },
    events: sum([...played.values()].map(({ length }) => length)),
    updates: sum([...updated.values()].map(({ length }) => length)),
    problems,
  };
}

function isRefunded(endings: readonly Ending[] | undefined): boolean {
  return endings?.[0] === "cancelled" || endings?.[0] === "failed";
}

/** Why a request has not ended as it should; null when it has. Requests without an order have no endings. */
export function problemOf({ count, failed }: Answers, endings: readonly Ending[] | undefined): string | null {
  if (count > 1) return `has ${count} results`;
  if (endings === undefined) return count === 0 ? "has no result" : null;
  const [ending] = endings;
  if (ending === undefined) return count === 0 ? "has no result, and its order is open" : "has an order that is open";
  if (endings.length > 1) return `has an order that was closed ${endings.length} times`;
  const should: Ending = count === 0 ? "cancelled" : failed ? "failed" : "answered";
  return ending === should ? null : `has an order that was ${ending} and not ${should}`;
}

export interface Update {
  readonly sequence: number;
  /** Digest of what the token was told. */
  readonly input: string;
}

/** Each token's sequences must be 1, 2, 3 and on, with an update for each answer or event that changes it and no more. */
export function updateProblems(
  updated: ReadonlyMap<bigint, readonly Update[]>,
  changes: ReadonlyMap<bigint, number>,
  played: Expected["played"],
): string[] {
  const problems: string[] = [];
  for (const [token, updates] of updated) {
    for (const [index, { sequence }] of updates.entries()) {
      if (sequence !== index + 1) problems.push(`token ${token} had update ${sequence} in place ${index + 1}`);
    }
  }
  for (const [token, count] of changes) {
    const had = updated.get(token)?.length ?? 0;
    if (had !== count) problems.push(`token ${token} was changed by ${count} answers and has ${had} updates`);
  }
  for (const [token, events] of played) {
    const inputs = (updated.get(token) ?? []).map(({ input }) => input);
    const wrong = events.findIndex((event, index) => inputs[index] !== event);
    if (wrong >= 0) problems.push(`token ${token} has not event ${wrong + 1} of ${events.length} in its place`);
    else if (inputs.length > events.length) problems.push(`token ${token} has ${inputs.length} updates`);
  }
  return problems;
}

async function logsOf(world: World, address: string, topics: readonly string[]): Promise<readonly Log[]> {
  return world.provider.getLogs({ address, topics: [[...topics]], fromBlock: 0 });
}

async function tokensOf(world: World): Promise<Map<number, bigint>> {
  const asked = await logsOf(world, world.oracleAddress, [oracle.getEvent("RequestCreated")?.topicHash ?? ""]);
  return new Map(asked.map(({ topics }) => [Number(topics[1]), BigInt(topics[3] ?? 0)]));
}

export interface Answers {
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

/** Each token's updates, as they came. */
async function updatesOf(world: World): Promise<Map<bigint, Update[]>> {
  const logs = await logsOf(world, world.collectionAddress, [collection.getEvent("StateUpdated")?.topicHash ?? ""]);
  const updates = new Map<bigint, Update[]>();
  for (const log of logs) {
    const event = collection.parseLog(log);
    if (event === null) continue;
    const token = BigInt(String(event.args.getValue("tokenId")));
    const update = {
      sequence: Number(event.args.getValue("sequence")),
      input: String(event.args.getValue("inputDigest")),
    };
    updates.set(token, [...(updates.get(token) ?? []), update]);
  }
  return updates;
}
