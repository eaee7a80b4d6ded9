import fc from "fast-check";
import { ZeroAddress, ZeroHash } from "ethers";
import { digestOf } from "../../helpers/typed-data";
import type { ModelCollection } from "../model/collection";
import { ModelToken } from "../model/token";
import {
  type Act,
  choice,
  collectionCommand,
  type CollectionTarget,
  oneIn,
  programCommand,
  type ProgramTarget,
  type WeightedCommand,
} from "./command";

/** Enough tokens to mix up, few enough to meet again; and so many at most, burned ones included. */
const MOST_OWNED = 3;
const MOST_TOKENS = 7;

/** What happens to tokens of ERC-721 collections. */
export function tokenCommands(): WeightedCommand[] {
  return [mint(), mintBatch(), transfer(), burn(), setUser()];
}

const minting = { to: choice(), nobody: oneIn(12), empty: oneIn(12), stranger: oneIn(5) };

function mint(): WeightedCommand {
  return collectionCommand("mint", 3, "erc721", fc.record(minting), (target, chosen) => {
    const { collection, told, real } = target;
    const by = chosen.stranger || isFull(told, 1) ? real.people.stranger : real.people.creator;
    const to = chosen.nobody ? ZeroAddress : real.person(chosen.to).address;
    const manifest = chosen.empty ? ZeroHash : manifestOf(target, 0);
    return {
      refusal: told.mint(by.address, [to], [manifest]),
      send: () => collection.as721.connect(by).mint(to, manifest),
    };
  });
}

function mintBatch(): WeightedCommand {
  const choices = fc.record({ ...minting, pair: oneIn(2), none: oneIn(12), uneven: oneIn(12) });
  return collectionCommand("mintBatch", 2, "erc721", choices, (target, chosen) => {
    const { collection, told, real } = target;
    const count = chosen.none ? 0 : chosen.pair ? 2 : 1;
    const by = chosen.stranger || isFull(told, count) ? real.people.stranger : real.people.creator;
    const to = Array.from({ length: count }, (_, place) => real.person(chosen.to + place).address);
    if (chosen.nobody && count > 0) to[count - 1] = ZeroAddress;
    const manifests = Array.from({ length: count + (chosen.uneven ? 1 : 0) }, (_, place) => manifestOf(target, place));
    if (chosen.empty && count > 0) manifests[count - 1] = ZeroHash;
    return {
      refusal: told.mint(by.address, to, manifests),
      send: () => collection.as721.connect(by).mintBatch(to, manifests),
    };
  });
}

function transfer(): WeightedCommand {
  const choices = fc.record({ to: choice(), from: choice(), otherFrom: oneIn(8), nobody: oneIn(12) });
  return tokenCommand("transfer", 5, choices, ({ collection, real, by, token }, chosen) => {
    const to = chosen.nobody ? ZeroAddress : real.person(chosen.to).address;
    const someone = real.person(chosen.from).address;
    const from = chosen.otherFrom ? someone : (token.owner ?? someone);
    return {
      refusal: token.transfer(by.address, from, to),
      send: () => collection.as721.connect(by).transferFrom(from, to, token.tokenId),
    };
  });
}

function burn(): WeightedCommand {
  return tokenCommand(
    "burn",
    2,
    fc.record({ really: oneIn(3) }),
    ({ collection, real, by: controller, token, time }, chosen) => {
      const by = chosen.really ? controller : real.people.relayer;
      return {
        refusal: token.burn(by.address, time),
        send: () => collection.as721.connect(by).burn(token.tokenId),
      };
    },
  );
}

/** Names a user until some time that is near, far or past; or nobody, with a time all the same. */
function setUser(): WeightedCommand {
  const choices = fc.record({ user: choice(), nobody: oneIn(5), lasts: fc.integer({ min: -60, max: 7200 }) });
  return tokenCommand("setUser", 3, choices, ({ collection, real, by, token, time }, chosen) => {
    const user = chosen.nobody ? ZeroAddress : real.person(chosen.user).address;
    const expires = time + BigInt(chosen.lasts);
    return {
      refusal: token.setUser(by.address, user, expires),
      send: () => collection.as721.connect(by).setUser(token.tokenId, user, expires),
    };
  });
}

function tokenCommand<Choices extends object>(
  kind: string,
  weight: number,
  choices: fc.Arbitrary<Choices>,
  prepare: (target: ProgramTarget & { token: ModelToken }, choices: Choices) => Act,
): WeightedCommand {
  return programCommand(kind, weight, "erc721", choices, (target, chosen) => {
    const { program } = target;
    if (!(program instanceof ModelToken)) throw new Error("An ERC-721 program is a token.");
    return prepare({ ...target, token: program }, chosen);
  });
}

function isFull({ tokens }: ModelCollection, more: number): boolean {
  const owned = tokens.filter(({ owner }) => owner !== undefined).length;
  return owned + more > MOST_OWNED || tokens.length + more > MOST_TOKENS;
}

function manifestOf({ told, time }: CollectionTarget, place: number): string {
  return digestOf(`manifest of ${told.address} at ${time}/${place}`);
}
