import { id } from "ethers";
import { gasOf, median } from "./measure";
import type { Subject } from "./subjects";

/** What a controller does with versions; measured before the first activation of another one. */
export async function measureVersions(subject: Subject): Promise<Record<string, number>> {
  const { program, tokenId } = subject;
  return {
    publishManifest: await publishing(subject),
    activateVersion: await median((run) => program.activateVersion(tokenId, (run % 2) + 1, id("reason"))),
  };
}

/** A version beyond the first, whose manifest is 32 bytes without structure. */
export async function publishing({ program, tokenId }: Subject): Promise<number> {
  return median((run) => program.publishManifest(tokenId, id(`version ${run}`)));
}

/** Ends the program's life: nothing can be measured on it afterwards. */
export async function freezing({ program, tokenId }: Subject): Promise<number> {
  return gasOf(program.freeze(tokenId));
}
