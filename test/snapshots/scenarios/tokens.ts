import { id } from "ethers";
import { IAINFT1155__factory, IAINFT721__factory } from "../../../typechain-types";
import type { MintedToken } from "../../helpers/fixtures";
import { EDITION_LIMIT } from "../../helpers/programs";
import { median, medianEach } from "./measure";
import type { Subject } from "./subjects";

/** Tokens minted at once. */
export const BATCH = 50;
const MINT_BATCH = `mintBatch of ${BATCH}, each`;

/** Mints and transfers of ERC-721 tokens, between accounts that both hold some already. */
export async function measure721({ creator, owner, friend }: MintedToken, { address }: Subject): Promise<Record<string, number>> {
  const collection = IAINFT721__factory.connect(address, creator);
  const byOwner = collection.connect(owner);
  const firstId = (await collection.totalMinted()) + 1n;
  const receivers = new Array<string>(BATCH).fill(owner.address);
  return {
    mint: await median((run) => collection.mint(owner.address, id(`mint ${run}`))),
    [MINT_BATCH]: await medianEach(BATCH, (run) =>
      collection.mintBatch(
        receivers,
        receivers.map((_, place) => id(`mint ${place} of batch ${run}`)),
      ),
    ),
    transfer: await median((run) => byOwner.transferFrom(owner.address, friend.address, firstId + BigInt(run))),
  };
}

/** Programs and editions of an ERC-1155 collection. The program of the subject must have all editions left. */
export async function measure1155({ creator, owner, friend }: MintedToken, subject: Subject): Promise<Record<string, number>> {
  const collection = IAINFT1155__factory.connect(subject.address, creator);
  const byOwner = collection.connect(owner);
  const { tokenId } = subject;
  const receivers = new Array<string>(BATCH).fill(owner.address);
  const amounts = receivers.map(() => 1);
  return {
    createProgram: await median((run) => collection.createProgram(owner.address, id(`program ${run}`), EDITION_LIMIT)),
    mint: await median(() => byOwner.mint(owner.address, tokenId, 1)),
    [MINT_BATCH]: await medianEach(BATCH, () => byOwner.mintBatch(tokenId, receivers, amounts)),
    transfer: await median(() => byOwner.safeTransferFrom(owner.address, friend.address, tokenId, 1, "0x")),
  };
}

