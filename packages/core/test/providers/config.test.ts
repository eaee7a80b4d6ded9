import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Interface, verifyTypedData, Wallet } from "ethers";
import fc from "fast-check";
import {
  type ActiveProvider,
  asAddress,
  type ConfigProposalInput,
  configProposal,
  defaultThreshold,
  GraceTooLong,
  InvalidReporterSet,
  InvalidThreshold,
  reporterKeyConsentTypedData,
  reporterSetOf,
  ThresholdTooLow,
  UintOutOfRange,
} from "../../src/index.ts";
import { assertFails } from "../helpers/failures.ts";
import { anyAddress, anyUint } from "../helpers/random.ts";
import { account } from "../helpers/rewards.ts";

const ORACLE = account(500);
const five = [1, 2, 3, 4, 5].map(account);

const input = (changed: Partial<ConfigProposalInput> = {}): ConfigProposalInput => ({
  oracle: ORACLE,
  reporters: five,
  grace: 3_600n,
  ...changed,
});

describe("defaultThreshold", () => {
  it("is the least whole number above two thirds", () => {
    assert.deepEqual([1, 2, 3, 4, 5, 6, 7, 9, 10, 32].map(defaultThreshold), [1, 2, 3, 3, 4, 5, 5, 7, 7, 22]);
    for (let reporters = 1; reporters <= 32; reporters++) {
      const threshold = defaultThreshold(reporters);
      assert.ok(3 * threshold > 2 * reporters && 3 * (threshold - 1) <= 2 * reporters && threshold <= reporters);
    }
  });
});

describe("reporterSetOf", () => {
  const provider = (number: number, bonded: bigint): ActiveProvider => ({ reporterKey: account(number), bonded });

  it("takes most stake first, of equal stakes the lower key, and answers in ascending order", () => {
    const many = Array.from({ length: 31 }, (_, index) => provider(index + 100, 50n));
    const rest = [provider(9, 10n), provider(8, 10n), provider(1, 9n)];

    assert.deepEqual(reporterSetOf([...rest, ...many]), [account(8), ...many.map(({ reporterKey }) => reporterKey)]);
    assert.deepEqual(reporterSetOf([]), []);
  });

  it("gives no more than 32, each of them ahead of whoever is left out, in whatever order they came", () => {
    const anyProviders = fc.uniqueArray(
      fc.record({ reporterKey: anyAddress, bonded: fc.oneof(anyUint(96), fc.bigInt({ min: 0n, max: 3n })) }),
      { selector: ({ reporterKey }) => reporterKey, maxLength: 60 },
    );
    fc.assert(
      fc.property(anyProviders, (providers) => {
        const set = new Set(reporterSetOf(providers));
        const lowest = providers.filter((one) => set.has(one.reporterKey)).map(({ bonded }) => bonded);
        assert.equal(set.size, Math.min(32, providers.length));
        assert.deepEqual(reporterSetOf(providers.toReversed()), [...set]);
        for (const { reporterKey, bonded } of providers) {
          if (!set.has(reporterKey)) assert.ok(lowest.every((stake) => stake >= bonded));
        }
      }),
      { numRuns: 200 },
    );
  });

  it("refuses a stake that no registry has", () => {
    assertFails(() => reporterSetOf([provider(1, 2n ** 96n)]), UintOutOfRange, { field: "bonded" });
  });
});

describe("configProposal", () => {
  const abi = new Interface(["function setConfig(address[],uint8,uint48)"]);

  it("is one call of setConfig, with the default threshold when none is given", () => {
    const proposal = configProposal(input());

    assert.deepEqual(
      [proposal.target, proposal.value, proposal.threshold, proposal.grace, proposal.reporters],
      [ORACLE, 0n, 4, 3_600n, five],
    );
    assert.deepEqual(abi.decodeFunctionData("setConfig", proposal.calldata).toArray(true), [five, 4n, 3_600n]);
  });

  it("takes any majority, and no less", () => {
    assert.equal(configProposal(input({ threshold: 3 })).threshold, 3);
    assert.equal(configProposal(input({ threshold: 5 })).threshold, 5);
    assertFails(() => configProposal(input({ threshold: 2 })), ThresholdTooLow, { threshold: 2, least: 3 });
    for (const threshold of [0, 6, 2.5, -1, Number.NaN]) {
      assertFails(() => configProposal(input({ threshold })), InvalidThreshold, { threshold, reporters: 5 });
    }
  });

  it("refuses what the oracle would refuse after the vote", () => {
    assertFails(() => configProposal(input({ reporters: [] })), InvalidReporterSet);
    assertFails(() => configProposal(input({ reporters: five.toReversed() })), InvalidReporterSet);
    assertFails(() => configProposal(input({ grace: 604_801n })), GraceTooLong, { grace: 604_801n, most: 604_800n });
    assert.equal(configProposal(input({ grace: 604_800n })).grace, 604_800n);
  });
});

describe("reporterKeyConsentTypedData", () => {
  const consent = { provider: account(1), reporterKey: account(2), nonce: 3n, deadline: 4n };

  it("is signed by the key, for one provider and one registry", async () => {
    const key = new Wallet(`0x${"42".repeat(32)}`);
    const own = { ...consent, reporterKey: asAddress(key.address) };
    const data = reporterKeyConsentTypedData(own, { chainId: 1n, registry: account(9) });

    const signature = await key.signTypedData(data.domain, data.types, { ...data.message });

    assert.deepEqual(data.message, own);
    assert.equal(verifyTypedData(data.domain, data.types, data.message, signature), key.address);
  });

  it("refuses numbers that the contract has not", () => {
    const domain = { chainId: 1n, registry: account(9) };

    assertFails(() => reporterKeyConsentTypedData({ ...consent, deadline: 2n ** 48n }, domain), UintOutOfRange, {
      field: "deadline",
    });
    assertFails(() => reporterKeyConsentTypedData({ ...consent, nonce: -1n }, domain), UintOutOfRange, {
      field: "nonce",
    });
  });
});
