import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { Interface, type InterfaceAbi, toBeHex } from "ethers";
import {
  addresses,
  ainft1155Abi,
  ainft1155VotesAbi,
  ainft721Abi,
  ainft721VotesAbi,
  ainftBinderAbi,
  ainftFactoryAbi,
  inferenceOracleAbi,
  interfaceIds,
} from "../src/index.ts";

const CONTRACTS = new URL("../../../contracts/", import.meta.url);
const DEPLOYMENTS = new URL("../../../deployments/", import.meta.url);

/** Which of our interfaces each deployable implements. */
const PROGRAM = [
  "IAINFTEvents",
  "IAINFTLife",
  "IAINFTRecords",
  "IProgramAccess",
  "IProgramAuthority",
  "IERC4906Events",
];
const COLLECTION = [
  ...["IAINFTCollection", "IOracleLink", "IAINFTDisputes", "IAINFTRoyalties", "IAINFTTraits"],
  ...["IERC7496", "IERC7572", "IMetadataRefresh"],
];
const TOKENS = ["IAINFT721Tokens", "IERC4907", "IERC5192"];
const EDITIONS = ["IAINFT1155Tokens", "IAINFT1155Curation"];
const IMPLEMENTS = [
  { name: "ainft721Abi", abi: ainft721Abi, interfaces: [...PROGRAM, ...COLLECTION, ...TOKENS] },
  { name: "ainft721VotesAbi", abi: ainft721VotesAbi, interfaces: [...PROGRAM, ...COLLECTION, ...TOKENS, "INonces"] },
  { name: "ainft1155Abi", abi: ainft1155Abi, interfaces: [...PROGRAM, ...COLLECTION, ...EDITIONS] },
  {
    name: "ainft1155VotesAbi",
    abi: ainft1155VotesAbi,
    interfaces: [...PROGRAM, ...COLLECTION, ...EDITIONS, "INonces"],
  },
  { name: "ainftBinderAbi", abi: ainftBinderAbi, interfaces: [...PROGRAM, "IOracleLink", "IAINFTBinder"] },
  { name: "ainftFactoryAbi", abi: ainftFactoryAbi, interfaces: ["IAINFTFactory"] },
  {
    name: "inferenceOracleAbi",
    abi: inferenceOracleAbi,
    interfaces: ["IInferenceOracle", "IInferenceBatches", "IAttestationVerifier"],
  },
];

/** Names with our prefix are ours; every other name in an ABI comes from a standard or a library. */
const OUR_ERROR = /^(AINFT|InferenceOracle)/;

/** Names that an interface's source declares. */
function declared(interfaceName: string, kind: "error" | "event" | "function"): string[] {
  const source = readFileSync(new URL(`interfaces/${interfaceName}.sol`, CONTRACTS), "utf8");
  return [...source.matchAll(new RegExp(`^\\s+${kind} (\\w+)\\(`, "gm"))].map(([, name]) => name ?? "");
}

function bound(abi: InterfaceAbi, kind: "error" | "event" | "function"): string[] {
  return new Interface(abi).fragments.flatMap((fragment) =>
    fragment.type === kind && "name" in fragment ? [String(fragment.name)] : [],
  );
}

describe("Bindings", () => {
  for (const { name, abi, interfaces } of IMPLEMENTS) {
    for (const kind of ["error", "event", "function"] as const) {
      it(`${name} has every ${kind} of ${interfaces.join(", ")}`, () => {
        const present = bound(abi, kind);
        const missing = interfaces.flatMap((each) => declared(each, kind)).filter((each) => !present.includes(each));
        assert.deepEqual(missing, []);
      });
    }

    it(`${name} has no error with our prefix that the interfaces do not document`, () => {
      const documented = interfaces.flatMap((each) => declared(each, "error"));
      const own = bound(abi, "error").filter((each) => OUR_ERROR.test(each));
      assert.deepEqual(
        own.filter((each) => !documented.includes(each)),
        [],
      );
    });
  }

  it("give the ERC-165 id of an interface as the xor of the selectors it declares", () => {
    const abi = new Interface(ainft721Abi);
    for (const name of ["IAINFTRecords", "IAINFT721Tokens", "IAINFTDisputes"] as const) {
      const functions = declared(name, "function").map((each) => abi.getFunction(each)?.selector ?? "0x00000000");
      const expected = functions.reduce((id, selector) => id ^ BigInt(selector), 0n);
      assert.equal(interfaceIds[name], toBeHex(expected, 4), name);
    }
  });

  it("know the addresses of exactly the public networks that have a committed record", () => {
    const records = readdirSync(DEPLOYMENTS).filter((file) => file.endsWith(".json"));
    const chains = records.map((file) => {
      const record = JSON.parse(readFileSync(new URL(file, DEPLOYMENTS), "utf8")) as { chainId: number };
      return String(record.chainId);
    });
    assert.deepEqual(Object.keys(addresses).sort(), chains.sort());
  });
});
