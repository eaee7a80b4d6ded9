import { requestDeskAbi } from "ainft-contracts";
import {
  Agreement,
  type Address,
  asHex,
  bytesDigest,
  type Bytes32,
  canonicalJson,
  Delivery,
  type Hex,
  type JsonValue,
  requestHash,
  ResultStatus,
} from "ainft-core";
import { getBytes, Interface, ZeroAddress } from "ethers";
import type { PlacedOrder } from "../../../src/domain/order.ts";
import type { AskedRequest, Block, Landing } from "../../../src/domain/request.ts";

export const COLLECTION: Address = "0x0000000000000000000000000000000000000011";
export const PLAYER: Address = "0x0000000000000000000000000000000000000022";
export const DESK: Address = "0x0000000000000000000000000000000000000044";

const desk = new Interface(requestDeskAbi);

/** 32 bytes that end in a number. */
export function word(value: number): Bytes32 {
  return `0x${value.toString(16).padStart(64, "0")}`;
}

/** Blocks of one chain: `fork` tells the block at a height from that of another chain. */
export function block(number: number, fork = 0): Block {
  const hash = word(number * 1_000 + fork);
  return { number: BigInt(number), hash, parentHash: word((number - 1) * 1_000), time: 1_000n + BigInt(number) };
}

/** What may be special about a request. */
export interface Asked {
  readonly id: number;
  readonly tokenId?: number;
  readonly at?: Block;
  readonly deadline?: bigint;
  readonly input?: JsonValue;
  readonly maxOutputBytes?: bigint;
  readonly agreement?: Agreement;
  readonly delivery?: Delivery;
}

/** A request as the chain tells it. */
export function asked({ id, tokenId = 1, at = block(1), input = { say: "hi" }, ...rest }: Asked): AskedRequest {
  const bytes = canonicalJson(input);
  const content = {
    requester: PLAYER,
    collection: COLLECTION,
    tokenId: BigInt(tokenId),
    manifestDigest: word(7),
    inputDigest: bytesDigest(bytes),
    maxOutputBytes: rest.maxOutputBytes ?? 1_000n,
    delivery: rest.delivery ?? Delivery.INLINE,
    agreement: rest.agreement ?? Agreement.EXACT,
    deadline: rest.deadline ?? 5_000n,
  };
  return { ...content, id: BigInt(id), requestHash: requestHash(content), input: bytes, block: at };
}

/** The chain's word that a request was answered. */
export function landing(id: number, at: Block): Landing {
  return {
    requestId: BigInt(id),
    resultDigest: word(9),
    answer: null,
    status: ResultStatus.OK,
    txHash: word(8),
    block: at,
  };
}

/** An order of a request, as the chain tells it. */
export function placed(request: AskedRequest, rest: { amount?: bigint; callbackGas?: bigint } = {}): PlacedOrder {
  const { id, requestHash: hash, block: at } = request;
  const { amount = 100n, callbackGas = 0n } = rest;
  const encoded = encodedOrder(request, amount, callbackGas);
  const { number, hash: blockHash, time } = at;
  const where = { number, hash: blockHash, time };
  return {
    requestId: id,
    requestHash: hash,
    amount,
    callbackGas,
    encoded,
    hash: bytesDigest(getBytes(encoded)),
    block: where,
  };
}

/** The parameter of the desk's `settle`, with a fee in ETH and the default shares. */
function encodedOrder(request: AskedRequest, amount: bigint, callbackGas: bigint): Hex {
  const { id, requestHash: hash, requester, collection, tokenId, deadline } = request;
  const asked = [id, hash, requester, collection, tokenId, 1];
  const order = [...asked, ZeroAddress, amount, deadline, 1, callbackGas, [7_000, 1_000, 1_500, 500]];
  const call = desk.encodeFunctionData("settle", [order]);
  return asHex(`0x${call.slice(10)}`);
}
