import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Shape } from "../src/layout.ts";
import { Random } from "../src/random.ts";
import { AnswerNetwork } from "../src/training/answer-network.ts";
import { exp, log, tanh } from "../src/training/arithmetic.ts";
import { InvalidCorpusError, readCorpus, type Corpus } from "../src/training/corpus.ts";
import { HYPER_PARAMETERS, type HyperParameters } from "../src/training/hyper-parameters.ts";
import { addTimes, addTimesTransposed, addTransposedTimes } from "../src/training/kernels.ts";
import { ANSWER_TENSORS, createParameters } from "../src/training/parameters.ts";
import { train } from "../src/training/training-run.ts";
import { corpus, loadPersona, temporaryFolder } from "./helpers/persona.ts";

const TINY: HyperParameters = {
  ...HYPER_PARAMETERS,
  intentEpochs: 15,
  answerEpochs: 30,
  thought: 32,
  plan: 16,
  token: 16,
  hidden: 32,
  score: 32,
};

function firstTopics(): Corpus {
  const whole = corpus();
  const exchanges = whole.exchanges.slice(0, 12);
  const ids = new Set(exchanges.map(({ id }) => id));
  return { ...whole, exchanges, heldOut: whole.heldOut.filter(({ id }) => ids.has(id)) };
}

const quiet = () => undefined;

describe("train", () => {
  it("lowers the loss and understands more, on a tiny budget", () => {
    const { before, after } = train(firstTopics(), TINY, quiet);
    assert.ok(after.trained.loss < before.trained.loss * 0.8, `${before.trained.loss} to ${after.trained.loss}`);
    assert.ok(after.trained.understood > 0.5, `${after.trained.understood}`);
    assert.ok(after.heldOut.perplexity < before.heldOut.perplexity / 2);
  });

  it("gives the same bytes when run twice, and others from another seed", () => {
    const short = { ...TINY, intentEpochs: 1, answerEpochs: 1 };
    const first = train(firstTopics(), short, quiet);
    assert.deepEqual(train(firstTopics(), short, quiet).bytes, first.bytes);
    assert.notDeepEqual(train(firstTopics(), { ...short, seed: 7 }, quiet).bytes, first.bytes);
  });

  it("records the corpus that the committed weights come from", () => {
    const { training } = loadPersona().description;
    assert.equal(training["corpusSha256"], corpus().sha256);
    for (const [name, value] of Object.entries(HYPER_PARAMETERS)) assert.equal(training[name], value);
  });
});

describe("the answer network", () => {
  it("works out by hand the slopes that a small change of each weight shows", () => {
    const shape: Shape = {
      words: 1,
      buckets: 1,
      topics: 2,
      intents: 3,
      vocabulary: 7,
      thought: 2,
      plan: 5,
      token: 3,
      hidden: 4,
      score: 6,
    };
    const random = new Random([3]);
    const parameters = createParameters(shape, random);
    for (const name of ANSWER_TENSORS) {
      const { values } = parameters[name];
      values.forEach((value, at) => (values[at] = value + random.next() / 2 ** 33 - 0.25));
    }
    const network = new AnswerNetwork(shape, parameters);
    const samples = [
      { intent: 1, topics: [1, 0], answer: [3, 4, 5, 0] },
      { intent: 2, topics: [], answer: [6, 1, 0] },
    ];
    const { tokens } = network.learn(samples);
    for (const name of ANSWER_TENSORS) {
      const { values, gradient } = parameters[name];
      gradient.forEach((slope, at) => {
        const measured = measureSlope(values, at, () => network.measure(samples).nats / tokens);
        assert.ok(Math.abs(measured - slope) < 1e-7 + 1e-4 * Math.abs(slope), `${name}[${at}]: ${measured}, ${slope}`);
      });
    }
  });
});

function measureSlope(values: Float64Array, at: number, loss: () => number): number {
  const value = values[at] ?? 0;
  const step = 1e-4;
  values[at] = value + step;
  const above = loss();
  values[at] = value - step;
  const below = loss();
  values[at] = value;
  return (above - below) / (2 * step);
}

describe("the arithmetic of training", () => {
  it("agrees with the runtime's exp, tanh and log", () => {
    for (let x = -20; x <= 20; x += 0.37) {
      assert.ok(Math.abs(exp(x) / Math.exp(x) - 1) < 1e-9, `exp ${x}`);
      assert.ok(Math.abs(tanh(x) - Math.tanh(x)) < 1e-9, `tanh ${x}`);
      assert.ok(Math.abs(log(Math.exp(x)) - x) < 1e-9, `log ${x}`);
    }
  });

  it("multiplies matrices of every awkward size as the plain loop does", () => {
    const random = new Random([5]);
    const fill = (size: number) => new Float64Array(size).map(() => random.below(9) - 4);
    for (const [rows, columns, length] of [
      [1, 1, 1],
      [4, 2, 4],
      [5, 3, 7],
      [9, 6, 10],
    ] as const) {
      const left = fill(rows * length);
      const right = fill(length * columns);
      const expected = plainProduct(left, right, rows, columns, length);
      const results = [0, 1, 2].map(() => new Float64Array(rows * columns));
      const [first = left, second = left, third = left] = results;
      addTimes(first, left, right, [rows, columns, length]);
      addTimesTransposed(second, left, transpose(right, length, columns), [rows, columns, length]);
      addTransposedTimes(third, transpose(left, rows, length), right, [rows, columns, length]);
      for (const result of results) assert.deepEqual(result, expected);
    }
  });
});

function plainProduct(left: Float64Array, right: Float64Array, rows: number, columns: number, length: number) {
  return new Float64Array(rows * columns).map((_, at) => {
    const row = Math.floor(at / columns);
    let sum = 0;
    for (let k = 0; k < length; k++) sum += (left[row * length + k] ?? 0) * (right[k * columns + (at % columns)] ?? 0);
    return sum;
  });
}

function transpose(matrix: Float64Array, rows: number, columns: number): Float64Array {
  return new Float64Array(matrix.length).map((_, at) => matrix[(at % rows) * columns + Math.floor(at / rows)] ?? 0);
}

describe("readCorpus", () => {
  it("names file and line of what it cannot read", () => {
    const directory = temporaryFolder();
    writeFileSync(join(directory, "01-x.txt"), "# remark\n[name] my life\nQ: Who?\nB: what\n");
    assert.throws(
      () => readCorpus(directory),
      (error) => error instanceof InvalidCorpusError && error.file === "01-x.txt" && error.line === 4,
    );
    rmSync(directory, { recursive: true });
  });
});
