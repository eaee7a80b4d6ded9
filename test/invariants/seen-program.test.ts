import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import { digestOf } from "../helpers/typed-data";
import { expectOnlyGrowth, expectSound, type SeenProgram } from "./seen-program";

/*
 * The invariants that need no model, each against a chain that breaks it: a check that cannot fail would prove nothing.
 */

const [first, second] = [digestOf("first manifest"), digestOf("second manifest")];

const seen: SeenProgram = {
  versionCount: 2n,
  activeVersion: 2n,
  trainingCount: 3n,
  sequence: 4n,
  updatedAt: 5n,
  frozen: false,
  locked: false,
  activeManifest: second,
  stateDigest: digestOf("state"),
  manifests: [first, second],
  retired: [false, false],
  root: digestOf("root"),
  held: [1n, 0n],
  token: { owner: "0x01", locked: false, user: ZeroAddress, userExpires: 0n },
};

const { token: _token, ...shared } = seen;
const edited: SeenProgram = {
  ...shared,
  editions: { curator: "0x01", offeredTo: ZeroAddress, minted: 2n, limit: 3n, supply: 1n },
};
const burned = { owner: ZeroAddress, locked: false, user: ZeroAddress, userExpires: 0n };
const locked = { owner: "0x01", locked: true, user: ZeroAddress, userExpires: 0n };
const held: SeenProgram = { ...seen, locked: true, token: locked };

describe("the observer of the invariants", () => {
  it("accepts a program that grows, or stands still", () => {
    expectOnlyGrowth(seen, seen);
    expectOnlyGrowth(seen, {
      ...seen,
      trainingCount: 4n,
      root: digestOf("other"),
      sequence: 5n,
      stateDigest: ZeroHash,
    });
    expectOnlyGrowth(edited, { ...edited, versionCount: 3n, manifests: [first, second, first] });
    expectOnlyGrowth(held, {
      ...held,
      activeVersion: 1n,
      activeManifest: first,
      retired: [false, true],
      updatedAt: 6n,
    });
    expectSound(seen);
    expectSound(edited);
  });

  const steps: [wrong: string, before: SeenProgram, after: SeenProgram][] = [
    ["a version changed", seen, { ...seen, manifests: [second, second] }],
    ["versions shortened", seen, { ...seen, versionCount: 1n }],
    ["training log shortened", seen, { ...seen, trainingCount: 2n }],
    ["the training log was rewritten", seen, { ...seen, root: digestOf("other") }],
    ["sequence jumped", seen, { ...seen, sequence: 6n }],
    ["sequence jumped", { ...seen, sequence: 5n }, seen],
    ["state changed without a sequence", seen, { ...seen, stateDigest: ZeroHash }],
    ["a frozen program changed", { ...seen, frozen: true }, { ...seen, frozen: false }],
    ["a frozen program changed", { ...seen, frozen: true }, { ...seen, frozen: true, activeVersion: 1n }],
    ["a burned token changed", { ...seen, token: burned }, seen],
    ["a locked program changed", held, { ...held, activeVersion: 1n }],
    ["a locked program changed", held, { ...held, retired: [false, true], trainingCount: 4n }],
    ["a retired version came back", { ...seen, retired: [true, false] }, seen],
    ["a retired version was activated", seen, { ...seen, activeVersion: 1n, retired: [true, false] }],
    ["a locked token moved", held, { ...held, token: { ...locked, owner: "0x02" } }],
    ["a limit rose", edited, withEditions({ limit: 4n })],
    ["editions were forgotten", edited, withEditions({ minted: 1n })],
  ];
  for (const wrong of new Set(steps.map(([title]) => title))) {
    it(`finds that ${wrong}`, () => {
      for (const [, before, after] of steps.filter(([title]) => title === wrong)) {
        expect(() => expectOnlyGrowth(before, after)).to.throw(wrong);
      }
    });
  }

  const states: [wrong: string, SeenProgram][] = [
    ["active version", { ...seen, activeVersion: 0n }],
    ["active version", { ...seen, activeVersion: 3n }],
    ["the token's lock is not the program's", { ...seen, token: locked }],
    ["more editions than the limit", withEditions({ minted: 4n })],
    ["more editions than the limit", withEditions({ supply: 3n })],
    ["balances differ from the supply", { ...edited, held: [1n, 1n] }],
  ];
  for (const wrong of new Set(states.map(([title]) => title))) {
    it(`finds what is wrong by itself: ${wrong}`, () => {
      for (const [, program] of states.filter(([title]) => title === wrong)) {
        expect(() => expectSound(program)).to.throw(wrong);
      }
    });
  }

  it("finds an active manifest that is not the active version's", () => {
    expect(() => expectSound({ ...seen, activeManifest: first })).to.throw();
  });
});

function withEditions(changed: Partial<NonNullable<SeenProgram["editions"]>>): SeenProgram {
  const { editions } = edited;
  if (editions === undefined) throw new Error("These are editions.");
  return { ...edited, editions: { ...editions, ...changed } };
}
