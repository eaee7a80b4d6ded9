import {
  type Address,
  asAddress,
  asAgreement,
  asBytes32,
  asDelivery,
  asHex,
  asResultStatus,
  type Bytes32,
} from "ainft-core";
import type { Selectable } from "kysely";
import { orderKey, type OrderState, type TrackedOrder } from "../../domain/order.ts";
import type { BatchMember, Candidate, Lane } from "../../domain/batch.ts";
import type { Outcome, ReportKey, TrackedReport } from "../../domain/report.ts";
import type { AskedRequest, Block, CommittedRoot, Landing } from "../../domain/request.ts";
import type { ReportKind, ReportState, RequestState } from "../../domain/states.ts";
import type { SignatureRecord, TrackedRequest } from "../../ports/store.ts";
import type { OrderTable, ReportTable, RequestTable, RootTable, SignatureTable, Tables } from "./tables.ts";

export function toBlock(row: Tables["blocks"]): Block {
  return { number: row.number, hash: asBytes32(row.hash), parentHash: asBytes32(row.parent_hash), time: row.time };
}

export function toRequest(row: Selectable<RequestTable>, input: Uint8Array): TrackedRequest {
  return {
    id: row.id,
    state: row.state as RequestState, // only ever written from that type
    collection: address(row.collection),
    tokenId: BigInt(row.token_id),
    requester: address(row.requester),
    manifestDigest: asBytes32(row.manifest_digest),
    requestHash: asBytes32(row.request_hash),
    inputDigest: asBytes32(row.input_digest),
    maxOutputBytes: row.max_output_bytes,
    delivery: asDelivery(row.delivery),
    agreement: asAgreement(row.agreement),
    deadline: row.deadline,
    block: { number: row.block_number, hash: asBytes32(row.block_hash), time: row.block_time },
    input,
    outcome: toOutcome(row),
    newState: digestOrNull(row.state_digest),
    landing: toLanding(row),
    settled: row.settled,
    note: row.note,
  };
}

function toOutcome(row: Pick<Selectable<RequestTable>, "status" | "result_digest" | "result_size">): Outcome | null {
  if (row.status === null || row.result_digest === null || row.result_size === null) return null;
  return { status: asResultStatus(row.status), resultDigest: asBytes32(row.result_digest), size: row.result_size };
}

function toLanding(row: Selectable<RequestTable>): Landing | null {
  const { landed_status, landed_block, landed_block_hash, landed_time, landed_tx } = row;
  if (landed_status === null || landed_tx === null) return null;
  if (landed_block === null || landed_block_hash === null || landed_time === null) return null;
  return {
    requestId: row.id,
    resultDigest: digestOrNull(row.landed_digest),
    answer: digestOrNull(row.landed_answer),
    status: asResultStatus(landed_status),
    txHash: asBytes32(landed_tx),
    block: { number: landed_block, hash: asBytes32(landed_block_hash), time: landed_time },
  };
}

export function toOrder(row: Selectable<OrderTable>): TrackedOrder {
  return {
    key: orderKey(row.request_id),
    requestId: row.request_id,
    state: row.state as OrderState, // only ever written from that type
    requestHash: asBytes32(row.request_hash),
    amount: BigInt(row.amount),
    callbackGas: row.callback_gas,
    encoded: asHex(row.encoded),
    hash: asBytes32(row.hash),
    block: { number: row.block_number, hash: asBytes32(row.block_hash), time: row.block_time },
    dueAt: row.due_at === null ? null : Number(row.due_at),
  };
}

export function toReport(row: Selectable<ReportTable>): TrackedReport {
  return {
    key: row.key as ReportKey, // only ever written from that type
    kind: row.kind as ReportKind,
    requestId: row.request_id,
    state: row.state as ReportState,
    sequence: row.sequence,
    deadline: row.deadline,
    configVersion: row.config_version,
    digest: digestOrNull(row.digest),
    attestation: row.attestation === null ? null : asHex(row.attestation),
    quorumAt: row.quorum_at === null ? null : Number(row.quorum_at),
  };
}

/** A request of a range, with the lane of its result. */
export interface MemberRow extends Pick<
  Selectable<RequestTable>,
  | "id"
  | "state"
  | "request_hash"
  | "delivery"
  | "deadline"
  | "block_number"
  | "block_hash"
  | "block_time"
  | "status"
  | "result_digest"
  | "result_size"
> {
  readonly lane: string | null;
  readonly fresh: boolean;
  readonly blocked: boolean;
}

export function toMember(row: MemberRow): BatchMember {
  return {
    id: row.id,
    state: row.state as RequestState, // only ever written from that type
    requestHash: asBytes32(row.request_hash),
    delivery: asDelivery(row.delivery),
    deadline: row.deadline,
    block: { number: row.block_number, hash: asBytes32(row.block_hash), time: row.block_time },
    outcome: toOutcome(row),
    lane: row.lane as Lane | null, // only ever written from that type
    fresh: row.fresh,
    blocked: row.blocked,
  };
}

export function toCandidate(
  row: Pick<MemberRow, "id" | "delivery" | "deadline" | "block_number" | "block_hash" | "block_time">,
  isBatchable: (asked: Pick<AskedRequest, "delivery" | "deadline" | "block">) => boolean,
): Candidate {
  const block = { number: row.block_number, hash: asBytes32(row.block_hash), time: row.block_time };
  const asked = { delivery: asDelivery(row.delivery), deadline: row.deadline, block };
  return { id: row.id, time: row.block_time, batchable: isBatchable(asked) };
}

export function toRoot(row: RootTable): CommittedRoot {
  return {
    firstId: row.first_id,
    count: row.count,
    root: asBytes32(row.root),
    configVersion: row.config_version,
    txHash: asBytes32(row.tx_hash),
    block: { number: row.block_number, hash: asBytes32(row.block_hash), time: row.block_time },
  };
}

export function toSignature(row: Selectable<SignatureTable>): SignatureRecord {
  return {
    id: row.id,
    key: row.report_key as ReportKey,
    report: {
      configVersion: row.config_version,
      deadline: row.deadline,
      firstId: row.first_id,
      count: row.count,
      root: asBytes32(row.root),
    },
    digest: asBytes32(row.digest),
    signer: address(row.signer),
    signature: asHex(row.signature),
  };
}

export function digestOrNull(text: string | null): Bytes32 | null {
  return text === null ? null : asBytes32(text);
}

export function address(text: string): Address {
  return asAddress(text);
}
