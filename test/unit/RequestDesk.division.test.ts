import { expect } from "chai";

import { IAINFT1155__factory, IAINFTRoyalties__factory } from "../../typechain-types";
import { loadFixture } from "../helpers/chain";
import { CollectionKind, openCollectionOf } from "../helpers/contracts";
import {
  booksOf,
  deliver,
  type DeskWorld,
  deskReady,
  EMPTY_BOOKS,
  ETH,
  FEE,
  opened,
  type Order,
  Outcome,
  partsOf,
  setPrice,
} from "../helpers/desk";
import { eventsOf } from "../helpers/events";
import { digestOf } from "../helpers/typed-data";

/** A program in an ERC-1155 collection of the same oracle, at a price, whose curator is `owner`. */
async function pricedId(world: DeskWorld): Promise<{ address: string; id: bigint }> {
  const { factory, creator, owner, oracle, desk, trainer } = world;
  const address = await openCollectionOf(CollectionKind.ERC1155, factory, world, await oracle.getAddress());
  const collection = IAINFT1155__factory.connect(address, creator);
  await collection.createProgram(owner.address, digestOf("an id"), 10);
  await collection.connect(owner).mint(world.friend.address, 1, 1);
  await desk.connect(owner).setPrice(address, 1, ETH, FEE, false);
  const royalties = IAINFTRoyalties__factory.connect(address, owner);
  await royalties.setSplit(1, 1, [{ account: trainer.address, bps: 10_000 }]);
  return { address, id: 1n };
}

const ordered = async (): Promise<{ world: DeskWorld; order: Order }> => {
  const world = await loadFixture(deskReady);
  await setPrice(world, ETH);
  return { world, order: await opened(world, ETH) };
};

describe("RequestDesk: who is paid", () => {
  it("[oracle 6.1] tokenId transferred between request and result: whoever owns it then", async () => {
    const { world, order } = await ordered();
    const { desk, collection, owner, friend, tokenId } = world;
    await collection.connect(owner).transferFrom(owner.address, friend.address, tokenId);
    await deliver(world, order);

    await desk.settle(order);

    expect(await desk.owedTo(ETH, friend.address)).to.equal(partsOf(FEE).owner);
    expect(await desk.owedTo(ETH, owner.address)).to.equal(0n);
  });

  it("[oracle 6.1] tokenId burned between request and result: the providers get the owner's part", async () => {
    const { world, order } = await ordered();
    const { desk, collection, owner, tokenId, split } = world;
    const parts = partsOf(FEE);
    await collection.connect(owner).burn(tokenId);
    await deliver(world, order);

    await desk.settle(order);

    // The split binds the manifest for ever, and so outlives the token.
    expect(await desk.owedTo(ETH, split)).to.equal(parts.contributors);
    expect(await booksOf(world, ETH)).to.deep.equal({
      ...EMPTY_BOOKS,
      providers: parts.providers + parts.owner,
      contributors: parts.contributors,
      treasury: parts.treasury,
      held: FEE,
    });
  });

  it("the owner gets the contributors' part of a version without a split", async () => {
    const world = await loadFixture(deskReady);
    await setPrice(world, ETH);
    await world.collection.connect(world.owner).publishManifest(world.tokenId, digestOf("second manifest"));
    const order = await opened(world, ETH);
    await deliver(world, order);

    await world.desk.settle(order);

    const { providers, owner, contributors, treasury } = partsOf(FEE);
    expect(await booksOf(world, ETH)).to.deep.equal({
      ...EMPTY_BOOKS,
      providers,
      owner: owner + contributors,
      treasury,
      held: FEE,
    });
  });

  it("[peers F46] the contributors of the version that was asked, whatever became active since", async () => {
    const { world, order } = await ordered();
    await world.collection.connect(world.owner).publishManifest(world.tokenId, digestOf("second manifest"));
    await deliver(world, order);

    await world.desk.settle(order);

    expect(await world.desk.owedTo(ETH, world.split)).to.equal(partsOf(FEE).contributors);
  });

  it("the reporters of the config that was current, whatever config came since", async () => {
    const { world, order } = await ordered();
    const { desk, oracle, dao, reporters } = world;
    await oracle.connect(dao).setConfig(
      reporters.map(({ address }) => address),
      3,
      0,
    );
    await deliver(world, order, { terms: { configVersion: 2n } });

    await desk.settle(order);

    expect(await desk.earnedBy(1, ETH)).to.equal(partsOf(FEE).providers);
    expect(await desk.earnedBy(2, ETH)).to.equal(0n);
  });

  it("the oracle's owner of that time, as the treasury", async () => {
    const { world, order } = await ordered();
    const { desk, oracle, dao, friend } = world;
    await oracle.connect(dao).transferOwnership(friend.address);
    await oracle.connect(friend).acceptOwnership();
    await deliver(world, order);

    await desk.settle(order);

    expect(await desk.owedTo(ETH, friend.address)).to.equal(partsOf(FEE).treasury);
    expect(await desk.owedTo(ETH, dao.address)).to.equal(0n);
  });

  it("nobody who has no share: no event, no account", async () => {
    const world = await loadFixture(deskReady);
    const { desk, dao } = world;
    await desk.connect(dao).setShares({ providers: 10_000n, owner: 0n, contributors: 0n, treasury: 0n });
    await setPrice(world, ETH);
    const order = await opened(world, ETH);
    await deliver(world, order);

    expect(await eventsOf(desk.settle(order), desk)).to.deep.equal([
      ["OrderClosed", 1n, Outcome.ANSWERED],
      ["PoolCredited", 1n, ETH, 1n, FEE],
    ]);
  });

  it("the curator of an ERC-1155 id, and its version's contributors", async () => {
    const world = await loadFixture(deskReady);
    const { desk, owner } = world;
    const { address, id } = await pricedId(world);
    const order = await opened(world, ETH, FEE, { collection: address, tokenId: id });
    await deliver(world, order);

    await desk.settle(order);

    const split = await IAINFTRoyalties__factory.connect(address, owner).splitOf(id, 1);
    expect(await desk.owedTo(ETH, owner.address)).to.equal(partsOf(FEE).owner);
    expect(await desk.owedTo(ETH, split)).to.equal(partsOf(FEE).contributors);
  });

  it("[oracle 6.1] ERC-1155 supply 0: the curator all the same", async () => {
    const world = await loadFixture(deskReady);
    const { desk, owner, friend } = world;
    const { address, id } = await pricedId(world);
    const order = await opened(world, ETH, FEE, { collection: address, tokenId: id });
    const collection = IAINFT1155__factory.connect(address, friend);
    await collection.burn(friend.address, id, 1);
    expect(await collection.totalSupply(id)).to.equal(0n);
    await deliver(world, order);

    await desk.settle(order);

    expect(await desk.owedTo(ETH, owner.address)).to.equal(partsOf(FEE).owner);
  });
});
