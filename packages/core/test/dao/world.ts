import { Interface } from "ethers";
import {
  type Address,
  asAddress,
  type Hex,
  type KnownContract,
  type OnchainProposal,
  type ProposedCall,
} from "../../src/index.ts";

export const soul = asAddress(`0x${"a1".repeat(20)}`);
export const treasury = asAddress(`0x${"b2".repeat(20)}`);
export const stranger = asAddress(`0x${"c3".repeat(20)}`);
export const digest: Hex = `0x${"5d".repeat(32)}`;

const abi = [
  "function publishManifest(uint256 tokenId, bytes32 manifestDigest)",
  "function setName(string)",
  "function pay(tuple(address account, uint16 bps)[] shares, bytes note)",
  "function act(tuple(int256 low, tuple(bool yes) deep) rule, uint8[] kinds)",
];
export const soulAbi = new Interface(abi);

export const contracts: readonly KnownContract[] = [{ address: soul, name: "Soul", abi }];

export function callOf(name: string, args: readonly unknown[], changed: Partial<ProposedCall> = {}): ProposedCall {
  const data = soulAbi.encodeFunctionData(name, args) as Hex; // encoders answer hexadecimal
  return { target: soul, value: 0n, data, ...changed };
}

export const publish = callOf("publishManifest", [7n, digest]);

/** The same as a chain would tell it. */
export function onchain(calls: readonly ProposedCall[], description: string): OnchainProposal {
  const targets: Address[] = calls.map(({ target }) => target);
  return { targets, values: calls.map(({ value }) => value), calldatas: calls.map(({ data }) => data), description };
}
