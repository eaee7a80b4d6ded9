import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { IAINFT1155__factory, IRequestDesk__factory } from "../../typechain-types";
import { loadFixture, passTime } from "../helpers/chain";
import { CollectionKind, openCollectionOf } from "../helpers/contracts";
import {
  askDesk,
  deliver,
  deskReady,
  ETH,
  FEE,
  opened,
  ONE_HOUR,
  partsOf,
  setPrice,
  SHARES,
  termsOf,
} from "../helpers/desk";
import { eventsOf } from "../helpers/events";
import { declarations } from "../helpers/interfaces";
import { digestOf } from "../helpers/typed-data";

const NO_PRICE = [ZeroAddress, false, 0n] as const;

describe("RequestDesk: prices", () => {
  it("has every function, event and error of IRequestDesk, letter by letter", async () => {
    const { desk } = await loadFixture(deskReady);

    expect(declarations(desk.interface)).to.include.members(declarations(IRequestDesk__factory.createInterface()));
  });

  it("belongs to the oracle that made it", async () => {
    const { desk, oracle, deskAddress } = await loadFixture(deskReady);

    expect(await desk.oracle()).to.equal(await oracle.getAddress());
    expect(await oracle.desk()).to.equal(deskAddress);
    expect([await desk.MAX_CALLBACK_GAS(), await desk.PROBE_GAS()]).to.deep.equal([2_000_000n, 100_000n]);
  });

  describe("setPrice", () => {
    it("lets the token's owner name a price, with an event that tells the old and the new", async () => {
      const { desk, collectionAddress, tokenId, owner, coinAddress } = await loadFixture(deskReady);
      const setTo = (currency: string, amount: bigint, free: boolean) =>
        eventsOf(desk.connect(owner).setPrice(collectionAddress, tokenId, currency, amount, free), desk);

      expect(await setTo(coinAddress, 7n, true)).to.deep.equal([
        ["PriceChanged", collectionAddress, tokenId, owner.address, [...NO_PRICE], [coinAddress, true, 7n]],
      ]);
      expect(await setTo(ETH, 9n, false)).to.deep.equal([
        ["PriceChanged", collectionAddress, tokenId, owner.address, [coinAddress, true, 7n], [ETH, false, 9n]],
      ]);
      expect(await desk.priceOf(collectionAddress, tokenId)).to.deep.equal([ETH, false, 9n]);
    });

    it("lets whoever the owner approved name a price", async () => {
      const { desk, collection, collectionAddress, tokenId, owner, friend } = await loadFixture(deskReady);
      await collection.connect(owner).approve(friend.address, tokenId);

      await desk.connect(friend).setPrice(collectionAddress, tokenId, ETH, FEE, false);

      expect(await desk.priceOf(collectionAddress, tokenId)).to.deep.equal([ETH, false, FEE]);
    });

    it("lets the curator of an ERC-1155 id name a price", async () => {
      const world = await loadFixture(deskReady);
      const { desk, factory, owner, oracle, creator } = world;
      const address = await openCollectionOf(CollectionKind.ERC1155, factory, world, await oracle.getAddress());
      await IAINFT1155__factory.connect(address, creator).createProgram(owner.address, digestOf("an id"), 10);

      await desk.connect(owner).setPrice(address, 1, ETH, FEE, false);

      expect(await desk.priceOf(address, 1)).to.deep.equal([ETH, false, FEE]);
    });

    it("refuses everybody else, the collection's owner and the oracle's among them", async () => {
      const { desk, collectionAddress, tokenId, creator, dao, stranger, requester } = await loadFixture(deskReady);

      for (const person of [creator, dao, stranger, requester]) {
        await expect(desk.connect(person).setPrice(collectionAddress, tokenId, ETH, FEE, false))
          .to.be.revertedWithCustomError(desk, "RequestDeskNotController")
          .withArgs(collectionAddress, tokenId, person.address);
      }
    });

    it("refuses whoever names an unknown token, or an account without code as its collection", async () => {
      const { desk, collectionAddress, owner, stranger } = await loadFixture(deskReady);

      await expect(desk.connect(owner).setPrice(collectionAddress, 99, ETH, FEE, false))
        .to.be.revertedWithCustomError(desk, "RequestDeskNotController")
        .withArgs(collectionAddress, 99, owner.address);
      await expect(desk.connect(owner).setPrice(stranger.address, 1, ETH, FEE, false)).to.be.revertedWithoutReason();
    });

    it("forgets currency and exception together with the price", async () => {
      const { desk, collectionAddress, tokenId, owner, coinAddress } = await loadFixture(deskReady);
      await desk.connect(owner).setPrice(collectionAddress, tokenId, coinAddress, FEE, true);

      await desk.connect(owner).setPrice(collectionAddress, tokenId, coinAddress, 0, true);

      expect(await desk.priceOf(collectionAddress, tokenId)).to.deep.equal([...NO_PRICE]);
    });

    it("outlives a sale, until the new owner changes it", async () => {
      const world = await loadFixture(deskReady);
      const { desk, collection, collectionAddress, tokenId, owner, friend } = world;
      await setPrice(world, ETH);
      await collection.connect(owner).transferFrom(owner.address, friend.address, tokenId);

      expect(await desk.priceOf(collectionAddress, tokenId)).to.deep.equal([ETH, false, FEE]);
      await expect(desk.connect(owner).setPrice(collectionAddress, tokenId, ETH, 0, false))
        .to.be.revertedWithCustomError(desk, "RequestDeskNotController")
        .withArgs(collectionAddress, tokenId, owner.address);
      await desk.connect(friend).setPrice(collectionAddress, tokenId, ETH, 1, false);
      expect(await desk.priceOf(collectionAddress, tokenId)).to.deep.equal([ETH, false, 1n]);
    });
  });

  describe("isFree and quote", () => {
    it("[lineage 14] are free and zero for everybody while there is no price", async () => {
      const { desk, collectionAddress, tokenId, stranger } = await loadFixture(deskReady);

      expect(await desk.isFree(collectionAddress, tokenId, stranger.address)).to.equal(true);
      expect(await desk.quote(collectionAddress, tokenId, stranger.address)).to.deep.equal([ZeroAddress, 0n]);
    });

    it("ask everybody for the price, the controller too unless the price says otherwise", async () => {
      const world = await loadFixture(deskReady);
      const { desk, collectionAddress, tokenId, owner, stranger } = world;
      await setPrice(world, ETH, FEE, false);

      for (const { address } of [owner, stranger]) {
        expect(await desk.isFree(collectionAddress, tokenId, address)).to.equal(false);
        expect(await desk.quote(collectionAddress, tokenId, address)).to.deep.equal([ETH, FEE]);
      }
      await setPrice(world, ETH, FEE, true);
      expect(await desk.isFree(collectionAddress, tokenId, owner.address)).to.equal(true);
      expect(await desk.quote(collectionAddress, tokenId, owner.address)).to.deep.equal([ZeroAddress, 0n]);
      expect(await desk.isFree(collectionAddress, tokenId, stranger.address)).to.equal(false);
      expect(await desk.quote(collectionAddress, tokenId, stranger.address)).to.deep.equal([ETH, FEE]);
    });

    it("decide who may ask the oracle itself", async () => {
      const world = await loadFixture(deskReady);
      const { oracle, collectionAddress, tokenId, owner, stranger } = world;
      await setPrice(world, ETH, FEE, true);
      const askedBy = async (by: typeof owner) =>
        oracle.connect(by).request(collectionAddress, tokenId, "0x", await termsOf());

      await expect(askedBy(stranger))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleNotFree")
        .withArgs(collectionAddress, tokenId, stranger.address);
      await askedBy(owner);
      await setPrice(world, ETH, 0n);
      await askedBy(stranger);
      expect(await oracle.requestCount()).to.equal(2n);
    });
  });

  describe("setShares", () => {
    it("begins with 70, 10, 15 and 5 per cent", async () => {
      const { desk } = await loadFixture(deskReady);

      expect(await desk.shares()).to.deep.equal(Object.values(SHARES));
    });

    it("divides later orders otherwise, and leaves open ones as they were opened", async () => {
      const world = await loadFixture(deskReady);
      const { desk, dao, owner } = world;
      await setPrice(world, ETH);
      const before = await opened(world, ETH);
      const changed = { providers: 0n, owner: 10_000n, contributors: 0n, treasury: 0n };

      expect(await eventsOf(desk.connect(dao).setShares(changed), desk)).to.deep.equal([
        ["SharesChanged", Object.values(SHARES), Object.values(changed)],
      ]);

      expect(await desk.shares()).to.deep.equal(Object.values(changed));
      await deliver(world, before);
      await desk.settle(before);
      expect(await desk.owedTo(ETH, owner.address)).to.equal(partsOf(FEE).owner);
      const after = await opened(world, ETH);
      expect(after.shares).to.deep.equal(changed);
      await deliver(world, after);
      await desk.settle(after);
      expect(await desk.owedTo(ETH, owner.address)).to.equal(partsOf(FEE).owner + FEE);
    });

    it("refuses shares that do not make 10000, on either side", async () => {
      const { desk, dao } = await loadFixture(deskReady);

      for (const treasury of [499n, 501n, 65_535n]) {
        await expect(desk.connect(dao).setShares({ ...SHARES, treasury }))
          .to.be.revertedWithCustomError(desk, "RequestDeskBadShares")
          .withArgs(9_500n + treasury);
      }
    });

    it("is for the oracle's owner alone, and for the next one after them", async () => {
      const { desk, oracle, dao, stranger, friend } = await loadFixture(deskReady);

      await expect(desk.connect(stranger).setShares(SHARES))
        .to.be.revertedWithCustomError(desk, "RequestDeskNotOwner")
        .withArgs(stranger.address, dao.address);
      await oracle.connect(dao).transferOwnership(friend.address);
      await oracle.connect(friend).acceptOwnership();
      await expect(desk.connect(dao).setShares(SHARES))
        .to.be.revertedWithCustomError(desk, "RequestDeskNotOwner")
        .withArgs(dao.address, friend.address);
      await desk.connect(friend).setShares(SHARES);
    });
  });

  describe("setPaused", () => {
    it("stops new orders, and lets them go on", async () => {
      const world = await loadFixture(deskReady);
      const { desk, dao } = world;
      await setPrice(world, ETH);

      expect(await eventsOf(desk.connect(dao).setPaused(true), desk)).to.deep.equal([["PauseChanged", true]]);
      expect(await desk.isPaused()).to.equal(true);
      await expect(askDesk(world, ETH, FEE))
        .to.be.revertedWithCustomError(desk, "RequestDeskPaused")
        .withArgs();
      expect(await eventsOf(desk.connect(dao).setPaused(false), desk)).to.deep.equal([["PauseChanged", false]]);
      await opened(world, ETH);
    });

    it("refuses to change nothing, and everybody but the oracle's owner", async () => {
      const { desk, dao, stranger } = await loadFixture(deskReady);

      await expect(desk.connect(dao).setPaused(false))
        .to.be.revertedWithCustomError(desk, "RequestDeskPauseUnchanged")
        .withArgs(false);
      await expect(desk.connect(stranger).setPaused(true))
        .to.be.revertedWithCustomError(desk, "RequestDeskNotOwner")
        .withArgs(stranger.address, dao.address);
    });

    it("[peers F45, oracle 6.1] pause during flight: orders are answered, settled, cancelled and paid all the same", async () => {
      const world = await loadFixture(deskReady);
      const { desk, dao, requester } = world;
      await setPrice(world, ETH);
      const [answered, failed, silent] = [await opened(world, ETH), await opened(world, ETH), await opened(world, ETH)];
      await desk.connect(dao).setPaused(true);

      await deliver(world, answered);
      await desk.settle(answered);
      await deliver(world, failed, { status: 2 });
      await desk.settle(failed);
      await passTime(ONE_HOUR);
      await desk.cancel(silent);
      await expect(desk.withdraw(ETH, requester.address)).to.changeEtherBalance(requester, 2n * FEE);
    });
  });
});
