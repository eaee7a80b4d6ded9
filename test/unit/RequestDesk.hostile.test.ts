import { expect } from "chai";
import { AbiCoder, id, MaxUint256, ZeroAddress } from "ethers";
import type { StrangeCollectionMock } from "../../typechain-types";
import { deployContract, loadFixture, passTime } from "../helpers/chain";
import {
  askDesk,
  booksOf,
  callBack,
  deliver,
  type DeskWorld,
  deskReady,
  EMPTY_BOOKS,
  ETH,
  FEE,
  ONE_HOUR,
  opened,
  openedWithCallback,
  type Order,
  Outcome,
  partsOf,
  PROBE_GAS,
  setPrice,
} from "../helpers/desk";
import { eventsOf } from "../helpers/events";
import { digestOf } from "../helpers/typed-data";

/** What every hostile token of the mocks has. */
interface Mintable {
  getAddress(): Promise<string>;
  mint(to: string, amount: bigint): Promise<unknown>;
}

/** An honest order in ETH and one in an honest token, of the player, which nothing hostile may touch. */
async function bystanders(world: DeskWorld): Promise<Order[]> {
  const orders: Order[] = [];
  for (const currency of [ETH, world.coinAddress]) {
    await setPrice(world, currency);
    orders.push(await opened(world, currency, FEE, { by: world.player }));
  }
  return orders;
}

/** The bystanders get all of their money back. */
async function expectUnharmed(world: DeskWorld, orders: readonly Order[]): Promise<void> {
  const { desk, player, coin } = world;
  for (const order of orders) {
    await deliver(world, order, { status: 1 });
    await desk.settle(order);
  }
  await expect(desk.connect(player).withdraw(ETH, player.address)).to.changeEtherBalance(player, FEE);
  await expect(desk.connect(player).withdraw(await coin.getAddress(), player.address)).to.changeTokenBalance(
    coin,
    player,
    FEE,
  );
}

/** Makes the token the program's currency, and gives and approves it to those who ask. */
async function currencyOf(world: DeskWorld, token: Mintable & { interface: unknown }): Promise<string> {
  const { requester, deskAddress } = world;
  const currency = await token.getAddress();
  await token.mint(requester.address, 10n * FEE);
  await setPrice(world, currency);
  const approving = {
    to: currency,
    data: id("approve(address,uint256)").slice(0, 10) + encoded(deskAddress, MaxUint256),
  };
  await requester.sendTransaction(approving);
  return currency;
}

function encoded(account: string, amount: bigint): string {
  return AbiCoder.defaultAbiCoder().encode(["address", "uint256"], [account, amount]).slice(2);
}

describe("RequestDesk: hostile currencies", () => {
  it("[peers F44, lineage 14, oracle 6.1] fee-on-transfer: is refused, with what was expected and what arrived", async () => {
    const world = await loadFixture(deskReady);
    const honest = await bystanders(world);
    const token = await deployContract("FeeOnTransferTokenMock", [1]);
    const currency = await currencyOf(world, token);

    await expect(askDesk(world, currency, FEE))
      .to.be.revertedWithCustomError(world.desk, "RequestDeskWrongReceipt")
      .withArgs(currency, FEE, FEE - (FEE * 1n) / 10_000n);

    expect(await world.desk.held(currency)).to.equal(0n);
    await expectUnharmed(world, honest);
  });

  it("a currency that brings more than was sent is refused as well", async () => {
    const world = await loadFixture(deskReady);
    const token = await deployContract("MeddlingTokenMock");
    const currency = await currencyOf(world, token);
    const gift = token.interface.encodeFunctionData("mint", [world.deskAddress, 1n]);
    await token.meddle(currency, [gift]);

    await expect(askDesk(world, currency, FEE))
      .to.be.revertedWithCustomError(world.desk, "RequestDeskWrongReceipt")
      .withArgs(currency, FEE, FEE + 1n);
  });

  it("[peers F44, lineage 14] a token that answers nothing works", async () => {
    const world = await loadFixture(deskReady);
    const { desk, requester } = world;
    const token = await deployContract("NoReturnApproveTokenMock");
    const currency = await currencyOf(world, token);

    const order = await opened(world, currency);
    await deliver(world, order, { status: 1 });
    await desk.settle(order);
    await desk.withdraw(currency, requester.address);

    expect(await token.balanceOf(requester.address)).to.equal(10n * FEE);
    expect(await desk.held(currency)).to.equal(0n);
  });

  it("[peers F44] a token that answers false is refused when it is paid, and blocks itself alone when it pays", async () => {
    const world = await loadFixture(deskReady);
    const { desk, requester } = world;
    const honest = await bystanders(world);
    const token = await deployContract("FalseReturnTokenMock");
    const currency = await currencyOf(world, token);
    const order = await opened(world, currency);
    await token.behave(1);

    await expect(askDesk(world, currency, FEE))
      .to.be.revertedWithCustomError(desk, "SafeERC20FailedOperation")
      .withArgs(currency);
    await deliver(world, order, { status: 1 });
    await desk.settle(order);
    await expect(desk.withdraw(currency, requester.address))
      .to.be.revertedWithCustomError(desk, "SafeERC20FailedOperation")
      .withArgs(currency);

    expect(await desk.owedTo(currency, requester.address)).to.equal(FEE);
    await expectUnharmed(world, honest);
    await token.behave(0);
    await expect(desk.withdraw(currency, requester.address)).to.changeTokenBalance(token, requester, FEE);
  });

  it("[peers F44] a token that reverts keeps nobody from settling or cancelling, and blocks itself alone", async () => {
    const world = await loadFixture(deskReady);
    const { desk, requester } = world;
    const honest = await bystanders(world);
    const token = await deployContract("FalseReturnTokenMock");
    const currency = await currencyOf(world, token);
    const [answered, silent] = [await opened(world, currency), await opened(world, currency)];
    await token.behave(2);

    await expect(askDesk(world, currency, FEE))
      .to.be.revertedWithCustomError(token, "FalseReturnTokenMockRefused")
      .withArgs(FEE);
    await deliver(world, answered);
    await desk.settle(answered);
    await expectUnharmed(world, honest);
    await passTime(ONE_HOUR);
    await desk.cancel(silent);
    await expect(desk.withdraw(currency, requester.address))
      .to.be.revertedWithCustomError(token, "FalseReturnTokenMockRefused")
      .withArgs(FEE);
    expect(await desk.owedTo(currency, requester.address)).to.equal(FEE);
  });

  it("[peers F44] a token that shuts an account out keeps that account's money waiting, and pays the others", async () => {
    const world = await loadFixture(deskReady);
    const { desk, requester, owner, dao, stranger } = world;
    const token = await deployContract("BlacklistTokenMock");
    const currency = await currencyOf(world, token);
    const [answered, failed] = [await opened(world, currency), await opened(world, currency)];
    await deliver(world, answered);
    await deliver(world, failed, { status: 1 });
    await token.blacklist(requester.address);
    await token.blacklist(owner.address);

    await desk.settle(answered);
    await desk.settle(failed);

    for (const { address } of [requester, owner]) {
      await expect(desk.withdrawFor(currency, address))
        .to.be.revertedWithCustomError(token, "BlacklistTokenMockRefused")
        .withArgs(address);
    }
    await expect(desk.withdrawFor(currency, dao.address)).to.changeTokenBalance(token, dao, partsOf(FEE).treasury);
    await expect(desk.withdraw(currency, stranger.address)).to.changeTokenBalance(token, stranger, FEE);
    expect(await desk.owedTo(currency, owner.address)).to.equal(partsOf(FEE).owner);
  });

  it("[peers F44, oracle 6.1] re-entrant: a token that calls back while it is paid, or pays, is refused everywhere", async () => {
    const world = await loadFixture(deskReady);
    const { desk, deskAddress, requester, collectionAddress, tokenId } = world;
    const honest = await bystanders(world);
    const token = await deployContract("MeddlingTokenMock");
    const currency = await currencyOf(world, token);
    const first = await opened(world, currency);
    await deliver(world, first, { status: 1 });
    const terms = { maxOutputBytes: 1n, delivery: 1, agreement: 0, deadline: first.deadline };
    const payment = { currency, amount: FEE };
    const calls = [
      desk.interface.encodeFunctionData("settle", [first]),
      desk.interface.encodeFunctionData("cancel", [first]),
      desk.interface.encodeFunctionData("withdrawFor", [ETH, requester.address]),
      desk.interface.encodeFunctionData("withdrawFor", [currency, requester.address]),
      desk.interface.encodeFunctionData("collect", [1, ETH, 0]),
      desk.interface.encodeFunctionData("request", [collectionAddress, tokenId, "0x", terms, payment, 0]),
    ];
    const refused = desk.interface.encodeErrorResult("ReentrancyGuardReentrantCall");

    await token.meddle(deskAddress, calls);
    const second = await opened(world, currency);
    await token.meddle(deskAddress, []);
    await desk.settle(first);
    await token.meddle(deskAddress, calls);
    await desk.withdraw(currency, requester.address);

    const answers = await Promise.all([...calls, ...calls].map((_, index) => token.answers(index)));
    expect(answers).to.deep.equal([...calls, ...calls].map(() => refused));
    expect(await desk.held(currency)).to.equal(FEE);
    expect(await token.balanceOf(deskAddress)).to.equal(FEE);
    await expectUnharmed(world, honest);
    await token.meddle(deskAddress, []);
    await passTime(ONE_HOUR);
    await desk.cancel(second);
    await expect(desk.withdraw(currency, requester.address)).to.changeTokenBalance(token, requester, FEE);
  });

  it("a currency whose balances shrink pays whoever comes first, and is never paid out of another", async () => {
    const world = await loadFixture(deskReady);
    const { desk, deskAddress, coin, coinAddress, requester, player } = world;
    await setPrice(world, coinAddress);
    const orders = [await opened(world, coinAddress), await opened(world, coinAddress, FEE, { by: player })];
    for (const order of orders) {
      await deliver(world, order, { status: 1 });
      await desk.settle(order);
    }
    await coin.shrink(deskAddress, 1n);

    await desk.withdrawFor(coinAddress, requester.address);

    await expect(desk.withdrawFor(coinAddress, player.address))
      .to.be.revertedWithCustomError(coin, "ERC20InsufficientBalance")
      .withArgs(deskAddress, FEE - 1n, FEE);
    expect(await desk.owedTo(coinAddress, player.address)).to.equal(FEE);
  });
});

const ANSWERING = 1;
const BURNING_GAS = 2;
const BOMBING = 3;

const selector = (signature: string): string => id(signature).slice(0, 10);
const word = (value: bigint | string): string => AbiCoder.defaultAbiCoder().encode(["uint256"], [BigInt(value)]);
const OWNER_OF = selector("ownerOf(uint256)");
const CURATOR_OF = selector("curatorOf(uint256)");
const SPLIT_OF = selector("splitOf(uint256,uint32)");

/** A collection that answers whatever it is told, and an order of its token that was answered. */
async function strangeOrder(): Promise<{ world: DeskWorld; strange: StrangeCollectionMock; order: Order }> {
  const world = await loadFixture(deskReady);
  const { oracle, desk, owner } = world;
  const strange = await deployContract("StrangeCollectionMock");
  const collection = await strange.getAddress();
  const version = AbiCoder.defaultAbiCoder().encode(["uint32", "bytes32"], [1, digestOf("a manifest")]);
  await strange.answerTo(selector("oracle()"), ANSWERING, word(await oracle.getAddress()));
  await strange.answerTo(selector("activeVersion(uint256)"), ANSWERING, version);
  await strange.answerTo(selector("mayAsk(uint256,address)"), ANSWERING, word(1n));
  await strange.answerTo(selector("isController(uint256,address)"), ANSWERING, word(1n));
  await desk.connect(owner).setPrice(collection, 1, ETH, FEE, false);
  const order = await opened(world, ETH, FEE, { collection, tokenId: 1n });
  await deliver(world, order);
  return { world, strange, order };
}

describe("RequestDesk: hostile collections", () => {
  const parts = partsOf(FEE);
  /** When the collection names nobody: the contributors' part goes to the owner, whose part goes to the providers. */
  const NOBODY = { ...EMPTY_BOOKS, providers: FEE - parts.treasury, treasury: parts.treasury, held: FEE };

  const silent: Record<string, (strange: StrangeCollectionMock) => Promise<void>> = {
    "answers neither standard's question": () => Promise.resolve(),
    "burns all the gas it gets": async (strange) => {
      for (const each of [OWNER_OF, CURATOR_OF, SPLIT_OF]) await strange.answerTo(each, BURNING_GAS, "0x");
    },
    "answers with zero": async (strange) => {
      for (const each of [OWNER_OF, CURATOR_OF, SPLIT_OF]) await strange.answerTo(each, ANSWERING, word(0n));
    },
    "answers with a word that is no address": async (strange) => {
      for (const each of [OWNER_OF, CURATOR_OF, SPLIT_OF]) await strange.answerTo(each, ANSWERING, word(1n << 160n));
    },
    "answers with less than a word": async (strange) => {
      for (const each of [OWNER_OF, CURATOR_OF, SPLIT_OF])
        await strange.answerTo(each, ANSWERING, "0x" + "11".repeat(31));
    },
    "answers with 50,000 empty bytes": async (strange) => {
      for (const each of [OWNER_OF, CURATOR_OF, SPLIT_OF]) await strange.answerTo(each, BOMBING, "0x");
    },
  };

  for (const [title, behave] of Object.entries(silent)) {
    it(`one that ${title} names nobody: the providers get the parts, and the order is settled`, async () => {
      const { world, strange, order } = await strangeOrder();
      await behave(strange);

      const receipt = await (await world.desk.settle(order, { gasLimit: 3_000_000n })).wait();

      expect(await booksOf(world, ETH)).to.deep.equal(NOBODY);
      expect((receipt?.gasUsed ?? 0n) < 3n * PROBE_GAS + 250_000n, `${receipt?.gasUsed}`).to.equal(true);
    });
  }

  it("one that names whom it likes pays them the parts of its own token, and nothing else", async () => {
    const { world, strange, order } = await strangeOrder();
    const { desk, stranger, friend } = world;
    await strange.answerTo(CURATOR_OF, ANSWERING, word(stranger.address));
    await strange.answerTo(SPLIT_OF, ANSWERING, word(friend.address) + word(7n).slice(2));

    await desk.settle(order);

    expect(await desk.owedTo(ETH, stranger.address)).to.equal(parts.owner);
    expect(await desk.owedTo(ETH, friend.address)).to.equal(parts.contributors);
    expect(await desk.earnedBy(1, ETH)).to.equal(parts.providers);
  });

  it("[oracle 6.1] 63/64 starvation: there is no gas by which a settler takes the owner's part away", async () => {
    const world = await loadFixture(deskReady);
    const { desk, owner, stranger } = world;
    await setPrice(world, ETH);
    const order = await opened(world, ETH);
    await deliver(world, order);
    const data = desk.interface.encodeFunctionData("settle", [order]);
    let [starved, done] = [0, 0];
    for (let gasLimit = 60_000n; gasLimit < 450_000n && done === 0; gasLimit += 10_000n) {
      const call = { to: await desk.getAddress(), data, gasLimit };
      const refused = await stranger.call(call).then(
        () => false,
        () => true,
      );
      if (refused) starved += 1;
      else {
        await stranger.sendTransaction(call);
        done += 1;
      }
    }

    expect(starved > 0 && done === 1).to.equal(true);
    expect(await desk.owedTo(ETH, owner.address)).to.equal(parts.owner);
  });

  it("names the gas that a question needs and that is left", async () => {
    const { world, order } = await strangeOrder();

    await expect(world.desk.settle(order, { gasLimit: 170_000n }))
      .to.be.revertedWithCustomError(world.desk, "RequestDeskTooLittleGas")
      .withArgs(106_587n, (left: bigint) => left < 106_587n);
  });

  it("one that lets anybody set prices decides about its own tokens alone", async () => {
    const { world, strange } = await strangeOrder();
    const { desk, stranger, collectionAddress, tokenId } = world;

    await desk.connect(stranger).setPrice(await strange.getAddress(), tokenId, ETH, 1, true);

    expect(await desk.priceOf(collectionAddress, tokenId)).to.deep.equal([ZeroAddress, false, 0n]);
    expect(await desk.quote(await strange.getAddress(), tokenId, stranger.address)).to.deep.equal([ETH, 0n]);
  });

  it("harms no order of another collection, by no answer at all", async () => {
    const { world, strange, order } = await strangeOrder();
    const honest = await bystanders(world);
    for (const each of [OWNER_OF, CURATOR_OF, SPLIT_OF]) await strange.answerTo(each, BURNING_GAS, "0x");
    await world.desk.settle(order, { gasLimit: 3_000_000n });

    await expectUnharmed(world, honest);
  });

  it("that burns its gas cannot keep a callback's order from being settled either", async () => {
    const { world, strange } = await strangeOrder();
    const collection = await strange.getAddress();
    const order = await openedWithCallback(world, ETH, FEE, { collection, tokenId: 1n });
    for (const each of [OWNER_OF, CURATOR_OF, SPLIT_OF]) await strange.answerTo(each, BURNING_GAS, "0x");

    const seen = await eventsOf(callBack(world, order), world.desk);

    expect(seen.at(-1)).to.deep.equal(["CallbackDelivered", 2n, world.consumerAddress]);
    expect(await world.oracle.outcomeOf(2)).to.equal(Outcome.ANSWERED);
  });
});
