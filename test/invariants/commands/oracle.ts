import fc from "fast-check";
import { ZeroAddress } from "ethers";
import { addressesOf } from "../../helpers/attestation";
import { MAX_LIFETIME } from "../model/oracle";
import { pick } from "../system";
import { choice, type Command, command, oneIn, type WeightedCommand } from "./command";

/** What the owners of oracle and collections decide. */
export function oracleCommands(): WeightedCommand[] {
  return [
    { weight: 3, arbitrary: setConfig() },
    { weight: 1, arbitrary: revokeConfig() },
    { weight: 1, arbitrary: setOracle() },
  ];
}

const GRACES = [0n, 60n, 3600n, 86_400n, MAX_LIFETIME];

function setConfig(): fc.Arbitrary<Command> {
  const choices = fc.record({
    set: choice(),
    threshold: choice(),
    badThreshold: oneIn(8),
    grace: choice(),
    longGrace: oneIn(8),
    stranger: oneIn(8),
  });
  return command("setConfig", choices, ({ oracle: told, time }, { oracle, people, reporterSets }, chosen) => {
    const by = chosen.stranger ? people.stranger : people.dao;
    const reporters = pick(reporterSets, chosen.set);
    const tooMany = reporters.length + 1;
    const threshold = chosen.badThreshold
      ? pick([0, tooMany], chosen.threshold)
      : 1 + (chosen.threshold % reporters.length);
    const grace = chosen.longGrace ? MAX_LIFETIME + 1n : pick(GRACES, chosen.grace);
    return {
      refusal: told.setConfig(by.address, reporters, threshold, grace, time),
      send: () => oracle.connect(by).setConfig(addressesOf(reporters), threshold, grace),
    };
  });
}

function revokeConfig(): fc.Arbitrary<Command> {
  const choices = fc.record({ config: choice(), stranger: oneIn(2) });
  return command("revokeConfig", choices, ({ oracle: told, time }, { oracle, people }, chosen) => {
    const by = chosen.stranger ? people.stranger : people.dao;
    const configVersion = BigInt(chosen.config % (told.configs.length + 2)); // from 0 to one too many
    return {
      refusal: told.revoke(by.address, configVersion, time),
      send: () => oracle.connect(by).revokeConfig(configVersion),
    };
  });
}

/** Turns a collection away from the oracle or back to it; once in a long while, locks the choice. */
function setOracle(): fc.Arbitrary<Command> {
  const choices = fc.record({ place: choice(), away: oneIn(2), lock: oneIn(12), stranger: oneIn(4) });
  return command("setOracle", choices, (model, real, chosen) => {
    const collection = pick(real.collections, chosen.place);
    const told = pick(model.collections, chosen.place);
    const by = chosen.stranger ? real.people.stranger : real.people.creator;
    if (chosen.lock) return { refusal: told.lockOracle(by.address), send: () => collection.connect(by).lockOracle() };
    const obeys = told.oracle === model.oracleAddress;
    const oracle = chosen.away && obeys ? ZeroAddress : model.oracleAddress;
    return {
      refusal: told.setOracle(by.address, oracle),
      send: () => collection.connect(by).setOracle(oracle),
    };
  });
}
