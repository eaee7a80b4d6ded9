import type { ContractTransactionReceipt, ContractTransactionResponse } from "ethers";
import { attest, type Reporter } from "../../helpers/attestation";
import { pick } from "../system";
import type { DeskModel } from "./model";
import type { DeskLife } from "./world";

/** Numbers that an act takes modulo what there is. */
export type Choices = readonly [number, number, number, number];

/** One act: what the model makes of it, how it is sent, and what is true once it was accepted. */
export interface Act {
  /** Name of the custom error; undefined when it must be accepted. */
  refusal: string | undefined;
  send(): Promise<ContractTransactionResponse>;
  accepted(receipt: ContractTransactionReceipt): void;
}

/** Prepares an act once the time of its block is set; nothing when there is nothing to act on yet. */
export type Prepare = (model: DeskModel, life: DeskLife, choices: Choices) => Act | undefined;

/** Enough for whatever a life does, so that nobody asks how much is needed. */
export const GAS = { gasLimit: 4_000_000n };

const ONE_DAY = 86_400n;

/** A config to sign under: mostly the newest, sometimes any, or one that never was. */
export function configFor(model: DeskModel, choice: number): number {
  const { length } = model.configs;
  return choice % 4 === 0 ? choice % (length + 2) : length;
}

/** Signs a report as a quorum of a config, or with a stranger's key. */
export function signed(
  model: DeskModel,
  { domain, reporterSets }: DeskLife,
  version: number,
  report: { firstId: bigint; count: bigint; root: string },
  outsider: Reporter | undefined,
): string {
  const config = model.configs[version - 1];
  const set = reporterSets[config?.set ?? 0] ?? [];
  const reporters = outsider === undefined ? set : [outsider, ...set.slice(1)];
  const by = Array.from({ length: config?.threshold ?? 1 }, (_, index) => index);
  const terms = { configVersion: BigInt(version), deadline: model.time + ONE_DAY };
  return attest({ ...terms, ...report }, { domain, reporters, by });
}

/** One in so many, by a choice. */
export function rarely(choice: number, times: number): boolean {
  return choice % times === times - 1;
}

export { pick };
