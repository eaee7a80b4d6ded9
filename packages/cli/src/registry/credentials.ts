import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { readObject } from "../inputs.ts";
import type { Io } from "../io.ts";
import { filled } from "../web.ts";
import { nameOf, type Repository } from "./reference.ts";

const DOCKER_KEY = "https://index.docker.io/v1/";

/**
 * What `Basic` authorization says to a registry: from the environment, else as `podman login` or `docker login` left it;
 * undefined where nobody logged in. Throws `InputRefused` when such a file can't be read.
 */
export function credentialsFor({ env, cwd }: Io, repository: Repository): string | undefined {
  const user = filled(env["AINFT_REGISTRY_USER"]);
  const password = filled(env["AINFT_REGISTRY_PASSWORD"]);
  if (user !== undefined && password !== undefined) return Buffer.from(`${user}:${password}`).toString("base64");
  for (const file of authFiles(env)) {
    if (!existsSync(resolve(cwd, file))) continue;
    const auths = objectIn(readObject(cwd, file)["auths"]);
    for (const key of keysOf(repository)) {
      const { auth } = objectIn(auths[key]);
      if (typeof auth === "string" && auth !== "") return auth;
    }
  }
  return undefined;
}

/** Where engines keep who is logged in. */
function authFiles(env: Io["env"]): string[] {
  const named = filled(env["REGISTRY_AUTH_FILE"]);
  if (named !== undefined) return [named];
  const below = (folder: string | undefined, ...path: string[]): string[] =>
    folder === undefined ? [] : [join(folder, ...path)];
  return [
    ...below(filled(env["DOCKER_CONFIG"]), "config.json"),
    ...below(filled(env["XDG_RUNTIME_DIR"]), "containers", "auth.json"),
    ...below(filled(env["HOME"]), ".config", "containers", "auth.json"),
    ...below(filled(env["HOME"]), ".docker", "config.json"),
  ];
}

/** The narrowest first: podman logs in to a part of a registry, too. */
function keysOf(repository: Repository): string[] {
  const parts = nameOf(repository).split("/");
  const narrowing = parts.map((_part, place) => parts.slice(0, parts.length - place).join("/"));
  const { host } = repository;
  return [...narrowing, `https://${host}`, `https://${host}/v1/`, ...(host === "docker.io" ? [DOCKER_KEY] : [])];
}

function objectIn(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}; // an object
}
