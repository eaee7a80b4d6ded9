import { type Address, asBytes32, asHex, type StateUpdate } from "ainft-core";
import type { Selectable } from "kysely";
import { z } from "zod";
import type { ActivityBatch, ActivityKey, ActivityState, EventState, SignedGrant } from "../../domain/activity.ts";
import type { TokenRef } from "../../domain/request.ts";
import type { TrackedEvent } from "../../ports/activity.ts";
import type { BatchTable, EventTable, GrantTable } from "./activity-tables.ts";
import { address } from "./rows.ts";

/** Batches that their events, and requests to their token, wait for. */
export const UNDER_WAY: readonly ActivityState[] = ["SIGNED", "QUORUM", "TX_READY", "SENT", "INCLUDED"];

export function toGrant(row: Selectable<GrantTable>): SignedGrant {
  return {
    ...tokenOf(row),
    session: address(row.session),
    until: row.until,
    scope: row.scope,
    nonce: row.nonce,
    granter: address(row.granter),
    signature: asHex(row.signature),
    digest: asBytes32(row.digest),
  };
}

export function toEvent(row: Selectable<EventTable>): TrackedEvent {
  return {
    id: row.id,
    digest: asBytes32(row.digest),
    grant: asBytes32(row.grant_digest),
    counter: row.counter,
    input: row.input,
    signature: asHex(row.signature),
    state: row.state as EventState, // only ever written from that type
    sequence: row.sequence,
    note: row.note,
  };
}

export function toBatch(row: Selectable<BatchTable>): ActivityBatch {
  const { config_version: configVersion, deadline, count, root } = row;
  return {
    key: row.key as ActivityKey, // only ever written from that type
    state: row.state as ActivityState, // the same
    digest: asBytes32(row.digest),
    report: { configVersion, deadline, firstId: 0n, count, root: asBytes32(root) },
    updates: readUpdates(row.updates),
    attestation: row.attestation === null ? null : asHex(row.attestation),
    quorumAt: row.quorum_at === null ? null : Number(row.quorum_at),
  };
}

export function tokenOf(row: { collection: string; token_id: string }): TokenRef {
  return { collection: address(row.collection), tokenId: BigInt(row.token_id) };
}

const decimal = z.string().transform(BigInt);
const word = z.string().transform((text) => asBytes32(text));
const account = z.string().transform((text): Address => address(text));
const updatesShape = z.array(
  z.strictObject({
    collection: account,
    tokenId: decimal,
    actor: account,
    sequence: decimal,
    manifestDigest: word,
    inputDigest: word,
    outputDigest: word,
    stateDigest: word,
  }),
);

/** Updates as one column keeps them. */
export function writeUpdates(updates: readonly StateUpdate[]): string {
  return JSON.stringify(updates, (_name, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
}

function readUpdates(text: string): StateUpdate[] {
  return updatesShape.parse(JSON.parse(text));
}
