import { type Address, type OracleDomain, ZERO_BYTES32 } from "ainft-core";
import { getAddress, type Provider, type TransactionReceipt, type TransactionResponse } from "ethers";
import {
  type IAINFT721,
  IAINFT721__factory,
  type InferenceOracle,
  InferenceOracle__factory,
} from "../../../typechain-types";
import { PermanentError } from "../errors";

/** The chain lacks something that the story needs. */
export class MissingFromChainError extends PermanentError {
  readonly code = "MISSING_FROM_CHAIN";

  constructor(
    readonly what: string,
    readonly requestId: bigint,
  ) {
    super(`The chain has no ${what} for request ${requestId}: it is not answered yet, or this is another oracle.`);
  }
}

/** A transaction and what it cost. */
export interface MinedTransaction {
  readonly transaction: TransactionResponse;
  readonly receipt: TransactionReceipt;
}

/** Everything the chain says about one request, as it stands in events and calldata. */
export interface RequestOnChain {
  readonly oracle: InferenceOracle;
  readonly collection: IAINFT721;
  readonly domain: OracleDomain;
  readonly asked: Awaited<ReturnType<typeof findEvents>>["asked"]["args"];
  readonly answer: Awaited<ReturnType<typeof findEvents>>["answer"]["args"];
  readonly applied: Awaited<ReturnType<typeof findEvents>>["applied"]["args"];
  /** Result bytes, as hex. */
  readonly output: string;
  readonly stateBefore: string;
  readonly request: MinedTransaction;
  readonly fulfil: MinedTransaction;
  readonly update: MinedTransaction;
}

/** Reads it all. Throws {@link MissingFromChainError} while the request is not answered and applied. */
export async function readRequest(
  provider: Provider,
  oracleAddress: string,
  requestId: bigint,
): Promise<RequestOnChain> {
  const oracle = InferenceOracle__factory.connect(oracleAddress, provider);
  const { asked, answer, output, applied, before, collection } = await findEvents(oracle, provider, requestId);
  const mined = async (hash: string): Promise<MinedTransaction> => ({
    transaction: present("transaction", requestId, await provider.getTransaction(hash)),
    receipt: present("receipt", requestId, await provider.getTransactionReceipt(hash)),
  });
  return {
    oracle,
    collection,
    domain: { chainId: (await provider.getNetwork()).chainId, oracle: getAddress(oracleAddress) as Address },
    asked: asked.args,
    answer: answer.args,
    applied: applied.args,
    output: output.args.output,
    stateBefore: before?.args.stateDigest ?? ZERO_BYTES32,
    request: await mined(asked.transactionHash),
    fulfil: await mined(answer.transactionHash),
    update: await mined(applied.transactionHash),
  };
}

async function findEvents(oracle: InferenceOracle, provider: Provider, requestId: bigint) {
  const { filters } = oracle;
  const only = <T>(what: string, found: readonly T[]): T => present(what, requestId, found.at(-1));
  const asked = only("RequestCreated event", await oracle.queryFilter(filters.RequestCreated(requestId)));
  const answer = only("ResultDelivered event", await oracle.queryFilter(filters.ResultDelivered(requestId)));
  const output = only("ResultOutput event", await oracle.queryFilter(filters.ResultOutput(requestId)));
  const collection = IAINFT721__factory.connect(asked.args.collection, provider);
  const updates = await collection.queryFilter(collection.filters.StateUpdated(asked.args.tokenId));
  const ofAnswer = updates.filter(({ args }) => args.outputDigest === answer.args.resultDigest);
  const applied = only("StateUpdated event", ofAnswer);
  const before = updates.find(({ args }) => args.sequence === applied.args.sequence - 1n);
  return { asked, answer, output, applied, before, collection };
}

function present<T>(what: string, requestId: bigint, found: T | null | undefined): T {
  if (found === null || found === undefined) throw new MissingFromChainError(what, requestId);
  return found;
}
