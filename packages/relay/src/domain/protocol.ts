import { type JsonValue, type ManifestContainer, parseStrictJson } from "ainft-core";
import { ContainerFailed, InputRejected } from "./errors.ts";
import { infernet } from "./protocols/infernet.ts";
import { openAiChat } from "./protocols/openai-chat.ts";
import { openInference } from "./protocols/open-inference.ts";
import { plainJson } from "./protocols/plain-json.ts";

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
  /** Content-Type; undefined when there was none. */
  readonly type?: string | undefined;
  /** Content-Encoding; undefined when there was none. */
  readonly encoding?: string | undefined;
}

/** What a container answered, not yet held against any schema. */
export interface Answer {
  readonly output: JsonValue;
  readonly state: JsonValue;
}

/** How one knows that a program is up. */
export interface Readiness {
  readonly path: string;
  readonly statuses: readonly number[];
}

/** How a container is asked and understood. */
export interface ContainerProtocol {
  readonly ready: Readiness;
  /** Throws {@link InputRejected} when the protocol cannot carry the input. */
  readonly encode: (question: Question) => Call;
  /** Throws {@link ContainerFailed} when the body is not what the protocol says. */
  readonly decode: (body: JsonValue) => Answer;
}

const MAX_CONTENT_DEPTH = 64;
const JSON_TYPE = /^application\/(?:[a-z0-9.-]+\+)?json\s*(?:;|$)/i;

/** The protocol that a manifest names. */
export function protocolOf(name: ManifestContainer["protocol"]): ContainerProtocol {
  switch (name) {
    case "plain-json/1":
      return plainJson;
    case "openai-chat/1":
      return openAiChat;
    case "open-inference/2":
      return openInference;
    case "infernet/1":
      return infernet;
  }
}

/** Understands a reply. Throws {@link InputRejected} or {@link ContainerFailed}. */
export function readReply(protocol: ContainerProtocol, reply: Reply): Answer {
  if (reply.status >= 400 && reply.status < 500) {
    throw new InputRejected(`the container answered with status ${reply.status}`);
  }
  if (reply.status !== 200) throw new ContainerFailed("STATUS", `it answered with status ${reply.status}`);
  checkForm(reply);
  return protocol.decode(parseBody(reply.body));
}

/** Nothing is unpacked or guessed: a body says that it is JSON, or says nothing. */
function checkForm({ type, encoding }: Reply): void {
  if (type !== undefined && !JSON_TYPE.test(type)) {
    throw new ContainerFailed("ANSWER_INVALID", "the answer does not call itself JSON");
  }
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
    throw new ContainerFailed("ANSWER_INVALID", "the answer is packed");
  }
}

function parseBody(body: Uint8Array): JsonValue {
  try {
    return parseStrictJson(body, { maxBytes: body.length, maxDepth: MAX_CONTENT_DEPTH });
  } catch (cause) {
    throw new ContainerFailed("ANSWER_INVALID", "the answer is not strict JSON", { cause });
  }
}
