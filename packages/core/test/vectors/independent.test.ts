import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import {
  type Hex,
  decodeEventLog,
  encodeAbiParameters,
  encodePacked,
  hashStruct as structHashInViem,
  domainSeparator as separatorInViem,
  hashTypedData,
  keccak256,
  parseAbi,
  parseCompactSignature,
  recoverAddress,
  serializeSignature,
  toBytes,
} from "viem";
import {
  cid,
  climb,
  hashLeaf,
  hashResultLeaf,
  hashStruct,
  jcs,
  mountains,
  reportRoot,
  sha256Text,
  trainingRoot,
  typehash,
} from "../helpers/reference.ts";

/*
 * Recomputes every vector without a line of the sources.
 */

interface Domain {
  readonly name: string;
  readonly version: string;
  readonly chainId: string;
  readonly verifyingContract: Hex;
}
interface Typed {
  readonly types: { type: string; typehash: Hex }[];
  readonly domain: Domain;
  readonly domainSeparator: Hex;
}
type Fields = Record<string, string | number>;

const NODE_TYPE = "AINFTTrainingNode(bytes32 left,bytes32 right)";
const vectorFolder = new URL("../../vectors/", import.meta.url);

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, vectorFolder), "utf8"));

/** What the log holds for a record that was appended by its hash alone. */
const blindLeaf = (contributor: Hex, recordHash: Hex): Hex =>
  keccak256(encodeAbiParameters([{ type: "address" }, { type: "bytes32" }], [contributor, recordHash]));

/** EIP-712 fields from a type's text: `Report(uint32 a,bytes32 b)`. */
function fieldsOf(type: string): { name: string; type: string }[] {
  const inside = /^\w+\(([^)]*)\)/u.exec(type)?.[1] ?? "";
  return inside.split(",").map((field) => {
    const [fieldType = "", name = ""] = field.split(" ");
    return { name, type: fieldType };
  });
}

/** A struct's values in the order of its type's text, numbers as bigint. */
function valuesOf(type: string, fields: Fields): unknown[] {
  return fieldsOf(type).map(({ name, type: fieldType }) => {
    const value = fields[name] ?? assert.fail(`no ${name}`);
    return fieldType.startsWith("uint") ? BigInt(value) : value;
  });
}

function typeNamed(vector: Typed, name: string): string {
  return vector.types.find(({ type }) => type.startsWith(`${name}(`))?.type ?? assert.fail(`no type ${name}`);
}

function domainOf({ domain }: Typed): Omit<Domain, "chainId"> & { chainId: bigint } {
  return { ...domain, chainId: BigInt(domain.chainId) };
}

function checkTypes(vector: Pick<Typed, "types">): void {
  for (const { type, typehash: hash } of vector.types) assert.equal(hash, typehash(type), type);
}

function checkDomain(vector: Typed): void {
  const domain = domainOf(vector);
  assert.equal(separatorInViem({ domain }), vector.domainSeparator);
}

describe("json vectors, recomputed", () => {
  const { canonical, refused } = read("json.json") as {
    canonical: { document: string; canonical: string }[];
    refused: { document: string; code: string; path: string }[];
  };

  it("hold the canonical form of every document", () => {
    for (const { document, canonical: text } of canonical) assert.equal(jcs(JSON.parse(document)), text);
  });

  it("refuse as INVALID_JSON exactly what JSON.parse refuses", () => {
    for (const { document, code } of refused) {
      let parses = true;
      try {
        JSON.parse(document);
      } catch {
        parses = false;
      }
      assert.equal(code === "INVALID_JSON", !parses, document);
    }
  });
});

describe("manifest vectors, recomputed", () => {
  const { manifests } = read("manifest.json") as {
    manifests: { name: string; manifest: unknown; jcs: string; digest: Hex; cid: string; uri: string }[];
  };

  for (const vector of manifests) {
    it(`hold for the ${vector.name} manifest`, () => {
      assert.equal(jcs(vector.manifest), vector.jcs);
      assert.equal(sha256Text(vector.jcs), vector.digest);
      assert.equal(cid(vector.digest), vector.cid);
      assert.equal(vector.uri, `ipfs://${vector.cid}`);
    });
  }
});

describe("mmr vectors, recomputed", () => {
  interface Log {
    count: string;
    peaks: { height: number; hash: Hex }[];
    root: Hex;
    proofs: { index: string; leaf: Hex; siblings: Hex[] }[];
  }
  const vector = read("mmr.json") as Pick<Typed, "types"> & { logs: Log[] };
  const node = vector.types.find(({ type }) => type.startsWith("AINFTTrainingNode"))?.type ?? "";
  const leafAt = (index: number): Hex => keccak256(toBytes(index, { size: 32 }));

  it("hold their type hashes and cover 0 to 9 and each power of two with its neighbours", () => {
    checkTypes(vector);
    const counts = vector.logs.map(({ count }) => Number(count));
    const powers = [16, 32, 64, 128, 256].flatMap((power) => [power - 1, power, power + 1]);
    assert.deepEqual(counts, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ...powers]);
  });

  for (const { count, peaks, root, proofs } of vector.logs) {
    it(`hold for a log of ${count}`, () => {
      const leaves = Array.from({ length: Number(count) }, (_, index) => leafAt(index));
      assert.equal(root, trainingRoot(leaves));
      assert.deepEqual(peaks.map(({ hash }) => hash).reverse(), mountains(leaves));
      for (const { index, leaf, siblings } of proofs) {
        assert.equal(leaf, leaves[Number(index)]);
        const place = BigInt(index);
        const top = siblings.reduce<Hex>(
          (hash, sibling, level) =>
            hashStruct(node, (place >> BigInt(level)) % 2n === 1n ? [sibling, hash] : [hash, sibling]),
          leaf,
        );
        assert.equal(top, peaks.find(({ height }) => height === siblings.length)?.hash);
      }
    });
  }
});

describe("history vectors, recomputed", () => {
  interface Proved {
    kind: string;
    record?: Fields;
    leaf: Hex;
    contributor?: Hex;
    recordHash?: Hex;
    index: string;
    siblings: Hex[];
  }
  const vector = read("history.json") as {
    events: { signature: string; topic: Hex }[];
    token: { collection: Hex; tokenId: string };
    logs: { address: Hex; topics: [Hex, ...Hex[]]; data: Hex }[];
    peaks: { height: number; hash: Hex }[];
    root: Hex;
    proofs: Proved[];
  };
  const recordType = typeNamed(read("training.json") as Typed, "TrainingRecord");
  const abi = parseAbi([
    "event TrainingRecorded(uint256 indexed tokenId, uint64 indexed index, address indexed contributor, bytes32 parentManifest, bytes32 childManifest, bytes32 datasetDigest, bytes32 codeDigest, bytes32 metricsDigest, uint64 trainedAt)",
    "event TrainingLeavesRecorded(uint256 indexed tokenId, uint64 indexed firstIndex, address indexed contributor, bytes32[] leaves)",
  ]);

  /** Leaves by place, as the logs alone give them. */
  function leavesOfLogs(): Hex[] {
    const leaves: Hex[] = [];
    for (const { topics, data } of vector.logs) {
      const event = decodeEventLog({ abi, topics, data, strict: true });
      assert.equal(event.args.tokenId, BigInt(vector.token.tokenId));
      if (event.eventName === "TrainingLeavesRecorded") {
        const { firstIndex, contributor, leaves: hashes } = event.args;
        hashes.forEach((hash, position) => (leaves[Number(firstIndex) + position] = blindLeaf(contributor, hash)));
      } else {
        const { index, trainedAt, tokenId: _, ...fields } = event.args;
        const record = { ...fields, trainedAt: String(trainedAt) };
        leaves[Number(index)] = hashStruct(recordType, valuesOf(recordType, record));
      }
    }
    return leaves;
  }

  it("hold the topics of the events' texts", () => {
    for (const { signature, topic } of vector.events) assert.equal(topic, typehash(signature));
  });

  it("hold the leaves, the peaks and the root that the logs give", () => {
    const leaves = leavesOfLogs();
    assert.deepEqual(
      vector.proofs.map(({ leaf }) => leaf),
      leaves,
    );
    assert.deepEqual(vector.peaks.map(({ hash }) => hash).reverse(), mountains(leaves));
    assert.equal(vector.root, trainingRoot(leaves));
  });

  it("prove every entry under the peak of its tree", () => {
    for (const { leaf, index, siblings } of vector.proofs) {
      const top = siblings.reduce(
        (hash, sibling, level) =>
          hashStruct(NODE_TYPE, (BigInt(index) >> BigInt(level)) % 2n === 1n ? [sibling, hash] : [hash, sibling]),
        leaf,
      );
      assert.equal(top, vector.peaks.find(({ height }) => height === siblings.length)?.hash);
    }
  });

  it("hold records whose hashes are their leaves", () => {
    const records = vector.proofs.filter(({ kind }) => kind === "record");
    assert.equal(records.length, 7);
    for (const { record, leaf } of records) {
      assert.equal(leaf, hashStruct(recordType, valuesOf(recordType, record ?? assert.fail("no record"))));
    }
  });

  it("hold hashes whose leaves are bound to their contributors", () => {
    const blind = vector.proofs.filter(({ kind }) => kind === "leaf");
    assert.equal(blind.length, 4);
    for (const { leaf, contributor, recordHash } of blind) {
      assert.equal(leaf, blindLeaf(contributor ?? assert.fail("no contributor"), recordHash ?? assert.fail("no hash")));
    }
  });
});

describe("training vectors, recomputed", () => {
  interface Consent {
    consent: { tokenId: string; index: string; record: Fields & { contributor: Hex } };
    leaf: Hex;
    blindLeaf: Hex;
    digest: Hex;
    signature: Hex;
  }
  const vector = read("training.json") as Typed & { consents: Consent[] };
  const recordType = typeNamed(vector, "TrainingRecord");
  const types = {
    TrainingConsent: fieldsOf(typeNamed(vector, "TrainingConsent")),
    TrainingRecord: fieldsOf(recordType),
  };

  it("hold their type hashes and the domain separator", () => {
    checkTypes(vector);
    checkDomain(vector);
  });

  for (const [place, { consent, leaf, blindLeaf: blind, digest, signature }] of vector.consents.entries()) {
    it(`hold for consent ${place}`, async () => {
      assert.equal(leaf, hashStruct(recordType, valuesOf(recordType, consent.record)));
      assert.equal(blind, blindLeaf(consent.record.contributor, leaf));
      const hash = hashTypedData({
        domain: domainOf(vector),
        types,
        primaryType: "TrainingConsent",
        message: { ...consent },
      });
      assert.equal(hash, digest);
      assert.equal(await recoverAddress({ hash, signature }), consent.record.contributor);
    });
  }
});

describe("report vectors, recomputed", () => {
  interface Reported {
    report: Fields;
    digest: Hex;
    signatures: { index: number; signature: Hex }[];
    attestation: Hex;
  }
  const vector = read("report.json") as Typed & {
    reporters: Hex[];
    threshold: number;
    requests: { request: Fields; hash: Hex }[];
    results: { body: string; result: Fields; delivery: number; answer: Hex; leaf: Hex }[];
    updates: { update: Fields; leaf: Hex }[];
    traitUpdates: { update: Fields; traits: { key: Hex; value: Hex }[]; leaf: Hex }[];
    reports: Reported[];
    batches: {
      kind: "results" | "updates";
      answers?: Hex[];
      statuses?: Hex;
      updates?: Fields[];
      report: Fields;
      lasting: Fields;
      proofs: Hex[][];
    }[];
  };
  const reportType = typeNamed(vector, "Report");

  it("hold their type hashes and the domain separator", () => {
    checkTypes(vector);
    checkDomain(vector);
  });

  it("hold for requests", () => {
    const type = typeNamed(vector, "Request");
    for (const { request, hash } of vector.requests) assert.equal(hash, hashStruct(type, valuesOf(type, request)));
  });

  it("hold for results of every status, their bodies and leaves", () => {
    const type = typeNamed(vector, "Result");
    const answerType = typeNamed(vector, "Answer");
    for (const { body, result, delivery, answer, leaf } of vector.results) {
      assert.equal(result["resultDigest"], keccak256(toBytes(body)));
      assert.equal(result["size"], String(Buffer.byteLength(body)));
      assert.equal(result["requestHash"], vector.requests[0]?.hash);
      assert.equal(answer, hashStruct(answerType, valuesOf(answerType, result)));
      const { requestId = 0, status = 0 } = result;
      assert.equal(leaf, hashResultLeaf(type, [delivery, BigInt(requestId), status, answer]));
    }
    assert.deepEqual(
      vector.results.map(({ result }) => result["status"]),
      [0, 1, 2, 3],
    );
  });

  it("hold for updates", () => {
    const type = typeNamed(vector, "StateUpdate");
    for (const { update, leaf } of vector.updates) assert.equal(leaf, hashLeaf(type, valuesOf(type, update)));
  });

  it("hold for updates with no trait, one and several", () => {
    const names = ["TraitUpdate", "StateUpdate", "TraitValue"];
    const types = Object.fromEntries(names.map((name) => [name, fieldsOf(typeNamed(vector, name))]));
    for (const { update, traits, leaf } of vector.traitUpdates) {
      assert.equal(leaf, keccak256(structHashInViem({ data: { update, traits }, types, primaryType: "TraitUpdate" })));
    }
    assert.deepEqual(
      vector.traitUpdates.map(({ traits }) => traits.length),
      [0, 1, 2],
    );
  });

  it("hold for batches of results and of updates, with a proof of every leaf", () => {
    const resultType = typeNamed(vector, "Result");
    const updateType = typeNamed(vector, "StateUpdate");
    for (const { kind, answers = [], statuses = "0x", updates = [], report, lasting, proofs } of vector.batches) {
      const firstId = BigInt(report["firstId"] ?? 0);
      const leaves =
        kind === "results"
          ? answers.map((answer, index) => {
              const status = statuses === "0x" ? 0 : Number(`0x${statuses.slice(2 + 2 * index, 4 + 2 * index)}`);
              return hashResultLeaf(resultType, [1, firstId + BigInt(index), status, answer]);
            })
          : updates.map((update) => hashLeaf(updateType, valuesOf(updateType, update)));
      assert.equal(firstId, kind === "results" ? 1n : 0n);
      assert.equal(report["count"], String(leaves.length));
      assert.equal(report["root"], reportRoot(leaves));
      assert.deepEqual(lasting, { ...report, root: hashStruct(typeNamed(vector, "LastingRoot"), [report["root"]]) });
      assert.deepEqual(
        leaves.map((leaf, index) => climb(leaf, proofs[index] ?? assert.fail())),
        leaves.map(() => report["root"]),
      );
    }
    assert.deepEqual(
      vector.batches.map(({ kind, report }) => `${report["count"]} ${kind}`),
      ["1 results", "2 results", "3 results", "4 results", "1 updates", "2 updates", "3 updates"],
    );
  });

  it("root every report in one of the leaves", () => {
    const leaves = [...vector.results, ...vector.updates, ...vector.traitUpdates].map(({ leaf }) => leaf);
    assert.deepEqual(
      vector.reports.map(({ report }) => report["root"]),
      leaves,
    );
  });

  for (const [place, { report, digest, signatures, attestation }] of vector.reports.entries()) {
    it(`hold for report ${place}, its signatures and its attestation`, async () => {
      const types = { Report: fieldsOf(reportType) };
      const hash = hashTypedData({ domain: domainOf(vector), types, primaryType: "Report", message: { ...report } });
      assert.equal(hash, digest);
      for (const { index, signature } of signatures) {
        const expanded = serializeSignature(expand(signature));
        assert.equal(await recoverAddress({ hash, signature: expanded }), vector.reporters[index]);
      }
      const mask = signatures.reduce((bits, { index }) => bits | (1 << index), 0);
      const terms = [Number(report["configVersion"]), BigInt(report["deadline"] ?? 0), mask] as const;
      const header = encodePacked(["uint32", "uint64", "uint32"], terms);
      const entries = vector.reporters.map(
        (reporter, place) => signatures.find(({ index }) => index === place)?.signature ?? reporter.toLowerCase(),
      );
      const body = entries.map((entry) => entry.slice(2)).join("");
      assert.equal(attestation, `${header}${body}`);
      assert.equal(signatures.length, vector.threshold);
    });
  }
});

/** EIP-2098 undone. */
function expand(signature: Hex): { r: Hex; s: Hex; yParity: number } {
  const { r, yParityAndS } = parseCompactSignature(signature);
  const packed = BigInt(yParityAndS);
  const s = (packed & (2n ** 255n - 1n)).toString(16).padStart(64, "0");
  return { r, s: `0x${s}`, yParity: Number(packed >> 255n) };
}
