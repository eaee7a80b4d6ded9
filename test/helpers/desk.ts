import {
  AbiCoder,
  type ContractTransactionResponse,
  dataLength,
  hexlify,
  keccak256,
  toUtf8Bytes,
  ZeroAddress,
} from "ethers";
import type { FeeOnTransferTokenMock, RequestDesk, RequesterMock } from "../../typechain-types";
import { IAINFTRoyalties__factory, RequestDesk__factory } from "../../typechain-types";
import type { AttestTerms } from "./attestation";
import { deployContract, now, type Person, provider } from "./chain";
import { type MintedToken, tokenMinted } from "./fixtures";
import { type Coded, Delivery, type InferenceResult, resultLeaf, Status } from "./typed-data";

export const ETH = ZeroAddress;
export const MAX_CALLBACK_GAS = 2_000_000n;
export const FAILURE_CALLBACK_GAS = 100_000n;
export const PROBE_GAS = 100_000n;

/** What has become of a request, as the contracts number it. */
export const Outcome = { OPEN: 0n, ANSWERED: 1n, FAILED: 2n } as const;

export const QUESTION = hexlify(toUtf8Bytes('{"prompt":"What do you cost?"}'));
export const ANSWER = hexlify(toUtf8Bytes('{"content":"Less than silence."}'));

/** How a desk divides fees until somebody changes it, in hundredths of a per cent. */
export const SHARES = { providers: 7_000n, owner: 1_000n, contributors: 1_500n, treasury: 500n };
const WHOLE = 10_000n;

/** A fee of which no share is a whole number. */
export const FEE = 1_000_003n;
export const ONE_HOUR = 3_600n;
const PURSE = 10n ** 24n;

export interface Terms {
  maxOutputBytes: bigint;
  delivery: number;
  agreement: number;
  deadline: bigint;
}

export type FeeShares = typeof SHARES;

/** An order, as the desk's event tells it and its functions take it. */
export interface Order {
  requestId: bigint;
  requestHash: string;
  requester: string;
  collection: string;
  tokenId: bigint;
  version: bigint;
  currency: string;
  amount: bigint;
  deadline: bigint;
  configVersion: bigint;
  callbackGas: bigint;
  shares: FeeShares;
}

/** A failed callback, as the desk's event tells it. */
export interface Callback {
  requestId: bigint;
  requestHash: string;
  requester: string;
  callbackGas: bigint;
  status: number;
}

/** A signed answer, as the oracle takes it. */
export interface Answer {
  attestation: string;
  result: Coded<InferenceResult>;
  output: string;
}

/** A program without a price whose version has a split, people with money, and a contract that asks. */
export interface DeskWorld extends MintedToken {
  desk: RequestDesk;
  deskAddress: string;
  coin: FeeOnTransferTokenMock;
  coinAddress: string;
  /** Who is paid for the token's first version. */
  split: string;
  consumer: RequesterMock;
  consumerAddress: string;
}

export async function deskReady(): Promise<DeskWorld> {
  const world = await tokenMinted();
  const deskAddress = await world.oracle.desk();
  const desk = RequestDesk__factory.connect(deskAddress, world.requester);
  const coin = await deployContract("FeeOnTransferTokenMock", [0]);
  const consumer = await deployContract("RequesterMock", [deskAddress]);
  const consumerAddress = await consumer.getAddress();
  for (const holder of [world.requester.address, world.player.address, consumerAddress]) await coin.mint(holder, PURSE);
  await coin.connect(world.requester).approve(deskAddress, PURSE);
  await coin.connect(world.player).approve(deskAddress, PURSE);
  const royalties = IAINFTRoyalties__factory.connect(world.collectionAddress, world.owner);
  await royalties.setSplit(world.tokenId, 1, [{ account: world.trainer.address, bps: WHOLE }]);
  const split = await royalties.splitOf(world.tokenId, 1);
  const coinAddress = await coin.getAddress();
  return { ...world, desk, deskAddress, coin, coinAddress, split, consumer, consumerAddress };
}

/** What the tests are run for: ETH and an ordinary ERC-20. */
export interface Money {
  name: string;
  currency(world: DeskWorld): string;
  balanceOf(world: DeskWorld, account: string): Promise<bigint>;
}

export const monies: readonly Money[] = [
  { name: "ETH", currency: () => ETH, balanceOf: (_, account) => provider.getBalance(account) },
  {
    name: "an ERC-20",
    currency: ({ coinAddress }) => coinAddress,
    balanceOf: ({ coin }, account) => coin.balanceOf(account),
  },
];

/** The owner of the token asks for a fee from now on. */
export async function setPrice(world: DeskWorld, currency: string, amount = FEE, free = false): Promise<void> {
  await world.desk
    .connect(world.owner)
    .setPrice(world.collectionAddress, world.tokenId, currency, amount, free)
    .then((sent) => sent.wait());
}

export async function termsOf(changed: Partial<Terms> = {}): Promise<Terms> {
  const deadline = (await now()) + ONE_HOUR;
  return { maxOutputBytes: 1_024n, delivery: Delivery.DIGEST, agreement: 0, deadline, ...changed };
}

/** What an ask may have other than usual. */
export interface AskOptions {
  by?: Person;
  collection?: string;
  tokenId?: bigint;
  input?: string;
  terms?: Partial<Terms>;
  value?: bigint;
  callbackGas?: bigint;
}

/** Sends a request to the desk; the requester's, who pays what is named. */
export async function askDesk(
  world: DeskWorld,
  currency: string,
  amount: bigint,
  options: AskOptions = {},
): Promise<ContractTransactionResponse> {
  const { by = world.requester, collection = world.collectionAddress, tokenId = world.tokenId } = options;
  const { input = QUESTION, value = currency === ETH ? amount : 0n, callbackGas = 0n } = options;
  const terms = await termsOf(options.terms);
  const payment = { currency, amount };
  return world.desk.connect(by).request(collection, tokenId, input, terms, payment, callbackGas, { value });
}

/** Has the consumer ask for a callback. */
export async function askForCallback(
  world: DeskWorld,
  currency: string,
  amount: bigint,
  options: AskOptions & { consumer?: RequesterMock } = {},
): Promise<ContractTransactionResponse> {
  const { consumer = world.consumer, collection = world.collectionAddress, tokenId = world.tokenId } = options;
  const { input = QUESTION, value = currency === ETH ? amount : 0n, callbackGas = 300_000n } = options;
  const terms = await termsOf({ delivery: Delivery.CALLBACK, ...options.terms });
  const payment = { currency, amount };
  return consumer
    .connect(options.by ?? world.player)
    .ask(collection, tokenId, input, terms, payment, callbackGas, { value });
}

/** The order that a transaction opened. */
export async function orderOf(
  desk: RequestDesk,
  transaction: ContractTransactionResponse | Promise<ContractTransactionResponse>,
): Promise<Order> {
  const receipt = await (await transaction).wait();
  const logs = receipt?.logs.map((log) => desk.interface.parseLog(log)) ?? [];
  const opened = logs.find((log) => log?.name === "OrderOpened");
  if (opened == null) throw new Error("The transaction opened no order.");
  const order = opened.args["order"] as Order; // decoded by the desk's ABI
  const { providers, owner, contributors, treasury } = order.shares;
  return {
    requestId: order.requestId,
    requestHash: order.requestHash,
    requester: order.requester,
    collection: order.collection,
    tokenId: order.tokenId,
    version: order.version,
    currency: order.currency,
    amount: order.amount,
    deadline: order.deadline,
    configVersion: order.configVersion,
    callbackGas: order.callbackGas,
    shares: { providers, owner, contributors, treasury },
  };
}

/** Opens an order of the requester, at the price that is named. */
export async function opened(
  world: DeskWorld,
  currency: string,
  amount = FEE,
  options: AskOptions = {},
): Promise<Order> {
  return orderOf(world.desk, askDesk(world, currency, amount, options));
}

/** Opens an order of the consumer, with a callback. */
export async function openedWithCallback(
  world: DeskWorld,
  currency: string,
  amount = FEE,
  options: AskOptions & { consumer?: RequesterMock } = {},
): Promise<Order> {
  return orderOf(world.desk, askForCallback(world, currency, amount, options));
}

/** How an answer may be signed otherwise. */
export interface SigningOptions {
  status?: number;
  output?: string;
  delivery?: number;
  terms?: Partial<AttestTerms>;
  result?: Partial<Answer["result"]>;
}

/** What the quorum signs about an order: as it was ordered, unless told otherwise. */
export function answerOf(world: Pick<DeskWorld, "attest">, order: Order, options: SigningOptions = {}): Answer {
  const { status = Status.OK, output = ANSWER, terms = {} } = options;
  const { delivery = order.callbackGas === 0n ? Delivery.DIGEST : Delivery.CALLBACK } = options;
  const result = {
    requestId: order.requestId,
    requestHash: order.requestHash,
    resultDigest: keccak256(output),
    status,
    size: BigInt(dataLength(output)),
    ...options.result,
  };
  return { attestation: world.attest.leaf(result.requestId, resultLeaf(result, delivery), terms), result, output };
}

/** Ends the request of an order without a callback, by any relayer. */
export async function deliver(world: DeskWorld, order: Order, options: SigningOptions = {}): Promise<void> {
  const { attestation, result } = answerOf(world, order, options);
  await world.oracle.connect(world.relayer).fulfill(attestation, result);
}

/** Brings the answer of an order with a callback to the desk, by any relayer. */
export async function callBack(
  world: DeskWorld,
  order: Order,
  options: SigningOptions & { gasLimit?: bigint } = {},
): Promise<ContractTransactionResponse> {
  const { attestation, result, output } = answerOf(world, order, options);
  const { gasLimit = 6_000_000n } = options;
  return world.desk.connect(world.relayer).fulfill(attestation, order, result, output, { gasLimit });
}

const ORDER_TUPLE =
  "tuple(uint64,bytes32,address,address,uint256,uint32,address,uint128,uint64,uint32,uint32," +
  "tuple(uint16,uint16,uint16,uint16))";

/** Hash of an order, worked out without the desk. */
export function hashOfOrder(order: Order): string {
  const { shares, ...fields } = order;
  const values = [...Object.values(fields), Object.values(shares)];
  return keccak256(AbiCoder.defaultAbiCoder().encode([ORDER_TUPLE], [values]));
}

export function callbackOf(order: Order, status: number = Status.OK): Callback {
  const { requestId, requestHash, requester, callbackGas } = order;
  return { requestId, requestHash, requester, callbackGas, status };
}

/** Hash of a failed callback, worked out without the desk. */
export function hashOfCallback(callback: Callback, output = ANSWER): string {
  return keccak256(
    AbiCoder.defaultAbiCoder().encode(
      ["tuple(uint64,bytes32,address,uint32,uint8)", "bytes32"],
      [Object.values(callback), keccak256(output)],
    ),
  );
}

/** The parts of a fee. What rounding leaves over is the providers'. */
export function partsOf(fee: bigint, shares: FeeShares = SHARES): FeeShares {
  const part = (bps: bigint): bigint => (fee * bps) / WHOLE;
  const [owner, contributors, treasury] = [part(shares.owner), part(shares.contributors), part(shares.treasury)];
  return { providers: fee - owner - contributors - treasury, owner, contributors, treasury };
}

/** The desk's books, as far as the fixture's people stand in them. */
export interface Books extends FeeShares {
  requester: bigint;
  held: bigint;
}

/** What accounts have at the desk, and what the pool of the first config has earned. */
export async function booksOf(world: DeskWorld, currency: string): Promise<Books> {
  const { desk, split, owner, dao, requester } = world;
  const owed = async (account: string): Promise<bigint> => desk.owedTo(currency, account);
  return {
    requester: await owed(requester.address),
    owner: await owed(owner.address),
    contributors: await owed(split),
    treasury: await owed(dao.address),
    providers: await desk.earnedBy(1, currency),
    held: await desk.held(currency),
  };
}

/** The books while the desk owes nothing. */
export const EMPTY_BOOKS = { requester: 0n, owner: 0n, contributors: 0n, treasury: 0n, providers: 0n, held: 0n };
