import { expect } from "chai";
import { concat, dataLength, dataSlice, getCreateAddress, toBeHex } from "ethers";
import type { QuorumHarness } from "../../../typechain-types";
import { addressesOf, makeReporters } from "../../helpers/attestation";
import { deployContract, loadFixture, provider } from "../../helpers/chain";

const BLOB_BYTES = 643;

describe("ReporterSet", () => {
  async function harness(): Promise<QuorumHarness> {
    return deployContract("QuorumHarness");
  }

  async function read(set: QuorumHarness, configVersion: bigint) {
    const { threshold, count, reporters, blob } = await set.load(configVersion);
    return { threshold, count, reporters: [...reporters], blob };
  }

  /** The bytes of a config, followed by zeros to the length of the longest. */
  const paddedBlob = (threshold: number, reporters: readonly string[]): string => {
    const data = concat(["0x00", toBeHex(threshold, 1), toBeHex(reporters.length, 1), ...reporters]);
    return concat([data, new Uint8Array(BLOB_BYTES - dataLength(data))]);
  };

  for (const [threshold, count] of [
    [1, 1],
    [3, 5],
    [31, 31],
    [32, 32],
  ] as const) {
    it(`reads back ${threshold} of ${count}, and nothing of old memory behind them`, async () => {
      const set = await loadFixture(harness);
      const reporters = addressesOf(makeReporters(count));
      await set.store(1, reporters, threshold);

      expect(await read(set, 1n)).to.deep.equal({
        threshold: BigInt(threshold),
        count: BigInt(count),
        reporters,
        blob: paddedBlob(threshold, reporters),
      });
    });
  }

  for (const configVersion of [0n, 1n, 2n ** 32n - 1n]) {
    it(`reads config ${configVersion}, which was never stored, as zeros`, async () => {
      const set = await loadFixture(harness);

      expect(await read(set, configVersion)).to.deep.equal({
        threshold: 0n,
        count: 0n,
        reporters: [],
        blob: toBeHex(0, BLOB_BYTES),
      });
    });
  }

  it("keeps each config for itself", async () => {
    const set = await loadFixture(harness);
    const first = addressesOf(makeReporters(3));
    const last = addressesOf(makeReporters(4, "others"));
    await set.store(1, first, 2);
    await set.store(2n ** 32n - 1n, last, 4);

    expect((await read(set, 1n)).reporters).to.deep.equal(first);
    expect((await read(set, 2n ** 32n - 1n)).reporters).to.deep.equal(last);
    expect((await read(set, 2n)).count).to.equal(0n);
  });

  it("never writes a config twice", async () => {
    const set = await loadFixture(harness);
    await set.store(1, addressesOf(makeReporters(3)), 2);

    await expect(set.store(1, addressesOf(makeReporters(4)), 4)).to.be.revertedWithCustomError(set, "FailedDeployment");
    expect((await read(set, 1n)).count).to.equal(3n);
  });

  it("keeps a config as code that stops when it is called, and cannot be changed or destroyed", async () => {
    const set = await loadFixture(harness);
    const reporters = addressesOf(makeReporters(5));
    const receipt = await (await set.store(1, reporters, 3)).wait();
    const location = await blobLocation(set, receipt?.hash ?? "");

    const code = await provider.getCode(location);
    expect(code).to.equal(dataSlice(paddedBlob(3, reporters), 0, 3 + 20 * 5));
    expect(await provider.call({ to: location, data: "0x12345678" })).to.equal("0x");
    expect(await provider.getCode(location)).to.equal(code);
  });
});

/** Where CREATE3 put a config: the first contract made by the one that the harness made. */
async function blobLocation(set: QuorumHarness, transaction: string): Promise<string> {
  const { structLogs } = (await provider.send("debug_traceTransaction", [transaction, { disableStorage: true }])) as {
    structLogs: { op: string; depth: number; stack: string[] }[];
  };
  const made = structLogs.findIndex(({ op }) => op === "CREATE2");
  const after = structLogs.slice(made + 1).find(({ depth }) => depth === structLogs[made]?.depth);
  const proxy = after?.stack.at(-1);
  if (proxy === undefined) throw new Error(`${await set.getAddress()} made no contract.`);
  return getCreateAddress({ from: toBeHex(BigInt(proxy.startsWith("0x") ? proxy : `0x${proxy}`), 20), nonce: 1 });
}
