import { readFileSync } from "node:fs";
import { writeAtomically } from "../lib/files";
import { type GasTable, readGasSnapshot } from "../lib/gas/table";
import { fromRoot } from "../lib/paths";
import { grouped, markdownTable } from "./markdown-table";
import {
  bytesOfAnAnswer,
  ceilings,
  CHAINS,
  DEMAND,
  FEES,
  type Fees,
  gasOfADay,
  type RelayFigures,
  requestsOfADay,
  SECONDS_OF_A_DAY,
  WAYS,
  type Way,
} from "./scale-model";

const DOCUMENT = fromRoot("docs", "scale.md");
const RELAY_BENCH = fromRoot("docs", "bench", "relay-postgresql.json");
const GWEI_OF_AN_ETHER = 1e9;
const GIB = 1024 ** 3;
const DAYS_OF_A_YEAR = 365;

/** The whole of docs/scale.md, from measured figures and the assumptions that it names. */
export function scaleDocs(gas: GasTable, relay: RelayFigures): string {
  const sections = [
    "# What the road map would cost and need",
    "Written by `npm run docs:scale` from [the gas snapshot](../snapshots/gas.json) and " +
      "[the relay's benchmark](bench/relay.md). Change none by hand.",
    "The talk of 2022 names 10,000 AINFTs, 15,000 GPUs and 100,000 developers. This is what a day of that costs on chain, " +
      "what reporters need for it, and which part breaks first. Gas, rows and results a second are measured; everything " +
      "under the next heading is assumed, and stands in `scripts/generate/scale-model.ts` to be changed.",
    "## What is assumed",
    demandTable(),
    feeText(),
    "## Gas of a day",
    gasTable(gas),
    "As activity, people ask the relay itself, by a key that the token's holder allowed; what comes of an hour of it is one " +
      "update of the token's state, and its questions and answers are in the content that the update names by digest.",
    "## What that costs, in ether a day",
    costTable(gas),
    "The rollup bills data beside gas. A request and its result take " +
      `${WAYS.map((way) => `${Math.round(bytesOfAnAnswer(way))} bytes ${way.name}`).join(", ")}.`,
    "## What reporters need",
    ...reporterText(relay),
    "## Which part breaks first",
    ceilingText(gas, relay),
    markdownTable(
      ["part", "requests a day it bears", "times the demand"],
      ceilings(gas, relay, DEMAND).map(([part, most]) => [
        part,
        grouped(Math.floor(most)),
        (most / requestsOfADay(DEMAND)).toFixed(1),
      ]),
      [1, 2],
    ),
  ];
  return `${sections.join("\n\n")}\n`;
}

/** The largest backlog of the benchmark, and what its rows took. */
function readRelayBench(): RelayFigures {
  const { backlogs, storage } = JSON.parse(readFileSync(RELAY_BENCH, "utf8")) as {
    backlogs: readonly { resultsPerSecond: number }[];
    storage: Omit<RelayFigures, "resultsPerSecond">;
  }; // written by the benchmark
  return { resultsPerSecond: backlogs.at(-1)?.resultsPerSecond ?? 0, ...storage };
}

function demandTable(): string {
  const rows: [string, number][] = [
    ["AINFTs", DEMAND.ainfts],
    ["GPUs", DEMAND.gpus],
    ["developers", DEMAND.developers],
    ["requests of a developer, a day", DEMAND.requestsOfADeveloper],
    ["requests, a day", requestsOfADay(DEMAND)],
    ["updates of state of an AINFT, a day", DEMAND.updatesOfAnAinft],
    ["training records of an AINFT, a day", DEMAND.trainingsOfAnAinft],
    ["heartbeats of a GPU, a day", DEMAND.heartbeatsOfAGpu],
    ["reward claims of a GPU, a week", Math.round(DEMAND.claimsOfAGpu * 7)],
    ["seconds of an inference on one GPU", DEMAND.secondsOfInference],
    ["reporters of a config, each of which runs each request", DEMAND.reporters],
    ["signatures of a report", DEMAND.threshold],
  ];
  return markdownTable(
    ["what", "how much"],
    rows.map(([what, many]) => [what, grouped(many)]),
    [1],
  );
}

function feeText(): string {
  const fees = FEES.map(({ name, gweiPerGas, gweiPerByte }) => {
    const data = gweiPerByte > 0 ? ` and ${gweiPerByte} gwei a byte of calldata` : "";
    return `${name} ${gweiPerGas} gwei a gas${data}`;
  });
  const chains = CHAINS.map(
    ({ name, gasOfABlock, secondsOfABlock, part }) =>
      `${name} ${grouped(gasOfABlock)} gas every ${secondsOfABlock} s, of which ${part * 100} % are ours`,
  );
  return `Fees: ${fees.join("; ")}. Room: ${chains.join("; ")}.`;
}

function gasTable(gas: GasTable): string {
  const days = WAYS.map((way) => gasOfADay(way, gas, DEMAND));
  const rows = (days[0] ?? []).map(([what], row) => [what, ...days.map((day) => millions(day[row]?.[1] ?? 0))]);
  const totals = days.map((day) => millions(total(day)));
  return markdownTable(
    ["million gas", ...WAYS.map(({ name }) => name)],
    [...rows, ["all", ...totals]],
    WAYS.map((_, index) => index + 1),
  );
}

function costTable(gas: GasTable): string {
  const rows = FEES.map((fees) => [fees.name, ...WAYS.map((way) => costOf(way, gas, fees).toFixed(2))]);
  return markdownTable(
    ["chain", ...WAYS.map(({ name }) => name)],
    rows,
    WAYS.map((_, index) => index + 1),
  );
}

/** Ether of a day. Data is counted for requests and results, which are nearly all of it. */
function costOf(way: Way, gas: GasTable, { gweiPerGas, gweiPerByte }: Fees): number {
  const bytes = requestsOfADay(DEMAND) * bytesOfAnAnswer(way);
  return (total(gasOfADay(way, gas, DEMAND)) * gweiPerGas + bytes * gweiPerByte) / GWEI_OF_AN_ETHER;
}

function reporterText({ resultsPerSecond, rowsPerResult, bytesPerResult }: RelayFigures): string[] {
  const perSecond = requestsOfADay(DEMAND) / SECONDS_OF_A_DAY;
  const busy = perSecond * DEMAND.secondsOfInference;
  const gibOfAYear = (requestsOfADay(DEMAND) * bytesPerResult * DAYS_OF_A_YEAR) / GIB;
  return [
    markdownTable(
      ["what", "needed", "measured, or there"],
      [
        ["results a second", perSecond.toFixed(1), `${Math.round(resultsPerSecond)}`],
        ["GPUs busy, of one reporter", Math.ceil(busy).toString(), ""],
        ["GPUs busy, of all reporters", Math.ceil(busy * DEMAND.reporters).toString(), grouped(DEMAND.gpus)],
        [
          "rows written a second, of one reporter",
          (perSecond * rowsPerResult).toFixed(0),
          `${Math.round(resultsPerSecond * rowsPerResult)}`,
        ],
        ["growth of one reporter's database, GiB a year", gibOfAYear.toFixed(0), ""],
      ],
      [1, 2],
    ),
    `One result leaves ${rowsPerResult.toFixed(1)} rows and ${grouped(Math.round(bytesPerResult))} bytes in a reporter's database, with its ` +
      "indexes. Averages hide the evening: at five times the average everything above is five times as much.",
  ];
}

function ceilingText(gas: GasTable, relay: RelayFigures): string {
  const all = ceilings(gas, relay, DEMAND);
  const short = all.filter(([, most]) => most < requestsOfADay(DEMAND));
  const [first] = all;
  const [holding] = all.filter(([, most]) => most >= requestsOfADay(DEMAND));
  const broken = short.map(([part]) => part).join("; ");
  return (
    `First breaks: ${first?.[0] ?? ""}. ` +
    (short.length > 0 ? `Below the demand: ${broken}. ` : "Everything bears the demand. ") +
    `Of what bears it, the weakest is: ${holding?.[0] ?? "nothing"}. A part of which there are several, a relay's lane for each ` +
    "oracle or a chain beside another, is multiplied by adding to it."
  );
}

function total(day: readonly [string, number][]): number {
  return day.reduce((sum, [, gas]) => sum + gas, 0);
}

function millions(gas: number): string {
  return grouped(Math.round(gas / 1e6));
}

if (require.main === module) {
  writeAtomically(DOCUMENT, scaleDocs(readGasSnapshot(), readRelayBench()));
}
