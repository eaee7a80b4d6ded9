import type { ContractTransactionResponse } from "ethers";
import type { StateUpdate } from "../../helpers/typed-data";
import type { ModelCollection } from "./collection";
import { type SignedTerms, ModelOracle } from "./oracle";
import { ACCEPTED, type Refusal, refuse } from "./refusal";

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
    const program = collection.program(update.tokenId);
    if (program === undefined) return refuse("AINFTUnknownToken", update.tokenId);
    return program.update(update, this.time);
  }

  ask(by: string, collection: ModelCollection, tokenId: bigint): Refusal | undefined {
    if (collection.oracle !== this.oracleAddress) {
      return refuse("InferenceOracleWrongOracle", collection.address, collection.oracle);
    }
    const program = collection.program(tokenId);
    if (program === undefined) return refuse("AINFTUnknownToken", tokenId);
    if (program.suspended) return refuse("InferenceOracleMayNotAsk", collection.address, tokenId, by);
    this.oracle.requestCount += 1n;
    return ACCEPTED;
  }
}
