import { request, type ClientRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { ContainerFailed, ContainerTimedOut } from "../../domain/errors.ts";
import type { Call, Readiness, Reply } from "../../domain/protocol.ts";

const READY_TIMEOUT_MS = 1_000;

/** How one question is put. */
export interface CallLimits {
  /** Wall clock, in milliseconds. */
  readonly timeoutMs: number;
  /** The body is cut off one byte after this many. */
  readonly maxBytes: number;
}

/** `request` of node:http or node:https. Neither follows redirects, unpacks bodies or keeps cookies. */
export type Send = (options: RequestOptions, answered: (response: IncomingMessage) => void) => ClientRequest;

/**
 * Puts one question over HTTP on a unix socket. The body is counted while it streams in, so a container that floods is
 * cut off early. Throws {@link ContainerFailed} or {@link ContainerTimedOut}.
 */
export async function callOverSocket(
  socketPath: string,
  call: Call,
  limits: CallLimits,
  signal: AbortSignal,
): Promise<Reply> {
  const deadline = AbortSignal.timeout(limits.timeoutMs);
  const either = AbortSignal.any([deadline, signal]);
  try {
    return await exchange(request, { socketPath, signal: either }, call, limits.maxBytes);
  } catch (cause) {
    if (cause instanceof ContainerFailed) throw cause;
    if (signal.aborted) throw signal.reason;
    if (deadline.aborted) throw new ContainerTimedOut("answer", limits.timeoutMs);
    throw new ContainerFailed("NO_ANSWER", "the connection broke before the answer was whole", { cause });
  }
}

/** One exchange, with the body under its cap. Throws {@link ContainerFailed} for one above it; else what node throws. */
export async function exchange(send: Send, options: RequestOptions, call: Call, maxBytes: number): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { headers } = options;
    const own = { "Content-Type": "application/json", "Content-Length": call.body.length, Connection: "close" };
    const asked = send(
      { ...options, path: call.path, method: "POST", headers: { ...(headers as Record<string, string>), ...own } },
      (response) => {
        const parts: Buffer[] = [];
        let size = 0;
        response.on("data", (part: Buffer) => {
          size += part.length;
          if (size > maxBytes) {
            reject(new ContainerFailed("ANSWER_TOO_LARGE", `it answers more than ${maxBytes} bytes`));
            asked.destroy();
            return;
          }
          parts.push(part);
        });
        response.on("error", reject);
        response.on("aborted", () => reject(new Error("the answer was cut off")));
        response.on("end", () => resolve(replyOf(response, Buffer.concat(parts))));
      },
    );
    asked.on("error", reject);
    asked.end(call.body);
  });
}

function replyOf({ statusCode = 0, headers }: IncomingMessage, body: Uint8Array): Reply {
  return { status: statusCode, body, type: headers["content-type"], encoding: headers["content-encoding"] };
}

/** Whether something on the socket says that it is ready. Never throws. */
export async function isReady(socketPath: string, { path, statuses }: Readiness): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path, method: "GET", timeout: READY_TIMEOUT_MS }, (response) => {
      response.resume();
      response.on("error", () => undefined);
      resolve(statuses.includes(response.statusCode ?? 0));
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(false));
    asked.on("close", () => resolve(false));
    asked.end();
  });
}
