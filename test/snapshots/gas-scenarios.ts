import { type ContractTransactionResponse, getCreateAddress, id, keccak256, Signature, toUtf8Bytes } from "ethers";
import { BareERC721Mock__factory, IAINFT721__factory, type IAINFT721, type BareERC721Mock } from "../../typechain-types";
import { addressesOf, type Attestor, attestor } from "../helpers/attestation";
import { chainId, deployContract, now, provider, setCode } from "../helpers/chain";
import { COLLECTION_NAME, COLLECTION_SYMBOL, collectionConfig, CollectionKind, rawCloneOf } from "../helpers/contracts";
import { type MintedToken, tokenMinted } from "../helpers/fixtures";
import { collectionDomain, consentTypes, Delivery, Status, type TrainingRecord } from "../helpers/typed-data";

/** Gas used by one operation; for several samples their median, for the training log the average. */
export type GasTable = Record<string, number>;

const WARM_RUNS = 5;
const TRAININGS = 1_024;
const ONE_HOUR = 3_600n;
const ANSWER = toUtf8Bytes(JSON.stringify({ answer: "The lamp is lit, come in out of the rain." }));
const NOT_A_CLONE = " (not a clone)";

/** Measures every operation of the budget table on the chain in process, with Osaka rules. */
export async function measureGas(): Promise<GasTable> {
  const world = await tokenMinted();
  const plain = await openPlain(world);
  return {
    ...(await measureCollection(world, plain)),
    ...(await measureDelivery(world, 3)),
    ...(await measureDelivery(world, 5)),
    [`submitUpdate, m = 3${NOT_A_CLONE}`]: await updateMedian(world, plain, 3),
    "recordTraining, average of 1024": await trainingAverage(world),
    freeze: await gasOf(world.collection.connect(world.owner).freeze(world.tokenId)),
  };
}

async function measureCollection(world: MintedToken, plain: IAINFT721): Promise<GasTable> {
  const { collection, creator, owner, tokenId } = world;
  const bare = await openBare(world);
  const salt = id("another collection");
  const config = collectionConfig(world, await world.oracle.getAddress());
  const program = collection.connect(owner);
  return {
    createCollection: await gasOf(world.factory.connect(creator).createCollection(CollectionKind.ERC721, salt, config)),
    mint: await median((run) => collection.connect(creator).mint(owner.address, id(`mint ${run}`))),
    "mint (bare ERC-721 of the same shape)": await median(() => bare.connect(creator).mint(owner.address)),
    publishVersion: await median((run) => program.publishVersion(tokenId, id(`version ${run}`))),
    [`publishVersion${NOT_A_CLONE}`]: await median((run) => plain.connect(owner).publishVersion(1, id(`version ${run}`))),
    activateVersion: await median((run) => program.activateVersion(tokenId, (run % 2) + 1, id("reason"))),
  };
}

async function measureDelivery(world: MintedToken, threshold: number): Promise<GasTable> {
  const set = await gasOf(world.oracle.connect(world.dao).setConfig(addressesOf(world.reporters), threshold, 0));
  const requests: number[] = [];
  const byDigest: number[] = [];
  const inline: number[] = [];
  for (let run = 0; run <= 2 * WARM_RUNS; run += 1) {
    const delivery = run % 2 === 0 ? Delivery.INLINE : Delivery.DIGEST;
    requests.push(await askGas(world, run, delivery));
    const result = {
      requestId: await world.oracle.requestCount(),
      requestHash: id("request"),
      resultDigest: keccak256(ANSWER),
      status: Status.OK,
      size: BigInt(ANSWER.length),
    };
    const attestation = (await attestorOf(world, threshold)).result(result, delivery);
    if (delivery === Delivery.INLINE) inline.push(await gasOf(world.oracle.fulfillInline(attestation, result, ANSWER)));
    else byDigest.push(await gasOf(world.oracle.fulfill(attestation, result)));
  }
  return {
    [`setConfig, 5 reporters, m = ${threshold}`]: set,
    "request, 32-byte input": middle(requests),
    [`fulfill, m = ${threshold}`]: middle(byDigest),
    [`fulfillInline, ${ANSWER.length}-byte answer, m = ${threshold}`]: middle(inline),
    [`submitUpdate, m = ${threshold}`]: await updateMedian(world, world.collection, threshold),
  };
}

async function askGas(world: MintedToken, run: number, delivery: Delivery): Promise<number> {
  const deadline = (await now()) + ONE_HOUR;
  const input = id(`input ${run}`);
  return gasOf(
    world.oracle.connect(world.player).request(world.collectionAddress, world.tokenId, input, 1_000, delivery, deadline),
  );
}

async function updateMedian(world: MintedToken, collection: IAINFT721, threshold: number): Promise<number> {
  await world.oracle.connect(world.dao).setConfig(addressesOf(world.reporters), threshold, 0);
  return median(async (run) => {
    const program = await collection.programOf(1);
    const update = world.update({
      collection: await collection.getAddress(),
      tokenId: 1n,
      sequence: program.sequence + 1n,
      manifestDigest: program.activeManifest,
      inputDigest: id(`input ${run}`),
      outputDigest: id(`output ${run}`),
      stateDigest: id(`state ${run}`),
    });
    return world.oracle.submitUpdate((await attestorOf(world, threshold)).update(update), update);
  });
}

/** Signs by the first m reporters under the current config. */
async function attestorOf(world: MintedToken, threshold: number): Promise<Attestor> {
  return attestor({
    domain: world.domain,
    reporters: world.reporters,
    configVersion: await world.oracle.currentConfig(),
    deadline: (await now()) + ONE_HOUR,
    by: Array.from({ length: threshold }, (_, index) => index),
  });
}

async function trainingAverage(world: MintedToken): Promise<number> {
  const { collection, tokenId, owner, trainer } = world;
  const domain = collectionDomain(await chainId(), world.collectionAddress);
  let total = 0;
  for (let index = 0; index < TRAININGS; index += 1) {
    const record: TrainingRecord = {
      parentManifest: id(`parent ${index}`),
      childManifest: id(`child ${index}`),
      datasetDigest: id(`dataset ${index}`),
      codeDigest: id(`code ${index}`),
      metricsDigest: id(`metrics ${index}`),
      contributor: trainer.address,
      trainedAt: 1_700_000_000n,
    };
    const signature = await trainer.signTypedData(domain, consentTypes, { tokenId, index, record });
    const consent = Signature.from(signature).compactSerialized;
    total += await gasOf(collection.connect(owner).recordTraining(tokenId, record, consent));
  }
  return Math.round(total / TRAININGS);
}

/** The same code at an address of its own, with one token: it shows what the clone's delegatecall costs. */
async function openPlain(world: MintedToken): Promise<IAINFT721> {
  const template = await world.implementation.getAddress();
  const address = getCreateAddress({ from: template, nonce: 1 });
  await setCode(address, await provider.getCode(template));
  const plain = IAINFT721__factory.connect(address, world.creator);
  const config = collectionConfig(world, await world.oracle.getAddress());
  await plain.initialize(config);
  await plain.mint(world.owner.address, world.manifest);
  return plain;
}

async function openBare({ creator }: MintedToken): Promise<BareERC721Mock> {
  const template = await deployContract("BareERC721Mock");
  const address = await rawCloneOf(await template.getAddress(), creator);
  const bare = BareERC721Mock__factory.connect(address, creator);
  await bare.initialize(COLLECTION_NAME, COLLECTION_SYMBOL, creator.address);
  return bare;
}

async function gasOf(sending: Promise<ContractTransactionResponse>): Promise<number> {
  const receipt = await (await sending).wait();
  if (receipt === null) throw new Error("The test chain mined no receipt.");
  return Number(receipt.gasUsed);
}

/** Median of the runs after the first, which pays for slots that are new. */
async function median(send: (run: number) => Promise<ContractTransactionResponse>): Promise<number> {
  const samples: number[] = [];
  for (let run = 0; run <= WARM_RUNS; run += 1) samples.push(await gasOf(send(run)));
  return middle(samples.slice(1));
}

function middle(samples: readonly number[]): number {
  const value = [...samples].sort((left, right) => left - right)[samples.length >> 1];
  if (value === undefined) throw new Error("Nothing was measured.");
  return value;
}
