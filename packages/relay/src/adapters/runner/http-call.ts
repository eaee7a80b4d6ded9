import { request } from "node:http";
import { ContainerFailed, ContainerTimedOut } from "../../domain/errors.ts";
import type { Call, Reply } from "../../domain/protocol.ts";

/** How one question is put over a unix socket. */
export interface CallLimits {
  /** Wall clock, in milliseconds. */
  readonly timeoutMs: number;
  /** The body is cut off one byte after this many. */
  readonly maxBytes: number;
}

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
    return await exchange(socketPath, call, limits.maxBytes, either);
  } catch (cause) {
    if (cause instanceof ContainerFailed) throw cause;
    if (signal.aborted) throw signal.reason;
    if (deadline.aborted) throw new ContainerTimedOut("answer", limits.timeoutMs);
    throw new ContainerFailed("NO_ANSWER", "the connection broke before the answer was whole", { cause });
  }
}

async function exchange(socketPath: string, call: Call, maxBytes: number, signal: AbortSignal): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        socketPath,
        path: call.path,
        method: "POST",
        signal,
        headers: { "Content-Type": "application/json", "Content-Length": call.body.length, Connection: "close" },
      },
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
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts) }));
      },
    );
    asked.on("error", reject);
    asked.end(call.body);
  });
}

/** Whether something on the socket says that it is ready. Never throws. */
export async function isReady(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: "/health", method: "GET", timeout: 1_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(false));
    asked.end();
  });
}
