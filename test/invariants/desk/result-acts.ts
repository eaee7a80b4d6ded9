import { concat, dataLength, hexlify, keccak256, toBeHex } from "ethers";
import type { Answer } from "../../helpers/desk";
import { makeReporters, type Reporter } from "../../helpers/attestation";
import { batchOf } from "../../helpers/result-batches";
import {
  answerHash,
  Delivery,
  digestOf,
  lastingRoot,
  resultLeaf,
  type StateUpdate,
  updateLeaf,
} from "../../helpers/typed-data";
import { configFor, GAS, pick, type Prepare, rarely, signed } from "./act";
import type { DeskModel, ModelRequest } from "./model";
import { isOpen, orderFor } from "./order-acts";
import type { DeskLife } from "./world";

/** A key that is in no config. */
const [OUTSIDER] = makeReporters(1, "an outsider");
const MOST_IN_A_BATCH = 12;

function outsiderFor(choice: number): Reporter | undefined {
  return rarely(choice, 9) ? OUTSIDER : undefined;
}

/** What the quorum says about a request: an answer of its own for each. */
function resultOf(id: bigint, hash: string, status: number): { result: Answer["result"]; output: string } {
  const output = concat([toBeHex(id, 8), toBeHex(status, 1)]);
  const size = BigInt(dataLength(output));
  return { result: { requestId: id, requestHash: hash, resultDigest: keccak256(output), status, size }, output };
}

/** The result of any request, of one that never was, or of other content than was asked. */
function anyResult(model: DeskModel, which: number, how: number) {
  const open = model.requests.filter(({ outcome }) => outcome === "OPEN");
  const candidates = open.length > 0 && !rarely(which, 4) ? open : model.requests;
  const id =
    rarely(which, 16) || candidates.length === 0 ? BigInt(model.requests.length + 1) : pick(candidates, which).id;
  const hash = rarely(how, 11) ? digestOf("other content") : (model.request(id)?.hash ?? digestOf("nothing"));
  return resultOf(id, hash, how % 4);
}

function end(request: ModelRequest | undefined, status: number): void {
  if (request !== undefined) request.outcome = status === 0 ? "ANSWERED" : "FAILED";
}

function refusedResult(model: DeskModel, id: bigint, version: number, outsider: Reporter | undefined) {
  const request = model.request(id);
  if (request === undefined) return "InferenceOracleUnknownRequest";
  if (!model.counts(version)) return "InferenceOracleConfigNotLive";
  if (request.outcome !== "OPEN") return "InferenceOracleAlreadyFulfilled";
  return outsider === undefined ? undefined : "InferenceOracleInvalidSignature";
}

/** Delivers one result to the oracle itself, by digest or inline. */
export const deliver: Prepare = (model, life, [which, how, config, key]) => {
  const { result, output } = anyResult(model, which, how);
  const version = configFor(model, config);
  const outsider = outsiderFor(key);
  const inline = key % 2 === 0;
  const root = resultLeaf(result, inline ? Delivery.INLINE : Delivery.DIGEST);
  const attestation = signed(model, life, version, { firstId: result.requestId, count: 1n, root }, outsider);
  return {
    refusal: refusedResult(model, result.requestId, version, outsider),
    send: () =>
      inline
        ? life.oracle.fulfillInline(attestation, result, output, GAS)
        : life.oracle.fulfill(attestation, result, GAS),
    accepted: () => end(model.request(result.requestId), result.status),
  };
};

/** Results of consecutive requests, some of them done, some that never were, some of a status that is none. */
function manyResults(model: DeskModel, first: number, count: number, how: number) {
  const from = BigInt(1 + (first % (model.requests.length + 1)));
  return Array.from({ length: 1 + (count % MOST_IN_A_BATCH) }, (_, index) => {
    const id = from + BigInt(index);
    const status = rarely(how + index, 7) ? 4 : (how + index) % 4;
    const known = status < 4 ? status : 0;
    const made = resultOf(id, model.request(id)?.hash ?? digestOf("nothing"), known);
    return { ...made.result, status };
  });
}

function batchOver(firstId: bigint, results: readonly Answer["result"][]) {
  return batchOf(
    firstId,
    results.map((result) => resultLeaf(result, Delivery.DIGEST)),
  );
}

/** Delivers many results at once. */
export const deliverBatch: Prepare = (model, life, [first, count, how, config]) => {
  const results = manyResults(model, first, count, how);
  const firstId = results[0]?.requestId ?? 0n;
  const version = configFor(model, config);
  const outsider = outsiderFor(how);
  const { root } = batchOver(firstId, results);
  const length = BigInt(results.length);
  const attestation = signed(model, life, version, { firstId, count: length, root }, outsider);
  const fresh = results.filter((each) => each.status < 4 && model.request(each.requestId)?.outcome === "OPEN");
  const known = model.request(firstId) !== undefined;
  const done = fresh.length === 0 ? "InferenceOracleBatchDone" : undefined;
  const unsigned = outsider === undefined ? undefined : "InferenceOracleInvalidSignature";
  const live = model.counts(version) ? (done ?? unsigned) : "InferenceOracleConfigNotLive";
  const statuses = hexlify(new Uint8Array(results.map(({ status }) => status)));
  return {
    refusal: known ? live : "InferenceOracleUnknownRequest",
    send: () => life.oracle.fulfillBatch(attestation, firstId, results.map(answerHash), statuses, GAS),
    accepted: () => fresh.forEach(({ requestId, status }) => end(model.request(requestId), status)),
  };
};

/** Roots that somebody made in this life, committed or not, and what stands under them. */
const made = new WeakMap<DeskModel, { key: string; firstId: bigint; results: Answer["result"][] }[]>();

function rootsOf(model: DeskModel) {
  const roots = made.get(model) ?? [];
  made.set(model, roots);
  return roots;
}

function counting(model: DeskModel, key: string): boolean {
  const version = model.roots.get(key);
  return version !== undefined && model.configs[version - 1]?.revoked === false;
}

/** Commits a root over many results, or one that was made before. */
export const commitRoot: Prepare = (model, life, [first, count, how, config]) => {
  const before = rootsOf(model);
  const again = before.length > 0 && rarely(how, 4) ? pick(before, first) : undefined;
  const results =
    again?.results ?? manyResults(model, first, count, how).map((each) => ({ ...each, status: each.status % 4 }));
  const firstId = results[0]?.requestId ?? 0n;
  const { root } = batchOver(firstId, results);
  const key = `${firstId} ${results.length} ${root}`;
  if (again === undefined) before.push({ key, firstId, results });
  const version = configFor(model, config);
  const outsider = outsiderFor(count);
  const attestation = signed(
    model,
    life,
    version,
    { firstId, count: BigInt(results.length), root: lastingRoot(root) },
    outsider,
  );
  const unsigned = outsider === undefined ? undefined : "InferenceOracleInvalidSignature";
  const live = counting(model, key) ? "InferenceOracleRootCommitted" : unsigned;
  const refusal = model.counts(version) ? live : "InferenceOracleConfigNotLive";
  const exists = results.every(({ requestId }) => model.request(requestId) !== undefined);
  return {
    refusal: exists ? refusal : "InferenceOracleUnknownRequest",
    send: () => life.oracle.commitRoot(attestation, firstId, results.length, root, GAS),
    accepted: () => void model.roots.set(key, version),
  };
};

/** Delivers one result under a root: of a committed one, or of one that nobody committed or whose config was revoked. */
export const applyResult: Prepare = (model, { oracle }, [which, item, bent]) => {
  const roots = rootsOf(model);
  const live = roots.filter(({ key }) => counting(model, key));
  const root = roots.length === 0 ? undefined : pick(live.length > 0 && !rarely(bent, 6) ? live : roots, which);
  if (root === undefined) return undefined;
  const tree = batchOver(root.firstId, root.results);
  const place = item % root.results.length;
  const result = { ...pick(root.results, place) };
  const proof = tree.proof(place);
  if (rarely(bent, 5)) result.resultDigest = digestOf("another answer");
  const request = model.request(result.requestId);
  const proven = counting(model, root.key) && !rarely(bent, 5);
  const free = request?.outcome === "OPEN" ? undefined : "InferenceOracleAlreadyFulfilled";
  return {
    refusal: proven ? free : "InferenceOracleUnknownRoot", // a committed root is about requests that exist
    send: () => oracle.applyResult(root.firstId, root.results.length, result, proof, GAS),
    accepted: () => end(request, result.status),
  };
};

/** Brings a result to the desk, which calls the requester. */
export const fulfill: Prepare = (model, life, [which, bent, how, config]) => {
  const target = orderFor(model, which, bent);
  if (target === undefined) return undefined;
  const { request, order } = target;
  const hash = rarely(how, 9) ? digestOf("other content") : request.hash;
  const { result, output } = resultOf(request.id, hash, how % 4);
  const version = configFor(model, config);
  const outsider = outsiderFor(config);
  const report = { firstId: request.id, count: 1n, root: resultLeaf(result, Delivery.CALLBACK) };
  const attestation = signed(model, life, version, report, outsider);
  const wrong = hash === request.hash ? undefined : "RequestDeskWrongResult";
  const byOracle = wrong ?? refusedResult(model, request.id, version, outsider);
  const byDesk = order.callbackGas === 0n ? "RequestDeskNoCallback" : byOracle;
  return {
    refusal: isOpen(target) ? byDesk : "RequestDeskUnknownOrder",
    send: () => life.desk.fulfill(attestation, order, result, output, GAS),
    accepted: () => {
      end(request, result.status);
      model.close(request);
      const { requestId, requestHash, requester, callbackGas } = order;
      const callback = { requestId, requestHash, requester, callbackGas, status: result.status };
      if (!model.takes(requester, callbackGas)) request.failed = { callback, output };
    },
  };
};

const DIGESTS = ["what happened", "what else happened"].map(digestOf);

function updateOf({ collectionAddress, people }: DeskLife, sequence: bigint, which: number): StateUpdate {
  const [inputDigest, outputDigest] = [pick(DIGESTS, which), pick(DIGESTS, which + 1)];
  return {
    collection: collectionAddress,
    tokenId: 1n,
    actor: people.player.address,
    sequence,
    manifestDigest: digestOf("the manifest of every program"),
    inputDigest,
    outputDigest,
    stateDigest: digestOf(`state ${sequence} ${which % 2}`),
  };
}

/** Updates of the first token: the next ones, or some that were applied before; those that do not fit are skipped. */
export const update: Prepare = (model, life, [back, count, which, config]) => {
  const behind = BigInt(back % 4 === 0 ? back % 3 : 0);
  const from = model.sequence + 1n > behind ? model.sequence + 1n - behind : 1n;
  const updates = Array.from({ length: 1 + (count % 3) }, (_, index) => updateOf(life, from + BigInt(index), which));
  const version = configFor(model, config);
  const outsider = outsiderFor(which);
  const report = { firstId: 0n, count: BigInt(updates.length), root: batchOf(0n, updates.map(updateLeaf)).root };
  const attestation = signed(model, life, version, report, outsider);
  const unsigned = outsider === undefined ? undefined : "InferenceOracleInvalidSignature";
  return {
    refusal: model.counts(version) ? unsigned : "InferenceOracleConfigNotLive",
    send: () => life.oracle.submitUpdates(attestation, updates, GAS),
    accepted: () => {
      for (const { sequence } of updates) if (sequence === model.sequence + 1n) model.sequence = sequence;
    },
  };
};
