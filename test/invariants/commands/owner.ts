import fc from "fast-check";
import { ZeroHash } from "ethers";
import type { IAINFT721 } from "../../../typechain-types";
import { chainId, type Person } from "../../helpers/chain";
import { recordBy } from "../../helpers/programs";
import { collectionDomain, consentTypes, digestOf, type TrainingRecord } from "../../helpers/typed-data";
import type { ModelProgram } from "../model/program";
import type { ModelCollection, ModelWorld } from "../model/world";
import { pick, type System } from "../system";
import { choice, type Command, command, oneIn, type WeightedCommand } from "./command";

/** Enough tokens to mix up, few enough to meet again. */
const MOST_TOKENS = 2;

interface Target {
  collection: IAINFT721;
  told: ModelCollection;
  program: ModelProgram;
  /** Who acts: mostly the owner. */
  by: Person;
}

const target = { place: choice(), token: choice(), by: choice(), stranger: oneIn(4) };

/** What controllers do, and what others try. */
export function ownerCommands(): WeightedCommand[] {
  return [
    { weight: 3, arbitrary: mint() },
    { weight: 6, arbitrary: publish() },
    { weight: 4, arbitrary: activate() },
    { weight: 1, arbitrary: freeze() },
    { weight: 6, arbitrary: train() },
    { weight: 2, arbitrary: transfer() },
  ];
}

function mint(): fc.Arbitrary<Command> {
  return command("mint", fc.record({ place: choice(), to: choice(), stranger: oneIn(4) }), (model, real, chosen) => {
    const collection = pick(real.collections, chosen.place);
    const told = pick(model.collections, chosen.place);
    if (told.programs.length >= MOST_TOKENS) return undefined;
    const by = chosen.stranger ? real.people.stranger : real.people.creator;
    const to = real.person(chosen.to).address;
    const manifest = digestOf(`manifest of token ${told.programs.length} of ${told.address}`);
    return {
      refusal: told.mint(by.address, to, manifest),
      send: () => collection.connect(by).mint(to, manifest),
    };
  });
}

function publish(): fc.Arbitrary<Command> {
  return command("publish", fc.record({ ...target, empty: oneIn(10) }), (model, real, chosen) => {
    const found = findTarget(model, real, chosen);
    if (found === undefined) return undefined;
    const { collection, program, by } = found;
    const manifest = chosen.empty ? ZeroHash : digestOf(`manifest ${model.time}`);
    return {
      refusal: program.publish(by.address, manifest, model.time),
      send: () => collection.connect(by).publishVersion(program.tokenId, manifest),
    };
  });
}

function activate(): fc.Arbitrary<Command> {
  return command(
    "activate",
    fc.record({ ...target, version: choice(), anyVersion: oneIn(5) }),
    (model, real, chosen) => {
      const found = findTarget(model, real, chosen);
      if (found === undefined) return undefined;
      const { collection, program, by } = found;
      const { length } = program.versions;
      const anyVersion = chosen.version % (length + 2); // from 0 to one too many
      const version = BigInt(chosen.anyVersion ? anyVersion : 1 + (chosen.version % length));
      return {
        refusal: program.activate(by.address, version, model.time),
        send: () => collection.connect(by).activateVersion(program.tokenId, version, ZeroHash),
      };
    },
  );
}

function freeze(): fc.Arbitrary<Command> {
  return command("freeze", fc.record({ ...target, really: oneIn(3) }), (model, real, chosen) => {
    const found = findTarget(model, real, { ...chosen, stranger: chosen.stranger || !chosen.really });
    if (found === undefined) return undefined;
    const { collection, program, by } = found;
    return {
      refusal: program.freeze(by.address, model.time),
      send: () => collection.connect(by).freeze(program.tokenId),
    };
  });
}

function train(): fc.Arbitrary<Command> {
  const choices = fc.record({ ...target, own: oneIn(2), stale: oneIn(5), future: oneIn(8) });
  return command("train", choices, async (model, real, chosen) => {
    const found = findTarget(model, real, chosen);
    if (found === undefined) return undefined;
    const { collection, told, program, by } = found;
    const contributor = chosen.own ? by : real.people.trainer;
    const trainedAt = chosen.future ? model.time + 1n : model.time;
    const record = recordBy(contributor, { trainedAt, datasetDigest: digestOf(`data ${model.time}`) });
    const index = BigInt(program.leaves.length + (chosen.stale ? 1 : 0));
    const consent = await consentFor(told, program, contributor, index, record);
    const consented = contributor.address === by.address || !chosen.stale;
    return {
      refusal: program.train(by.address, record, consented, model.time),
      send: () => collection.connect(by).recordTraining(program.tokenId, record, consent),
    };
  });
}

function transfer(): fc.Arbitrary<Command> {
  return command("transfer", fc.record({ ...target, to: choice() }), (model, real, chosen) => {
    const found = findTarget(model, real, chosen);
    if (found === undefined) return undefined;
    const { collection, program, by } = found;
    const to = real.person(chosen.to).address;
    const from = program.owner;
    return {
      refusal: program.transfer(by.address, to),
      send: () => collection.connect(by).transferFrom(from, to, program.tokenId),
    };
  });
}

interface TargetChoice {
  place: number;
  token: number;
  by: number;
  stranger: boolean;
}

function findTarget(model: ModelWorld, real: System, chosen: TargetChoice): Target | undefined {
  const told = pick(model.collections, chosen.place);
  if (told.programs.length === 0) return undefined;
  const program = pick(told.programs, chosen.token);
  const owner = [0, 1, 2, 3, 4].map((index) => real.person(index)).find(({ address }) => address === program.owner);
  const by = chosen.stranger || owner === undefined ? real.person(chosen.by) : owner;
  return { collection: pick(real.collections, chosen.place), told, program, by };
}

async function consentFor(
  { address }: ModelCollection,
  { tokenId }: ModelProgram,
  contributor: Person,
  index: bigint,
  record: TrainingRecord,
): Promise<string> {
  const domain = collectionDomain(await chainId(), address);
  return contributor.signTypedData(domain, consentTypes, { tokenId, index, record });
}
