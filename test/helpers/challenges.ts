import { ZeroAddress } from "ethers";
import type { BlacklistTokenMock, Challenges, IAINFT721, RestlessMock, StakeSlasherMock } from "../../typechain-types";
import { IAINFT721__factory, IInferenceOracle__factory } from "../../typechain-types";
import { deployContract, now, type Person } from "./chain";
import { collectionConfig, CollectionKind, deployFactory } from "./contracts";
import { ask, INPUT, oracleWithConfig, OUTPUT } from "./fixtures";
import { everybody, type People } from "./people";
import { Random } from "./random";
import { word } from "./traits";
import { Agreement, Delivery, digestOf, Status } from "./typed-data";

/** How challenges stand, as the contract numbers it. */
export const ChallengeState = { NONE: 0n, OPEN: 1n, UPHELD: 2n, REJECTED: 3n, EXPIRED: 4n } as const;

export const DAY = 86_400n;
export const PERIOD = 7n * DAY;
export const REST = 2n * DAY;
export const BOND = 1_000n;
export const REWARD = 400n;
export const STAKE = 5_000n;

/** Where bonds go that are lost; nobody has its key, and nobody needs it. */
export const TREASURY = new Random("treasury").address();

export const evidence = digestOf("what the challenger shows");
export const verdict = digestOf("what the judge says");

export const times = { period: PERIOD, rest: REST };
export const terms = { minimumBond: BOND, reward: REWARD };

/** What another ERC-20 than the ordinary one must have to be the asset, and another registry to slash. */
interface Money {
  getAddress(): Promise<string>;
}

/** A new contract of challenges for an asset. `dao` owns it, and `arbiter` judges beside it. */
export async function deployChallenges(people: People, asset: Money, slasher: Money): Promise<Challenges> {
  const { dao, arbiter } = people;
  const addresses = [await asset.getAddress(), TREASURY, await slasher.getAddress(), dao.address];
  const challenges = await deployContract("Challenges", [...addresses, times, terms]);
  await challenges.connect(dao).setResolver(arbiter.address);
  return challenges;
}

/** Opens a collection whose arbiter is the contract of challenges, with one token of `owner` that has two versions. */
export async function openChallengeable(people: People, arbiter: string, oracle: string): Promise<IAINFT721> {
  const { creator, owner, dao } = people;
  const { factory } = await deployFactory(dao);
  const config = collectionConfig({ creator, arbiter: { address: arbiter } }, oracle);
  const salt = digestOf("challengeable");
  await factory.connect(creator).createCollection(CollectionKind.ERC721, salt, config);
  const address = await factory.predictCollection(CollectionKind.ERC721, creator.address, salt);
  const collection = IAINFT721__factory.connect(address, owner);
  await collection.connect(creator).mint(owner.address, first);
  await collection.publishManifest(1n, second);
  return collection;
}

export const first = digestOf("first manifest");
export const second = digestOf("second manifest");

/** A token with two versions that can be challenged, and `requester` and `player` who can pay for it. */
export interface ChallengeWorld extends People {
  challenges: Challenges;
  address: string;
  token: BlacklistTokenMock;
  slasher: StakeSlasherMock;
  /** Connected to the token's owner. */
  collection: IAINFT721;
  collectionAddress: string;
  tokenId: bigint;
  /** Challenges a version of the token, by `requester`, with the least bond there is. */
  challenge(changed?: {
    by?: Person;
    version?: number;
    bond?: bigint;
    tokenId?: bigint;
  }): ReturnType<Challenges["challengeVersion"]>;
}

export async function challengesDeployed(): Promise<ChallengeWorld> {
  const people = await everybody();
  const token = await deployContract("BlacklistTokenMock");
  const slasher = await deployContract("StakeSlasherMock");
  const challenges = await deployChallenges(people, token, slasher);
  const address = await challenges.getAddress();
  for (const { address: account } of [people.requester, people.player, people.friend]) {
    await token.mint(account, 100n * BOND);
  }
  for (const person of [people.requester, people.player, people.friend]) {
    await token.connect(person).approve(address, 100n * BOND);
  }
  for (const provider of [people.trainer, people.relayer]) await slasher.setStake(provider.address, STAKE);
  const collection = await openChallengeable(people, address, people.oracleAccount.address);
  const collectionAddress = await collection.getAddress();
  return {
    ...people,
    challenges,
    address,
    token,
    slasher,
    collection,
    collectionAddress,
    tokenId: 1n,
    challenge: async ({ by = people.requester, version = 2, bond = BOND, tokenId = 1n } = {}) =>
      challenges.connect(by).challengeVersion(collectionAddress, tokenId, version, evidence, bond),
  };
}

/** The same, with rewards for three challenges in the pool. */
export async function poolFunded(): Promise<ChallengeWorld> {
  const world = await challengesDeployed();
  await world.challenges.connect(world.friend).fundPool(3n * REWARD);
  return world;
}

/** The function by which an oracle tells whether it knows the result of a request. */
export const isFulfilled = IInferenceOracle__factory.createInterface().getFunction("isFulfilled").selector;

/** The same beside an oracle that says that every request has its result. */
export interface ResultWorld extends ChallengeWorld {
  oracle: RestlessMock;
  oracleAddress: string;
  /** Challenges a result, request 7's of the token's unless told otherwise, by `requester`. */
  challengeResult(changed?: {
    by?: Person;
    oracle?: string;
    requestId?: bigint;
    tokenId?: bigint;
  }): ReturnType<Challenges["challengeResult"]>;
}

export async function resultsKnown(): Promise<ResultWorld> {
  const world = await poolFunded();
  const { challenges, requester, collectionAddress } = world;
  const known = await deployContract("RestlessMock");
  await known.answerTo(isFulfilled, word(1n));
  const oracleAddress = await known.getAddress();
  return {
    ...world,
    oracle: known,
    oracleAddress,
    challengeResult: async ({ by = requester, oracle = oracleAddress, requestId = 7n, tokenId = 1n } = {}) =>
      challenges.connect(by).challengeResult(oracle, requestId, collectionAddress, tokenId, evidence, BOND),
  };
}

/** The active second version is challenged by `requester`. */
export async function versionChallenged(): Promise<ChallengeWorld & { challengeId: bigint; deadline: bigint }> {
  const world = await poolFunded();
  await world.challenge();
  const { deadline } = await world.challenges.challengeOf(1n);
  return { ...world, challengeId: 1n, deadline };
}

/** What a challenge says, as a plain object. */
export interface ChallengeFields {
  challenger: string;
  version: bigint;
  state: bigint;
  bond: bigint;
  reward: bigint;
  tokenId: bigint;
  oracle: string;
  requestId: bigint;
}

export async function readChallenge(challenges: Challenges, challengeId: bigint): Promise<ChallengeFields> {
  const { challenger, version, state, bond, reward, tokenId, oracle, requestId } =
    await challenges.challengeOf(challengeId);
  return { challenger, version, state, bond, reward, tokenId, oracle, requestId };
}

/** Nothing is made and nothing lost: what is there is held, free or owed. */
export async function booksOf({ challenges, token, address }: ChallengeWorld): Promise<[has: bigint, owes: bigint]> {
  const owes = (await challenges.held()) + (await challenges.pool()) + (await challenges.totalOwed());
  return [await token.balanceOf(address), owes];
}

/** A real result is challenged, and the config of the reporters who signed it is gone. */
export async function signedByRemoved(): Promise<
  Pick<ChallengeWorld, "challenges" | "slasher" | "arbiter"> & { signer: string }
> {
  const world = await oracleWithConfig(3, 5)();
  const { oracle, dao, requester, relayer, attest, reporters } = world;
  const token = await deployContract("FeeOnTransferTokenMock", [0]);
  const slasher = await deployContract("StakeSlasherMock");
  const challenges = await deployChallenges(world, token, slasher);
  const oracleAddress = await oracle.getAddress();
  const collection = await openChallengeable(world, await challenges.getAddress(), oracleAddress);
  const collectionAddress = await collection.getAddress();
  const deadline = (await now()) + 3600n;
  const request = {
    collection: collectionAddress,
    tokenId: 1n,
    maxOutputBytes: 1024n,
    delivery: Delivery.DIGEST,
    agreement: Agreement.EXACT,
    deadline,
  };
  await ask(world, request, INPUT);
  const result = {
    requestId: 1n,
    requestHash: digestOf("asked"),
    resultDigest: digestOf(OUTPUT),
    status: Status.OK,
    size: 9n,
  };
  await oracle.connect(relayer).fulfill(attest.result(result, Delivery.DIGEST), result);
  await oracle.connect(dao).revokeConfig(1);
  const signer = reporters[0]?.address ?? ZeroAddress;
  await slasher.setStake(signer, STAKE);
  await token.mint(requester.address, BOND);
  await token.connect(requester).approve(await challenges.getAddress(), BOND);
  await challenges.connect(requester).challengeResult(oracleAddress, 1n, collectionAddress, 1n, evidence, BOND);
  return { arbiter: world.arbiter, challenges, slasher, signer };
}
