import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { id } from "ethers";
import fc from "fast-check";
import {
  callsDigest,
  checkProposal,
  describeCalls,
  descriptionHash,
  DescriptionMismatch,
  NotADescription,
  parseDescription,
  proposalDescription,
  ProposalLengthMismatch,
  UnfitProposalText,
} from "../../src/index.ts";
import { assertFails } from "../helpers/failures.ts";
import { RUNS } from "../helpers/random.ts";
import { callOf, contracts, digest, onchain, publish, soul, stranger } from "./world.ts";

const draft = {
  title: "Teach the soul to sing",
  reason: "It passed every test.\n\n- 98 % of 200 songs",
  calls: [publish],
};
const description = proposalDescription(draft, contracts);

describe("proposalDescription", () => {
  it("holds title, reason, calls and digest, in this order and nothing else", () => {
    assert.equal(
      description,
      [
        "# Teach the soul to sing",
        "It passed every test.",
        "- 98 % of 200 songs",
        "## Calls",
        "Written from the calls. Whoever proposes, nothing else can be executed under this text.",
        describeCalls([publish], contracts),
        `Calls digest: ${callsDigest([publish])}`,
      ].join("\n\n"),
    );
  });

  it("ends with its proposer as the governor reads it", () => {
    const bound = proposalDescription({ ...draft, proposer: stranger }, contracts);

    assert.equal(bound, `${description}\n#proposer=${stranger}`);
    assert.equal(parseDescription(bound).proposer, stranger);
  });

  it("refuses what could pass for a part that is written from the calls", () => {
    for (const reason of ["## Calls", "text\n## calls\nmore", "text\n  # CALLS", "text\n# Calls"]) {
      assertFails(() => proposalDescription({ ...draft, reason }, contracts), UnfitProposalText, {
        field: "reason",
        problem: "holds a heading of its own for calls",
      });
    }
  });

  it("refuses titles and reasons that hide something", () => {
    const cases = [
      ["title", "", "has 0 characters, not 1 to 120"],
      ["title", "x".repeat(121), "has 121 characters, not 1 to 120"],
      ["title", " x", "begins or ends with a blank"],
      ["title", "x\ny", "holds a character that cannot be seen"],
      ["reason", "x\n", "begins or ends with a blank"],
      ["reason", "x\ty", "holds a character that cannot be seen"],
      ["reason", "x\u202ey", "holds a character that cannot be seen"],
      ["reason", "x\u2028y", "holds a character that cannot be seen"],
    ] as const;
    for (const [field, text, problem] of cases) {
      assertFails(() => proposalDescription({ ...draft, [field]: text }, contracts), UnfitProposalText, {
        field,
        problem,
      });
    }
    proposalDescription({ ...draft, title: "x".repeat(120), reason: "" }, contracts);
  });
});

describe("descriptionHash", () => {
  it("is keccak-256 of the text, as the governor keeps it", () => {
    assert.equal(descriptionHash(description), id(description));
  });
});

describe("parseDescription", () => {
  it("gives back what was written, whatever it was", () => {
    const anyText = fc.string({ unit: "binary", maxLength: 200 });
    fc.assert(
      fc.property(anyText, anyText, (title, reason) => {
        let text: string;
        try {
          text = proposalDescription({ title, reason, calls: [publish] }, contracts);
        } catch (error) {
          assert.ok(error instanceof UnfitProposalText, String(error));
          return;
        }
        const parsed = parseDescription(text);
        assert.deepEqual([parsed.title, parsed.reason, parsed.proposer], [title, reason, undefined]);
      }),
      RUNS,
    );
  });

  it("refuses other texts", () => {
    const twice = `${description}${description.slice(description.indexOf("\n\n## Calls"))}`;
    const cases = [
      ["Send me everything", '"## Calls" stands in it 0 times'],
      [twice, '"## Calls" stands in it 2 times'],
      [description.slice(2), "it does not begin with a title"],
      [`${description}0`, "it does not end with the digest of its calls"],
      [`${description}\n#proposer=0x12`, "it does not end with the digest of its calls"],
    ] as const;
    for (const [text, problem] of cases) assertFails(() => parseDescription(text), NotADescription, { problem });
  });
});

describe("checkProposal", () => {
  it("tells what an honest proposal says", () => {
    assert.deepEqual(checkProposal(onchain([publish], description), contracts), {
      title: draft.title,
      reason: draft.reason,
      callsText: describeCalls([publish], contracts),
      callsDigest: callsDigest([publish]),
      proposer: undefined,
    });
  });

  it("finds calls that are not those of the description, without knowing any contract", () => {
    const other = callOf("publishManifest", [7n, `0x${"66".repeat(32)}`]);
    for (const calls of [[other], [publish, publish], [{ ...publish, value: 1n }]]) {
      assertFails(() => checkProposal(onchain(calls, description)), DescriptionMismatch, {
        what: "digest",
        expected: callsDigest([publish]),
        actual: callsDigest(calls),
      });
    }
  });

  it("finds a text that shows other calls than its digest stands for", () => {
    const lie = description.replace(digest, `0x${"66".repeat(32)}`);
    assert.notEqual(lie, description);

    assert.equal(checkProposal(onchain([publish], lie)).title, draft.title); // the digest alone cannot tell
    assertFails(() => checkProposal(onchain([publish], lie), contracts), DescriptionMismatch, { what: "text" });
  });

  it("finds a contract under another name than its readers know", () => {
    const [known] = contracts;
    assert.ok(known);
    const renamed = [{ ...known, address: soul, name: "Treasury" }];

    assertFails(() => checkProposal(onchain([publish], description), renamed), DescriptionMismatch, { what: "text" });
  });

  it("refuses lists that are not equally long", () => {
    const short = { ...onchain([publish], description), values: [] };
    assertFails(() => checkProposal(short), ProposalLengthMismatch, { targets: 1, values: 0, calldatas: 1 });
    const long = { ...onchain([publish], description), calldatas: [] };
    assertFails(() => checkProposal(long), ProposalLengthMismatch, { targets: 1, values: 1, calldatas: 0 });
  });
});
