import type { ContractTransactionResponse } from "ethers";
import type { StateUpdate } from "../../helpers/typed-data";
import { type SignedTerms, ModelOracle } from "./oracle";
import { ModelProgram } from "./program";
import { ACCEPTED, type Refusal, refuse } from "./refusal";

/** A collection of programs, and whether it obeys the oracle now. */
export class ModelCollection {
  readonly programs: ModelProgram[] = [];
  locked = false;

  constructor(
    readonly address: string,
    readonly controller: string,
    public oracle: string,
  ) {}

  mint(by: string, to: string, manifest: string): Refusal | undefined {
    if (by !== this.controller) return refuse("OwnableUnauthorizedAccount", by);
    this.programs.push(new ModelProgram(BigInt(this.programs.length + 1), to, manifest));
    return ACCEPTED;
  }

  /** Obeys the oracle, or none at all. */
  setOracle(by: string, oracle: string): Refusal | undefined {
    if (by !== this.controller) return refuse("OwnableUnauthorizedAccount", by);
    if (this.locked) return refuse("AINFTOracleLocked", this.oracle);
    if (oracle === this.oracle) return refuse("AINFTOracleUnchanged", oracle);
    this.oracle = oracle;
    return ACCEPTED;
  }

  lockOracle(by: string): Refusal | undefined {
    if (by !== this.controller) return refuse("OwnableUnauthorizedAccount", by);
    if (this.locked) return refuse("AINFTOracleLocked", this.oracle);
    this.locked = true;
    return ACCEPTED;
  }
}

/** A report that was delivered once, kept so that it can be tried again: what it does to the model, and how it is sent. */
export interface SentReport {
  judge(world: ModelWorld): Refusal | undefined;
  send(): Promise<ContractTransactionResponse>;
}

/** Everything there is, told simply. Time is the time of the newest block, in Unix seconds. */
export class ModelWorld {
  readonly sent: SentReport[] = [];

  constructor(
    readonly oracle: ModelOracle,
    readonly oracleAddress: string,
    readonly collections: readonly ModelCollection[],
    public time: bigint,
  ) {}

  submitUpdate(collection: ModelCollection, update: StateUpdate, terms: SignedTerms): Refusal | undefined {
    const refusal = this.oracle.checkUpdate(terms, this.time);
    if (refusal !== undefined) return refusal;
    if (collection.oracle !== this.oracleAddress)
      return refuse("AINFTNotOracle", this.oracleAddress, collection.oracle);
    const program = collection.programs[Number(update.tokenId) - 1];
    if (program === undefined) return refuse("AINFTUnknownToken", update.tokenId);
    return program.update(update, this.time);
  }

  ask(collection: ModelCollection, tokenId: bigint): Refusal | undefined {
    if (collection.oracle !== this.oracleAddress) {
      return refuse("InferenceOracleWrongOracle", collection.address, collection.oracle);
    }
    if (collection.programs[Number(tokenId) - 1] === undefined) return refuse("AINFTUnknownToken", tokenId);
    this.oracle.requestCount += 1n;
    return ACCEPTED;
  }
}
