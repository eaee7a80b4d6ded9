import {
  type Address,
  reportDigest as coreReportDigest,
  type Request as CoreRequest,
  requestHash as coreRequestHash,
  type Result as CoreResult,
  resultLeaf as coreResultLeaf,
  type StateUpdate as CoreUpdate,
  traitUpdateLeaf as coreTraitUpdateLeaf,
  type TraitValue as CoreTrait,
  updateLeaf as coreUpdateLeaf,
  type Report as CoreReport,
} from "ainft-core";
import { deepEqual } from "node:assert/strict";
import { hashStruct, hashTypedData, keccak256 } from "viem";
import { answersOf } from "../helpers/batches";
import { chainId, deployContract, loadFixture } from "../helpers/chain";
import { freshOracle } from "../helpers/fixtures";
import { itRandomly } from "../helpers/random";
import { randomReport, randomRequest, randomResult, randomTraits, randomUpdate } from "../helpers/random-values";
import {
  reportDigest,
  reportTypes,
  requestHash,
  resultLeaf,
  traitUpdateLeaf,
  traitUpdateTypes,
  updateLeaf,
} from "../helpers/typed-data";

const CASES = 1000;

describe("Solidity and TypeScript agree on what reporters sign", () => {
  async function oracleAndBatch() {
    return { ...(await freshOracle()), batch: await deployContract("BatchCallHarness") };
  }

  itRandomly(`hashes of ${CASES} requests`, async (random) => {
    const { oracle, batch } = await loadFixture(oracleAndBatch);
    const requests = random.list(CASES, () => randomRequest(random));

    const onChain = await answersOf(
      batch,
      oracle,
      "hashRequest",
      requests.map((request) => [request]),
    );

    deepEqual(
      onChain,
      requests.map((request) => coreRequestHash(request as CoreRequest)),
    );
    deepEqual(onChain, requests.map(requestHash));
  });

  itRandomly(`leaves of ${CASES} results`, async (random) => {
    const { oracle, batch } = await loadFixture(oracleAndBatch);
    const cases = random.list(CASES, () => ({
      result: randomResult(random),
      delivery: random.pick([0, 1, 2] as const),
    }));

    const onChain = await answersOf(
      batch,
      oracle,
      "resultLeaf",
      cases.map(({ result, delivery }) => [result, delivery]),
    );

    deepEqual(
      onChain,
      cases.map(({ result, delivery }) => coreResultLeaf(result as CoreResult, delivery)),
    );
    deepEqual(
      onChain,
      cases.map(({ result, delivery }) => resultLeaf(result, delivery)),
    );
  });

  itRandomly(`leaves of ${CASES} updates`, async (random) => {
    const { oracle, batch } = await loadFixture(oracleAndBatch);
    const updates = random.list(CASES, () => randomUpdate(random));

    const onChain = await answersOf(
      batch,
      oracle,
      "updateLeaf",
      updates.map((update) => [update]),
    );

    deepEqual(
      onChain,
      updates.map((update) => coreUpdateLeaf(update as CoreUpdate)),
    );
    deepEqual(onChain, updates.map(updateLeaf));
  });

  itRandomly(`leaves of ${CASES} updates with traits`, async (random) => {
    const { oracle, batch } = await loadFixture(oracleAndBatch);
    const cases = random.list(CASES, () => ({ update: randomUpdate(random), traits: randomTraits(random) }));

    const onChain = await answersOf(
      batch,
      oracle,
      "traitUpdateLeaf",
      cases.map(({ update, traits }) => [update, traits]),
    );

    deepEqual(
      onChain,
      cases.map(({ update, traits }) => coreTraitUpdateLeaf(update as CoreUpdate, traits as CoreTrait[])),
    );
    deepEqual(
      onChain,
      cases.map(({ update, traits }) => traitUpdateLeaf(update, traits)),
    );
    deepEqual(
      onChain,
      cases.map((data) => keccak256(hashStruct({ data, types: traitUpdateTypes, primaryType: "TraitUpdate" }))),
    );
  });

  itRandomly(`digests of ${CASES} reports`, async (random) => {
    const { oracle, batch, domain } = await loadFixture(oracleAndBatch);
    const reports = random.list(CASES, () => randomReport(random));
    const chain = await chainId();
    const address = (await oracle.getAddress()) as Address; // ethers answers a checksummed address

    const onChain = await answersOf(
      batch,
      oracle,
      "previewDigest",
      reports.map((report) => [report]),
    );

    deepEqual(
      onChain,
      reports.map((report) => reportDigest(domain, report)),
    );
    deepEqual(
      onChain,
      reports.map((report) => coreReportDigest(report as CoreReport, { chainId: chain, oracle: address })),
    );
    deepEqual(
      onChain,
      reports.map((message) =>
        hashTypedData({
          domain: { name: "AINFT Oracle", version: "1", chainId: chain, verifyingContract: address },
          types: reportTypes,
          primaryType: "Report",
          message: { ...message },
        }),
      ),
    );
  });
});
