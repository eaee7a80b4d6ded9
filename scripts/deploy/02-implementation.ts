import { contractStep } from "./contract-step";
import { addressOf } from "./predictions";

/** Where the splits of royalties are opened. It has no owner. */
export const splitsStep = contractStep({
  id: "02-splits",
  contract: "ContributorSplits",
  args: () => [],
  constructorGas: 1_000_000n, // the code that splits are clones of
});

/** Second halves of the collections of each standard. Called directly, nothing in them can be changed. */
export const extensionSteps = [
  extensionStep("02-extension-721", "AINFT721Extension"),
  extensionStep("02-extension-1155", "AINFT1155Extension"),
];

/** The code that every collection of a kind runs as a clone. It can never be initialised itself. */
export const implementationSteps = [
  implementationStep("02-implementation-721", "AINFT721", "AINFT721Extension"),
  implementationStep("02-implementation-721-votes", "AINFT721Votes", "AINFT721Extension"),
  implementationStep("02-implementation-1155", "AINFT1155", "AINFT1155Extension"),
  implementationStep("02-implementation-1155-votes", "AINFT1155Votes", "AINFT1155Extension"),
];

/** The code of governors and timelocks, and where they are opened. None of them has an owner. */
export const governorSteps = [
  contractStep({ id: "02-timelock", contract: "AINTimelock", args: () => [] }),
  contractStep({ id: "02-governor", contract: "AINGovernor", args: () => [] }),
  contractStep({
    id: "02-governors",
    contract: "Governors",
    args: (context) => [addressOf(context, "AINGovernor"), addressOf(context, "AINTimelock")],
  }),
];

function extensionStep(id: string, contract: string) {
  return contractStep({ id, contract, args: (context) => [addressOf(context, "ContributorSplits")] });
}

function implementationStep(id: string, contract: string, extension: string) {
  return contractStep({ id, contract, args: (context) => [addressOf(context, extension)] });
}
