import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Ending } from "../soak/books.ts";
import { readOptions, WrongOption } from "../soak/options.ts";
import { Random } from "../soak/random.ts";
import { problemOf, updateProblems } from "../soak/verdict.ts";

const answered = { count: 1, failed: false };
const failed = { count: 1, failed: true };
const none = { count: 0, failed: false };

describe("the judgement of a soak", () => {
  const right: [string, typeof answered, Ending[] | undefined][] = [
    ["an answer that nobody paid for", answered, undefined],
    ["a failure that nobody paid for", failed, undefined],
    ["an order with its answer", answered, ["answered"]],
    ["an order that was paid back for a failure", failed, ["failed"]],
    ["an order that was paid back for nothing in time", none, ["cancelled"]],
  ];
  for (const [title, answer, endings] of right) {
    it(`finds nothing wrong with ${title}`, () => assert.equal(problemOf(answer, endings), null));
  }

  const wrong: [string, typeof answered, Ending[] | undefined, string][] = [
    ["two results", { count: 2, failed: false }, undefined, "has 2 results"],
    ["no result", none, undefined, "has no result"],
    ["an order without an end", none, [], "has no result, and its order is open"],
    ["an answer whose order is open", answered, [], "has an order that is open"],
    ["an order closed twice", answered, ["answered", "answered"], "has an order that was closed 2 times"],
    ["an answer that was paid back", answered, ["failed"], "has an order that was failed and not answered"],
    ["a failure that was paid for", failed, ["answered"], "has an order that was answered and not failed"],
    ["nothing that was paid for", none, ["answered"], "has an order that was answered and not cancelled"],
    ["an answer and its money", answered, ["cancelled"], "has an order that was cancelled and not answered"],
  ];
  for (const [title, answer, endings, problem] of wrong) {
    it(`finds ${title}`, () => assert.equal(problemOf(answer, endings), problem));
  }

  const updates = (...inputs: string[]): { sequence: number; input: string }[] =>
    inputs.map((input, index) => ({ sequence: index + 1, input }));
  const nothing = new Map<bigint, number>();
  const nobody = new Map<bigint, string[]>();

  it("holds each token's updates against its answers", () => {
    const updated = new Map([[1n, updates("a", "b")]]);
    assert.deepEqual(updateProblems(updated, new Map([[1n, 2]]), nobody), []);
    assert.deepEqual(updateProblems(updated, new Map([[1n, 3]]), nobody), [
      "token 1 was changed by 3 answers and has 2 updates",
    ]);
    assert.deepEqual(updateProblems(new Map(), new Map([[2n, 1]]), nobody), [
      "token 2 was changed by 1 answers and has 0 updates",
    ]);
  });

  it("finds a sequence that is left out", () => {
    const left = [...updates("a"), { sequence: 3, input: "c" }];
    assert.deepEqual(updateProblems(new Map([[1n, left]]), nothing, nobody), ["token 1 had update 3 in place 2"]);
  });

  it("holds each token's updates against its events, one by one and in order", () => {
    const played = new Map([[1n, ["a", "b"]]]);
    const found = (...inputs: string[]): string[] =>
      updateProblems(new Map([[1n, updates(...inputs)]]), nothing, played);
    assert.deepEqual(found("a", "b"), []);
    assert.deepEqual(found("b", "a"), ["token 1 has not event 1 of 2 in its place"]);
    assert.deepEqual(found("a"), ["token 1 has not event 2 of 2 in its place"]);
    assert.deepEqual(found("a", "b", "b"), ["token 1 has 3 updates"]);
  });

  it("asks and breaks the same things for the same seed", () => {
    const draw = (seed: number): number[] => {
      const random = new Random(seed);
      return Array.from({ length: 20 }, () => random.between(0, 1_000));
    };
    assert.deepEqual(draw(7), draw(7));
    assert.notDeepEqual(draw(7), draw(8));
  });
});

describe("the options of a soak", () => {
  it("are 2,000 requests and events, and a new seed, unless it is said", () => {
    const options = readOptions([]);
    assert.ok(options !== "help");
    assert.deepEqual({ ...options, seed: 0 }, { seed: 0, minutes: undefined, count: 2_000 });
  });

  it("are read", () => {
    const args = ["--minutes", "3", "--seed", "7", "--count", "200"];
    assert.deepEqual(readOptions(args), { seed: 7, minutes: 3, count: 200 });
    assert.equal(readOptions(["--help"]), "help");
  });

  const wrong: [string[], string][] = [
    [["--minutes", "0"], '--minutes is "0", which is not a whole number from 1 up. See --help.'],
    [["--seed", "many"], '--seed is "many", which is not a whole number from 0 up. See --help.'],
    [["--count", ""], '--count is "", which is not a whole number from 1 up. See --help.'],
    [["--minuts", "3"], "Unknown option '--minuts'. See --help."],
  ];
  for (const [args, message] of wrong) {
    it(`are refused when they are ${args.join(" ")}`, () => {
      assert.throws(
        () => readOptions(args),
        (error) => error instanceof WrongOption && error.message === message,
      );
    });
  }
});
