import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { type ProcessGroup, waitUntil } from "./processes";

/** Sockets on which a Docker-compatible engine listens when it runs already. */
const KNOWN_SOCKETS = ["/var/run/docker.sock", "/run/podman/podman.sock"];

/** A container engine that speaks the Docker API on a unix socket. */
export interface Engine {
  readonly socket: string;
  /** Name and version as the engine gives them. */
  readonly name: string;
}

/**
 * The engine of this machine: the one of DOCKER_HOST, one that listens already, or podman, whose API service is then
 * started for the demo alone. Undefined when there is none, or when AINFT_ENGINE is `none`.
 */
export async function findEngine(processes: ProcessGroup, folder: string): Promise<Engine | undefined> {
  if (process.env["AINFT_ENGINE"] === "none") return undefined;
  const chosen = process.env["DOCKER_HOST"]?.replace(/^unix:\/\//, "");
  for (const socket of [...(chosen?.startsWith("/") ? [chosen] : []), ...userSockets(), ...KNOWN_SOCKETS]) {
    const name = await engineName(socket).catch(() => undefined);
    if (name !== undefined) return { socket, name };
  }
  return startPodman(processes, folder);
}

async function startPodman(processes: ProcessGroup, folder: string): Promise<Engine | undefined> {
  if (spawnSync("podman", ["--version"], { stdio: "ignore" }).status !== 0) return undefined;
  const socket = join(folder, "podman.sock");
  processes.start({
    name: "The podman API service",
    command: "podman",
    args: ["system", "service", "--time=0", `unix://${socket}`],
    logFile: join(folder, "podman.log"),
  });
  let name: string | undefined;
  await waitUntil("podman's API", 20_000, async () => {
    name = await engineName(socket);
    return true;
  });
  return name === undefined ? undefined : { socket, name };
}

function userSockets(): string[] {
  const runtime = process.env["XDG_RUNTIME_DIR"];
  return runtime === undefined ? [] : [join(runtime, "docker.sock"), join(runtime, "podman/podman.sock")];
}

/** Asks `GET /version`. Rejects when nobody answers on the socket. */
async function engineName(socket: string): Promise<string> {
  if (!existsSync(socket)) throw new Error(`${socket} does not exist`);
  const version = await getJson(socket, "/version");
  const components: unknown = version["Components"];
  const first: unknown = Array.isArray(components) ? components[0] : undefined;
  const name = isRecord(first) && typeof first["Name"] === "string" ? first["Name"] : "Docker Engine";
  return `${name} ${String(version["Version"])}`;
}

async function getJson(socketPath: string, path: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const ask = request({ socketPath, path, timeout: 3_000 }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (body += part));
      response.on("end", () => {
        const parsed: unknown = response.statusCode === 200 ? JSON.parse(body) : undefined;
        if (isRecord(parsed)) resolve(parsed);
        else reject(new Error(`${path} answered ${response.statusCode}`));
      });
    });
    ask.on("timeout", () => ask.destroy(new Error("no answer")));
    ask.on("error", reject);
    ask.end();
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
