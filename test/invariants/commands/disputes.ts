import fc from "fast-check";
import { ZeroHash } from "ethers";
import type { ModelCollection } from "../model/collection";
import { type Act, choice, collectionCommand, type CollectionTarget, oneIn, type WeightedCommand } from "./command";

/** What the arbiter of a collection does, and what others try in their place. */
export function disputeCommands(): WeightedCommand[] {
  return [lock(), unlock(), retire()];
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

/** Mostly a version of a token that is locked; with a fallback or without. */
function retire(): WeightedCommand {
  const choices = fc.record({
    ...disputing,
    version: choice(),
    fallback: choice(),
    lone: oneIn(3),
    anyVersion: oneIn(5),
  });
  return collectionCommand("retire", 4, "every", choices, ({ told, collection, real, time }, chosen) => {
    const disputed = told.programs.find((program) => program.locked && !program.frozen)?.tokenId;
    const id = chosen.anyId ? tokenId(told, chosen) : (disputed ?? tokenId(told, chosen));
    const program = told.program(id);
    const count = program?.versions.length ?? 1;
    const anyVersion = chosen.version % (count + 2); // from 0 to one too many
    const active = program?.active ?? 1n;
    const version = chosen.anyVersion ? BigInt(anyVersion) : active;
    const fallback = chosen.lone ? 0n : BigInt(chosen.fallback % (count + 1));
    const by = chosen.stranger ? real.people.stranger : real.people.arbiter;
    return {
      refusal: told.retire(by.address, id, version, fallback, time),
      send: () => collection.as721.connect(by).retireVersion(id, version, fallback, ZeroHash),
    };
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
