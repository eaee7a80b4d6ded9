import {
  type Address,
  asDelivery,
  type Bytes32,
  decodeAttestation,
  type Hex,
  type Report,
  ResultStatus,
  type ReportTerms,
  singleResultReport,
  singleUpdateReport,
  verifyQuorum,
} from "ainft-core";
import type { ResultStructOutput, StateUpdateStructOutput } from "../../../typechain-types/contracts/InferenceOracle";
import type { RequestOnChain } from "./chain";
import type { Check } from "./types";

/** What reporters signed in one transaction, held against the config that the oracle keeps. */
export interface SignedReport {
  readonly signers: readonly string[];
  check(name: string): Check;
}

/** The result report of the transaction that answered. */
export async function signedResult(chain: RequestOnChain): Promise<SignedReport> {
  const { transaction } = chain.fulfil;
  const decoded = chain.oracle.interface.decodeFunctionData("fulfillInline", transaction.data);
  // The ABI gives these types; ethers does not carry them through.
  const [attestation, result] = decoded as unknown as [Hex, ResultStructOutput, Hex];
  return signedReport(chain, attestation, (terms) =>
    singleResultReport(
      {
        requestId: result.requestId,
        requestHash: result.requestHash as Bytes32,
        resultDigest: result.resultDigest as Bytes32,
        status: ResultStatus.OK,
        size: result.size,
      },
      asDelivery(chain.asked.delivery),
      terms,
    ),
  );
}

/** The update report of the transaction that changed the state, and the manifest that it says it ran. */
export async function signedUpdate(chain: RequestOnChain): Promise<SignedReport & { manifestDigest: string }> {
  const decoded = chain.oracle.interface.decodeFunctionData("submitUpdate", chain.update.transaction.data);
  const [attestation, update] = decoded as unknown as [Hex, StateUpdateStructOutput];
  const signed = await signedReport(chain, attestation, (terms) =>
    singleUpdateReport(
      {
        collection: update.collection as Address,
        tokenId: update.tokenId,
        actor: update.actor as Address,
        sequence: update.sequence,
        manifestDigest: update.manifestDigest as Bytes32,
        inputDigest: update.inputDigest as Bytes32,
        outputDigest: update.outputDigest as Bytes32,
        stateDigest: update.stateDigest as Bytes32,
      },
      terms,
    ),
  );
  return { ...signed, manifestDigest: update.manifestDigest };
}

async function signedReport(
  chain: RequestOnChain,
  attestation: Hex,
  report: (terms: ReportTerms) => Report,
): Promise<SignedReport> {
  const { configVersion, deadline, signatures } = decodeAttestation(attestation);
  const config = await chain.oracle.configOf(configVersion);
  const reporters = config.reporters.map((reporter) => reporter as Address);
  const check = (name: string): Check => {
    try {
      verifyQuorum(report({ configVersion, deadline }), attestation, reporters, Number(config.threshold), chain.domain);
      return { name, ok: true, detail: `${signatures.length} of ${reporters.length} reporters signed` };
    } catch (error) {
      return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
    }
  };
  return { signers: signatures.map(({ index }) => reporters[index] ?? "unknown"), check };
}
