import { LocalOnlySetting } from "./errors.ts";
import { LOCAL_CHAIN_IDS, type RelayConfig } from "./schema.ts";

/** Whether a chain vanishes with its node. */
export function isLocalChain(chainId: bigint): boolean {
  return LOCAL_CHAIN_IDS.includes(chainId);
}

/** Refuses keys in the environment and unconfined programs where money is at stake. Throws {@link LocalOnlySetting}. */
export function checkLocalOnly(config: RelayConfig): void {
  const { id } = config.chain;
  if (isLocalChain(id)) return;
  if (config.signer.type === "env") throw new LocalOnlySetting("signer.type: env", id);
  if (config.transmitter.signer?.type === "env") throw new LocalOnlySetting("transmitter.signer.type: env", id);
  if (config.runner.type === "process") throw new LocalOnlySetting("runner.type: process", id);
}
