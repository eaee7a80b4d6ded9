import fc from "fast-check";
import { Signature, ZeroAddress } from "ethers";
import { chainId } from "../../helpers/chain";
import { collectionDomain } from "../../helpers/typed-data";
import { choice, collectionCommand, oneIn, type WeightedCommand } from "./command";

/** What the controller of a collection decides about it, and what its holders decide about their votes. */
export function collectionCommands(): WeightedCommand[] {
  return [setOracle(), lockOracle(), pause(), delegate()];
}

/** Turns a collection away from the oracle or back to it. */
function setOracle(): WeightedCommand {
  const choices = fc.record({ away: oneIn(2), stranger: oneIn(4) });
  return collectionCommand("setOracle", 2, "every", choices, ({ collection, told, model, real }, chosen) => {
    const by = chosen.stranger ? real.people.stranger : real.people.creator;
    const obeys = told.oracle === model.oracleAddress;
    const oracle = chosen.away && obeys ? ZeroAddress : model.oracleAddress;
    return {
      refusal: told.setOracle(by.address, oracle),
      send: () => collection.as721.connect(by).setOracle(oracle),
    };
  });
}

/** Once in a long while, because there is no way back. */
function lockOracle(): WeightedCommand {
  const choices = fc.record({ really: oneIn(3) });
  return collectionCommand("lockOracle", 1, "every", choices, ({ collection, told, real }, chosen) => {
    const by = chosen.really ? real.people.creator : real.people.stranger;
    return { refusal: told.lockOracle(by.address), send: () => collection.as721.connect(by).lockOracle() };
  });
}

/** Mostly to another state than it is in; opened again sooner than paused. */
function pause(): WeightedCommand {
  const choices = fc.record({ opens: oneIn(2), stranger: oneIn(4) });
  return collectionCommand("setMintingPaused", 2, "every", choices, ({ collection, told, real }, chosen) => {
    const by = chosen.stranger ? real.people.stranger : real.people.creator;
    const paused = told.paused ? false : !chosen.opens;
    return {
      refusal: told.setPaused(by.address, paused),
      send: () => collection.as721.connect(by).setMintingPaused(paused),
    };
  });
}

const Delegation = [
  { name: "delegatee", type: "address" },
  { name: "nonce", type: "uint256" },
  { name: "expiry", type: "uint256" },
];

/** By the holder, which nothing refuses; or by somebody else with the holder's signature. */
function delegate(): WeightedCommand {
  const choices = fc.record({
    by: choice(),
    to: choice(),
    back: oneIn(4),
    signed: oneIn(2),
    late: oneIn(6),
    wrongNonce: oneIn(4),
  });
  return collectionCommand("delegate", 5, "votes", choices, async (target, chosen) => {
    const { collection, told, real, time } = target;
    const by = real.person(chosen.by);
    const delegatee = chosen.back ? ZeroAddress : real.person(chosen.to).address;
    if (!chosen.signed) {
      return {
        refusal: told.votes?.delegate(by.address, delegatee),
        send: () => collection.as721.connect(by).delegate(delegatee),
      };
    }
    const next = told.votes?.nonceOf(by.address) ?? 0n;
    const nonce = chosen.wrongNonce ? next + 1n : next;
    const expiry = chosen.late ? time - 1n : time;
    const domain = collectionDomain(await chainId(), told.address);
    const signed = await by.signTypedData(domain, { Delegation }, { delegatee, nonce, expiry });
    const { v, r, s } = Signature.from(signed);
    const relayer = collection.as721.connect(real.people.relayer);
    return {
      refusal: told.votes?.delegateBySignature(by.address, delegatee, { nonce, expiry }, time),
      send: () => relayer.delegateBySig(delegatee, nonce, expiry, v, r, s),
    };
  });
}
