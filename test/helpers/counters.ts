import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import { type ContractTransactionResponse, id, keccak256, TypedDataEncoder } from "ethers";
import type { ActivityCounters } from "../../typechain-types";
import { attest, type AttestTerms } from "./attestation";
import { chainId, deployContract } from "./chain";
import { type MintedToken, tokenMinted } from "./fixtures";
import { digestOf } from "./typed-data";

export const XP = id("xp");
export const POINTS = id("points");
export const CHAT = id("chat");
export const QUEST = id("quest");
export const DAY = 86_400n;

/** Why an increment was skipped, as the contract numbers it. */
export const SkipReason = { SEQUENCE: 0n, UNCAPPED: 1n, CAPPED: 2n } as const;

export interface Increment {
  tokenId: bigint;
  counter: string;
  source: string;
  sequence: bigint;
  amount: bigint;
  evidence: string;
}

/** A token whose XP the chat may raise by 100 a day. */
export interface CountersWorld extends MintedToken {
  counters: ActivityCounters;
  countersAddress: string;
  chain: bigint;
  /** The token's first increment: 60 XP by the chat. */
  increment(changed?: Partial<Increment>): Increment;
}

export async function countersReady(): Promise<CountersWorld> {
  const world = await tokenMinted();
  const counters = await deployContract("ActivityCounters");
  await counters.connect(world.creator).setCap(world.collectionAddress, XP, CHAT, { limit: 100n, period: DAY });
  const increment = (changed: Partial<Increment> = {}): Increment => ({
    tokenId: world.tokenId,
    counter: XP,
    source: CHAT,
    sequence: 1n,
    amount: 60n,
    evidence: digestOf("what was said"),
    ...changed,
  });
  const countersAddress = await counters.getAddress();
  return { ...world, counters, countersAddress, chain: await chainId(), increment };
}

const types = {
  ActivityIncrement: [
    { type: "uint256", name: "chainId" },
    { type: "address", name: "counters" },
    { type: "address", name: "collection" },
    { type: "Increment", name: "increment" },
  ],
  Increment: [
    { type: "uint256", name: "tokenId" },
    { type: "bytes32", name: "counter" },
    { type: "bytes32", name: "source" },
    { type: "uint64", name: "sequence" },
    { type: "uint64", name: "amount" },
    { type: "bytes32", name: "evidence" },
  ],
};

/** Which deployment, and whose tokens, increments are for. */
export type Place = Pick<CountersWorld, "chain" | "countersAddress" | "collectionAddress">;

/** The leaf of an increment, worked out from its type alone. */
export function incrementLeaf({ chain, countersAddress, collectionAddress }: Place, increment: Increment): string {
  const value = { chainId: chain, counters: countersAddress, collection: collectionAddress, increment };
  return keccak256(TypedDataEncoder.hashStruct("ActivityIncrement", types, value));
}

/** The root over increments in their order, by the library that others use. */
export function incrementsRoot(place: Place, increments: readonly Increment[]): string {
  const leaves = increments.map((increment) => incrementLeaf(place, increment));
  return SimpleMerkleTree.of(leaves, { sortLeaves: false }).root;
}

/** What the quorum signs about increments. */
export function signIncrements(
  world: CountersWorld,
  increments: readonly Increment[],
  changed: { terms?: Partial<AttestTerms>; root?: string; firstId?: bigint; count?: bigint } = {},
): string {
  const terms = { ...world.attest.terms, ...changed.terms };
  const { configVersion, deadline } = terms;
  const { root = incrementsRoot(world, increments), firstId = 0n, count = BigInt(increments.length) } = changed;
  return attest({ configVersion, deadline, firstId, count, root }, terms);
}

/** Brings increments that the quorum signed, by any relayer; under other terms, or other signatures, when they are named. */
export async function bring(
  world: CountersWorld,
  increments: readonly Increment[],
  { terms = {}, attestation }: { terms?: Partial<AttestTerms>; attestation?: string } = {},
): Promise<ContractTransactionResponse> {
  const { counters, relayer, collectionAddress } = world;
  const { configVersion, deadline } = { ...world.attest.terms, ...terms };
  const signed = attestation ?? signIncrements(world, increments, { terms });
  return counters.connect(relayer).applyIncrements(collectionAddress, configVersion, deadline, [...increments], signed);
}
