import type { JsonObject } from "../json/types.ts";
import type { ProgrammeName } from "./types.ts";

/** A published epoch as JSON; numbers are decimal texts, as JSON's own are not exact. */
export interface RewardDocumentJson {
  readonly format: string;
  readonly chainId: string;
  readonly distributor: string;
  readonly programme: ProgrammeName;
  readonly epoch: string;
  readonly budget: string;
  readonly snapshotBlock: string;
  readonly previousDigest: string | null;
  readonly boosts: readonly { readonly minimum: string; readonly bps: string }[];
  readonly rows: readonly { readonly account: string; readonly units: string; readonly holding: string }[];
  readonly entries: readonly { readonly account: string; readonly cumulativeAmount: string }[];
  readonly total: string;
  readonly root: string;
}

const decimal: JsonObject = { type: "string", pattern: "^(?:0|[1-9][0-9]{0,77})$" };
const positive: JsonObject = { type: "string", pattern: "^[1-9][0-9]{0,77}$" };
const address: JsonObject = { type: "string", pattern: "^0x[0-9a-fA-F]{40}$" };
const bytes32: JsonObject = { type: "string", pattern: "^0x[0-9a-f]{64}$" };

const closed = (properties: JsonObject): JsonObject => ({
  type: "object",
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
});

const listOf = (properties: JsonObject, maxItems?: number): JsonObject => ({
  type: "array",
  items: closed(properties),
  ...(maxItems === undefined ? {} : { maxItems }),
});

/** JSON Schema of a published epoch. */
export const rewardDocumentSchema: JsonObject = closed({
  format: { const: "ainft-rewards/1" },
  chainId: positive,
  distributor: address,
  programme: { enum: ["GPU_TIME", "TRAINING", "ACTIVITY"] },
  epoch: positive,
  budget: decimal,
  snapshotBlock: decimal,
  previousDigest: { anyOf: [{ type: "null" }, bytes32] },
  boosts: listOf({ minimum: decimal, bps: positive }, 16),
  rows: listOf({ account: address, units: positive, holding: decimal }),
  entries: listOf({ account: address, cumulativeAmount: positive }),
  total: positive,
  root: bytes32,
});
