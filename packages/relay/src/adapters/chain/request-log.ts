import { asAddress, asAgreement, asBytes32, asDelivery, bytesDigest, bytesOf, type Hex, requestHash } from "ainft-core";
import { ChainUnavailable } from "../../domain/errors.ts";
import type { AskedRequest, BlockRef } from "../../domain/request.ts";

/** A log with what is read of it here, all of it hexadecimal digits. */
export interface RequestLog {
  /** Signature, request id, collection and token id. */
  readonly topics: readonly string[];
  readonly data: string;
}

/** Digits of one word. */
const WORD = 64;
/** Where the input's length stands: behind the seven other fields and the offset. */
const INPUT_AT = 8;

/**
 * Reads a `RequestCreated` log. There are as many of it as requests, and a decoder of any event takes five times as long for
 * one: docs/bench/relay.md. What is read is held against the hash that the contract made of it.
 * Throws {@link ChainUnavailable} when it is not one.
 */
export function readRequest(log: RequestLog, block: BlockRef): AskedRequest {
  const request = decode(log, block);
  if (requestHash(request) !== request.requestHash) {
    throw new ChainUnavailable("a request's content is not what its hash says");
  }
  return request;
}

function decode({ topics, data }: RequestLog, block: BlockRef): AskedRequest {
  try {
    const digits = data.slice(2).toLowerCase();
    const field = (index: number): Hex => wordAt(digits, index);
    const input = inputOf(digits);
    return {
      id: BigInt(asBytes32(topics[1] ?? "")),
      collection: addressIn(asBytes32(topics[2] ?? "")),
      tokenId: BigInt(asBytes32(topics[3] ?? "")),
      requester: addressIn(field(0)),
      manifestDigest: field(1),
      requestHash: field(2),
      maxOutputBytes: BigInt(field(3)),
      delivery: asDelivery(BigInt(field(4))),
      agreement: asAgreement(BigInt(field(5))),
      deadline: BigInt(field(6)),
      inputDigest: bytesDigest(input),
      input,
      block,
    };
  } catch (cause) {
    throw new ChainUnavailable("it gave a request that is none", { cause });
  }
}

/** The only part of changing length, and so the last: right behind the others, as Solidity lays it. */
function inputOf(digits: string): Uint8Array {
  if (BigInt(wordAt(digits, INPUT_AT - 1)) !== BigInt((INPUT_AT * WORD) / 2))
    throw new RangeError("its input is elsewhere");
  const length = Number(BigInt(wordAt(digits, INPUT_AT)));
  const from = (INPUT_AT + 1) * WORD;
  if (from + 2 * length > digits.length) throw new RangeError("its input is cut off");
  return bytesOf(`0x${digits.slice(from, from + 2 * length)}`);
}

function wordAt(digits: string, index: number): Hex {
  return asBytes32(`0x${digits.slice(index * WORD, (index + 1) * WORD)}`);
}

function addressIn(word: Hex): Hex {
  if (!/^0x0{24}/.test(word)) throw new RangeError("an address is longer than one");
  return asAddress(`0x${word.slice(26)}`);
}
