import { expect } from "chai";
import { hexlify, keccak256 } from "ethers";
import { loadFixture, provider } from "../helpers/chain";
import { collectionConfig, CollectionKind, deployOracle } from "../helpers/contracts";
import {
  askDesk,
  askForCallback,
  deliver,
  deskReady,
  EMPTY_BOOKS,
  booksOf,
  ETH,
  FEE,
  hashOfOrder,
  MAX_CALLBACK_GAS,
  monies,
  opened,
  orderOf,
  QUESTION,
  setPrice,
  SHARES,
  termsOf,
} from "../helpers/desk";
import { eventsOf } from "../helpers/events";
import { Delivery, requestHash, digestOf } from "../helpers/typed-data";
import { addressesOf, makeReporters } from "../helpers/attestation";
import { IAINFT721__factory, RequestDesk__factory } from "../../typechain-types";

const LONGEST_INPUT = 16_384;

describe("RequestDesk: opening orders", () => {
  for (const money of monies) {
    describe(`paid in ${money.name}`, () => {
      it("takes exactly the price, asks in the payer's name, and keeps the order's hash alone", async () => {
        const world = await loadFixture(deskReady);
        const { desk, oracle, deskAddress, requester, collectionAddress, tokenId, manifest } = world;
        const currency = money.currency(world);
        await setPrice(world, currency);
        const before = await money.balanceOf(world, deskAddress);

        const sent = await askDesk(world, currency, FEE);

        const order = await orderOf(desk, sent);
        const terms = await termsOf({ deadline: order.deadline });
        const hash = requestHash({
          requester: requester.address,
          collection: collectionAddress,
          tokenId,
          manifestDigest: manifest,
          inputDigest: keccak256(QUESTION),
          ...terms,
        });
        expect(order).to.deep.equal({
          requestId: 1n,
          requestHash: hash,
          requester: requester.address,
          collection: collectionAddress,
          tokenId,
          version: 1n,
          currency,
          amount: FEE,
          deadline: terms.deadline,
          configVersion: 1n,
          callbackGas: 0n,
          shares: SHARES,
        });
        const emitted = (await eventsOf(sent, desk, oracle)).filter(([name]) => name !== "unknown event");
        expect(emitted.map(([name]) => name)).to.deep.equal(["RequestCreated", "OrderOpened"]);
        expect(await desk.orderHashOf(1)).to.equal(hashOfOrder(order));
        expect(await desk.hashOrder(order)).to.equal(hashOfOrder(order));
        expect((await money.balanceOf(world, deskAddress)) - before).to.equal(FEE);
        expect(await booksOf(world, currency)).to.deep.equal({ ...EMPTY_BOOKS, held: FEE });
      });

      it("refuses less and more than the price, and tells both", async () => {
        const world = await loadFixture(deskReady);
        const currency = money.currency(world);
        await setPrice(world, currency);

        for (const amount of [0n, FEE - 1n, FEE + 1n]) {
          await expect(askDesk(world, currency, amount))
            .to.be.revertedWithCustomError(world.desk, "RequestDeskWrongPayment")
            .withArgs(currency, FEE, currency, amount);
        }
      });

      it("refuses an order at the price of before, so that no change of price catches anybody", async () => {
        const world = await loadFixture(deskReady);
        const currency = money.currency(world);
        await setPrice(world, currency);
        await setPrice(world, currency, FEE * 100n);

        await expect(askDesk(world, currency, FEE))
          .to.be.revertedWithCustomError(world.desk, "RequestDeskWrongPayment")
          .withArgs(currency, FEE * 100n, currency, FEE);
      });

      it("asks nothing of a controller for whom the program is free", async () => {
        const world = await loadFixture(deskReady);
        const currency = money.currency(world);
        await setPrice(world, currency, FEE, true);

        const order = await orderOf(world.desk, askDesk(world, ETH, 0n, { by: world.owner }));

        expect([order.currency, order.amount, order.requester]).to.deep.equal([ETH, 0n, world.owner.address]);
        expect(await world.desk.held(currency)).to.equal(0n);
      });
    });
  }

  it("refuses the right amount of another currency", async () => {
    const world = await loadFixture(deskReady);
    await setPrice(world, world.coinAddress);

    await expect(askDesk(world, ETH, FEE))
      .to.be.revertedWithCustomError(world.desk, "RequestDeskWrongPayment")
      .withArgs(world.coinAddress, FEE, ETH, FEE);
  });

  it("[peers F44] refuses another value than is paid in ETH, and any value beside an ERC-20", async () => {
    const world = await loadFixture(deskReady);
    const { desk, coinAddress } = world;
    await setPrice(world, ETH);
    for (const value of [0n, FEE - 1n, FEE + 1n]) {
      await expect(askDesk(world, ETH, FEE, { value }))
        .to.be.revertedWithCustomError(desk, "RequestDeskWrongValue")
        .withArgs(FEE, value);
    }
    await setPrice(world, coinAddress);
    await expect(askDesk(world, coinAddress, FEE, { value: 1n }))
      .to.be.revertedWithCustomError(desk, "RequestDeskWrongValue")
      .withArgs(0n, 1n);
    await setPrice(world, ETH, 0n);
    await expect(askDesk(world, ETH, 0n, { value: 1n }))
      .to.be.revertedWithCustomError(desk, "RequestDeskWrongValue")
      .withArgs(0n, 1n);
  });

  it("[lineage 15] takes no ether that is not a fee", async () => {
    const { deskAddress, stranger } = await loadFixture(deskReady);

    for (const data of ["0x", "0x12345678"]) {
      await expect(stranger.sendTransaction({ to: deskAddress, value: 1n, data })).to.be.revertedWithoutReason();
    }
  });

  it("refuses an ERC-20 that was not approved, or that the payer does not have", async () => {
    const world = await loadFixture(deskReady);
    const { coin, coinAddress, deskAddress, stranger } = world;
    await setPrice(world, coinAddress);

    await expect(askDesk(world, coinAddress, FEE, { by: stranger }))
      .to.be.revertedWithCustomError(coin, "ERC20InsufficientAllowance")
      .withArgs(deskAddress, 0n, FEE);
    await coin.connect(stranger).approve(deskAddress, FEE);
    await expect(askDesk(world, coinAddress, FEE, { by: stranger }))
      .to.be.revertedWithCustomError(coin, "ERC20InsufficientBalance")
      .withArgs(stranger.address, 0n, FEE);
  });

  it("refuses a currency without code", async () => {
    const world = await loadFixture(deskReady);
    await setPrice(world, world.stranger.address);

    await expect(askDesk(world, world.stranger.address, FEE, { value: 0n })).to.be.revertedWithoutReason();
  });

  it("[lineage 14] takes an order without a price: the zero price works", async () => {
    const world = await loadFixture(deskReady);

    const order = await opened(world, ETH, 0n);
    await deliver(world, order);

    expect(await eventsOf(world.desk.settle(order), world.desk)).to.deep.equal([["OrderClosed", 1n, 1n]]);
    expect(await booksOf(world, ETH)).to.deep.equal(EMPTY_BOOKS);
  });

  it("takes the largest fee there is", async () => {
    const world = await loadFixture(deskReady);
    const { coin, coinAddress, requester, deskAddress } = world;
    const largest = 2n ** 128n - 1n;
    await coin.mint(requester.address, largest);
    await coin.connect(requester).approve(deskAddress, largest);
    await setPrice(world, coinAddress, largest);

    const order = await opened(world, coinAddress, largest);
    await deliver(world, order);
    await world.desk.settle(order);

    expect(await world.desk.held(coinAddress)).to.equal(largest);
  });

  it("pins the version that is active when the order is opened", async () => {
    const world = await loadFixture(deskReady);
    await world.collection.connect(world.owner).publishManifest(world.tokenId, digestOf("second manifest"));

    expect((await opened(world, ETH, 0n)).version).to.equal(2n);
  });

  context("while the oracle has no config", () => {
    it("refuses orders with a fee, which nobody could earn, and takes those without", async () => {
      const world = await loadFixture(deskReady);
      const { desk, oracle, dao } = world;
      await oracle.connect(dao).revokeConfig(1);
      expect((await opened(world, ETH, 0n)).configVersion).to.equal(0n);
      await setPrice(world, ETH);

      await expect(askDesk(world, ETH, FEE))
        .to.be.revertedWithCustomError(desk, "RequestDeskNoConfig")
        .withArgs();
      await oracle.connect(dao).setConfig(addressesOf(makeReporters(2, "others")), 2, 0);
      expect((await opened(world, ETH)).configVersion).to.equal(2n);
    });
  });

  describe("what the oracle refuses", () => {
    it("is refused: a collection without code, of another oracle, an unknown token, a program for holders", async () => {
      const world = await loadFixture(deskReady);
      const { oracle, stranger, collection, collectionAddress, tokenId, owner, requester, creator } = world;
      await expect(askDesk(world, ETH, 0n, { collection: stranger.address }))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleNotACollection")
        .withArgs(stranger.address);
      await expect(askDesk(world, ETH, 0n, { tokenId: 99n }))
        .to.be.revertedWithCustomError(collection, "AINFTUnknownToken")
        .withArgs(99n);
      await collection.connect(owner).setHoldersOnly(tokenId, true);
      await expect(askDesk(world, ETH, 0n))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleMayNotAsk")
        .withArgs(collectionAddress, tokenId, requester.address);
      await opened(world, ETH, 0n, { by: owner });
      await collection.connect(creator).setOracle(stranger.address);
      await expect(askDesk(world, ETH, 0n))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleWrongOracle")
        .withArgs(collectionAddress, stranger.address);
    });

    it("[oracle 6.1] huge input (event only): takes the longest, stores nothing more for it, and refuses a byte more", async () => {
      const world = await loadFixture(deskReady);
      const { oracle, desk } = world;
      const before = await opened(world, ETH, 0n);
      const huge = await opened(world, ETH, 0n, { input: hexlify(new Uint8Array(LONGEST_INPUT).fill(7)) });

      expect(await desk.orderHashOf(huge.requestId)).to.equal(hashOfOrder(huge));
      expect({ ...huge, requestId: 0, requestHash: "", deadline: 0 }).to.deep.equal({
        ...before,
        requestId: 0,
        requestHash: "",
        deadline: 0,
      });
      await expect(askDesk(world, ETH, 0n, { input: hexlify(new Uint8Array(LONGEST_INPUT + 1)) }))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleInputTooLong")
        .withArgs(LONGEST_INPUT + 1, LONGEST_INPUT);
    });
  });

  describe("callbacks", () => {
    it("[oracle 6.1] callback gas 0/max: takes 1 and the maximum, refuses 0 and one more", async () => {
      const world = await loadFixture(deskReady);

      for (const callbackGas of [1n, MAX_CALLBACK_GAS]) {
        const order = await orderOf(world.desk, askForCallback(world, ETH, 0n, { callbackGas }));
        expect([order.callbackGas, order.requester]).to.deep.equal([callbackGas, world.consumerAddress]);
      }
      for (const callbackGas of [0n, MAX_CALLBACK_GAS + 1n]) {
        await expect(askForCallback(world, ETH, 0n, { callbackGas }))
          .to.be.revertedWithCustomError(world.desk, "RequestDeskBadCallbackGas")
          .withArgs(callbackGas, MAX_CALLBACK_GAS);
      }
    });

    it("takes callback gas with no other delivery", async () => {
      const world = await loadFixture(deskReady);

      for (const delivery of [Delivery.INLINE, Delivery.DIGEST]) {
        await expect(askForCallback(world, ETH, 0n, { terms: { delivery } }))
          .to.be.revertedWithCustomError(world.desk, "RequestDeskBadCallbackGas")
          .withArgs(300_000n, MAX_CALLBACK_GAS);
      }
    });

    it("[oracle 6.1] callback to EOA: an account without code cannot ask for one", async () => {
      const world = await loadFixture(deskReady);
      const { desk, requester } = world;

      await expect(askDesk(world, ETH, 0n, { terms: { delivery: Delivery.CALLBACK }, callbackGas: 300_000n }))
        .to.be.revertedWithCustomError(desk, "RequestDeskNoCode")
        .withArgs(requester.address);
    });

    it("[oracle 6.1] callback to precompile: none can ask for one, as none has code", async () => {
      const world = await loadFixture(deskReady);
      const { desk, collectionAddress, tokenId } = world;
      const identity = "0x0000000000000000000000000000000000000004";
      const terms = await termsOf({ delivery: Delivery.CALLBACK });

      await expect(
        desk
          .connect(provider)
          .request.staticCall(collectionAddress, tokenId, QUESTION, terms, { currency: ETH, amount: 0n }, 300_000n, {
            from: identity,
          }),
      )
        .to.be.revertedWithCustomError(desk, "RequestDeskNoCode")
        .withArgs(identity);
    });

    it("are for the desk alone: the oracle takes no request with one from anybody else", async () => {
      const { oracle, deskAddress, requester, collectionAddress, tokenId } = await loadFixture(deskReady);
      const terms = await termsOf({ delivery: Delivery.CALLBACK });

      await expect(oracle.connect(requester).request(collectionAddress, tokenId, QUESTION, terms))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleNotDesk")
        .withArgs(requester.address, deskAddress);
      await expect(oracle.connect(requester).requestFor(requester.address, collectionAddress, tokenId, QUESTION, terms))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleNotDesk")
        .withArgs(requester.address, deskAddress);
    });
  });

  it("[oracle 6.1] request id reuse after upgrade: another oracle's desk knows nothing of the same id", async () => {
    const world = await loadFixture(deskReady);
    const { desk, dao, factory, creator, owner, requester, manifest } = world;
    await setPrice(world, ETH);
    const order = await opened(world, ETH);
    const oracle = await deployOracle(dao);
    await oracle.connect(dao).setConfig(addressesOf(world.reporters), 3, 0);
    const other = RequestDesk__factory.connect(await oracle.desk(), requester);
    const salt = digestOf("another");
    const config = collectionConfig(world, await oracle.getAddress());
    await factory.connect(creator).createCollection(CollectionKind.ERC721, salt, config);
    const address = await factory.predictCollection(CollectionKind.ERC721, creator.address, salt);
    await IAINFT721__factory.connect(address, creator).mint(owner.address, manifest);
    const same = await orderOf(
      other,
      other.request(address, 1, QUESTION, await termsOf(), { currency: ETH, amount: 0n }, 0),
    );
    expect(same.requestId).to.equal(order.requestId);

    for (const act of ["settle", "cancel"] as const) {
      await expect(other[act](order))
        .to.be.revertedWithCustomError(desk, "RequestDeskUnknownOrder")
        .withArgs(1n, hashOfOrder(same), hashOfOrder(order));
      await expect(desk[act](same))
        .to.be.revertedWithCustomError(desk, "RequestDeskUnknownOrder")
        .withArgs(1n, hashOfOrder(order), hashOfOrder(same));
    }
    await deliver(world, order);
    await desk.settle(order);
    expect(await oracle.isFulfilled(1)).to.equal(false);
  });
});
