import { RefusedRequestError } from "./errors.ts";
import { EMPTY_MEMORY, type Memory, type PersonaModel } from "./model.ts";
import { MAX_ANSWER_TOKENS } from "./plain-json.ts";
import { advance, MAX_QUESTION_LENGTH } from "./state.ts";
import { hasOnlyKeys, isRecord, isText } from "./validation.ts";

const MAX_MESSAGES = 64;
const KEYS = ["model", "messages", "seed", "temperature", "max_tokens", "stream"];

interface Message {
  readonly role: "user" | "assistant";
  readonly content: string;
}

export interface ChatCompletion {
  readonly object: "chat.completion";
  readonly model: string;
  readonly choices: readonly [
    { readonly index: 0; readonly message: Message; readonly finish_reason: "stop" | "length" },
  ];
}

/**
 * Protocol openai-chat/1: chat messages to one completion. Temperature is 0, so the likeliest answer is given and the
 * seed, though checked, has nothing to decide. What the model would have to ignore is refused instead.
 * @param body The parsed request body.
 * @throws RefusedRequestError (400) when a part of the body is wrong or not served.
 */
export function complete(model: PersonaModel, body: unknown): ChatCompletion {
  if (!isRecord(body) || !hasOnlyKeys(body, KEYS)) throw refuse(`body may only have the keys ${KEYS.join(", ")}`);
  const name = body["model"];
  if (!isText(name, 200)) throw refuse("model must be text of 1 to 200 characters");
  refuseSampling(body);
  const maxTokens = parseMaxTokens(body["max_tokens"]);
  const { question, memory } = readConversation(model, parseMessages(body["messages"]));
  const answer = model.answer(question, memory, null, maxTokens);
  const message: Message = { role: "assistant", content: answer.text };
  const finish_reason = answer.finished ? "stop" : "length";
  return { object: "chat.completion", model: name, choices: [{ index: 0, message, finish_reason }] };
}

function refuseSampling(body: Record<string, unknown>): void {
  const { temperature = 0, stream = false, seed = 0 } = body;
  if (temperature !== 0) throw refuse("temperature must be 0");
  if (stream !== false) throw refuse("stream must be false");
  const isSeed = Number.isSafeInteger(seed) || (typeof seed === "string" && /^[0-9a-f]{64}$/.test(seed));
  if (!isSeed) throw refuse("seed must be an integer or 64 lower-case hex digits");
}

function parseMaxTokens(value: unknown): number {
  if (value === undefined) return MAX_ANSWER_TOKENS;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1) {
    throw refuse("max_tokens must be a positive integer");
  }
  return Math.min(value, MAX_ANSWER_TOKENS);
}

function parseMessages(value: unknown): readonly Message[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > MAX_MESSAGES) {
    throw refuse(`messages must be a list of 1 to ${MAX_MESSAGES}`);
  }
  return value.map((message: unknown, at) => {
    if (!isRecord(message) || !hasOnlyKeys(message, ["role", "content"])) {
      throw refuse(`messages[${at}] must be exactly {role, content}`);
    }
    const { role, content } = message;
    if (role !== "user" && role !== "assistant") {
      throw refuse(`messages[${at}].role must be user or assistant: the persona is learned and takes no other orders`);
    }
    // Answers may be longer than questions, so only what the model reads is held to the question's limit.
    if (!isText(content, role === "user" ? MAX_QUESTION_LENGTH : 4000)) {
      throw refuse(`messages[${at}].content must be text of 1 to ${MAX_QUESTION_LENGTH} characters`);
    }
    return { role, content };
  });
}

/** Replays the earlier questions into a memory, as plain-json/1 would have carried it in its state. */
function readConversation(model: PersonaModel, messages: readonly Message[]): { question: string; memory: Memory } {
  const last = messages.at(-1);
  if (last?.role !== "user") throw refuse("the last message must be the user's");
  let memory: Memory = EMPTY_MEMORY;
  for (const message of messages.slice(0, -1)) {
    if (message.role === "user") memory = advance(memory, message.content, model.topicOf(message.content, memory));
  }
  return { question: last.content, memory };
}

function refuse(message: string): RefusedRequestError {
  return new RefusedRequestError(400, "INVALID_REQUEST", message);
}
