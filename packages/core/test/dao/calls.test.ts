import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AbiCoder, keccak256 } from "ethers";
import fc from "fast-check";
import {
  AmbiguousContract,
  callsDigest,
  describeCalls,
  type Hex,
  InvalidAddress,
  InvalidHex,
  NoProposedCalls,
  proposalId,
  UintOutOfRange,
} from "../../src/index.ts";
import { assertFails } from "../helpers/failures.ts";
import { RUNS } from "../helpers/random.ts";
import { callOf, contracts, digest, publish, soul, soulAbi, stranger, treasury } from "./world.ts";

describe("describeCalls", () => {
  it("names contract, function and every argument, with digests in full", () => {
    assert.equal(
      describeCalls([publish], contracts),
      [
        `1. \`publishManifest\` of \`Soul\` at \`${soul}\``,
        "  - `tokenId` (`uint256`): `7`",
        `  - \`manifestDigest\` (\`bytes32\`): \`${digest}\``,
      ].join("\n"),
    );
  });

  it("numbers the calls, and says how many wei each sends", () => {
    const payment = { target: treasury, value: 10n ** 18n, data: "0x" } as const;

    assert.equal(
      describeCalls([payment, { ...publish, value: 1n }], contracts),
      [
        `1. plain payment to an unknown contract at \`${treasury}\``,
        "  - sends `1000000000000000000` wei",
        `2. \`publishManifest\` of \`Soul\` at \`${soul}\``,
        "  - sends `1` wei",
        "  - `tokenId` (`uint256`): `7`",
        `  - \`manifestDigest\` (\`bytes32\`): \`${digest}\``,
      ].join("\n"),
    );
  });

  it("shows lists and structs entry by entry, addresses with their checksum", () => {
    const call = callOf("pay", [[{ account: treasury.toLowerCase(), bps: 10_000n }], "0x00ff"]);

    assert.equal(
      describeCalls([call], contracts),
      [
        `1. \`pay\` of \`Soul\` at \`${soul}\``,
        "  - `shares` (`tuple(address,uint16)[]`): 1 entry",
        "    - `[0]` (`tuple(address,uint16)`):",
        `      - \`account\` (\`address\`): \`${treasury}\``,
        "      - `bps` (`uint16`): `10000`",
        "  - `note` (`bytes`): `0x00ff`",
      ].join("\n"),
    );
  });

  it("shows negative numbers, truths, structs in structs and empty lists", () => {
    const text = describeCalls([callOf("act", [{ low: -5n, deep: { yes: true } }, []])], contracts);

    assert.deepEqual(text.split("\n").slice(2), [
      "    - `low` (`int256`): `-5`",
      "    - `deep` (`tuple(bool)`):",
      "      - `yes` (`bool`): `true`",
      "  - `kinds` (`uint8[]`): 0 entries",
    ]);
  });

  it("names an argument without a name by its place", () => {
    assert.match(describeCalls([callOf("setName", ["Ada"])], contracts), /`argument 1` \(`string`\): `"Ada"`$/u);
  });

  it("lets no text leave its line or its code span, nor turn its direction", () => {
    const text = describeCalls([callOf("setName", ["a`b\nc\u202ed\u00a0e"])], contracts);

    assert.equal(text.split("\n").length, 2);
    assert.ok(text.endsWith('`"a\\u{60}b\\nc\\u{202e}d\\u{a0}e"`'), text);
  });

  it("calls a function unknown when nobody told it, and shows its bytes", () => {
    const data: Hex = `0xdeadbeef${"00".repeat(32)}`;

    assert.equal(
      describeCalls([{ ...publish, data }], contracts),
      `1. unknown function to \`Soul\` at \`${soul}\`\n  - raw data: \`${data}\``,
    );
    assert.equal(
      describeCalls([{ ...publish, target: stranger }], contracts),
      `1. unknown function to an unknown contract at \`${stranger}\`\n  - raw data: \`${publish.data}\``,
    );
  });

  it("calls bytes unknown that decode, but are not exactly what they say", () => {
    for (const data of [`${publish.data}00`, publish.data.slice(0, -2), publish.data.slice(0, 8)] as Hex[]) {
      assert.match(describeCalls([{ ...publish, data }], contracts), /^1\. unknown function to `Soul`/u, data);
    }
  });

  it("calls text unknown that is not UTF-8", () => {
    const honest = callOf("setName", ["\u0001\u0001"]).data;
    const broken = honest.replace("0101", "c328") as Hex; // as long as before

    assert.match(describeCalls([{ ...publish, data: broken }], contracts), /raw data: `0x/u);
  });

  it("refuses no calls, and two contracts at one address", () => {
    assertFails(() => describeCalls([], contracts), NoProposedCalls);
    assertFails(() => describeCalls([publish], [...contracts, ...contracts]), AmbiguousContract, { address: soul });
  });

  it("refuses a call that no chain could make", () => {
    assertFails(() => describeCalls([{ ...publish, target: "0x12" }], contracts), InvalidAddress);
    assertFails(() => describeCalls([{ ...publish, value: 1n << 256n }], contracts), UintOutOfRange);
    assertFails(() => describeCalls([{ ...publish, data: "0xABCD" }], contracts), InvalidHex);
  });

  it("gives different texts to different calls", () => {
    const anyCall = fc
      .tuple(
        fc.bigInt({ min: 0n, max: 3n }),
        fc.constantFrom(digest, `0x${"00".repeat(32)}`),
        fc.bigInt({ min: 0n, max: 1n }),
      )
      .map(([tokenId, manifest, value]) => callOf("publishManifest", [tokenId, manifest], { value }));
    fc.assert(
      fc.property(
        fc.array(anyCall, { minLength: 1, maxLength: 3 }),
        fc.array(anyCall, { minLength: 1, maxLength: 3 }),
        (one, other) => {
          const same = describeCalls(one, contracts) === describeCalls(other, contracts);
          assert.equal(same, callsDigest(one) === callsDigest(other));
        },
      ),
      RUNS,
    );
  });
});

describe("callsDigest and proposalId", () => {
  it("are keccak-256 of what the governor hashes", () => {
    const types = ["address[]", "uint256[]", "bytes[]"];
    const values = [[soul], [3n], [publish.data]];
    const calls = [{ ...publish, value: 3n }];
    const coder = AbiCoder.defaultAbiCoder();

    assert.equal(callsDigest(calls), keccak256(coder.encode(types, values)));
    assert.equal(
      proposalId(calls, digest),
      BigInt(keccak256(coder.encode([...types, "bytes32"], [...values, digest]))),
    );
  });

  it("change with every part of every call", () => {
    const other = soulAbi.encodeFunctionData("publishManifest", [8n, digest]) as Hex;
    const variants = [
      publish,
      { ...publish, value: 1n },
      { ...publish, target: stranger },
      { ...publish, data: other },
    ];
    const digests = [...variants.map((call) => callsDigest([call])), callsDigest([publish, publish])];

    assert.equal(new Set(digests).size, digests.length);
  });
});
