import { Provider, Signer } from "ethers";
import { DeploymentRecord, PendingRecord, RecordStore } from "../lib/records";
import { NetworkSettings } from "../lib/networks";
import { DaoSetup } from "./dao";
import { Predictions } from "./predictions";

/** Who signs for the suite, and who owns it in the end: an account, or the timelock of the DAO that is opened. */
export interface SuiteSetup {
  /** Strictly ascending, as the oracle wants them. */
  readonly reporters: readonly string[];
  readonly threshold: number;
  readonly owner: string | undefined;
  readonly dao: DaoSetup | undefined;
}

/** What a step tells while it works. `recorded` and `unchanged` end a step. */
export interface DeployProgress {
  readonly step: string;
  readonly kind: "noted" | "sent" | "mined" | "recorded" | "unchanged";
  readonly summary: string;
  readonly transactionHash?: string;
  readonly gasUsed?: bigint;
}

/** What every argument and every address of a deployment follows from. */
export interface Scene {
  readonly deployer: string;
  /** The factory creates every contract under this salt. */
  readonly salt: string;
  readonly setup: Pick<SuiteSetup, "owner" | "dao">;
  /** What every contract is created from, and where. */
  readonly predictions: Predictions;
}

/** Everything a step works with. */
export interface DeployContext extends Scene {
  readonly signer: Signer;
  readonly provider: Provider;
  readonly network: NetworkSettings;
  readonly setup: SuiteSetup;
  readonly ledger: Ledger;
  /** Whether the CREATE2 factory may be put onto a public chain that lacks it. */
  readonly placeFactory: boolean;
  readonly sourceCommit: string;
  readonly onProgress: (progress: DeployProgress) => void;
}

/** The record of this deployment, saved with every change. */
export class Ledger {
  constructor(
    private readonly store: RecordStore,
    private current: DeploymentRecord,
  ) {}

  get record(): DeploymentRecord {
    return this.current;
  }

  /** Changes the record and saves it before anything else happens. */
  update(change: Partial<DeploymentRecord>): void {
    this.current = { ...this.current, ...change };
    this.store.save(this.current);
  }

  /** Notes a transaction before it is sent, or forgets it when `undefined`. */
  setPending(pending: PendingRecord | undefined): void {
    const { pending: _forgotten, ...rest } = this.current;
    this.current = pending === undefined ? rest : { ...rest, pending };
    this.store.save(this.current);
  }

  /** Records what a step achieved, and that nothing is pending any more, in one write. */
  complete(change: Partial<DeploymentRecord>): void {
    const { pending: _done, ...rest } = this.current;
    this.current = { ...rest, ...change };
    this.store.save(this.current);
  }
}
