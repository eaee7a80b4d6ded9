import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync } from "node:fs";
import { once } from "node:events";
import { request } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { fromRoot } from "../../scripts/lib/paths";

export const PROGRAM = fromRoot("containers", "persona-chat");
const WEIGHTS = join(PROGRAM, "weights");
const SOCKET_NAME = "persona.sock";
const SOCKET_FOLDER = "/run/ainft";

export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** A persona that answers on a unix socket. */
export interface RunningPersona {
  infer(body: object): Promise<Reply>;
  /** Asks it to leave, and resolves with its exit code. */
  stop(): Promise<number | null>;
}

/** Why there is no container engine to test with; undefined when there is one. Throws where one is required, as in CI. */
export async function engineIsMissing(): Promise<string | undefined> {
  try {
    await podman("info");
    return undefined;
  } catch (cause) {
    const missing = `podman does not work here: ${cause instanceof Error ? cause.message : String(cause)}`;
    if (process.env["AINFT_REQUIRE_ENGINE"] === "1") throw new Error(missing, { cause });
    return missing;
  }
}

/** Runs podman and resolves with what it printed. */
export async function podman(...args: string[]): Promise<string> {
  return (await promisify(execFile)("podman", args)).stdout;
}

/** Runs an image without network, rights or a writable root; its socket appears in `socketFolder`. */
export async function startContainer(reference: string, socketFolder: string): Promise<RunningPersona> {
  // The umask may have narrowed what mkdir was asked for.
  chmodSync(socketFolder, 0o777);
  const name = `ainft-test-${randomBytes(6).toString("hex")}`;
  const limits = ["--network", "none", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"];
  const quotas = ["--memory", "256m", "--cpus", "1", "--pids-limit", "64"];
  const mounts = ["--volume", `${WEIGHTS}:/model:ro`, "--volume", `${socketFolder}:${SOCKET_FOLDER}`];
  const env = ["--env", "AINFT_MODEL_DIR=/model", "--env", `AINFT_SOCKET=${SOCKET_FOLDER}/${SOCKET_NAME}`];
  const args = ["run", "--rm", "--name", name, ...limits, ...quotas, ...mounts, ...env, reference];
  return start("podman", args, process.env, socketFolder, async () => {
    await podman("stop", "--time", "10", name);
  });
}

/** Runs the same program as a process of this machine, on the same Node. */
export async function startProcess(socketFolder: string): Promise<RunningPersona> {
  const node = require.resolve("node/bin/node");
  const env = { AINFT_MODEL_DIR: WEIGHTS, AINFT_SOCKET: join(socketFolder, SOCKET_NAME) };
  return start(node, [join(PROGRAM, "src", "server.ts")], env, socketFolder, undefined);
}

async function start(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  socketFolder: string,
  askToLeave: (() => Promise<void>) | undefined,
): Promise<RunningPersona> {
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const errors: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
  const exited = once(child, "exit") as Promise<[number | null]>;
  // It prints one line, once it listens.
  const listening = once(child.stdout, "data");
  await Promise.race([
    listening,
    exited.then(([code]) => {
      throw new Error(`${command} ended with ${code} before it listened: ${Buffer.concat(errors).toString()}`);
    }),
  ]);
  return {
    infer: (body) => post(join(socketFolder, SOCKET_NAME), "/infer", body),
    stop: async () => {
      if (askToLeave === undefined) child.kill("SIGTERM");
      else await askToLeave();
      const [code] = await exited;
      return code;
    },
  };
}

function post(socketPath: string, path: string, body: object): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, path, method: "POST", agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(JSON.stringify(body));
  });
}
