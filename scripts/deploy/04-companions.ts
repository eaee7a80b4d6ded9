import { contractStep } from "./contract-step";
import { ownerOf } from "./dao";

/**
 * What stands beside the collections: programs for tokens of other collections, metadata that is all on chain, counters of
 * what tokens did, and collectives.
 */
export const companionSteps = [
  contractStep({
    id: "04-binder",
    contract: "AINFTBinder",
    args: (context) => [ownerOf(context), context.ledger.addressOf("InferenceOracle")],
  }),
  contractStep({ id: "04-onchain-metadata", contract: "OnchainMetadata", args: () => [] }),
  contractStep({ id: "04-activity-counters", contract: "ActivityCounters", args: () => [] }),
  contractStep({
    id: "04-collectives",
    contract: "Collectives",
    args: ({ ledger }) => [ledger.addressOf("AINFTFactory"), ledger.addressOf("Governors")],
  }),
];
