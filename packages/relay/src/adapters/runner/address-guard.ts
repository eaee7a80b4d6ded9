import { lookup as systemLookup, type LookupAddress } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { RetryableError } from "ainft-core";

/** A name led to an address inside this network, where nobody outside may send us. */
export class PrivateAddressRefused extends RetryableError {
  override readonly code = "PRIVATE_ADDRESS_REFUSED";
  readonly host: string;

  constructor(host: string) {
    super(`Host ${host} leads to an address that is not public. If that is meant, name it in runner.privateHosts.`);
    this.host = host;
  }
}

/** Resolves a name to all its addresses. */
export type Resolve = (
  host: string,
  done: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

/** The system's way. */
export const systemResolve: Resolve = (host, done) => {
  systemLookup(host, { all: true }, done);
};

/**
 * The lookup of one connection. It is the connection's own, so that a name cannot lead elsewhere between check and use;
 * one private address among public ones refuses them all.
 */
export function guardedLookup(resolve: Resolve = systemResolve): LookupFunction {
  return (host, options, done) => {
    resolve(host, (error, addresses) => {
      const [first] = addresses;
      if (error !== null) done(error, []);
      else if (first === undefined || !addresses.every(({ address }) => isPublic(address))) {
        done(new PrivateAddressRefused(host), []);
      } else if (options.all === true) done(null, [...addresses]);
      else done(null, first.address, first.family);
    });
  };
}

/** Whether an address is one of the open Internet. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !NOT_PUBLIC_4.check(address, "ipv4");
  return family === 6 && GLOBAL_6.check(address, "ipv6") && !NOT_PUBLIC_6.check(address, "ipv6");
}

const NOT_PUBLIC_4 = blockOf("ipv4", [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
]);

/** Everything else is loopback, local, a multicast, or an IPv4 address in disguise. */
const GLOBAL_6 = blockOf("ipv6", [["2000::", 3]]);

/** Documentation and special purposes, and tunnels that can end anywhere (Teredo, 6to4). */
const NOT_PUBLIC_6 = blockOf("ipv6", [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
]);

function blockOf(family: "ipv4" | "ipv6", subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of subnets) list.addSubnet(net, prefix, family);
  return list;
}
