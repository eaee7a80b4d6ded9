import { expect } from "chai";
import { hexlify } from "ethers";
import { deployContract } from "../helpers/chain";
import { itRandomly } from "../helpers/random";

/** Whether the platform's own decoder takes the bytes. */
function decodes(bytes: string): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(bytes.slice(2), "hex"));
    return true;
  } catch {
    return false;
  }
}

describe("Utf8", () => {
  const verdictsOf = async (texts: readonly string[]): Promise<boolean[]> => {
    const harness = await deployContract("Utf8Harness");
    return [...(await harness.areValid([...texts]))];
  };

  it("agrees with the platform on every pair of bytes that starts a character", async () => {
    const pairs = Array.from({ length: 256 }, (_, first) =>
      [0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff].map((second) =>
        hexlify(Uint8Array.of(first, second, 0x80, 0x80)),
      ),
    ).flat();

    expect(await verdictsOf(pairs)).to.deep.equal(pairs.map(decodes));
  });

  itRandomly("[peers C21] agrees with the platform on random bytes", async (random) => {
    // Bytes near the edges of the classes make characters far more often than even ones would.
    const bytes = [0x00, 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5];
    const texts = random.list(1500, () =>
      hexlify(Uint8Array.from(random.list(random.below(7), () => random.pick(bytes)))),
    );

    const verdicts = await verdictsOf(texts);
    expect(verdicts).to.deep.equal(texts.map(decodes));
    expect(new Set(verdicts).size).to.equal(2);
  });
});
