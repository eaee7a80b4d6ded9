import { contractStep } from "./contract-step";
import { ownerOf } from "./dao";
import { addressOf } from "./predictions";

/**
 * What stands beside the collections: programs for tokens of other collections, metadata that is all on chain, counters of
 * what tokens did, and collectives.
 */
export const companionSteps = [
  contractStep({
    id: "04-binder",
    contract: "AINFTBinder",
    args: (context) => [ownerOf(context), addressOf(context, "InferenceOracle")],
  }),
  contractStep({ id: "04-onchain-metadata", contract: "OnchainMetadata", args: () => [] }),
  contractStep({ id: "04-activity-counters", contract: "ActivityCounters", args: () => [] }),
  contractStep({
    id: "04-collectives",
    contract: "Collectives",
    args: (context) => [addressOf(context, "AINFTFactory"), addressOf(context, "Governors")],
  }),
];
