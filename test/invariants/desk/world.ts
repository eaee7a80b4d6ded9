import { MaxUint256, type TypedDataDomain } from "ethers";
import type {
  BatchCallHarness,
  BlacklistTokenMock,
  FalseReturnTokenMock,
  IAINFT721,
  InferenceOracle,
  MeddlingTokenMock,
  RequestDesk,
  RequesterMock,
} from "../../../typechain-types";
import { IAINFTRoyalties__factory, RequestDesk__factory } from "../../../typechain-types";
import { addressesOf, makeReporters, type Reporter } from "../../helpers/attestation";
import { chainId, deployContract, now, type Person } from "../../helpers/chain";
import { deployFactory, deployOracle, openCollection } from "../../helpers/contracts";
import { ETH } from "../../helpers/desk";
import { everybody, type People } from "../../helpers/people";
import { digestOf, oracleDomain } from "../../helpers/typed-data";

/** What each kind of money is called in the model. */
export const CURRENCIES = ["ETH", "honest", "meddling", "policed", "doubtful", "taxed"] as const;
export type Currency = (typeof CURRENCIES)[number];

/** Programs, one a token from 1: what each is paid in. The last begins without a price. */
export const TOKENS: readonly (Currency | undefined)[] = [...CURRENCIES, undefined];
export const MANIFEST = digestOf("the manifest of every program");

/** What each is paid at first; the taxed token only comes in whole where a hundredth of it is nothing. */
export const FIRST_AMOUNT = (currency: Currency): bigint => (currency === "taxed" ? 99n : 1_000_003n);

/** How the first config signs: the second set, by two. */
export const FIRST_CONFIG = { set: 1, threshold: 2 };

/** How contracts that ask behave, as their mock numbers it. */
export const MANNERS = { TAKING: 0, REVERTING: 1, BURNING_GAS: 2, BOMBING: 3, REVERTING_WITH_BOMB: 4, MEDDLING: 5 };

/** The contracts of a life, before anything happened. */
export interface DeskLife {
  people: People;
  oracle: InferenceOracle;
  oracleAddress: string;
  domain: TypedDataDomain;
  desk: RequestDesk;
  deskAddress: string;
  collection: IAINFT721;
  collectionAddress: string;
  /** Who is paid for the version of the first two tokens. */
  splits: readonly string[];
  currencies: Readonly<Record<Currency, string>>;
  meddling: MeddlingTokenMock;
  policed: BlacklistTokenMock;
  doubtful: FalseReturnTokenMock;
  /** Accounts that ask. */
  askers: readonly Person[];
  /** Contracts that ask, and are called back. */
  consumers: readonly { contract: RequesterMock; address: string }[];
  reporterSets: readonly (readonly Reporter[])[];
  batch: BatchCallHarness;
  /** Unix seconds of the newest block. */
  time: bigint;
}

const PURSE = 10n ** 30n;
const TOKENS_WITH_SPLIT = [1, 2];

/** Fixture: a desk, a collection of programs with prices, hostile tokens, and those who will ask. */
export async function deskLife(): Promise<DeskLife> {
  const people = await everybody();
  const oracle = await deployOracle(people.dao);
  const deskAddress = await oracle.desk();
  const desk = RequestDesk__factory.connect(deskAddress, people.stranger);
  const askers = [people.requester, people.player, people.friend];
  const consumers = await Promise.all(
    [0, 1].map(async () => {
      const contract = await deployContract("RequesterMock", [deskAddress]);
      return { contract, address: await contract.getAddress() };
    }),
  );
  const holders = [...askers.map(({ address }) => address), ...consumers.map(({ address }) => address)];
  const money = await moneyFor(askers, holders, deskAddress);
  const programs = await programsOf(people, await oracle.getAddress());
  const reporterSets = [makeReporters(1, "set 0"), makeReporters(3, "set 1"), makeReporters(4, "set 2")];
  const first = addressesOf(reporterSets[FIRST_CONFIG.set] ?? []);
  await oracle.connect(people.dao).setConfig(first, FIRST_CONFIG.threshold, 0);
  for (const [index, name] of CURRENCIES.entries()) {
    const [currency, amount] = [money.currencies[name], FIRST_AMOUNT(name)];
    await desk.connect(people.owner).setPrice(programs.collectionAddress, index + 1, currency, amount, false);
  }
  return {
    people,
    oracle,
    oracleAddress: await oracle.getAddress(),
    domain: oracleDomain(await chainId(), await oracle.getAddress()),
    desk,
    deskAddress,
    ...programs,
    ...money,
    askers,
    consumers,
    reporterSets,
    batch: await deployContract("BatchCallHarness"),
    time: await now(),
  };
}

/** Every token, in the hands of those who ask, and approved by those who are accounts. */
async function moneyFor(askers: readonly Person[], holders: readonly string[], deskAddress: string) {
  const honest = await deployContract("FeeOnTransferTokenMock", [0]);
  const taxed = await deployContract("FeeOnTransferTokenMock", [100]);
  const meddling = await deployContract("MeddlingTokenMock");
  const policed = await deployContract("BlacklistTokenMock");
  const doubtful = await deployContract("FalseReturnTokenMock");
  for (const token of [honest, taxed, meddling, policed, doubtful]) {
    for (const holder of holders) await token.mint(holder, PURSE);
    for (const asker of askers) await token.connect(asker).approve(deskAddress, MaxUint256);
  }
  const currencies = {
    ETH,
    honest: await honest.getAddress(),
    meddling: await meddling.getAddress(),
    policed: await policed.getAddress(),
    doubtful: await doubtful.getAddress(),
    taxed: await taxed.getAddress(),
  };
  return { currencies, meddling, policed, doubtful };
}

/** A collection with a token for each currency and one more, all of `owner`. */
async function programsOf(people: People, oracle: string) {
  const { factory } = await deployFactory(people.dao);
  const collection = await openCollection(factory, people, oracle);
  const collectionAddress = await collection.getAddress();
  const royalties = IAINFTRoyalties__factory.connect(collectionAddress, people.owner);
  for (const _ of TOKENS) await collection.mint(people.owner.address, MANIFEST);
  for (const tokenId of TOKENS_WITH_SPLIT) {
    await royalties.setSplit(tokenId, 1, [{ account: people.trainer.address, bps: 10_000 }]);
  }
  const splits = await Promise.all(TOKENS_WITH_SPLIT.map((tokenId) => royalties.splitOf(tokenId, 1)));
  return { collection, collectionAddress, splits };
}
