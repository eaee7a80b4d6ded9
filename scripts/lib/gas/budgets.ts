import { figureOf, type GasTable } from "./table";

/** The most gas that an operation may use: a number, or so much more than a yardstick measured in the same run. */
export interface Budget {
  readonly operation: string;
  readonly most: number;
  /** Operation whose figure is added to `most`. */
  readonly above?: string;
}

/** What every kind of collection does alike, by the end of the operation's name. */
const OF_EVERY_KIND: Readonly<Record<string, number>> = {
  publishManifest: 58_000,
  "addTraining, average of 1024": 53_000,
  "addTrainingBatch of 64, each": 10_600,
  "addTrainingByLeaves of 64, each": 2_600,
  "addTrainingByLeaves of 256, each": 2_600,
  "submitUpdate, m = 3": 66_000,
};

/** What a mint may cost above that of a bare OpenZeppelin contract of the same shape: one new slot, and its event. */
const MINT_ABOVE_BARE = 27_000;

/** The budgets of what collections of these kinds do alike. */
function budgetsOf(...kinds: readonly string[]): Budget[] {
  return kinds.flatMap((kind) =>
    Object.entries(OF_EVERY_KIND).map(([operation, most]) => ({ operation: `${kind} ${operation}`, most })),
  );
}

/** The budgets of the suite. A figure above its budget fails the tests; a budget is never raised to fit a figure. */
export const BUDGETS: readonly Budget[] = [
  { operation: "AINFT721 mint", most: MINT_ABOVE_BARE, above: "bare ERC-721 mint" },
  { operation: "AINFT721Votes mint", most: MINT_ABOVE_BARE, above: "bare ERC-721 with votes mint" },
  { operation: "AINFT1155 mint", most: MINT_ABOVE_BARE, above: "bare ERC-1155 mint" },
  ...budgetsOf("AINFT721", "AINFT721Votes", "AINFT1155", "AINFT1155Votes"),
  { operation: "fulfill, m = 3", most: 49_500 },
  { operation: "fulfill, m = 5", most: 58_500 },
  { operation: "fulfillBatch of 256, each, m = 3", most: 1_450 },
  { operation: "fulfillBatch of 256, each, m = 5", most: 1_450 },
  { operation: "commitRoot of 256, each, m = 3", most: 300 },
  { operation: "commitRoot of 256, each, m = 5", most: 300 },
];

/** The budget in gas, with the yardstick as it was measured. */
export function limitOf({ most, above }: Budget, table: GasTable): number {
  return most + (above === undefined ? 0 : figureOf(table, above));
}
