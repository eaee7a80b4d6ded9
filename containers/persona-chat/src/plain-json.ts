import { RefusedRequestError } from "./errors.ts";
import type { PersonaModel } from "./model.ts";
import { seedWords } from "./random.ts";
import { advance, MAX_QUESTION_LENGTH, parseState, type PersonaState } from "./state.ts";
import { hasOnlyKeys, isRecord, isText } from "./validation.ts";

export const MAX_ANSWER_TOKENS = 80;

export interface PlainJsonAnswer {
  readonly output: { readonly answer: string };
  readonly state: PersonaState;
}

/**
 * Protocol plain-json/1: `{input, state, seed}` to `{output, state}`.
 * @param body The parsed request body.
 * @throws RefusedRequestError (400) when a part of the body breaks its schema.
 */
export function infer(model: PersonaModel, body: unknown): PlainJsonAnswer {
  if (!isRecord(body) || !hasOnlyKeys(body, ["input", "state", "seed"])) {
    throw new RefusedRequestError(400, "INVALID_REQUEST", "body must be exactly {input, state, seed}");
  }
  const question = parseInput(body["input"]);
  const memory = parseState(body["state"], model.topics);
  const answer = model.answer(question, memory, parseSeed(body["seed"]), MAX_ANSWER_TOKENS);
  return { output: { answer: answer.text }, state: advance(memory, question, answer.topic) };
}

function parseInput(input: unknown): string {
  if (!isRecord(input) || !hasOnlyKeys(input, ["question"]) || !isText(input["question"], MAX_QUESTION_LENGTH)) {
    const message = `input must be exactly {question}, with text of 1 to ${MAX_QUESTION_LENGTH} characters`;
    throw new RefusedRequestError(400, "INVALID_INPUT", message);
  }
  return input["question"];
}

function parseSeed(seed: unknown): number[] {
  if (typeof seed !== "string" || !/^[0-9a-f]{64}$/.test(seed)) {
    throw new RefusedRequestError(400, "INVALID_SEED", "seed must be 64 lower-case hex digits");
  }
  return seedWords(seed);
}
