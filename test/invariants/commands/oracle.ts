import fc from "fast-check";
import { addressesOf } from "../../helpers/attestation";
import { MAX_LIFETIME } from "../model/oracle";
import { pick } from "../system";
import { choice, oneIn, oracleCommand, type WeightedCommand } from "./command";

/** What the owner of the oracle decides. */
export function oracleCommands(): WeightedCommand[] {
  return [setConfig(), revokeConfig()];
}

const GRACES = [0n, 60n, 3600n, 86_400n, MAX_LIFETIME];

function setConfig(): WeightedCommand {
  const choices = fc.record({
    set: choice(),
    threshold: choice(),
    badThreshold: oneIn(8),
    grace: choice(),
    longGrace: oneIn(8),
    stranger: oneIn(8),
  });
  return oracleCommand("setConfig", 3, choices, ({ oracle: told, time }, { oracle, people, reporterSets }, chosen) => {
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

function revokeConfig(): WeightedCommand {
  const choices = fc.record({ config: choice(), stranger: oneIn(2) });
  return oracleCommand("revokeConfig", 1, choices, ({ oracle: told, time }, { oracle, people }, chosen) => {
    const by = chosen.stranger ? people.stranger : people.dao;
    const configVersion = BigInt(chosen.config % (told.configs.length + 2)); // from 0 to one too many
    return {
      refusal: told.revoke(by.address, configVersion, time),
      send: () => oracle.connect(by).revokeConfig(configVersion),
    };
  });
}
