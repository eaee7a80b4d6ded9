import { PermanentError } from "../lib/errors";
import type { DeploymentRecord } from "../lib/records";
import { SUITE, WITH_DAO } from "./deployables";

/** A committed record lacks a contract that every deployment makes. */
class AddressMissing extends PermanentError {
  readonly code = "ADDRESS_MISSING";

  constructor(network: string, contract: string) {
    super(`deployments/${network}.json records no ${contract}: finish the deployment by npm run deploy.`);
  }
}

/** What integrators are told of a deployment, by contract name. Throws {@link AddressMissing}. */
export function publishedAddresses(record: DeploymentRecord): ReadonlyMap<string, string> {
  const { network, contracts, made, dao } = record;
  const recorded = (name: string): string | undefined => {
    if (name === "AINGovernor") return dao?.governor;
    if (name === "AINTimelock") return dao?.timelock;
    return contracts[name]?.address ?? made?.[name];
  };
  const published = new Map<string, string>();
  for (const name of [...SUITE, ...WITH_DAO]) {
    const address = recorded(name);
    if (address !== undefined) published.set(name, address);
    else if (!WITH_DAO.includes(name)) throw new AddressMissing(network, name);
  }
  return published;
}

/** The source that publishes the addresses of some deployments. */
export function addressSource(records: readonly DeploymentRecord[]): string {
  const chains = [...records]
    .sort((left, right) => (left.chainId < right.chainId ? -1 : 1))
    .map((record) => {
      const addresses = [...publishedAddresses(record)].map(([name, address]) => `    ${name}: "${address}",\n`);
      return `  ${record.chainId}: {\n${addresses.join("")}  },\n`;
    });
  const field = (name: string, mark: string): string => `  readonly ${name}${mark}: \`0x\${string}\`;\n`;
  return (
    "/** The suite's contracts on one chain. What is optional is there where a DAO owns the suite. */\n" +
    `export interface SuiteAddresses {\n${SUITE.map((name) => field(name, "")).join("")}` +
    `${WITH_DAO.map((name) => field(name, "?")).join("")}}\n\n` +
    "/** Addresses by chain id, for the public networks the suite is deployed to. */\n" +
    `export const addresses: Readonly<Record<number, SuiteAddresses>> = {${chains.length > 0 ? `\n${chains.join("")}` : ""}};\n`
  );
}
