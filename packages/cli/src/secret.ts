import { closeSync, fsyncSync, openSync, unlinkSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import { type Address, asAddress, asBytes32, type Bytes32 } from "ainft-core";
import { AbiCoder, keccak256 } from "ethers";
import { InputRefused } from "./errors.ts";
import { readObject, wholeNumber } from "./inputs.ts";
import { toJson } from "./text.ts";

/** What the committer of an egg keeps, and whose egg it opens. */
export interface EggSecret {
  readonly chainId: bigint;
  readonly hatchery: Address;
  readonly egg: bigint;
  readonly committer: Address;
  readonly secret: Bytes32;
}

/** As the hatchery's `commitmentOf`, without a node that would learn the secret. */
export function commitmentOf({ chainId, hatchery, egg, committer, secret }: EggSecret): Bytes32 {
  const types = ["uint256", "address", "uint256", "address", "bytes32"];
  const words = AbiCoder.defaultAbiCoder().encode(types, [chainId, hatchery, egg, committer, secret]);
  return asBytes32(keccak256(words));
}

/** Makes sure, before anything is asked for, that a new file can lie here. Throws {@link InputRefused}. */
export function expectRoom(cwd: string, path: string): void {
  closeSync(openNew(cwd, path));
  unlinkSync(resolve(cwd, path));
}

/** Writes a secret for its owner's eyes alone, onto the disk itself; never over another file. Throws {@link InputRefused}. */
export function keepSecret(cwd: string, path: string, secret: EggSecret): void {
  const file = openNew(cwd, path);
  try {
    writeSync(file, `${toJson(secret)}\n`);
    fsyncSync(file);
  } catch (cause) {
    throw new InputRefused(`${path} can't be written.`, { cause });
  } finally {
    closeSync(file);
  }
}

/** Reads what {@link keepSecret} wrote. Throws {@link InputRefused}; no message holds a part of the secret. */
export function readSecret(cwd: string, path: string): EggSecret {
  const { chainId, hatchery, egg, committer, secret } = readObject(cwd, path);
  const texts = [chainId, hatchery, egg, committer, secret];
  try {
    if (!texts.every((text) => typeof text === "string")) throw new InputRefused("A field is missing.");
    return {
      chainId: wholeNumber(String(chainId), "chainId", 256),
      hatchery: asAddress(String(hatchery), "hatchery"),
      egg: wholeNumber(String(egg), "egg", 256),
      committer: asAddress(String(committer), "committer"),
      secret: asBytes32(String(secret), "secret"),
    };
  } catch {
    throw new InputRefused(`${path} holds no secret as "ainft hatch commit" writes it.`);
  }
}

function openNew(cwd: string, path: string): number {
  try {
    return openSync(resolve(cwd, path), "wx", 0o600);
  } catch (cause) {
    const exists = cause instanceof Error && "code" in cause && cause.code === "EEXIST";
    const why = exists ? "exists already, and no secret is written over" : "can't be written";
    throw new InputRefused(`${path} ${why}.`, { cause });
  }
}
