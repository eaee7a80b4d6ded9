import { expect } from "chai";
import type { Interface } from "ethers";
import {
  AINGovernor__factory,
  AINTimelock__factory,
  AINToken__factory,
  Collectives__factory,
  Governors__factory,
  IAINGovernor__factory,
  IAINTimelock__factory,
  IAINToken__factory,
  ICollectives__factory,
  IGovernors__factory,
} from "../../typechain-types";
import { declarations } from "../helpers/interfaces";

/** Each contract with its interface, and how the events and errors begin that are ours. */
const promises: [string, Interface, Interface, RegExp][] = [
  ["AINToken", AINToken__factory.createInterface(), IAINToken__factory.createInterface(), /^(error|event) AIN/u],
  [
    "AINGovernor",
    AINGovernor__factory.createInterface(),
    IAINGovernor__factory.createInterface(),
    /^(error|event) AIN/u,
  ],
  [
    "AINTimelock",
    AINTimelock__factory.createInterface(),
    IAINTimelock__factory.createInterface(),
    /^(error|event) (AIN|Opening)/u,
  ],
  [
    "Governors",
    Governors__factory.createInterface(),
    IGovernors__factory.createInterface(),
    /^(error|event) Governor(s|Opened)/u,
  ],
  [
    "Collectives",
    Collectives__factory.createInterface(),
    ICollectives__factory.createInterface(),
    /^(error|event) Collective/u,
  ],
];

for (const [name, contract, promise, ours] of promises) {
  describe(name, () => {
    it(`[lineage 7] has every function, event and error of I${name}, letter by letter`, () => {
      expect(declarations(contract)).to.include.members(declarations(promise));
    });

    it("declares no event or error of ours outside its interface", () => {
      const own = declarations(contract).filter((line) => ours.test(line));

      expect(own).not.to.deep.equal([]);
      expect(declarations(promise)).to.include.members(own);
    });
  });
}
