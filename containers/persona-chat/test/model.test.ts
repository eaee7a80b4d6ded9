import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { describe, it } from "node:test";
import { EMPTY_MEMORY, type Memory } from "../src/model.ts";
import { Random, seedWords } from "../src/random.ts";
import { tensorSpecs, type TensorName } from "../src/layout.ts";
import { advance } from "../src/state.ts";
import { loadWeights } from "../src/weights.ts";
import { changedWeights, corpus, loadPersona, SEED, WEIGHTS } from "./helpers/persona.ts";

const LONG = 80;
const dice = seedWords(SEED);

describe("the persona's model", () => {
  const persona = loadPersona();
  const { exchanges, heldOut } = corpus();
  const plain = exchanges.filter(({ when }) => when === "always");

  it("gives the same answers after every load of the weights", () => {
    const again = loadPersona();
    for (const { questions } of plain) {
      const [question = ""] = questions;
      const first = persona.answer(question, EMPTY_MEMORY, dice, LONG);
      assert.deepEqual(again.answer(question, EMPTY_MEMORY, dice, LONG), first);
    }
  });

  it("answers nearly every question of the corpus in the words it learned", () => {
    const asked = plain.flatMap((exchange) => exchange.questions.map((question) => ({ exchange, question })));
    const known = asked.filter(({ exchange, question }) => {
      return exchange.answers.includes(persona.answer(question, EMPTY_MEMORY, null, LONG).text);
    });
    assert.ok(known.length / asked.length > 0.98, `${known.length} of ${asked.length}`);
  });

  it("understands most questions that were kept from it", () => {
    const understood = heldOut.filter(({ id, question }) => {
      const exchange = exchanges.find((candidate) => candidate.id === id);
      return exchange?.answers.includes(persona.answer(question, EMPTY_MEMORY, null, LONG).text);
    });
    assert.ok(understood.length / heldOut.length > 0.9, `${understood.length} of ${heldOut.length}`);
  });

  it("trains on none of the held-out questions", () => {
    const trained = new Set(exchanges.flatMap(({ questions }) => questions));
    assert.deepEqual(
      heldOut.filter(({ question }) => trained.has(question)),
      [],
    );
  });

  it("takes another answer with another seed", () => {
    const answers = Array.from({ length: 20 }, (_, seed) => persona.answer("Hello.", EMPTY_MEMORY, [seed], LONG).text);
    assert.ok(new Set(answers).size > 1);
  });

  it("stops at the token limit and says that it is not finished", () => {
    const { tokens, finished } = persona.answer("Tell me a story.", EMPTY_MEMORY, null, 5);
    assert.deepEqual({ tokens, finished }, { tokens: 5, finished: false });
  });

  it("answers a question that holds no word at all", () => {
    assert.notEqual(persona.answer("?!", EMPTY_MEMORY, dice, LONG).text, "");
  });

  it("answers the longest question there may be", () => {
    assert.notEqual(persona.answer("ab ".repeat(166), EMPTY_MEMORY, dice, LONG).text, "");
  });
});

describe("the persona's memory", () => {
  const persona = loadPersona();

  it("greets a first visitor and a returning one in other words", () => {
    const later: Memory = { turns: 4, topics: ["the cat"], lastQuestion: "Who is Button?" };
    const first = persona.answer("Hello.", EMPTY_MEMORY, null, LONG).text;
    assert.notEqual(persona.answer("Hello.", later, null, LONG).text, first);
  });

  it("tells more about what was asked last", () => {
    const after = (lastQuestion: string, topic: string) =>
      persona.answer("Tell me more.", { turns: 1, topics: [topic], lastQuestion }, null, LONG).text;
    assert.match(after("Who is Marta?", "Marta"), /wooden pipe/);
    assert.match(after("Do you see whales?", "the animals"), /her eye/);
  });

  it("names the topics it was asked about", () => {
    const memory: Memory = { turns: 2, topics: ["Marta", "the animals"], lastQuestion: "Do you see whales?" };
    assert.equal(
      persona.answer("What did we talk about?", memory, null, LONG).text,
      "We talked about Marta, and then about the animals.",
    );
  });

  it("keeps the latest topics, each once, and the last question", () => {
    const memory: Memory = { turns: 9, topics: ["Marta", "the cat"], lastQuestion: "Who is Button?" };
    assert.deepEqual(advance(memory, "Who is Marta?", "Marta"), {
      turns: 10,
      topics: ["the cat", "Marta"],
      lastQuestion: "Who is Marta?",
    });
    assert.deepEqual(advance(memory, "Tell me about the sea.", "the sea").topics, ["the cat", "the sea"]);
  });
});

describe("the persona's weights", () => {
  const questions = corpus()
    .exchanges.slice(0, 10)
    .map(({ questions: [question = ""] }) => question);
  const answersOf = (directory: string) => {
    const persona = loadPersona(directory);
    rmSync(directory, { recursive: true });
    return questions.map((question) => persona.answer(question, EMPTY_MEMORY, null, LONG).text);
  };
  const persona = loadPersona();
  const learned = questions.map((question) => persona.answer(question, EMPTY_MEMORY, null, LONG).text);

  it("carry all that it knows: shuffled ones answer no question as before", () => {
    const shuffled = answersOf(changedWeights(shuffleLearnedTensors));
    assert.deepEqual(
      shuffled.filter((answer, at) => answer === learned[at]),
      [],
    );
  });

  it("carry the words of its answers: without the written half, nothing of them is left", () => {
    const silent = answersOf(changedWeights((bytes) => fillTensor(bytes, "tokenScores", 0)));
    assert.deepEqual(
      silent.filter((answer, at) => answer === learned[at]),
      [],
    );
  });
});

function tensorRange(name: TensorName): { readonly from: number; readonly to: number } {
  let from = 0;
  for (const spec of tensorSpecs(loadWeights(WEIGHTS).description.shape)) {
    const to = from + spec.rows * spec.columns * 2;
    if (spec.name === name) return { from, to };
    from = to;
  }
  throw new Error(`There is no tensor ${name}.`);
}

function fillTensor(bytes: Buffer, name: TensorName, value: number): void {
  const { from, to } = tensorRange(name);
  bytes.fill(value, from, to);
}

/** Moves the numbers of the learned matrices around inside their rows; the tables of tanh and exp stay. */
function shuffleLearnedTensors(bytes: Buffer): void {
  const random = new Random([1]);
  for (const { name, columns } of tensorSpecs(loadWeights(WEIGHTS).description.shape)) {
    if (name === "tanhTable" || name === "exponentTable") continue;
    const { from, to } = tensorRange(name);
    for (let row = from; row < to; row += columns * 2) {
      for (let at = columns - 1; at > 0; at--) swap(bytes, row + at * 2, row + random.below(at + 1) * 2);
    }
  }
}

function swap(bytes: Buffer, left: number, right: number): void {
  const value = bytes.readInt16LE(left);
  bytes.writeInt16LE(bytes.readInt16LE(right), left);
  bytes.writeInt16LE(value, right);
}
