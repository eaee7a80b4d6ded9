import { UsageError } from "./errors.ts";

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u;

/** Reads an http: or https: address from the command line. Throws {@link UsageError}. */
export function httpUrl(given: string, option: string): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !/^https?:$/u.test(url.protocol) || /\s/u.test(given))
    throw new UsageError(`${option} must be an http: or https: address.`);
  return url;
}

/** Whether nobody on the way can read what goes there: https, or this machine itself. */
export function isPrivate({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || LOOPBACK.test(hostname);
}

/** Lets a secret travel only where nobody can read it on the way. Throws {@link UsageError}. */
export function expectPrivate(url: string, option: string): void {
  if (!isPrivate(new URL(url)))
    throw new UsageError(`${option} must be an https: address, since a secret goes with it.`);
}

/** A setting of the environment; undefined when it is empty. */
export function filled(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}
