import type { HDNodeWallet } from "ethers";
import { developmentAccount } from "../lib/accounts";

/** The people of the demo: the first nine accounts of the published test phrase. */
export interface Cast {
  readonly deployer: HDNodeWallet;
  readonly creator: HDNodeWallet;
  readonly player: HDNodeWallet;
  readonly reporters: readonly HDNodeWallet[];
  /** Keys that pay for the relays' transactions, one a relay. */
  readonly transmitters: readonly HDNodeWallet[];
}

export function demoCast(): Cast {
  return {
    deployer: developmentAccount(0),
    creator: developmentAccount(1),
    player: developmentAccount(2),
    reporters: [3, 4, 5].map(developmentAccount),
    transmitters: [6, 7, 8].map(developmentAccount),
  };
}
