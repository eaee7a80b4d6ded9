import { expect } from "chai";
import type { ContractTransactionResponse, TypedDataDomain } from "ethers";
import type { IAINFT721, BatchCallHarness, InferenceOracle } from "../../typechain-types";
import { AINFT721__factory, InferenceOracle__factory } from "../../typechain-types";
import { makeReporters, type Reporter } from "../helpers/attestation";
import { chainId, deployContract, mineBlock, nextBlockAt, now, type Person } from "../helpers/chain";
import { deployFactory, deployOracle, openCollection } from "../helpers/contracts";
import { everybody, type People } from "../helpers/people";
import { digestOf, oracleDomain } from "../helpers/typed-data";
import { ModelOracle } from "./model/oracle";
import type { Refusal } from "./model/refusal";
import { ModelCollection, ModelWorld } from "./model/world";
import { Observer } from "./observer";

/** How many collections share the oracle. */
const COLLECTIONS = 2;

/** An oracle without a config, and empty collections that obey it. */
export interface EmptyWorld {
  people: People;
  oracle: InferenceOracle;
  oracleAddress: string;
  domain: TypedDataDomain;
  collections: readonly IAINFT721[];
  batch: BatchCallHarness;
  /** Unix seconds of the newest block. */
  time: bigint;
}

export async function emptyWorld(): Promise<EmptyWorld> {
  const people = await everybody();
  const oracle = await deployOracle(people.dao);
  const oracleAddress = await oracle.getAddress();
  const { factory } = await deployFactory(people.dao);
  const collections: IAINFT721[] = [];
  for (let place = 0; place < COLLECTIONS; place++) {
    collections.push(await openCollection(factory, people, oracleAddress, digestOf(`collection ${place}`)));
  }
  const batch = await deployContract("BatchCallHarness");
  const domain = oracleDomain(await chainId(), oracleAddress);
  return { people, oracle, oracleAddress, domain, collections, batch, time: await now() };
}

/** How often each kind of command was accepted and refused. */
export type Tally = Map<string, { accepted: number; refused: number }>;

/** The model and the contracts at the start of a life. */
export async function startLife(world: EmptyWorld, tally: Tally): Promise<{ model: ModelWorld; real: System }> {
  const controller = world.people.creator.address;
  const collections = await Promise.all(
    world.collections.map(
      async (collection) => new ModelCollection(await collection.getAddress(), controller, world.oracleAddress),
    ),
  );
  const oracle = new ModelOracle(world.people.dao.address);
  return {
    model: new ModelWorld(oracle, world.oracleAddress, collections, world.time),
    real: new System(world, tally),
  };
}

/** The real contracts, and what the commands need to reach them. */
export class System {
  readonly people: People;
  readonly oracle: InferenceOracle;
  readonly domain: TypedDataDomain;
  readonly collections: readonly IAINFT721[];
  /** Keys that configs are made of. */
  readonly reporterSets = [makeReporters(1, "set 0"), makeReporters(3, "set 1"), makeReporters(5, "set 2")];
  /** A key that is in no config. */
  readonly outsider: Reporter = pick(makeReporters(1, "an outsider"), 0);

  private readonly observer: Observer;

  constructor(
    { people, oracle, domain, collections, batch }: EmptyWorld,
    private readonly tally: Tally,
  ) {
    this.people = people;
    this.oracle = oracle;
    this.domain = domain;
    this.collections = collections;
    this.observer = new Observer(batch, oracle, collections);
  }

  /** Those who act in the commands, by any number. */
  person(choice: number): Person {
    const { creator, owner, friend, trainer, stranger } = this.people;
    return pick([owner, friend, trainer, creator, stranger], choice);
  }

  /** The next block stands so many seconds after the newest one, and at least one. */
  async nextBlock(model: ModelWorld, wait: number): Promise<void> {
    model.time += 1n + BigInt(wait);
    await nextBlockAt(model.time);
  }

  /** Nothing is sent, but the time passes. */
  async idle(model: ModelWorld): Promise<void> {
    await mineBlock();
    await this.observer.look(model);
  }

  /** Sends what the model has judged: both must agree, and afterwards everything that can be read must too. */
  async expectSame(
    kind: string,
    model: ModelWorld,
    refusal: Refusal | undefined,
    send: () => Promise<ContractTransactionResponse>,
  ): Promise<void> {
    const counts = this.tally.get(kind) ?? { accepted: 0, refused: 0 };
    this.tally.set(kind, counts);
    if (refusal === undefined) {
      counts.accepted += 1;
      await (await send()).wait();
    } else {
      counts.refused += 1;
      const declaredBy = refusal.error.startsWith("InferenceOracle") ? ORACLE : COLLECTION;
      await expect(send(), kind)
        .to.be.revertedWithCustomError(declaredBy, refusal.error)
        .withArgs(...refusal.args);
    }
    await this.observer.look(model);
  }
}

const ORACLE = { interface: InferenceOracle__factory.createInterface() };
const COLLECTION = { interface: AINFT721__factory.createInterface() };

/** One of the values, by any number. */
export function pick<T>(values: readonly T[], choice: number): T {
  const value = values[choice % values.length];
  if (value === undefined) throw new Error("Nothing to pick from.");
  return value;
}
