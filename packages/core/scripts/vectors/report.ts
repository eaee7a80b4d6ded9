import { keccak256, toBeHex, toUtf8Bytes } from "ethers";
import {
  Agreement,
  ANSWER_TYPE,
  ANSWER_TYPEHASH,
  answerHash,
  batchStatuses,
  type Bytes32,
  bytesDigest,
  Delivery,
  domainSeparator,
  encodeAttestation,
  failureResult,
  type Hex,
  type IndexedSignature,
  LASTING_ROOT_TYPE,
  LASTING_ROOT_TYPEHASH,
  okResult,
  type OracleDomain,
  oracleEip712Domain,
  type Report,
  REPORT_TYPE,
  REPORT_TYPEHASH,
  reportDigest,
  type ReportTerms,
  type Request,
  REQUEST_TYPE,
  REQUEST_TYPEHASH,
  requestHash,
  type Result,
  RESULT_TYPE,
  RESULT_TYPEHASH,
  type ResultBody,
  resultLeaf,
  resultsReport,
  ResultStatus,
  signReport,
  singleResultReport,
  singleTraitUpdateReport,
  singleUpdateReport,
  type StateUpdate,
  stateDigest,
  TRAIT_UPDATE_TYPE,
  TRAIT_UPDATE_TYPEHASH,
  TRAIT_VALUE_TYPE,
  TRAIT_VALUE_TYPEHASH,
  traitUpdateLeaf,
  type TraitValue,
  UPDATE_TYPE,
  UPDATE_TYPEHASH,
  updateLeaf,
  updatesReport,
} from "../../src/index.ts";
import { account, addressOf, reporters } from "./people.ts";

const DOMAIN: OracleDomain = { chainId: 31_337n, oracle: "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512" };
const TERMS: ReportTerms = { configVersion: 1n, deadline: 1_800_000_000n };
const THRESHOLD = 3;

const REQUEST: Request = {
  requester: addressOf(account(5)),
  collection: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
  tokenId: 1n,
  manifestDigest: digestOf("manifest"),
  inputDigest: bytesDigest(toUtf8Bytes('{"text":"hello"}')),
  maxOutputBytes: 4_096n,
  delivery: Delivery.INLINE,
  agreement: Agreement.EXACT,
  deadline: 1_800_000_000n,
};

const UPDATE: StateUpdate = {
  collection: REQUEST.collection,
  tokenId: 1n,
  actor: REQUEST.requester,
  sequence: 1n,
  manifestDigest: REQUEST.manifestDigest,
  inputDigest: REQUEST.inputDigest,
  outputDigest: okResult({ reply: "hello" }).digest,
  stateDigest: stateDigest({ heard: 1 }),
};

/** No traits, one, and two in an order that is not that of their keys. */
const TRAITS: readonly (readonly TraitValue[])[] = [
  [],
  [{ key: digestOf("mood"), value: digestOf("calm") }],
  [
    { key: digestOf("xp"), value: wordOf(150) },
    { key: digestOf("hatched"), value: wordOf(1) },
  ],
];

/** Known answers of requests, leaves, reports, signatures and attestations. */
export async function reportVectors(): Promise<object> {
  const domain = oracleEip712Domain(DOMAIN);
  const results = resultVectors();
  const resultReports = results.map(({ result, delivery }) => singleResultReport(result, delivery, TERMS));
  const traitReports = TRAITS.map((traits) => singleTraitUpdateReport(UPDATE, traits, TERMS));
  return {
    types: [
      { type: REPORT_TYPE, typehash: REPORT_TYPEHASH },
      { type: ANSWER_TYPE, typehash: ANSWER_TYPEHASH },
      { type: RESULT_TYPE, typehash: RESULT_TYPEHASH },
      { type: LASTING_ROOT_TYPE, typehash: LASTING_ROOT_TYPEHASH },
      { type: UPDATE_TYPE, typehash: UPDATE_TYPEHASH },
      { type: REQUEST_TYPE, typehash: REQUEST_TYPEHASH },
      { type: TRAIT_VALUE_TYPE, typehash: TRAIT_VALUE_TYPEHASH },
      { type: TRAIT_UPDATE_TYPE, typehash: TRAIT_UPDATE_TYPEHASH },
    ],
    domain,
    domainSeparator: domainSeparator(domain),
    reporters: reporters.map(addressOf),
    threshold: THRESHOLD,
    requests: [{ request: REQUEST, hash: requestHash(REQUEST) }],
    results,
    updates: [{ update: UPDATE, leaf: updateLeaf(UPDATE) }],
    traitUpdates: TRAITS.map((traits) => ({ update: UPDATE, traits, leaf: traitUpdateLeaf(UPDATE, traits) })),
    reports: [
      ...(await Promise.all(resultReports.map((report) => reportVector(report, [0, 2, 4])))),
      await reportVector(singleUpdateReport(UPDATE, TERMS), [1, 2, 3]),
      ...(await Promise.all(traitReports.map((report) => reportVector(report, [0, 1, 4])))),
    ],
    batches: batchVectors(results),
  };
}

/** Batches of 1 to 4 results and of 1 to 3 updates, with every proof. */
function batchVectors(vectors: readonly ResultVector[]): object[] {
  const ofResults = vectors.map((_, last) => {
    const results = vectors.slice(0, last + 1).map(({ result }) => result);
    const tree = resultsReport(results, Delivery.DIGEST, TERMS);
    const proofs = results.map((__, index) => tree.proof(index));
    const answers = results.map(answerHash);
    const { report, lasting } = tree;
    return { kind: "results", answers, statuses: batchStatuses(results), report, lasting, proofs };
  });
  const ofUpdates = [1n, 2n, 3n].map((count) => {
    const updates = Array.from({ length: Number(count) }, (_, index) => ({ ...UPDATE, sequence: BigInt(index + 1) }));
    const tree = updatesReport(
      updates.map((update) => ({ update })),
      TERMS,
    );
    const proofs = updates.map((_, index) => tree.proof(index));
    return { kind: "updates", updates, report: tree.report, lasting: tree.lasting, proofs };
  });
  return [...ofResults, ...ofUpdates];
}

interface ResultVector {
  readonly body: string;
  readonly result: Result;
  readonly delivery: Delivery;
  readonly answer: Bytes32;
  readonly leaf: Bytes32;
}

function resultVectors(): ResultVector[] {
  const bodies = [
    okResult({ reply: "hello" }),
    failureResult(ResultStatus.CONTAINER_ERROR),
    failureResult(ResultStatus.TIMEOUT),
    failureResult(ResultStatus.REJECTED_INPUT),
  ];
  return bodies.map((body, index) => {
    const delivery = index === 0 ? Delivery.INLINE : Delivery.DIGEST;
    const result = resultOf(BigInt(index + 1), body);
    return {
      body: new TextDecoder().decode(body.bytes),
      result,
      delivery,
      answer: answerHash(result),
      leaf: resultLeaf(result, delivery),
    };
  });
}

function resultOf(requestId: bigint, { digest, size, status }: ResultBody): Result {
  return { requestId, requestHash: requestHash(REQUEST), resultDigest: digest, status, size };
}

async function reportVector(report: Report, indexes: readonly number[]): Promise<object> {
  const signatures = await Promise.all(indexes.map((index) => signatureBy(index, report)));
  return {
    report,
    digest: reportDigest(report, DOMAIN),
    signatures,
    attestation: encodeAttestation(report, signatures, reporters.map(addressOf)),
  };
}

async function signatureBy(index: number, report: Report): Promise<IndexedSignature> {
  const reporter = reporters[index];
  if (reporter === undefined) throw new RangeError(`no reporter ${index}`);
  return { index, signature: await signReport(reporter, report, DOMAIN) };
}

function wordOf(value: number): Hex {
  return toBeHex(value, 32) as Hex; // ethers answers 0x and lower-case digits
}

function digestOf(text: string): Hex {
  return keccak256(toUtf8Bytes(text)) as Hex; // a keccak-256 in lower-case hex
}
