import type { Bytes32 } from "ainft-core";
import { concat, keccak256, toBeHex } from "ethers";

/**
 * Order in which reporters may submit a report: a permutation of their indexes that nobody chooses, so that nobody can
 * hold a place for ever and no leader is needed.
 */
export function transmissionOrder(root: Bytes32, configVersion: bigint, reporters: number): number[] {
  const draws = Array.from({ length: reporters }, (_, index) => ({
    index,
    draw: keccak256(concat([root, toBeHex(configVersion, 32), toBeHex(index, 32)])),
  }));
  return draws.sort((left, right) => (left.draw < right.draw ? -1 : 1)).map(({ index }) => index);
}

/** Milliseconds that a reporter waits after the quorum before it submits. A stranger to the config goes last. */
export function stageDelay(order: readonly number[], index: number | undefined, stageDelayMs: number): number {
  const stage = index === undefined ? order.length : order.indexOf(index);
  return (stage < 0 ? order.length : stage) * stageDelayMs;
}
