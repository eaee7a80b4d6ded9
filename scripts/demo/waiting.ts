import type { Provider } from "ethers";
import { AINFT721__factory, InferenceOracle__factory } from "../../typechain-types";
import { waitUntil } from "./processes";
import type { Progress } from "./progress";
import type { Execution } from "./story";

const ANSWER_TIMEOUT_MS = 150_000;

/** Waits until the answer and the update stand on chain, and shows how the first relay gets there. */
export async function waitForAnswer(
  provider: Provider,
  oracleAddress: string,
  collectionAddress: string,
  requestId: bigint,
  relays: readonly string[],
  progress: Progress,
): Promise<Execution> {
  const oracle = InferenceOracle__factory.connect(oracleAddress, provider);
  const collection = AINFT721__factory.connect(collectionAddress, provider);
  let shown = "";
  let execution: Execution = { runner: "unknown", imageDigest: undefined };
  await waitUntil("the answer. Read the relays' logs in the data folder", ANSWER_TIMEOUT_MS, async () => {
    for (const relay of relays.slice(0, 1)) {
      const status = await relayStatus(relay, requestId);
      if (status === undefined) continue;
      execution = status.execution ?? execution;
      if (status.state !== shown) progress.detail(`relay 1: ${status.state}`);
      shown = status.state;
    }
    if (!(await oracle.isFulfilled(requestId))) return false;
    return (await collection.queryFilter(collection.filters.StateUpdated())).length > 0;
  });
  return execution;
}

interface RelayStatus {
  readonly state: string;
  readonly execution: Execution | undefined;
}

/** What a relay says about a request; undefined while it knows nothing. */
async function relayStatus(relay: string, requestId: bigint): Promise<RelayStatus | undefined> {
  const response = await fetch(`${relay}/v1/requests/${requestId}`);
  if (!response.ok) return undefined;
  const body = (await response.json()) as { state?: unknown; execution?: { runner?: unknown; imageDigest?: unknown } };
  const { runner, imageDigest } = body.execution ?? {};
  return {
    state: String(body.state),
    execution:
      typeof runner === "string"
        ? { runner, imageDigest: typeof imageDigest === "string" ? imageDigest : undefined }
        : undefined,
  };
}
