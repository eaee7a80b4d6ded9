import fc from "fast-check";
import type { ModelCollection } from "../model/collection";
import { type Act, choice, collectionCommand, type CollectionTarget, oneIn, type WeightedCommand } from "./command";

/** What the arbiter of a collection does, and what others try in their place. */
export function disputeCommands(): WeightedCommand[] {
  return [lock(), unlock()];
}

const disputing = { token: choice(), stranger: oneIn(5), anyId: oneIn(4) };

function lock(): WeightedCommand {
  return collectionCommand("lock", 2, "every", fc.record(disputing), (target, chosen) => {
    const { told } = target;
    return setLock(target, chosen, tokenId(told, chosen), {
      judge: (by, id) => told.setLock(by, id, true),
      send: "lock",
    });
  });
}

/** Mostly of a token that is locked. */
function unlock(): WeightedCommand {
  return collectionCommand("unlock", 3, "every", fc.record(disputing), (target, chosen) => {
    const { told } = target;
    const locked = told.programs.find((program) => program.locked)?.tokenId;
    return setLock(target, chosen, chosen.anyId ? tokenId(told, chosen) : (locked ?? tokenId(told, chosen)), {
      judge: (by, id) => told.setLock(by, id, false),
      send: "unlock",
    });
  });
}

function setLock(
  { collection, real }: CollectionTarget,
  { stranger }: { stranger: boolean },
  id: bigint,
  { judge, send }: { judge: (by: string, id: bigint) => Act["refusal"]; send: "lock" | "unlock" },
): Act {
  const by = stranger ? real.people.stranger : real.people.arbiter;
  return { refusal: judge(by.address, id), send: () => collection.as721.connect(by)[send](id) };
}

/** One of the ids, or any from 0 to one too many. */
function tokenId({ programs }: ModelCollection, chosen: { token: number; anyId: boolean }): bigint {
  const { length } = programs;
  return BigInt(chosen.anyId ? chosen.token % (length + 2) : 1 + (chosen.token % Math.max(length, 1)));
}
