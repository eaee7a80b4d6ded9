import { UsageError } from "../errors.ts";
import { isPrivate } from "../web.ts";

const HOST = /^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+|localhost|\[[0-9a-f:]+\]|[a-z0-9-]+(?=:))(?::\d{1,5})?$/u;
const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/u;
const MAX_NAME = 255;
/** What people call Docker's own registry, and where it listens. */
const DOCKER = { host: "docker.io", api: "registry-1.docker.io" };

/** A place for images in a registry. */
export interface Repository {
  /** As image references name it. */
  readonly host: string;
  readonly name: string;
  /** Where the registry listens: https, or plain http on this machine itself. */
  readonly origin: string;
}

/** Reads `host/name`. Throws {@link UsageError}. */
export function repositoryOf(given: string, what: string): Repository {
  const slash = given.indexOf("/");
  const [host, name] = [given.slice(0, slash), given.slice(slash + 1)];
  if (slash < 1 || !HOST.test(host) || !NAME.test(name) || given.length > MAX_NAME)
    throw new UsageError(`${what} must be host/name of a repository, without a tag or a digest.`);
  const api = host === DOCKER.host ? DOCKER.api : host;
  if (!URL.canParse(`https://${api}`)) throw new UsageError(`${what} must begin with the host of a registry.`);
  return { host, name, origin: isPrivate(new URL(`http://${api}`)) ? `http://${api}` : `https://${api}` };
}

/** `host/name`, as people write it. */
export function nameOf({ host, name }: Repository): string {
  return `${host}/${name}`;
}
