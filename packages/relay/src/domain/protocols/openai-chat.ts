import { canonicalJson, type JsonValue } from "ainft-core";
import { ContainerFailed, InputRejected } from "../errors.ts";
import type { ContainerProtocol } from "../protocol.ts";
import { fields, isList, isObject } from "./fields.ts";

/** Most tokens asked of a chat model. */
const MAX_TOKENS = 4_096;

/** `openai-chat/1`: `POST /v1/chat/completions`. Only the first choice's text is signed: ids and times differ every time. */
export const openAiChat: ContainerProtocol = {
  ready: { path: "/health", statuses: [200] },
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
    const [choice] = isList(choices) ? choices : [];
    const { content } = fields(fields(choice)["message"]);
    if (typeof content !== "string") {
      throw new ContainerFailed("ANSWER_INVALID", "the answer has no choices[0].message.content");
    }
    return { output: { content }, state: null };
  },
};

function chatMessages(input: JsonValue): JsonValue {
  const { prompt, messages } = isObject(input) ? input : {};
  if (typeof prompt === "string" && messages === undefined) return [{ role: "user", content: prompt }];
  if (isList(messages) && prompt === undefined) return messages;
  throw new InputRejected("it must be {prompt} or {messages} for openai-chat/1");
}
