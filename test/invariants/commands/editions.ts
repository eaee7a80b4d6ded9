import fc from "fast-check";
import { ZeroAddress, ZeroHash } from "ethers";
import { digestOf } from "../../helpers/typed-data";
import { ModelEditions } from "../model/editions";
import {
  type Act,
  choice,
  collectionCommand,
  oneIn,
  programCommand,
  type ProgramTarget,
  type WeightedCommand,
} from "./command";

/** Enough ids to mix up, few enough to meet again. */
const MOST_IDS = 3;
/** Most editions of an id at its start: few, so that the limit is met. */
const HIGHEST_LIMIT = 64;

/** What happens to ids of ERC-1155 collections, and to their editions. */
export function editionCommands(): WeightedCommand[] {
  return [create(), mint(), mintBatch(), move(), burn(), offer(), accept(), lowerLimit()];
}

function create(): WeightedCommand {
  const choices = fc.record({
    curator: choice(),
    nobody: oneIn(12),
    empty: oneIn(12),
    limit: choice(),
    stranger: oneIn(5),
  });
  return collectionCommand("createProgram", 3, "erc1155", choices, ({ collection, told, real, time }, chosen) => {
    const isFull = told.programs.length >= MOST_IDS;
    const by = chosen.stranger || isFull ? real.people.stranger : real.people.creator;
    const curator = chosen.nobody ? ZeroAddress : real.person(chosen.curator).address;
    const manifest = chosen.empty ? ZeroHash : digestOf(`manifest of ${told.address} at ${time}`);
    const limit = BigInt(1 + (chosen.limit % HIGHEST_LIMIT));
    return {
      refusal: told.createProgram(by.address, curator, manifest, limit),
      send: () => collection.as1155.connect(by).createProgram(curator, manifest, limit),
    };
  });
}

function mint(): WeightedCommand {
  const choices = fc.record({ to: choice(), nobody: oneIn(12), amount: choice(), tooMany: oneIn(8) });
  return editionsCommand("mintEditions", 4, choices, ({ collection, told, real, by, editions }, chosen) => {
    const to = chosen.nobody ? ZeroAddress : real.person(chosen.to).address;
    const amount = chosen.tooMany ? editions.limit + 1n : BigInt(chosen.amount % 5);
    return {
      refusal: editions.mintTo(by.address, [[to, amount]], told.paused),
      send: () => collection.as1155.connect(by).mint(to, editions.tokenId, amount),
    };
  });
}

function mintBatch(): WeightedCommand {
  const choices = fc.record({
    to: choice(),
    amounts: fc.array(fc.nat({ max: 4 }), { maxLength: 3 }),
    uneven: oneIn(10),
  });
  return editionsCommand("mintEditionsBatch", 3, choices, ({ collection, told, real, by, editions }, chosen) => {
    const amounts = chosen.amounts.map(BigInt);
    const to = amounts.map((_, place) => real.person(chosen.to + place).address);
    if (chosen.uneven) to.push(by.address);
    const pairs = amounts.map((amount, place) => [to[place] ?? ZeroAddress, amount] as const);
    return {
      refusal: editions.mintBatch(by.address, to.length, pairs, told.paused),
      send: () => collection.as1155.connect(by).mintBatch(editions.tokenId, to, amounts),
    };
  });
}

const moving = { from: choice(), anybody: oneIn(6), thief: oneIn(6), amount: choice(), tooMany: oneIn(8) };

interface Moving {
  from: number;
  anybody: boolean;
  thief: boolean;
  amount: number;
  tooMany: boolean;
}

function move(): WeightedCommand {
  const choices = fc.record({ ...moving, to: choice(), nobody: oneIn(12) });
  return editionsCommand("moveEditions", 5, choices, (target, chosen) => {
    const { collection, real, editions } = target;
    const { by, from, amount } = moveOf(target, chosen);
    const to = chosen.nobody ? ZeroAddress : real.person(chosen.to).address;
    const { tokenId } = editions;
    return {
      refusal: editions.move(by.address, from.address, to, amount),
      send: () => collection.as1155.connect(by).safeTransferFrom(from.address, to, tokenId, amount, "0x"),
    };
  });
}

function burn(): WeightedCommand {
  return editionsCommand("burnEditions", 3, fc.record(moving), (target, chosen) => {
    const { collection, editions } = target;
    const { by, from, amount } = moveOf(target, chosen);
    return {
      refusal: editions.burnFrom(by.address, from.address, amount),
      send: () => collection.as1155.connect(by).burn(from.address, editions.tokenId, amount),
    };
  });
}

/** Whose editions, how many, and who tries; mostly a holder with some of their own. */
function moveOf({ real, editions }: EditionsTarget, { from: choice, anybody, thief, amount, tooMany }: Moving) {
  const holders = real.actors.filter(({ address }) => editions.balanceOf(address) > 0n);
  const holder = holders[choice % Math.max(holders.length, 1)];
  const from = anybody ? real.person(choice) : (holder ?? real.person(choice));
  const balance = editions.balanceOf(from.address);
  return {
    from,
    by: thief ? real.people.relayer : from,
    amount: tooMany ? balance + 1n : BigInt(amount) % (balance + 1n),
  };
}

function offer(): WeightedCommand {
  const choices = fc.record({ to: choice(), back: oneIn(5) });
  return editionsCommand("offerCuration", 3, choices, ({ collection, real, by, editions }, chosen) => {
    const to = chosen.back ? ZeroAddress : real.person(chosen.to).address;
    return {
      refusal: editions.offer(by.address, to),
      send: () => collection.as1155.connect(by).offerCuration(editions.tokenId, to),
    };
  });
}

function accept(): WeightedCommand {
  return editionsCommand("acceptCuration", 3, fc.record({ chosenOne: oneIn(2) }), (target, chosen) => {
    const { collection, real, editions } = target;
    const by = (chosen.chosenOne ? real.personAt(editions.offeredTo) : undefined) ?? target.by;
    return {
      refusal: editions.accept(by.address),
      send: () => collection.as1155.connect(by).acceptCuration(editions.tokenId),
    };
  });
}

/** By one mostly; sometimes to anything from nothing to more than it is. */
function lowerLimit(): WeightedCommand {
  const choices = fc.record({ anything: oneIn(3), limit: choice() });
  return editionsCommand("lowerLimit", 2, choices, ({ collection, by, editions }, chosen) => {
    const lower = editions.limit === 0n ? 0n : editions.limit - 1n;
    const limit = chosen.anything ? BigInt(chosen.limit) % (editions.limit + 2n) : lower;
    return {
      refusal: editions.lowerLimit(by.address, limit),
      send: () => collection.as1155.connect(by).lowerLimit(editions.tokenId, limit),
    };
  });
}

interface EditionsTarget extends ProgramTarget {
  editions: ModelEditions;
}

function editionsCommand<Choices extends object>(
  kind: string,
  weight: number,
  choices: fc.Arbitrary<Choices>,
  prepare: (target: EditionsTarget, choices: Choices) => Act,
): WeightedCommand {
  return programCommand(kind, weight, "erc1155", choices, (target, chosen) => {
    const { program } = target;
    if (!(program instanceof ModelEditions)) throw new Error("An ERC-1155 program has editions.");
    return prepare({ ...target, editions: program }, chosen);
  });
}
