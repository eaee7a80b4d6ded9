import { hexlify, Interface } from "ethers";
import { readArtifact } from "../lib/artifacts";
import { figureOf, type GasTable } from "../lib/gas/table";

/** What the benchmark of the relay measured, as far as it is used here. */
export interface RelayFigures {
  /** Results a second that relays of three reporters on one machine of two cores brought to the chain. */
  readonly resultsPerSecond: number;
  /** Rows of one reporter's database for each result. */
  readonly rowsPerResult: number;
  /** Bytes of one reporter's database for each result, with its indexes. */
  readonly bytesPerResult: number;
}

/** What is asked of the network on one day. The talk of 2022 names the first three; the rest is assumed. */
export const DEMAND = {
  ainfts: 10_000,
  gpus: 15_000,
  developers: 100_000,
  requestsOfADeveloper: 10,
  updatesOfAnAinft: 24,
  trainingsOfAnAinft: 10,
  heartbeatsOfAGpu: 1,
  claimsOfAGpu: 1 / 7,
  secondsOfInference: 2,
  reporters: 5,
  threshold: 3,
} as const;

export type Demand = typeof DEMAND;

export const SECONDS_OF_A_DAY = 86_400;

/** A fee schedule: what a gas costs, and what a byte of data costs beside it. */
export interface Fees {
  readonly name: string;
  readonly gweiPerGas: number;
  readonly gweiPerByte: number;
}

/** Assumed. A rollup bills the data that it posts to L1 apart from what it executes. */
export const FEES: readonly Fees[] = [
  { name: "L1", gweiPerGas: 1, gweiPerByte: 0 },
  { name: "L2", gweiPerGas: 0.005, gweiPerByte: 0.05 },
];

/** Gas of a day that a chain has: its limit a block, its blocks a day, and the part that one application may hope for. */
export const CHAINS = [
  { name: "L1", gasOfABlock: 60_000_000, secondsOfABlock: 12, part: 0.05 },
  { name: "L2", gasOfABlock: 120_000_000, secondsOfABlock: 2, part: 0.05 },
] as const;

const REQUEST = "request, 32-byte input";

/** One way in which results and updates come to the chain. */
export interface Way {
  readonly name: string;
  /** Operations of the gas snapshot. Without one for results, people tell the relay, and only updates come of it. */
  readonly result: string | null;
  readonly update: string;
  readonly training: string;
}

export const WAYS: readonly Way[] = [
  {
    name: "one by one",
    result: "fulfill, m = 3",
    update: "AINFT721 submitUpdate, m = 3",
    training: "AINFT721 addTraining, average of 1024",
  },
  {
    name: "in batches",
    result: "fulfillBatch of 256, each, m = 3",
    update: "submitUpdates of 32, each, m = 3",
    training: "AINFT721 addTrainingByLeaves of 256, each",
  },
  {
    name: "by root",
    result: "commitRoot of 256, each, m = 3",
    update: "submitUpdates of 32, each, m = 3",
    training: "AINFT721 addTrainingByLeaves of 256, each",
  },
  {
    name: "as activity",
    result: null,
    update: "submitUpdates of 32, each, m = 3",
    training: "AINFT721 addTrainingByLeaves of 256, each",
  },
];

/** Gas of a day, by what it is for. */
export function gasOfADay(way: Way, gas: GasTable, demand: Demand): [string, number][] {
  const of = (times: number, operation: string): number => times * figureOf(gas, operation);
  const requests = requestsOfADay(demand);
  return [
    ["requests", way.result === null ? 0 : of(requests, REQUEST)],
    ["results", way.result === null ? 0 : of(requests, way.result)],
    ["updates of state", of(demand.ainfts * demand.updatesOfAnAinft, way.update)],
    ["training records", of(demand.ainfts * demand.trainingsOfAnAinft, way.training)],
    ["heartbeats", of(demand.gpus * demand.heartbeatsOfAGpu, "ProviderRegistry heartbeat")],
    ["reward claims", of(demand.gpus * demand.claimsOfAGpu, "RewardDistributor claim, 1024 accounts")],
  ];
}

export function requestsOfADay({ developers, requestsOfADeveloper }: Demand): number {
  return developers * requestsOfADeveloper;
}

/** Bytes of calldata that a request and its result take together. */
export function bytesOfAnAnswer(way: Way): number {
  const oracle = new Interface(readArtifact("interfaces/IInferenceOracle").abi);
  const address = `0x${"11".repeat(20)}`;
  const word = `0x${"11".repeat(32)}`;
  const attestation = hexlify(new Uint8Array(16 + 3 * 64 + 2 * 20));
  const length = (name: string, args: readonly unknown[]): number =>
    (oracle.encodeFunctionData(name, args).length - 2) / 2;
  if (way.result === null) return 0;
  const asked = length("request", [address, 1, word, [1, 1, 0, 1]]);
  if (way.result.startsWith("fulfillBatch")) {
    return asked + length("fulfillBatch", [attestation, 1, Array<string>(256).fill(word), "0x"]) / 256;
  }
  if (way.result.startsWith("commitRoot")) return asked + length("commitRoot", [attestation, 1, 256, word]) / 256;
  return asked + length("fulfill", [attestation, [1, word, word, 0, 1]]);
}

/** Requests a day that each part bears before it breaks, the weakest first. */
export function ceilings(gas: GasTable, relay: RelayFigures, demand: Demand): [string, number][] {
  const parts: [string, number][] = [
    ["the GPUs, if each reporter runs each request", gpuCeiling(demand)],
    ["one lane of a relay, as measured with three relays on two cores", relay.resultsPerSecond * SECONDS_OF_A_DAY],
  ];
  for (const chain of CHAINS) {
    const blocks = SECONDS_OF_A_DAY / chain.secondsOfABlock;
    for (const way of WAYS) {
      if (way.result === null) continue;
      const each = figureOf(gas, REQUEST) + figureOf(gas, way.result);
      const room = (chain.gasOfABlock * blocks * chain.part) / each;
      parts.push([`${chain.part * 100} % of ${chain.name}'s gas, ${way.name}`, room]);
    }
  }
  return parts.sort(([, left], [, right]) => left - right);
}

function gpuCeiling({ gpus, reporters, secondsOfInference }: Demand): number {
  return (gpus * SECONDS_OF_A_DAY) / (reporters * secondsOfInference);
}
