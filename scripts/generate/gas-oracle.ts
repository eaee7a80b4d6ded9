import { figureOf, type GasTable } from "../lib/gas/table";
import { grouped, markdownTable } from "./markdown-table";

/** An operation of the oracle beside the least that any contract of its kind would pay. */
interface Bounded {
  readonly operation: string;
  /** Gas, for each result. */
  readonly bound: number;
  readonly made: string;
}

/** What a transaction pays, and each signer: recovering a key, and 64 bytes of calldata. */
const TRANSACTION = 21_000;
const SIGNER = 3_000 + 1_024;
/** One result: keys of the signers, the config, a bit, an event and what calldata is left. */
const ONE_RESULT = TRANSACTION + 2_600 + 2_100 + 5_000 + 1_381 + 1_280;
/** Each 32-byte hash of a batch: by the calldata floor of 40 gas a byte (EIP-7623), or as calldata and in an event. */
const HASH_BY_FLOOR = 1_280;
const HASH_AND_EVENT = 32 * (16 + 8);
/** A root: the config, a new slot, an event and what calldata is left. */
const ONE_ROOT = TRANSACTION + 2_100 + 22_100 + 1_381 + 1_280;

/** What the chain's own schedule asks for, with no instruction of anybody's contract. */
export const BOUNDED: readonly Bounded[] = [3, 5].flatMap((m) => [
  {
    operation: `fulfill, m = ${m}`,
    bound: ONE_RESULT + SIGNER * m,
    made: `transaction, ${m} signers, keys, config, one bit, event, calldata`,
  },
  ...[32, 256].flatMap((count) => [
    {
      operation: `fulfillBatch of ${count}, each, m = ${m}`,
      ...batchBound(count, m),
    },
    {
      operation: `commitRoot of ${count}, each, m = ${m}`,
      bound: Math.round((ONE_ROOT + SIGNER * m) / count),
      made: `1/${count} of transaction, ${m} signers, config, new slot, event, calldata`,
    },
  ]),
]);

/** The calldata floor, or what is executed, whichever is more. */
function batchBound(count: number, m: number): Pick<Bounded, "bound" | "made"> {
  const floor = HASH_BY_FLOOR + TRANSACTION / count;
  const executed = HASH_AND_EVENT + (ONE_RESULT + SIGNER * m) / count;
  return floor > executed
    ? { bound: Math.round(floor), made: `40 gas for each byte of a hash, and 1/${count} of the transaction` }
    : { bound: Math.round(executed), made: `a hash in calldata and event, and 1/${count} of one result, ${m} signers` };
}

/** Somebody else's way of bringing one result, or one value, to the chain. */
interface Peer {
  readonly system: string;
  readonly operation: string;
  readonly gas: number;
  readonly checks: string;
}

/**
 * Their own contracts at the commits that docs/gas.md names, sent to anvil 1.7.1 with the rules of Osaka by another
 * harness than ours: fixed figures, which no command of this project measures again.
 */
const ELSEWHERE: readonly Peer[] = [
  {
    system: "Chainlink OCR2",
    operation: "transmit, 3 signatures",
    gas: 99_573,
    checks: "signatures, round; no request",
  },
  { system: "Chainlink OCR2", operation: "transmit, 6 signatures", gas: 124_804, checks: "as above" },
  { system: "Chainlink OCR3", operation: "verify, 3 signatures", gas: 47_162, checks: "signatures alone" },
  { system: "Chainlink OCR3", operation: "verify, 5 signatures", gas: 59_962, checks: "signatures alone" },
  { system: "Chainlink Keystone", operation: "report, 3 signatures", gas: 91_829, checks: "signatures, one new slot" },
  { system: "Chainlink Keystone", operation: "report, 5 signatures", gas: 107_797, checks: "signatures, one new slot" },
  { system: "RedStone", operation: "pull, 3 signers", gas: 57_439, checks: "signatures, time; keeps nothing" },
  { system: "RedStone", operation: "pull, 5 signers", gas: 78_686, checks: "signatures, time; keeps nothing" },
  { system: "API3", operation: "one beacon", gas: 37_019, checks: "one signature, time" },
  { system: "API3", operation: "a set of 3 beacons", gas: 90_472, checks: "three signatures, median" },
  { system: "Pyth", operation: "one feed, 13 signatures", gas: 190_112, checks: "signatures, Merkle path, time" },
  { system: "Pyth", operation: "ten feeds, each", gas: 38_615, checks: "signatures, Merkle paths, time" },
  { system: "Infernet", operation: "deliver, one node", gas: 94_800, checks: "the sender; no signature, no agreement" },
  {
    system: "Infernet",
    operation: "deliver, three nodes",
    gas: 250_200,
    checks: "three senders; answers are not compared",
  },
];

/** Our own rows of the same table. */
export const OURS: readonly { readonly operation: string; readonly checks: string }[] = [
  { operation: "fulfill, m = 3", checks: "signatures, request, config, deadline, once" },
  { operation: "fulfill, m = 5", checks: "as above" },
  { operation: "fulfillBatch of 32, each, m = 5", checks: "as above, for each" },
  { operation: "fulfillBatch of 256, each, m = 5", checks: "as above, for each" },
  {
    operation: "commitRoot of 256, each, m = 5",
    checks: "signatures, config, deadline; a result is proved when needed",
  },
  { operation: "applyResult under a root of 256", checks: "proof, request, once" },
];

/** The sections of docs/gas.md about the oracle. */
export function oracleSections(table: GasTable): string[] {
  return [
    "## The oracle beside what the chain itself asks for",
    "The bound counts what no contract can save: the transaction, recovering each key, calldata, one cold read of the keys and " +
      "of the config, the bit that keeps a result from coming twice, and the event. Figures of batches are for each result. A " +
      "batch of 256 fills one word of bits: relays cut their batches there.",
    boundTable(table),
    "## The oracle beside others",
    "One result, or one value, under the signatures named. Ours is measured here; theirs was measured elsewhere: their own " +
      "contracts, in steady state, sent to anvil 1.7.1 with the rules of Osaka (libocr 0a5e2f9, chainlink-evm Keystone, " +
      "pyth-crosschain 7c915eb, redstone monorepo b9dea4f, api3 contracts 682e1f1, infernet-sdk b183dc3). What they check " +
      "differs, so the last column says it.",
    peerTable(table),
  ];
}

function boundTable(table: GasTable): string {
  const rows = BOUNDED.map(({ operation, bound, made }) => {
    const gas = figureOf(table, operation);
    return [operation, grouped(gas), grouped(bound), (gas / bound).toFixed(2), made];
  });
  return markdownTable(["operation", "gas", "bound", "ratio", "the bound is"], rows, [1, 2, 3]);
}

function peerTable(table: GasTable): string {
  const ours = OURS.map(({ operation, checks }) => [
    "AINFT",
    operation,
    grouped(figureOf(table, operation)),
    "measured-here",
    checks,
  ]);
  const theirs = ELSEWHERE.map(({ system, operation, gas, checks }) => [
    system,
    operation,
    grouped(gas),
    "measured-elsewhere",
    checks,
  ]);
  return markdownTable(["system", "operation", "gas", "where", "what is checked"], [...ours, ...theirs], [2]);
}
