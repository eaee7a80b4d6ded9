import { isIP } from "node:net";
import { ImageUnavailable } from "../../domain/errors.ts";
import { isPublic, type Resolve, systemResolve } from "./address-guard.ts";

/**
 * Makes sure that a registry which a stranger's manifest names is one of the open Internet: the engine would ask any other
 * on the stranger's behalf. An engine resolves the name once more, and goes where the registry sends it, so this holds back
 * names and addresses, not a registry that lies. Throws {@link ImageUnavailable}.
 */
export async function mustBePublic(image: string, registry: string, resolve: Resolve = systemResolve): Promise<void> {
  const host = registry.replace(/:[0-9]+$/, "");
  const refused = (problem: string): ImageUnavailable =>
    new ImageUnavailable(image, `${problem}. If that is meant, name ${registry} in runner.registries`);
  if (isIP(host) !== 0) {
    if (!isPublic(host)) throw refused(`the address of its registry ${registry} is not public`);
    return;
  }
  if (!isQualified(host)) throw refused(`its registry ${registry} has no full name`);
  const addresses = await addressesOf(host, resolve);
  if (addresses.length === 0) throw refused(`the name of its registry ${registry} cannot be looked up`);
  if (!addresses.every(isPublic)) throw refused(`its registry ${registry} leads to an address that is not public`);
}

/** What ends in a number is an address to some resolvers, however it is written: `127.1`, `0x7f.1`. */
function isQualified(host: string): boolean {
  const labels = host.split(".");
  const last = labels.at(-1) ?? "";
  return labels.length > 1 && last !== "localhost" && !/^(?:[0-9]+|0x[0-9a-f]*)$/i.test(last);
}

async function addressesOf(host: string, resolve: Resolve): Promise<string[]> {
  return new Promise((done) => {
    resolve(host, (error, addresses) => done(error === null ? addresses.map(({ address }) => address) : []));
  });
}
