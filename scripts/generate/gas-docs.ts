import { type Budget, BUDGETS, limitOf } from "../lib/gas/budgets";
import { figureOf, type GasTable, readGasSnapshot } from "../lib/gas/table";
import { writeAtomically } from "../lib/files";
import { fromRoot } from "../lib/paths";
import { type Act, BATCHES, MINTS, TRANSFERS, UPDATES } from "./gas-peers";
import { oracleSections } from "./gas-oracle";
import { grouped, markdownTable } from "./markdown-table";

const DOCUMENT = fromRoot("docs", "gas.md");

/** The whole of docs/gas.md, from the measured figures alone. Throws when a figure is missing. */
export function gasDocs(table: GasTable): string {
  const sections = [
    "# What it costs",
    "Written by `npm run docs:gas` from [snapshots/gas.json](../snapshots/gas.json). Change neither by hand.",
    "## How it was measured",
    METHOD,
    "## Ours against the budgets",
    BUDGET_RULES,
    budgetTable(table, BUDGETS),
    ...oracleSections(table),
    "## Beside others: a new token",
    actTable(table, MINTS),
    "## Beside others: new metadata",
    "For ours this is `publishManifest`: the next version of a program.",
    actTable(table, UPDATES),
    "## Beside others: a transfer",
    actTable(table, TRANSFERS),
    "## Beside others: 50 tokens in one call, for each",
    "All for one account. OpenZeppelin's and Solady's contracts bring no function for it.",
    actTable(table, BATCHES),
    "## Where others are cheaper, and why",
    comparison(table),
    "## Every figure",
    everyFigure(table),
  ];
  return `${sections.join("\n\n")}\n`;
}

const METHOD = `\`npm run snapshot:gas\` sends every transaction to Hardhat's chain in process, with the rules of Osaka. All contracts, the
peers too, are compiled in one run by solc 0.8.30 for Cancun, by way of the IR, with the optimizer at 1,000,000 runs; only
\`InferenceOracle\` has 50,000 runs, \`AINFT721Votes\` 20,000, \`AINFT1155Votes\` 5,000, \`AINGovernor\` and \`ProviderRegistry\` 200,
because their code would not fit otherwise, or because small code is what counts. A figure is the gas of
the whole transaction after refunds, with the 21,000 that each pays and with its calldata. It is the median of five runs
after a first one that is not counted, so counters and balances are not zero before. Single training records are an average
over 1,024, because the log's height decides what a record costs; opening, freezing and configuring are single runs. A
figure "each" is the gas of the transaction divided by what it did. Reports and consents are signed anew in each run, so
their calldata, and with it the figure, moves by a few dozen gas.

Collections of ours are immutable clones unless a row says otherwise. Peers stand at an address of their own, without a
clone in front. They are mocks of a few lines in \`contracts/mocks/peers\`: an owner who mints, a counter, and the library as
it comes.`;

const BUDGET_RULES = `The tests fail above a budget, and above the committed figure by more than 1 %. A mint may cost 27,000 more than the mint of
a bare OpenZeppelin contract of the same shape: a clone with an owner and a counter, for votes with votes, measured in the
same run. \`createProgram\` of ERC-1155 mints nothing and has no budget; nor have the binder and collections behind a beacon,
which make more calls.`;

function budgetTable(table: GasTable, budgets: readonly Budget[]): string {
  const rows = budgets.map((budget) => {
    const [gas, most] = [figureOf(table, budget.operation), limitOf(budget, table)];
    const why =
      budget.above === undefined
        ? ""
        : `${budget.above} ${grouped(figureOf(table, budget.above))} + ${grouped(budget.most)}`;
    return [budget.operation, grouped(gas), grouped(most), gas > most ? `${grouped(gas - most)} over` : "kept", why];
  });
  return markdownTable(["operation", "gas", "budget", "verdict", "budget is"], rows, [1, 2]);
}

function actTable(table: GasTable, acts: readonly Act[]): string {
  const rows = acts.map(({ contract, operation, stores }) => [
    contract,
    operation === undefined ? "none" : grouped(figureOf(table, operation)),
    stores,
  ]);
  return markdownTable(["contract", "gas", "what it stores"], rows, [1]);
}

function everyFigure(table: GasTable): string {
  const rows = Object.entries(table).map(([operation, gas]) => [operation, grouped(gas)]);
  return markdownTable(["operation", "gas"], rows, [1]);
}

/** Differences, worked out from the figures, so that the sentences cannot say what the tables do not. */
function comparison(table: GasTable): string {
  const [bare, uri] = ["OpenZeppelin ERC721", "OpenZeppelin ERC721URIStorage"] as const;
  const between = (one: string, other: string): string => apart(figureOf(table, one) - figureOf(table, other));
  return [
    `A mint of \`AINFT721\` costs ${between("AINFT721 mint", `${bare} mint`)} than bare OpenZeppelin's, ` +
      `${between("AINFT721 mint", "ERC721A mint")} than ERC721A's and ${between("AINFT721 mint", "Solady ERC721 mint")} ` +
      "than Solady's: those three store no metadata, we store a digest in a new slot. The call through the clone is in our " +
      `figure as well; for \`publishManifest\` it is ${cloneCost(table)}.`,
    `With its CID stored as text, OpenZeppelin's mint is another matter: ours costs ${between("AINFT721 mint", `${uri} mint`)} ` +
      "than that, because a digest takes one slot and the text three.",
    `New metadata costs ${between("AINFT721 publishManifest", `${uri} metadata update`)} than in ERC721URIStorage. That one ` +
      "writes over the old text; we add a slot, so that what a token was in any earlier version stays readable on chain.",
    `A transfer of \`AINFT721\` costs ${between("AINFT721 transfer", `${bare} transfer`)} than bare OpenZeppelin's and ` +
      `${between("AINFT721 transfer", "Solady ERC721 transfer")} than Solady's, for the clone and for reading the lock and ` +
      "the timed user.",
    `Votes cost most: a transfer of \`AINFT721Votes\` costs ${between("AINFT721Votes transfer", "AINFT721 transfer")} than ` +
      "without, because each account's votes are kept for every time they changed.",
    `Who mints many tokens at once for one account is best served by ERC721A: each token there costs ` +
      `${between("ERC721A mintBatch of 50, each", "AINFT721 mintBatch of 50, each")} than ours. It stores the owner once a ` +
      "batch, so the transfer out of a batch costs " +
      `${between("ERC721A transfer out of the middle of 50 minted at once", "ERC721A transfer")} than its ordinary one. Each of ` +
      "our tokens has a manifest of its own, which cannot be shared.",
  ]
    .map((sentence) => `- ${sentence}`)
    .join("\n");
}

function cloneCost(table: GasTable): string {
  return grouped(
    figureOf(table, "AINFT721 publishManifest") - figureOf(table, "AINFT721 at an address of its own publishManifest"),
  );
}

function apart(difference: number): string {
  return `${grouped(Math.abs(difference))} ${difference < 0 ? "less" : "more"}`;
}

if (require.main === module) writeAtomically(DOCUMENT, gasDocs(readGasSnapshot()));
