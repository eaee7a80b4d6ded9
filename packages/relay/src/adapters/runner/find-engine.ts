import { existsSync } from "node:fs";
import { join } from "node:path";
import { StartRefused } from "../../config/errors.ts";

/** No container engine was found where they usually listen. */
export class NoEngine extends StartRefused {
  override readonly code = "NO_ENGINE";

  constructor(places: readonly string[]) {
    super(`No container engine listens on ${places.join(", ")}. Start podman's or Docker's API, or set runner.socket.`);
  }
}

/** The unix socket of this machine's container engine. Throws {@link NoEngine}. */
export function findEngineSocket(env: NodeJS.ProcessEnv = process.env): string {
  const runtime = env["XDG_RUNTIME_DIR"];
  const places = [
    env["DOCKER_HOST"]?.replace(/^unix:\/\//, ""),
    "/var/run/docker.sock",
    "/run/podman/podman.sock",
    runtime === undefined ? undefined : join(runtime, "podman/podman.sock"),
  ].filter((place): place is string => place?.startsWith("/") === true);
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new NoEngine(places);
  return found;
}
