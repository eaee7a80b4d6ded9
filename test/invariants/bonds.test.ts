import { expect } from "chai";
import { ZeroAddress } from "ethers";
import {
  BOND,
  challengesDeployed,
  ChallengeState,
  type ChallengeWorld,
  PERIOD,
  REST,
  REWARD,
  STAKE,
  TREASURY,
  verdict,
} from "../helpers/challenges";
import { loadFixture, nextBlockAt, now, type Person } from "../helpers/chain";
import { itRandomly, type Random } from "../helpers/random";
import { digestOf } from "../helpers/typed-data";
import { ACTS, TELLING_ACTS } from "./acts";
import { ACCEPTED, type Refusal, refuse } from "./model/refusal";

/*
 * What must be true after every act, whoever does it: what came in is held, free, owed or paid out; a token is locked
 * exactly while it is challenged; a challenge ends once, and what it ends in decides who has the bond; what was retired
 * is never active.
 */

const ACTS_OF_A_LIFE = 100;
/** One act for five of the other invariants: so much is read after each. */
const LIVES = Math.ceil(ACTS / ACTS_OF_A_LIFE / 5);
/** Far more than a life takes, together with all that is read after each act. */
const LONGEST_LIFE_MS = 20_000;
const TOKENS = 3;

/** A challenge as the model knows it. */
interface Claim {
  by: Person;
  tokenId: bigint;
  version: bigint;
  bond: bigint;
  reward: bigint;
  deadline: bigint;
  state: bigint;
}

/** A token as the model knows it: versions count from 1. */
interface Token {
  versions: bigint;
  active: bigint;
  /** Each retired version with the challenge that was upheld. */
  retired: Map<bigint, bigint>;
  restsUntil: Map<bigint, bigint>;
  openClaim: number | undefined;
}

interface Books {
  received: bigint;
  pool: bigint;
  held: bigint;
  /** What the provider whom every verdict names has left to be slashed. */
  stake: bigint;
  owed: Map<string, bigint>;
  paid: Map<string, bigint>;
}

interface Life {
  world: ChallengeWorld;
  random: Random;
  claims: Claim[];
  tokens: Map<bigint, Token>;
  books: Books;
  seen: Map<string, number>;
}

describe("bonds", function () {
  this.timeout(120_000 + LIVES * LONGEST_LIFE_MS);

  itRandomly(`are conserved to the unit through ${LIVES} lives of ${ACTS_OF_A_LIFE} acts`, async (random) => {
    const seen = new Map<string, number>();
    for (let life = 0; life < LIVES; life++) await live(await begin(random, seen));
    if (ACTS < TELLING_ACTS) return;

    for (const kind of Object.keys(KINDS)) {
      for (const outcome of ["accepted", "refused"]) {
        if (kind === "fund" && outcome === "refused") continue; // whoever pays in is never refused
        expect(seen.get(`${kind} ${outcome}`) ?? 0, `${kind} ${outcome}`).to.be.greaterThan(0);
      }
    }
  });
});

async function begin(random: Random, seen: Map<string, number>): Promise<Life> {
  const world = await loadFixture(challengesDeployed);
  const { collection, creator, owner } = world;
  const tokens = new Map([[1n, freshToken(2n)]]);
  for (let tokenId = 2n; tokenId <= TOKENS; tokenId++) {
    await collection.connect(creator).mint(owner.address, digestOf(`first of ${tokenId}`));
    tokens.set(tokenId, freshToken(1n));
  }
  const none = { received: 0n, pool: 0n, held: 0n };
  const books = { ...none, stake: STAKE, owed: new Map<string, bigint>(), paid: new Map<string, bigint>() };
  return { world, random, claims: [], tokens, books, seen };
}

function freshToken(versions: bigint): Token {
  return { versions, active: versions, retired: new Map(), restsUntil: new Map(), openClaim: undefined };
}

async function live(life: Life): Promise<void> {
  const kinds = Object.keys(KINDS) as (keyof typeof KINDS)[];
  for (let act = 0; act < ACTS_OF_A_LIFE; act++) {
    const time = (await now()) + 1n + pause(life.random);
    const kind = life.random.pick(kinds);
    const { refusal, send, apply } = KINDS[kind](life, time);
    await nextBlockAt(time);
    if (refusal === ACCEPTED) {
      await send();
      apply();
    } else {
      const { challenges, collection } = life.world;
      const refusing = refusal.error.startsWith("AINFT") ? collection : challenges;
      await expect(send(), kind)
        .to.be.revertedWithCustomError(refusing, refusal.error)
        .withArgs(...refusal.args);
    }
    const key = `${kind} ${refusal === ACCEPTED ? "accepted" : "refused"}`;
    life.seen.set(key, (life.seen.get(key) ?? 0) + 1);
    await expectSound(life);
  }
  await expectStates(life, life.claims.keys());
}

/** Mostly a moment; sometimes long enough for a period or a rest to end. */
function pause(random: Random): bigint {
  return random.pick([5n, 60n, 3600n, 3600n, REST / 2n, PERIOD / 3n]);
}

interface Act {
  refusal: Refusal | undefined;
  send(): Promise<unknown>;
  apply(): void;
}

const KINDS = { challenge, uphold, reject, expire, fund, reclaim, withdraw, publish } as const;

function challenge(life: Life, time: bigint): Act {
  const { world, random, claims, tokens, books } = life;
  const by = random.pick([world.requester, world.player]);
  const tokenId = BigInt(1 + random.below(TOKENS));
  const token = tokenOf(tokens, tokenId);
  const version = 1n + BigInt(random.below(Number(token.versions)));
  const bond = random.pick([BOND, BOND, BOND + 7n, BOND - 1n]);
  const reward = books.pool < REWARD ? books.pool : REWARD;
  return {
    refusal: judgeOpening(world, token, { tokenId, version, bond, time }),
    send: () => world.challenge({ by, version: Number(version), bond, tokenId }),
    apply: () => {
      token.openClaim = claims.length;
      claims.push({ by, tokenId, version, bond, reward, deadline: time + PERIOD, state: ChallengeState.OPEN });
      books.received += bond;
      books.pool -= reward;
      books.held += bond + reward;
    },
  };
}

/** The rules of an opening, one after the other. */
function judgeOpening(
  { collectionAddress }: ChallengeWorld,
  token: Token,
  { tokenId, version, bond, time }: { tokenId: bigint; version: bigint; bond: bigint; time: bigint },
): Refusal | undefined {
  if (bond < BOND) return refuse("ChallengesBondTooLow", bond, BOND);
  const upheld = token.retired.get(version);
  if (upheld !== undefined) return refuse("ChallengesSettled", upheld);
  if (token.openClaim !== undefined) {
    return refuse("ChallengesTokenChallenged", collectionAddress, tokenId, token.openClaim + 1);
  }
  const until = token.restsUntil.get(version);
  return until !== undefined && time <= until ? refuse("ChallengesSubjectRests", until) : ACCEPTED;
}

/** Any claim, one that is open where there is one, or the one that comes after all of them. */
function someClaim({ random, claims }: Life): { id: bigint; claim: Claim | undefined } {
  const open = claims.flatMap(({ state }, index) => (state === ChallengeState.OPEN ? [index] : []));
  const index = open.length > 0 && random.below(4) > 0 ? random.pick(open) : random.below(claims.length + 1);
  return { id: BigInt(index + 1), claim: claims[index] };
}

function judgeVerdict(
  by: Person,
  judge: Person,
  id: bigint,
  claim: Claim | undefined,
  time: bigint,
): Refusal | undefined {
  if (by !== judge) return refuse("ChallengesNotJudge", by.address);
  if (claim?.state !== ChallengeState.OPEN) return refuse("ChallengesNotOpen", id, claim?.state ?? ChallengeState.NONE);
  return time > claim.deadline ? refuse("ChallengesOverdue", id, claim.deadline) : ACCEPTED;
}

function uphold(life: Life, time: bigint): Act {
  const { world, random, tokens, books } = life;
  const { id, claim } = someClaim(life);
  const by = random.below(8) === 0 ? world.stranger : world.arbiter;
  const token = claim === undefined ? undefined : tokenOf(tokens, claim.tokenId);
  const replaces = token !== undefined && claim?.version === token.active;
  const fallback = replaces ? usableBut(token, claim.version) : 0n;
  const amount = BigInt(random.below(2 * Number(REWARD)));
  const penalties = amount === 0n ? [] : [{ provider: world.trainer.address, amount }];
  return {
    refusal: judgeVerdict(by, world.arbiter, id, claim, time),
    send: () => world.challenges.connect(by).uphold(id, fallback, verdict, penalties),
    apply: () => {
      if (claim === undefined || token === undefined) return;
      end(life, claim, ChallengeState.UPHELD);
      // What the registry does not slash is no reward, and goes back into the pool as what is beyond it does.
      const slashed = amount <= books.stake ? amount : 0n;
      const reward = slashed < claim.reward ? slashed : claim.reward;
      books.stake -= slashed;
      books.pool += claim.reward - reward;
      owe(books, claim.by.address, claim.bond + reward);
      token.retired.set(claim.version, id);
      if (fallback !== 0n) token.active = fallback;
    },
  };
}

/** A version to run instead; zero when every other one was retired. */
function usableBut(token: Token, version: bigint): bigint {
  for (let other = 1n; other <= token.versions; other++) {
    if (other !== version && !token.retired.has(other)) return other;
  }
  return 0n;
}

function reject(life: Life, time: bigint): Act {
  const { world, random, books } = life;
  const { id, claim } = someClaim(life);
  const by = random.below(8) === 0 ? world.requester : world.arbiter;
  return {
    refusal: judgeVerdict(by, world.arbiter, id, claim, time),
    send: () => world.challenges.connect(by).reject(id, verdict),
    apply: () => {
      if (claim === undefined) return;
      fail(life, claim, ChallengeState.REJECTED, time);
      owe(books, TREASURY, claim.bond);
    },
  };
}

function expire(life: Life, time: bigint): Act {
  const { world, books } = life;
  const { id, claim } = someClaim(life);
  const isOpen = claim?.state === ChallengeState.OPEN;
  const early = isOpen && time <= claim.deadline ? refuse("ChallengesNotOverdue", id, claim.deadline) : ACCEPTED;
  return {
    refusal: isOpen ? early : refuse("ChallengesNotOpen", id, claim?.state ?? ChallengeState.NONE),
    send: () => world.challenges.connect(world.stranger).expire(id),
    apply: () => {
      if (claim === undefined) return;
      fail(life, claim, ChallengeState.EXPIRED, time);
      owe(books, claim.by.address, claim.bond);
    },
  };
}

function end({ tokens, books }: Life, claim: Claim, state: bigint): void {
  claim.state = state;
  tokenOf(tokens, claim.tokenId).openClaim = undefined;
  books.held -= claim.bond + claim.reward;
}

function fail(life: Life, claim: Claim, state: bigint, time: bigint): void {
  end(life, claim, state);
  life.books.pool += claim.reward;
  tokenOf(life.tokens, claim.tokenId).restsUntil.set(claim.version, time + REST);
}

function fund({ world, random, books }: Life): Act {
  const amount = BigInt(random.below(1_000));
  return {
    refusal: ACCEPTED,
    send: () => world.challenges.connect(world.friend).fundPool(amount),
    apply: () => {
      books.received += amount;
      books.pool += amount;
    },
  };
}

function reclaim({ world, random, books }: Life): Act {
  const amount = BigInt(random.below(Number(books.pool) + 200));
  return {
    refusal: amount > books.pool ? refuse("ChallengesPoolTooSmall", amount, books.pool) : ACCEPTED,
    send: () => world.challenges.connect(world.dao).reclaimPool(amount),
    apply: () => {
      books.pool -= amount;
      owe(books, TREASURY, amount);
    },
  };
}

function withdraw({ world, random, books }: Life): Act {
  const account = random.pick([world.requester.address, world.player.address, TREASURY]);
  const amount = books.owed.get(account) ?? 0n;
  return {
    refusal: amount === 0n ? refuse("PayoutsNothingOwed", account) : ACCEPTED,
    send: () => world.challenges.connect(world.stranger).withdraw(account),
    apply: () => {
      books.owed.delete(account);
      books.paid.set(account, (books.paid.get(account) ?? 0n) + amount);
    },
  };
}

/** The controller publishes another version, which a challenge of the token forbids meanwhile. */
function publish({ world, random, tokens }: Life): Act {
  const tokenId = BigInt(1 + random.below(TOKENS));
  const token = tokenOf(tokens, tokenId);
  return {
    refusal: token.openClaim === undefined ? ACCEPTED : refuse("AINFTLocked", tokenId),
    send: () => world.collection.publishManifest(tokenId, digestOf(`version ${token.versions} of ${tokenId}`)),
    apply: () => {
      token.versions += 1n;
      token.active = token.versions;
    },
  };
}

function owe(books: Books, account: string, amount: bigint): void {
  if (amount > 0n) books.owed.set(account, (books.owed.get(account) ?? 0n) + amount);
}

function tokenOf(tokens: Life["tokens"], tokenId: bigint): Token {
  const token = tokens.get(tokenId);
  if (token === undefined) throw new Error(`There is no token ${tokenId}.`);
  return token;
}

/** The chain's word on claims of the model. */
async function expectStates({ world, claims }: Life, indices: Iterable<number>): Promise<void> {
  for (const index of indices) {
    expect((await world.challenges.challengeOf(index + 1)).state, `${index + 1}`).to.equal(claims[index]?.state);
  }
}

async function expectSound(life: Life): Promise<void> {
  const { world, tokens, books } = life;
  const { challenges, token, address, collection, collectionAddress } = world;
  const owed = sum(books.owed.values());
  expect(books.held + books.pool + owed + sum(books.paid.values())).to.equal(books.received);
  expect(await token.balanceOf(address)).to.equal(books.held + books.pool + owed);
  const counted = [await challenges.held(), await challenges.pool(), await challenges.totalOwed()];
  expect(counted).to.deep.equal([books.held, books.pool, owed]);
  for (const account of [world.requester.address, world.player.address, TREASURY, ZeroAddress]) {
    expect(await challenges.owedTo(account)).to.equal(books.owed.get(account) ?? 0n);
  }
  for (const [tokenId, { active, retired, openClaim }] of tokens) {
    const open = openClaim === undefined ? 0n : BigInt(openClaim + 1);
    expect(await challenges.openChallengeOf(collectionAddress, tokenId)).to.equal(open);
    expect(await collection.locked(tokenId)).to.equal(open !== 0n);
    expect((await collection.activeVersion(tokenId)).version).to.equal(active);
    const mayRun = await collection.mayAsk(tokenId, ZeroAddress);
    expect(mayRun).to.equal(!retired.has(active));
  }
  await expectStates(
    life,
    [...tokens.values()].flatMap(({ openClaim }) => openClaim ?? []),
  );
}

function sum(values: Iterable<bigint>): bigint {
  return [...values].reduce((total, value) => total + value, 0n);
}
