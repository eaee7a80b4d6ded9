import { setCode, time } from "@nomicfoundation/hardhat-network-helpers";
import { encodeAttestation, type Hex } from "ainft-core";
import type { ContractTransactionResponse, Wallet } from "ethers";
import { ethers } from "hardhat";
import type { AINFT721, InferenceOracle } from "../../typechain-types";

/** Gas used by one operation; for several samples their median, for the training log the average. */
export type GasTable = Record<string, number>;

const WARM_RUNS = 5;
const TRAININGS = 1_024;
const RESULT_DIGEST_DELIVERY = 1;

const TRAINING_TYPES = {
  TrainingConsent: [
    { name: "tokenId", type: "uint256" },
    { name: "index", type: "uint64" },
    { name: "record", type: "TrainingRecord" },
  ],
  TrainingRecord: [
    { name: "parentManifest", type: "bytes32" },
    { name: "childManifest", type: "bytes32" },
    { name: "datasetDigest", type: "bytes32" },
    { name: "codeDigest", type: "bytes32" },
    { name: "metricsDigest", type: "bytes32" },
    { name: "contributor", type: "address" },
    { name: "trainedAt", type: "uint64" },
  ],
};

const REPORT_TYPES = {
  Report: [
    { name: "configVersion", type: "uint32" },
    { name: "deadline", type: "uint64" },
    { name: "firstId", type: "uint64" },
    { name: "count", type: "uint32" },
    { name: "root", type: "bytes32" },
  ],
};

/** Measures every operation of the budget table on the chain in process, with Osaka rules. */
export async function measureGas(): Promise<GasTable> {
  const [owner, creator, trainer] = await ethers.getSigners();
  if (!owner || !creator || !trainer) throw new Error("The test chain has too few accounts.");
  const oracle = await ethers.deployContract("InferenceOracle", [owner.address]);
  const reporters = seededReporters(5);
  const table: GasTable = {};

  const clone = await openClone(table, oracle, creator.address);
  const plain = await openPlain(oracle, creator.address);
  const bare = await openBare(creator.address);
  table["mint (bare ERC-721 of the same shape)"] = await median(() => bare.connect(creator).mint(creator.address));
  let version = 0;
  const digest = (): string => ethers.id(`manifest ${version++}`);
  table.mint = await median(() => clone.connect(creator).mint(creator.address, digest()));
  await plain.connect(creator).mint(creator.address, digest());
  for (const [suffix, collection] of [
    ["", clone],
    [" (not a clone)", plain],
  ] as const) {
    const token = collection.connect(creator);
    table[`publishVersion${suffix}`] = await median(() => token.publishVersion(1, digest()));
  }
  table.activateVersion = await median((run) =>
    clone.connect(creator).activateVersion(1, (run % 2) + 1, ethers.id("why")),
  );
  table["recordTraining, average of 1024"] = await trainingAverage(clone, creator, trainer);

  for (const threshold of [3, 5]) {
    const set = await oracle.setConfig(
      reporters.map(({ address }) => address),
      threshold,
      0,
    );
    table[`setConfig, 5 reporters, m = ${threshold}`] = await gasOf(set);
    await measureDelivery(table, oracle, clone, reporters.slice(0, threshold), "");
    await measureUpdate(table, oracle, clone, reporters.slice(0, threshold), "");
  }
  await oracle.setConfig(
    reporters.map(({ address }) => address),
    3,
    0,
  );
  await measureUpdate(table, oracle, plain, reporters.slice(0, 3), " (not a clone)");
  table.freeze = await gasOf(await clone.connect(creator).freeze(1));
  return table;
}

async function measureDelivery(
  table: GasTable,
  oracle: InferenceOracle,
  collection: AINFT721,
  signers: readonly Wallet[],
  suffix: string,
): Promise<void> {
  const m = signers.length;
  const output = ethers.toUtf8Bytes(JSON.stringify({ answer: "The lamp is lit, come in out of the rain." }));
  const requests: number[] = [];
  const byDigest: number[] = [];
  const inline: number[] = [];
  for (let run = 0; run <= WARM_RUNS * 2; run += 1) {
    const deadline = BigInt(await time.latest()) + 3_600n;
    const asked = await oracle.request(
      await collection.getAddress(),
      1,
      ethers.id(`input ${run}`),
      1_000,
      run % 2,
      deadline,
    );
    requests.push(await gasOf(asked));
    const result = {
      requestId: await oracle.requestCount(),
      requestHash: ethers.id("request"),
      resultDigest: ethers.keccak256(output),
      status: 0,
      size: output.length,
    };
    const leaf = await oracle.resultLeaf(result, run % 2);
    const attestation = await attest(oracle, signers, {
      deadline,
      firstId: result.requestId,
      root: leaf,
    });
    if (run % 2 === RESULT_DIGEST_DELIVERY) byDigest.push(await gasOf(await oracle.fulfill(result, attestation)));
    else inline.push(await gasOf(await oracle.fulfillInline(result, output, attestation)));
  }
  table["request, 32-byte input"] = middle(requests);
  table[`fulfill, m = ${m}${suffix}`] = middle(byDigest);
  table[`fulfillInline, ${output.length}-byte answer, m = ${m}${suffix}`] = middle(inline);
}

async function measureUpdate(
  table: GasTable,
  oracle: InferenceOracle,
  collection: AINFT721,
  signers: readonly Wallet[],
  suffix: string,
): Promise<void> {
  const samples: number[] = [];
  for (let run = 0; run <= WARM_RUNS; run += 1) {
    const program = await collection.programOf(1);
    const update = {
      collection: await collection.getAddress(),
      tokenId: 1,
      actor: signers[0]?.address ?? ethers.ZeroAddress,
      sequence: program.sequence + 1n,
      manifestDigest: program.activeManifest,
      inputDigest: ethers.id(`input ${run}`),
      outputDigest: ethers.id(`output ${run}`),
      stateDigest: ethers.id(`state ${run}`),
    };
    const deadline = BigInt(await time.latest()) + 3_600n;
    const root = await oracle.updateLeaf(update);
    const attestation = await attest(oracle, signers, {
      deadline,
      firstId: 0n,
      root,
    });
    samples.push(await gasOf(await oracle.submitUpdate(update, attestation)));
  }
  table[`submitUpdate, m = ${signers.length}${suffix}`] = middle(samples.slice(1));
}

async function trainingAverage(collection: AINFT721, creator: Signer, trainer: Signer): Promise<number> {
  const domain = {
    name: "AINFT",
    version: "1",
    chainId: (await ethers.provider.getNetwork()).chainId,
    verifyingContract: await collection.getAddress(),
  };
  let total = 0;
  for (let index = 0; index < TRAININGS; index += 1) {
    const record = {
      parentManifest: ethers.id(`parent ${index}`),
      childManifest: ethers.id(`child ${index}`),
      datasetDigest: ethers.id(`dataset ${index}`),
      codeDigest: ethers.id(`code ${index}`),
      metricsDigest: ethers.id(`metrics ${index}`),
      contributor: trainer.address,
      trainedAt: 1_700_000_000n,
    };
    const signature = await trainer.signTypedData(domain, TRAINING_TYPES, {
      tokenId: 1,
      index,
      record,
    });
    const consent = ethers.Signature.from(signature).compactSerialized;
    total += await gasOf(await collection.connect(creator).recordTraining(1, record, consent));
  }
  return Math.round(total / TRAININGS);
}

async function attest(
  oracle: InferenceOracle,
  signers: readonly Wallet[],
  terms: { deadline: bigint; firstId: bigint; root: string },
): Promise<Hex> {
  const domain = {
    name: "AINFT Oracle",
    version: "1",
    chainId: (await ethers.provider.getNetwork()).chainId,
    verifyingContract: await oracle.getAddress(),
  };
  const configVersion = await oracle.currentConfig();
  const report = { configVersion, count: 1n, ...terms };
  const signatures = await Promise.all(
    signers.map(async (signer, index) => ({
      index,
      signature: (await signer.signTypedData(domain, REPORT_TYPES, report)) as Hex,
    })),
  );
  return encodeAttestation({ configVersion, deadline: terms.deadline }, signatures);
}

async function openClone(table: GasTable, oracle: InferenceOracle, controller: string): Promise<AINFT721> {
  const implementation = await ethers.deployContract("AINFT721");
  const factory = await ethers.deployContract("AINFTFactory", [await implementation.getAddress()]);
  const salt = ethers.id("gas");
  const [opener] = await ethers.getSigners();
  if (!opener) throw new Error("The test chain has no account.");
  const config = {
    name: "Personas",
    symbol: "PERS",
    controller,
    oracle: await oracle.getAddress(),
  };
  table.createCollection = await gasOf(await factory.createCollection(salt, config));
  return ethers.getContractAt("AINFT721", await factory.predictCollection(opener.address, salt));
}

/** The same code standing at an address of its own, to show what the clone's delegatecall costs. */
async function openPlain(oracle: InferenceOracle, controller: string): Promise<AINFT721> {
  const implementation = await ethers.deployContract("AINFT721");
  const address = ethers.getCreateAddress({
    from: await implementation.getAddress(),
    nonce: 1,
  });
  await setCode(address, await ethers.provider.getCode(implementation));
  const plain = await ethers.getContractAt("AINFT721", address);
  await plain.initialize({
    name: "Personas",
    symbol: "PERS",
    controller,
    oracle: await oracle.getAddress(),
  });
  return plain;
}

async function openBare(controller: string) {
  const implementation = await ethers.deployContract("BareERC721Mock");
  const template = await ethers.deployContract("AINFTFactory", [await implementation.getAddress()]);
  const address = ethers.getCreateAddress({
    from: await template.getAddress(),
    nonce: 1,
  });
  const pointer = (await implementation.getAddress()).slice(2);
  await setCode(address, `0x363d3d373d3d3d363d73${pointer}5af43d82803e903d91602b57fd5bf3`);
  const bare = await ethers.getContractAt("BareERC721Mock", address);
  await bare.initialize("Personas", "PERS", controller);
  return bare;
}

/** Test keys derived from their number, ascending by address as a config wants them. */
function seededReporters(count: number): Wallet[] {
  const wallets = Array.from({ length: count }, (_, index) => new ethers.Wallet(ethers.id(`gas reporter ${index}`)));
  return wallets.sort((left, right) => (BigInt(left.address) < BigInt(right.address) ? -1 : 1));
}

type Signer = Awaited<ReturnType<typeof ethers.getSigners>>[number];

async function gasOf(sent: ContractTransactionResponse): Promise<number> {
  const receipt = await sent.wait();
  if (receipt === null) throw new Error("The test chain mined no receipt.");
  return Number(receipt.gasUsed);
}

/** Median of the runs after the first, which pays for slots that are new. */
async function median(send: (run: number) => Promise<ContractTransactionResponse>): Promise<number> {
  const samples: number[] = [];
  for (let run = 0; run <= WARM_RUNS; run += 1) samples.push(await gasOf(await send(run)));
  return middle(samples.slice(1));
}

function middle(samples: readonly number[]): number {
  const sorted = [...samples].sort((left, right) => left - right);
  const value = sorted[sorted.length >> 1];
  if (value === undefined) throw new Error("Nothing was measured.");
  return value;
}
