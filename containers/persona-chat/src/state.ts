import { RefusedRequestError } from "./errors.ts";
import { MEMORY_TOPICS } from "./layout.ts";
import { EMPTY_MEMORY, type Memory } from "./model.ts";
import { hasOnlyKeys, isRecord, isText } from "./validation.ts";

export const MAX_TURNS = 1_000_000;
export const MAX_QUESTION_LENGTH = 500;

/** The state as it is hashed and recorded: `schema/state.schema.json`. */
export interface PersonaState {
  readonly turns: number;
  readonly topics: readonly string[];
  readonly lastQuestion: string;
}

/**
 * Reads the state of a request; `null` is a conversation that has not begun.
 * @throws RefusedRequestError `INVALID_STATE` when it breaks the state schema or names a topic the model lacks.
 */
export function parseState(value: unknown, knownTopics: readonly string[]): Memory {
  if (value === null) return EMPTY_MEMORY;
  if (!isRecord(value) || !hasOnlyKeys(value, ["turns", "topics", "lastQuestion"])) {
    throw invalidState("state must be null or exactly {turns, topics, lastQuestion}");
  }
  const { turns, topics, lastQuestion } = value;
  if (typeof turns !== "number" || !Number.isInteger(turns) || turns < 1 || turns > MAX_TURNS) {
    throw invalidState(`state.turns must be an integer from 1 to ${MAX_TURNS}`);
  }
  if (!Array.isArray(topics) || topics.length < 1 || topics.length > MEMORY_TOPICS) {
    throw invalidState(`state.topics must hold 1 to ${MEMORY_TOPICS} topics`);
  }
  const names = topics.filter((topic): topic is string => typeof topic === "string" && knownTopics.includes(topic));
  if (names.length !== topics.length || new Set(names).size !== names.length) {
    throw invalidState("state.topics must be different topics of this model");
  }
  if (!isText(lastQuestion, MAX_QUESTION_LENGTH)) {
    throw invalidState(`state.lastQuestion must be text of 1 to ${MAX_QUESTION_LENGTH} characters`);
  }
  return { turns, topics: names, lastQuestion };
}

/** @returns The state after one more answered question. */
export function advance(memory: Memory, question: string, topic: string): PersonaState {
  const topics = [...memory.topics.filter((known) => known !== topic), topic].slice(-MEMORY_TOPICS);
  return { turns: Math.min(memory.turns + 1, MAX_TURNS), topics, lastQuestion: question };
}

function invalidState(message: string): RefusedRequestError {
  return new RefusedRequestError(400, "INVALID_STATE", message);
}
