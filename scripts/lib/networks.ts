import { NetworksUserConfig } from "hardhat/types";

/** Networks of the Hardhat project. Public networks are configured by environment only: no key lives in the tree. */
export function hardhatNetworks(): NetworksUserConfig {
  return {
    hardhat: { chainId: 31337, hardfork: "osaka", allowUnlimitedContractSize: false },
  };
}
