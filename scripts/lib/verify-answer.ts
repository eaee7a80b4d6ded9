import {
  type Address,
  type Bytes32,
  cidFromDigest,
  decodeAttestation,
  Delivery,
  type Hex,
  type OracleDomain,
  type Report,
  requestHash,
  ResultStatus,
  singleResultReport,
  singleUpdateReport,
  verifyQuorum,
  ZERO_BYTES32,
} from "ainft-core";
import { getAddress, keccak256, type Provider, type TransactionReceipt, type TransactionResponse } from "ethers";
import {
  type AINFT721,
  AINFT721__factory,
  type InferenceOracle,
  InferenceOracle__factory,
} from "../../typechain-types";

/** One thing that was recomputed from chain data, and whether it came out as the chain says. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was compared, or why it failed. */
  readonly detail: string;
}

/** What the chain tells about one answered request of a stateful program. Digests are 32-byte hex, gas is in units. */
export interface AnswerStory {
  readonly requestId: bigint;
  readonly requester: string;
  readonly collection: string;
  readonly tokenId: bigint;
  readonly activeVersion: bigint;
  readonly manifestDigest: string;
  readonly tokenUri: string;
  readonly input: string;
  readonly output: string;
  readonly resultDigest: string;
  readonly stateBefore: string;
  readonly stateAfter: string;
  readonly sequence: bigint;
  readonly signers: readonly string[];
  readonly gas: {
    readonly request: bigint;
    readonly fulfil: bigint;
    readonly update: bigint;
  };
  readonly checks: readonly Check[];
}

/** The chain lacks an event that the story needs. */
export class MissingEventError extends Error {
  constructor(
    readonly event: string,
    readonly requestId: bigint,
  ) {
    super(`No ${event} event for request ${requestId}: it is not answered yet, or this is another oracle.`);
    this.name = "MissingEventError";
  }
}

/**
 * Rebuilds the life of one inline request from events and calldata alone, and checks every digest and signature again.
 * Nothing the relay says is used. Throws {@link MissingEventError} when the request is not answered and applied yet.
 */
export async function verifyAnswer(provider: Provider, oracleAddress: string, requestId: bigint): Promise<AnswerStory> {
  const chain = await readChain(provider, oracleAddress, requestId);
  const { asked, answer, output, applied } = chain;
  const { result, attestation: resultAttestation } = decodeFulfil(chain.oracle, chain.fulfilTx);
  const { update, attestation: updateAttestation } = decodeUpdate(chain.oracle, chain.updateTx);
  const active = await chain.collection.activeVersion(asked.tokenId);
  const tokenUri = await chain.collection.tokenURI(asked.tokenId);
  const program = await chain.collection.programOf(asked.tokenId);

  const resultReport = await quorum(chain, resultAttestation, (terms) =>
    singleResultReport(result, asDelivery(asked.delivery), terms),
  );
  const updateReport = await quorum(chain, updateAttestation, (terms) => singleUpdateReport(update, terms));
  const input = keccak256(asked.input);
  const rebuiltHash = requestHash({
    requester: asked.requester as Address,
    collection: asked.collection as Address,
    tokenId: asked.tokenId,
    manifestDigest: asked.manifestDigest as Bytes32,
    inputDigest: input as Bytes32,
    maxOutputBytes: asked.maxOutputBytes,
    delivery: asDelivery(asked.delivery),
    deadline: asked.deadline,
  });
  const checks: Check[] = [
    equal("request hash", asked.requestHash, rebuiltHash),
    equal("result answers this request", answer.requestHash, asked.requestHash),
    equal("answer bytes", answer.resultDigest, keccak256(output)),
    equal("asked manifest is the active version", active.manifestDigest, asked.manifestDigest),
    equal("token URI is the manifest's CID", tokenUri, `ipfs://${cidFromDigest(active.manifestDigest as Bytes32)}`),
    resultReport.check("result quorum"),
    updateReport.check("update quorum"),
    equal("update ran the active version", update.manifestDigest, active.manifestDigest),
    equal("update names this input", applied.inputDigest, input),
    equal("update names this answer", applied.outputDigest, answer.resultDigest),
    equal("sequence", String(program.sequence), String(applied.sequence)),
    equal("state on chain", program.stateDigest, applied.stateDigest),
    equal("request is final", String(await chain.oracle.isFulfilled(requestId)), "true"),
  ];
  return {
    requestId,
    requester: asked.requester,
    collection: asked.collection,
    tokenId: asked.tokenId,
    activeVersion: active.version,
    manifestDigest: active.manifestDigest,
    tokenUri,
    input: Buffer.from(asked.input.slice(2), "hex").toString("utf8"),
    output: Buffer.from(output.slice(2), "hex").toString("utf8"),
    resultDigest: answer.resultDigest,
    stateBefore: chain.stateBefore,
    stateAfter: applied.stateDigest,
    sequence: applied.sequence,
    signers: resultReport.signers,
    gas: {
      request: chain.requestGas,
      fulfil: chain.fulfilGas,
      update: chain.updateGas,
    },
    checks,
  };
}

async function readChain(provider: Provider, oracleAddress: string, requestId: bigint) {
  const oracle = InferenceOracle__factory.connect(oracleAddress, provider);
  const one = <T>(event: string, found: readonly T[]): T => {
    const last = found.at(-1);
    if (last === undefined) throw new MissingEventError(event, requestId);
    return last;
  };
  const asked = one("RequestCreated", await oracle.queryFilter(oracle.filters.RequestCreated(requestId)));
  const answer = one("ResultDelivered", await oracle.queryFilter(oracle.filters.ResultDelivered(requestId)));
  const output = one("ResultOutput", await oracle.queryFilter(oracle.filters.ResultOutput(requestId)));
  const collection = AINFT721__factory.connect(asked.args.collection, provider);
  const updates = await collection.queryFilter(collection.filters.StateUpdated(asked.args.tokenId));
  const applied = one(
    "StateUpdated",
    updates.filter(({ args }) => args.outputDigest === answer.args.resultDigest),
  );
  const before = updates.find(({ args }) => args.sequence === applied.args.sequence - 1n);
  const receiptOf = async (hash: string): Promise<TransactionReceipt> =>
    one(
      "receipt",
      [await provider.getTransactionReceipt(hash)].filter((found) => found !== null),
    );
  const transactionOf = async (hash: string): Promise<TransactionResponse> =>
    one(
      "transaction",
      [await provider.getTransaction(hash)].filter((found) => found !== null),
    );
  return {
    oracle,
    collection,
    domain: {
      chainId: (await provider.getNetwork()).chainId,
      oracle: getAddress(oracleAddress) as Address,
    },
    asked: asked.args,
    answer: answer.args,
    output: output.args.output,
    applied: applied.args,
    stateBefore: before?.args.stateDigest ?? ZERO_BYTES32,
    fulfilTx: await transactionOf(answer.transactionHash),
    updateTx: await transactionOf(applied.transactionHash),
    requestGas: (await receiptOf(asked.transactionHash)).gasUsed,
    fulfilGas: (await receiptOf(answer.transactionHash)).gasUsed,
    updateGas: (await receiptOf(applied.transactionHash)).gasUsed,
  };
}

type ChainView = Awaited<ReturnType<typeof readChain>>;

function decodeFulfil(oracle: InferenceOracle, tx: TransactionResponse) {
  const [result, , attestation] = oracle.interface.decodeFunctionData("fulfillInline", tx.data);
  return {
    result: {
      requestId: result.requestId as bigint,
      requestHash: result.requestHash as Bytes32,
      resultDigest: result.resultDigest as Bytes32,
      status: ResultStatus.OK,
      size: result.size as bigint,
    },
    attestation: attestation as Hex,
  };
}

function decodeUpdate(oracle: InferenceOracle, tx: TransactionResponse) {
  const [update, attestation] = oracle.interface.decodeFunctionData("submitUpdate", tx.data);
  return {
    update: {
      collection: update.collection as Address,
      tokenId: update.tokenId as bigint,
      actor: update.actor as Address,
      sequence: update.sequence as bigint,
      manifestDigest: update.manifestDigest as Bytes32,
      inputDigest: update.inputDigest as Bytes32,
      outputDigest: update.outputDigest as Bytes32,
      stateDigest: update.stateDigest as Bytes32,
    },
    attestation: attestation as Hex,
  };
}

/** Holds an attestation against the reporters that the oracle has stored for its config. */
async function quorum(
  chain: ChainView,
  attestation: Hex,
  report: (terms: { configVersion: bigint; deadline: bigint }) => Report,
): Promise<{ signers: string[]; check: (name: string) => Check }> {
  const { configVersion, deadline, signatures } = decodeAttestation(attestation);
  const config = await chain.oracle.configOf(configVersion);
  const reporters = config.reporters.map((reporter) => reporter as Address);
  const signers = signatures.map(({ index }) => reporters[index] ?? "unknown");
  const check = (name: string): Check => {
    try {
      verifyQuorum(report({ configVersion, deadline }), attestation, reporters, Number(config.threshold), chain.domain);
      return {
        name,
        ok: true,
        detail: `${signers.length} of ${reporters.length} reporters signed`,
      };
    } catch (error) {
      return {
        name,
        ok: false,
        detail: error instanceof Error ? error.message : String(error),
      };
    }
  };
  return { signers, check };
}

function equal(name: string, onChain: string, recomputed: string): Check {
  const ok = onChain === recomputed;
  return {
    name,
    ok,
    detail: ok ? onChain : `the chain says ${onChain}, recomputed ${recomputed}`,
  };
}

function asDelivery(value: bigint): Delivery {
  return value === 0n ? Delivery.INLINE : Delivery.DIGEST;
}

export type { AINFT721, OracleDomain };
