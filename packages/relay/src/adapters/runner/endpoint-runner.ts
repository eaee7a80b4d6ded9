import { type RequestOptions, request as plain } from "node:http";
import { request as secure } from "node:https";
import { isIP } from "node:net";
import { RetryableError } from "ainft-core";
import { ContainerFailed, ContainerTimedOut, UnsupportedProgram } from "../../domain/errors.ts";
import { type Answer, type Call, protocolOf, type Question, readReply, type Reply } from "../../domain/protocol.ts";
import type { Program } from "../../domain/program.ts";
import type { RunFacts, Runner } from "../../ports/system.ts";
import { guardedLookup, isPublic, PrivateAddressRefused, type Resolve } from "./address-guard.ts";
import { exchange } from "./http-call.ts";

/** Statuses that say something of the way to a program, or of our right to ask, and nothing of the input. */
const NOT_THE_PROGRAM: readonly number[] = [401, 403, 404, 407, 408, 429, 502, 503, 504];

/** The endpoint does not answer, or not as the program. Nothing is signed; it is tried again. */
export class EndpointUnavailable extends RetryableError {
  override readonly code = "ENDPOINT_UNAVAILABLE";

  constructor(problem: string, options?: ErrorOptions) {
    super(`Endpoint unavailable: ${problem}.`, options);
  }
}

/** Where one program answers. */
export interface Endpoint {
  readonly url: string;
  /** Sent as a bearer token; undefined for none. */
  readonly token: string | undefined;
}

/** Where programs answer. */
export interface EndpointSettings {
  /** By image, digest included. */
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  /** Hosts that may lead to addresses inside this network. */
  readonly privateHosts: readonly string[];
  /** How names are resolved; the system's way when undefined. */
  readonly resolve?: Resolve;
}

/**
 * Asks programs that run elsewhere, over HTTP. What answers there is the operator's word alone: no digest is checked, no
 * limit but time and size is held, and the input leaves this machine.
 */
export class EndpointRunner implements Runner {
  readonly #settings: EndpointSettings;

  constructor(settings: EndpointSettings) {
    this.#settings = settings;
  }

  async run(
    program: Program,
    question: Question,
    _modelDir: string,
    signal: AbortSignal,
  ): Promise<Answer & { facts: RunFacts }> {
    const { image, protocol: name } = program.container;
    const endpoint = this.#settings.endpoints.get(image);
    if (endpoint === undefined) throw new UnsupportedProgram(`runner.endpoints has no "${image}"`);
    const protocol = protocolOf(name);
    const reply = await this.#ask(endpoint, protocol.encode(question), program, signal);
    const { status } = reply;
    if (status >= 300 && status < 400) throw new EndpointUnavailable("it redirects, which is not followed");
    if (NOT_THE_PROGRAM.includes(status)) throw new EndpointUnavailable(`it answers with status ${status}`);
    const facts = { runner: `HTTP endpoint ${new URL(endpoint.url).host}`, imageDigest: undefined };
    return { ...readReply(protocol, reply), facts };
  }

  async cleanUp(): Promise<void> {
    // Nothing is ever started here.
  }

  async #ask(endpoint: Endpoint, call: Call, { limits }: Program, signal: AbortSignal): Promise<Reply> {
    const deadline = AbortSignal.timeout(limits.timeoutMs);
    const either = AbortSignal.any([deadline, signal]);
    const url = new URL(endpoint.url);
    const path = `${url.pathname.replace(/\/+$/, "")}${call.path}`;
    const seen = { asked: false };
    try {
      const options = this.#optionsOf(url, endpoint.token, either);
      const send = url.protocol === "https:" ? secure : plain;
      return await exchange(
        (all, answered) => send(all, answered).once("finish", () => (seen.asked = true)),
        options,
        { ...call, path },
        limits.maxAnswerBytes,
      );
    } catch (cause) {
      if (cause instanceof ContainerFailed || cause instanceof PrivateAddressRefused) throw cause;
      if (signal.aborted) throw signal.reason;
      // A name that does not resolve, or a host that takes no connection, is no program that thinks too long.
      if (deadline.aborted && seen.asked) throw new ContainerTimedOut("answer", limits.timeoutMs);
      throw new EndpointUnavailable("the connection failed or broke", { cause: withoutOptions(cause) });
    }
  }

  /** A fresh connection each time, so that its address is checked each time. */
  #optionsOf(url: URL, token: string | undefined, signal: AbortSignal): RequestOptions {
    const { hostname, port } = url;
    const host = hostname.replace(/^\[|\]$/g, "");
    const inside = this.#settings.privateHosts.includes(hostname);
    // Node resolves names only: an address is checked here.
    if (!inside && isIP(host) !== 0 && !isPublic(host)) throw new PrivateAddressRefused(host);
    return {
      host,
      ...(port === "" ? {} : { port }),
      ...(inside ? {} : { lookup: guardedLookup(this.#settings.resolve) }),
      ...(token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } }),
      agent: false,
      signal,
    };
  }
}

/** Node's errors can carry the request, and the token with it. */
function withoutOptions(error: unknown): Error {
  return new Error(error instanceof Error ? error.message : "unknown reason");
}
