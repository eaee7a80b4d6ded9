import {
  type ContractTransactionResponse,
  dataLength,
  hexlify,
  keccak256,
  toUtf8Bytes,
  type TypedDataDomain,
} from "ethers";
import type { AINFT721, AINFTFactory, IAINFT721, InferenceOracle, TraitSchema } from "../../typechain-types";
import { addressesOf, type Attestor, attestor, makeReporters, type Reporter } from "./attestation";
import { chainId, now } from "./chain";
import { deployFactory, deployOracle, type Factory, openCollection } from "./contracts";
import { everybody, type People } from "./people";
import { experience, mood, schemaDeployed, word } from "./traits";
import {
  Agreement,
  Delivery,
  digestOf,
  type InferenceRequest,
  type InferenceResult,
  oracleDomain,
  requestHash,
  type StateUpdate,
  Status,
  type TraitValue,
} from "./typed-data";

/*
 * One fixture for each state of the system. Each builds on the one before it, and a test loads exactly one by snapshot.
 */

/** An oracle that nobody has configured. */
export interface FreshOracle extends People {
  oracle: InferenceOracle;
  domain: TypedDataDomain;
}

export async function freshOracle(): Promise<FreshOracle> {
  const people = await everybody();
  const oracle = await deployOracle(people.dao);
  return { ...people, oracle, domain: oracleDomain(await chainId(), await oracle.getAddress()) };
}

/** An oracle with its first reporter config. */
export interface ConfiguredOracle extends FreshOracle {
  reporters: Reporter[];
  threshold: number;
  configVersion: bigint;
  /** Signs under the config, by the first m reporters, for an hour. */
  attest: Attestor;
}

/** The grace period of the fixtures' first config; no config comes before it, so it means nothing yet. */
const FIRST_GRACE = 0n;
const ONE_HOUR = 3600n;

const configured = new Map<string, () => Promise<ConfiguredOracle>>();

/** The state "m of n reporters sign". The same function for the same numbers, as snapshots need. */
export function oracleWithConfig(threshold: number, count: number): () => Promise<ConfiguredOracle> {
  const key = `${threshold} of ${count}`;
  const known = configured.get(key);
  if (known !== undefined) return known;
  async function oracleWithThatConfig(): Promise<ConfiguredOracle> {
    return configure(await freshOracle(), threshold, count);
  }
  configured.set(key, oracleWithThatConfig);
  return oracleWithThatConfig;
}

async function configure(world: FreshOracle, threshold: number, count: number): Promise<ConfiguredOracle> {
  const reporters = makeReporters(count);
  await world.oracle.connect(world.dao).setConfig(addressesOf(reporters), threshold, FIRST_GRACE);
  const configVersion = 1n;
  const attest = attestor({
    domain: world.domain,
    reporters,
    configVersion,
    deadline: (await now()) + ONE_HOUR,
    by: Array.from({ length: threshold }, (_, index) => index),
  });
  return { ...world, reporters, threshold, configVersion, attest };
}

/** A collection without tokens that obeys an oracle with a config of 3 of 5. */
export interface OpenCollection extends ConfiguredOracle {
  factory: AINFTFactory;
  implementation: AINFT721;
  implementations: Factory["implementations"];
  collection: IAINFT721;
  collectionAddress: string;
}

export async function collectionOpened(): Promise<OpenCollection> {
  return withCollection(await configure(await freshOracle(), 3, 5));
}

async function withCollection(world: ConfiguredOracle): Promise<OpenCollection> {
  const made = await deployFactory(world.dao);
  const collection = await openCollection(made.factory, world, await world.oracle.getAddress());
  return { ...world, ...made, collection, collectionAddress: await collection.getAddress() };
}

/** A collection with one token, whose owner is `owner`. */
export interface MintedToken extends OpenCollection {
  tokenId: bigint;
  manifest: string;
  /** The token's first update, by the player; any field can be replaced. */
  update(changed?: Partial<StateUpdate>): StateUpdate;
}

export async function tokenMinted(): Promise<MintedToken> {
  return withToken(await collectionOpened());
}

async function withToken(world: OpenCollection): Promise<MintedToken> {
  const manifest = digestOf("first manifest");
  await world.collection.connect(world.creator).mint(world.owner.address, manifest);
  const tokenId = 1n;
  const update = (changed: Partial<StateUpdate> = {}): StateUpdate => ({
    collection: world.collectionAddress,
    tokenId,
    actor: world.player.address,
    sequence: 1n,
    manifestDigest: manifest,
    inputDigest: digestOf("what the player did"),
    outputDigest: digestOf("what the program answered"),
    stateDigest: digestOf("what the program remembers"),
    ...changed,
  });
  return { ...world, tokenId, manifest, update };
}

/** A collection that has its trait schema, with a token. */
export interface MintedWithTraits extends MintedToken {
  /** Of all three data types: experience, mood, hatched. */
  schema: TraitSchema;
  /** What changes with the token's first update: experience and mood, in this order. */
  traits: TraitValue[];
}

export async function mintedWithTraits(): Promise<MintedWithTraits> {
  return withTraits(await tokenMinted());
}

async function withTraits(world: MintedToken): Promise<MintedWithTraits> {
  const { schema } = await schemaDeployed();
  await world.collection.setTraitSchema(await schema.getAddress());
  const traits = [
    { key: experience().key, value: word(150n) },
    { key: mood().key, value: digestOf("wild") },
  ];
  return { ...world, schema, traits };
}

/** A token that was asked once, and its honest answer. */
export interface AskedOnce extends MintedWithTraits {
  requestId: bigint;
  request: InferenceRequest;
  result: InferenceResult;
  /** The bytes of the answer. */
  output: string;
}

/** The request wants the digest of the answer on chain. */
export async function askedOnce(): Promise<AskedOnce> {
  return withRequest(await tokenMinted(), Delivery.DIGEST);
}

/** The request wants the bytes of the answer on chain. */
export async function askedInline(): Promise<AskedOnce> {
  return withRequest(await tokenMinted(), Delivery.INLINE);
}

const asked = new Map<string, () => Promise<AskedOnce>>();

/** The state of `askedOnce`, but m of n reporters sign. The same function for the same numbers. */
export function askedUnder(threshold: number, count: number): () => Promise<AskedOnce> {
  const key = `${threshold} of ${count}`;
  const known = asked.get(key);
  if (known !== undefined) return known;
  async function askedUnderThatConfig(): Promise<AskedOnce> {
    const world = await configure(await freshOracle(), threshold, count);
    return withRequest(await withToken(await withCollection(world)), Delivery.DIGEST);
  }
  asked.set(key, askedUnderThatConfig);
  return askedUnderThatConfig;
}

export const INPUT = hexlify(toUtf8Bytes('{"prompt":"Who are you?"}'));
export const OUTPUT = hexlify(toUtf8Bytes('{"content":"A program with an owner."}'));
const MAX_OUTPUT_BYTES = 1024n;

async function withRequest(minted: MintedToken, delivery: Delivery): Promise<AskedOnce> {
  const world = await withTraits(minted);
  const request: InferenceRequest = {
    requester: world.requester.address,
    collection: world.collectionAddress,
    tokenId: world.tokenId,
    manifestDigest: world.manifest,
    inputDigest: keccak256(INPUT),
    maxOutputBytes: MAX_OUTPUT_BYTES,
    delivery,
    agreement: Agreement.EXACT,
    deadline: (await now()) + ONE_HOUR,
  };
  await ask(world, request, INPUT);
  const requestId = 1n;
  const result: InferenceResult = {
    requestId,
    requestHash: requestHash(request),
    resultDigest: keccak256(OUTPUT),
    status: Status.OK,
    size: BigInt(dataLength(OUTPUT)),
  };
  return { ...world, requestId, request, result, output: OUTPUT };
}

/** Sends a request in the name of its requester. */
export async function ask(
  world: Pick<FreshOracle, "oracle" | "requester">,
  request: Omit<InferenceRequest, "requester" | "manifestDigest" | "inputDigest">,
  input: string,
): Promise<ContractTransactionResponse> {
  return world.oracle.connect(world.requester).request(request.collection, request.tokenId, input, request);
}
