import { contractStep } from "./contract-step";

/**
 * What stands beside the collections: programs for tokens of other collections, metadata that is all on chain, and
 * counters of what tokens did.
 */
export const companionSteps = [
  contractStep({
    id: "04-binder",
    contract: "AINFTBinder",
    args: ({ ledger, setup }) => [setup.owner, ledger.addressOf("InferenceOracle")],
  }),
  contractStep({ id: "04-onchain-metadata", contract: "OnchainMetadata", args: () => [] }),
  contractStep({ id: "04-activity-counters", contract: "ActivityCounters", args: () => [] }),
];
