import { expect } from "chai";
import { type ContractTransactionResponse, Interface, type TypedDataDomain } from "ethers";
import type { BatchCallHarness, InferenceOracle } from "../../typechain-types";
import {
  AINFT1155Votes__factory,
  AINFT721Votes__factory,
  IAINFT1155__factory,
  IAINFT721__factory,
  InferenceOracle__factory,
} from "../../typechain-types";
import { makeReporters, type Reporter } from "../helpers/attestation";
import { chainId, deployContract, mineBlock, nextBlockAt, now, type Person } from "../helpers/chain";
import { type CollectionKind, deployFactory, deployOracle } from "../helpers/contracts";
import { everybody, type People } from "../helpers/people";
import { oracleDomain } from "../helpers/typed-data";
import { type OpenCollections, openEveryKind, type RealCollection } from "./collections";
import { ModelCollection } from "./model/collection";
import { ModelOracle } from "./model/oracle";
import type { Refusal } from "./model/refusal";
import { ModelWorld } from "./model/world";
import { Observer } from "./observer";
import type { Tally } from "./tally";

/** An oracle without a config, and empty collections of every kind that obey it. */
export interface EmptyWorld {
  people: People;
  oracle: InferenceOracle;
  oracleAddress: string;
  domain: TypedDataDomain;
  collections: OpenCollections;
  batch: BatchCallHarness;
  /** Unix seconds of the newest block. */
  time: bigint;
}

export async function emptyWorld(): Promise<EmptyWorld> {
  const people = await everybody();
  const oracle = await deployOracle(people.dao);
  const oracleAddress = await oracle.getAddress();
  const collections = await openEveryKind(await deployFactory(people.dao), people, oracleAddress);
  const batch = await deployContract("BatchCallHarness");
  const domain = oracleDomain(await chainId(), oracleAddress);
  return { people, oracle, oracleAddress, domain, collections, batch, time: await now() };
}

/** Which kinds a life deals with: one opened as an immutable clone, and one that follows its beacon. */
export interface KindsOfLife {
  clone: CollectionKind;
  proxy: CollectionKind;
}

/** The model and the contracts at the start of a life. */
export function startLife(world: EmptyWorld, kinds: KindsOfLife, tally: Tally): { model: ModelWorld; real: System } {
  const { people, oracleAddress } = world;
  const collections = [
    pick(world.collections.clones, Number(kinds.clone)),
    pick(world.collections.proxies, Number(kinds.proxy)),
  ];
  const controller = people.creator.address;
  const arbiter = people.arbiter.address;
  const told = collections.map(
    ({ kind, address }) => new ModelCollection({ kind, address, controller, arbiter, oracle: oracleAddress }),
  );
  return {
    model: new ModelWorld(new ModelOracle(people.dao.address), oracleAddress, told, world.time),
    real: new System(world, collections, tally),
  };
}

/** The real contracts, and what the commands need to reach them. */
export class System {
  readonly people: People;
  readonly oracle: InferenceOracle;
  readonly domain: TypedDataDomain;
  /** Keys that configs are made of. */
  readonly reporterSets = [makeReporters(1, "set 0"), makeReporters(3, "set 1"), makeReporters(5, "set 2")];
  /** A key that is in no config. */
  readonly outsider: Reporter = pick(makeReporters(1, "an outsider"), 0);

  private readonly observer: Observer;

  constructor(
    { people, oracle, domain, batch }: EmptyWorld,
    readonly collections: readonly RealCollection[],
    private readonly tally: Tally,
  ) {
    this.people = people;
    this.oracle = oracle;
    this.domain = domain;
    const holders = this.actors.map(({ address }) => address);
    this.observer = new Observer(batch, oracle, collections, holders);
  }

  /** Those who act in the commands, and so may come to hold something. */
  get actors(): readonly Person[] {
    const { creator, owner, friend, trainer, stranger } = this.people;
    return [owner, friend, trainer, creator, stranger];
  }

  /** One of the actors, by any number. */
  person(choice: number): Person {
    return pick(this.actors, choice);
  }

  /** The actor of an address; undefined when it is nobody's. */
  personAt(address: string | undefined): Person | undefined {
    return this.actors.find((actor) => actor.address === address);
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

  /** Sends what the model has judged: both must agree, and afterwards what can be read must too. */
  async expectSame(
    kind: string,
    model: ModelWorld,
    refusal: Refusal | undefined,
    send: () => Promise<ContractTransactionResponse>,
    touched?: RealCollection,
  ): Promise<void> {
    this.tally.count(kind, refusal === undefined);
    if (refusal === undefined) {
      await (await send()).wait();
    } else {
      await expect(send(), kind)
        .to.be.revertedWithCustomError(EVERY_ERROR, refusal.error)
        .withArgs(...refusal.args);
    }
    await this.observer.look(model, touched);
  }
}

/** Whoever reverts: every error that the contracts of a life may give. */
const EVERY_ERROR = {
  interface: new Interface(
    [
      ...InferenceOracle__factory.abi,
      ...AINFT721Votes__factory.abi,
      ...AINFT1155Votes__factory.abi,
      ...IAINFT721__factory.abi,
      ...IAINFT1155__factory.abi,
    ].filter(({ type }) => type === "error"),
  ),
};

/** One of the values, by any number. */
export function pick<T>(values: readonly T[], choice: number): T {
  const value = values[choice % values.length];
  if (value === undefined) throw new Error("Nothing to pick from.");
  return value;
}
