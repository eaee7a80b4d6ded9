import { expect } from "chai";
import { concat, hexlify, toUtf8Bytes } from "ethers";
import { deployContract } from "../../helpers/chain";
import { HOSTILE_TEXTS, NOT_UTF8 } from "../../helpers/data-uri";

describe("Utf8", () => {
  const verdictsOf = async (texts: readonly string[]): Promise<boolean[]> => {
    const harness = await deployContract("Utf8Harness");
    return [...(await harness.areValid([...texts]))];
  };

  for (const [title, text] of [["nothing", ""] as const, ...HOSTILE_TEXTS]) {
    it(`takes ${title}`, async () => {
      expect(await verdictsOf([hexlify(toUtf8Bytes(text))])).to.deep.equal([true]);
    });
  }

  for (const [title, bytes] of NOT_UTF8) {
    it(`[peers C21] refuses ${title}, alone and in the middle of a text`, async () => {
      expect(await verdictsOf([bytes, concat(["0x61", bytes, "0x6161"])])).to.deep.equal([false, false]);
    });
  }

  it("takes the characters at both edges of every length, and of the surrogates", async () => {
    const edges = [0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff];

    const texts = edges.map((code) => hexlify(toUtf8Bytes(String.fromCodePoint(code))));
    expect(await verdictsOf(texts)).to.deep.equal(edges.map(() => true));
  });
});
