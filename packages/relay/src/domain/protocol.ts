import { canonicalJson, type JsonObject, type JsonValue, type ManifestContainer, parseStrictJson } from "ainft-core";
import { ContainerFailed, InputRejected } from "./errors.ts";

/** One question to a container. */
export interface Question {
  readonly input: JsonValue;
  /** Null for none yet, and for programs that keep none. */
  readonly state: JsonValue;
  /** 64 hexadecimal digits, from the request hash. */
  readonly seed: string;
  /** Largest output wanted, in bytes. */
  readonly maxOutputBytes: number;
}

/** One HTTP request to a container. */
export interface Call {
  readonly path: string;
  readonly body: Uint8Array;
}

/** What came back over HTTP; the body is already under its cap. */
export interface Reply {
  readonly status: number;
  readonly body: Uint8Array;
}

/** What a container answered, not yet held against any schema. */
export interface Answer {
  readonly output: JsonValue;
  readonly state: JsonValue;
}

/** How a container is asked and understood. */
export interface ContainerProtocol {
  /** Throws {@link InputRejected} when the protocol cannot carry the input. */
  readonly encode: (question: Question) => Call;
  /** Throws {@link ContainerFailed} when the body is not what the protocol says. */
  readonly decode: (body: JsonValue) => Answer;
}

/** Most tokens asked of a chat model. */
const MAX_TOKENS = 4_096;
const MAX_CONTENT_DEPTH = 64;

const plainJson: ContainerProtocol = {
  encode: ({ input, state, seed }) => ({ path: "/infer", body: canonicalJson({ input, state, seed }) }),
  decode: (body) => {
    const { output, state, ...rest } = fields(body);
    if (output === undefined || state === undefined || Object.keys(rest).length > 0) {
      throw new ContainerFailed("ANSWER_INVALID", "the answer must be exactly {output, state}");
    }
    return { output, state };
  },
};

const openAiChat: ContainerProtocol = {
  encode: ({ input, seed, maxOutputBytes }) => ({
    path: "/v1/chat/completions",
    body: canonicalJson({
      model: "ainft",
      messages: chatMessages(input),
      // The largest number every server takes: 31 bits of the request hash.
      seed: Number(BigInt(`0x${seed}`) & 0x7fffffffn),
      temperature: 0,
      // A token is at least one byte of text.
      max_tokens: Math.max(1, Math.min(maxOutputBytes, MAX_TOKENS)),
      stream: false,
    }),
  }),
  decode: (body) => {
    const { choices } = fields(body);
    const [choice] = Array.isArray(choices) ? (choices as readonly JsonValue[]) : [];
    const { content } = fields(fields(choice ?? null)["message"] ?? null);
    if (typeof content !== "string") {
      throw new ContainerFailed("ANSWER_INVALID", "the answer has no choices[0].message.content");
    }
    return { output: { content }, state: null };
  },
};

/** The protocol that a manifest names. */
export function protocolOf(name: ManifestContainer["protocol"]): ContainerProtocol {
  switch (name) {
    case "plain-json/1":
      return plainJson;
    case "openai-chat/1":
      return openAiChat;
  }
}

/** Understands a reply. Throws {@link InputRejected} or {@link ContainerFailed}. */
export function readReply(protocol: ContainerProtocol, reply: Reply): Answer {
  if (reply.status >= 400 && reply.status < 500) {
    throw new InputRejected(`the container answered with status ${reply.status}`);
  }
  if (reply.status !== 200) throw new ContainerFailed("STATUS", `it answered with status ${reply.status}`);
  return protocol.decode(parseBody(reply.body));
}

function parseBody(body: Uint8Array): JsonValue {
  try {
    return parseStrictJson(body, { maxBytes: body.length, maxDepth: MAX_CONTENT_DEPTH });
  } catch (cause) {
    throw new ContainerFailed("ANSWER_INVALID", "the answer is not strict JSON", { cause });
  }
}

function chatMessages(input: JsonValue): JsonValue {
  const { prompt, messages } = isObject(input) ? input : {};
  if (typeof prompt === "string" && messages === undefined) return [{ role: "user", content: prompt }];
  if (Array.isArray(messages) && prompt === undefined) return messages as readonly JsonValue[];
  throw new InputRejected("it must be {prompt} or {messages} for openai-chat/1");
}

function fields(value: JsonValue): JsonObject {
  if (isObject(value)) return value;
  throw new ContainerFailed("ANSWER_INVALID", "the answer lacks an object where one must be");
}

function isObject(value: JsonValue): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
