import fc from "fast-check";
import { ZeroHash } from "ethers";
import { digestOf } from "../../helpers/typed-data";
import { choice, oneIn, programCommand, type WeightedCommand } from "./command";

/** What controllers do to a program of either standard, and what others try. */
export function programCommands(): WeightedCommand[] {
  return [publish(), activate(), freeze()];
}

function publish(): WeightedCommand {
  return programCommand("publish", 5, "every", fc.record({ empty: oneIn(10) }), (target, chosen) => {
    const { collection, program, by, time } = target;
    const manifest = chosen.empty ? ZeroHash : digestOf(`manifest ${time}`);
    return {
      refusal: program.publish(by.address, manifest, time),
      send: () => collection.as721.connect(by).publishManifest(program.tokenId, manifest),
    };
  });
}

function activate(): WeightedCommand {
  const choices = fc.record({ version: choice(), anyVersion: oneIn(5) });
  return programCommand("activate", 4, "every", choices, (target, chosen) => {
    const { collection, program, by, time } = target;
    const { length } = program.versions;
    const anyVersion = chosen.version % (length + 2); // from 0 to one too many
    const version = BigInt(chosen.anyVersion ? anyVersion : 1 + (chosen.version % length));
    return {
      refusal: program.activate(by.address, version, time),
      send: () => collection.as721.connect(by).activateVersion(program.tokenId, version, ZeroHash),
    };
  });
}

/** Mostly by somebody who may not, because there is no way back. */
function freeze(): WeightedCommand {
  return programCommand("freeze", 1, "every", fc.record({ really: oneIn(3) }), (target, chosen) => {
    const { collection, program, real, time } = target;
    const by = chosen.really ? target.by : real.people.relayer;
    return {
      refusal: program.freeze(by.address, time),
      send: () => collection.as721.connect(by).freeze(program.tokenId),
    };
  });
}
