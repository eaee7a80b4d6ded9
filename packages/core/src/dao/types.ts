import type { JsonFragment } from "ethers";
import type { Address, Bytes32, Hex } from "../hex.ts";

/** One call of a proposal: what the timelock will do when it passes. */
export interface ProposedCall {
  readonly target: Address;
  /** Wei that the timelock sends along. */
  readonly value: bigint;
  /** Selector and arguments, in lower-case hexadecimal. */
  readonly data: Hex;
}

/** A contract that readers of a proposal know, and how it is called there. */
export interface KnownContract {
  readonly address: Address;
  readonly name: string;
  /** Lines of Solidity, or the JSON that the compiler writes. */
  readonly abi: readonly (string | JsonFragment)[];
}

/** What a person writes about a proposal; what it does is written from its calls. */
export interface ProposalDraft {
  /** One line. */
  readonly title: string;
  /** Why, in Markdown; may be empty. */
  readonly reason: string;
  readonly calls: readonly ProposedCall[];
  /** The only account that may propose it; anybody when left out. */
  readonly proposer?: Address;
}

/** A description, taken apart again. */
export interface ParsedDescription {
  readonly title: string;
  readonly reason: string;
  /** The part that was written from the calls, without its digest. */
  readonly callsText: string;
  readonly callsDigest: Bytes32;
  readonly proposer: Address | undefined;
}
