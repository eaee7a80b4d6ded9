import { expect } from "chai";
import { keccak256, ZeroHash } from "ethers";
import { IAINFTConsumer__factory } from "../../typechain-types";
import { boardReady, questionAsked } from "../helpers/boards";
import { impersonated, loadFixture, passTime, provider } from "../helpers/chain";
import { ANSWER, callBack, ETH, FEE, ONE_HOUR, orderOf, QUESTION, setPrice } from "../helpers/desk";
import { declarations } from "../helpers/interfaces";
import { digestOf } from "../helpers/typed-data";

describe("AINFTConsumer", () => {
  it("has every function of IAINFTConsumer, letter by letter", async () => {
    const { board } = await loadFixture(boardReady);

    expect(declarations(board.interface)).to.include.members(declarations(IAINFTConsumer__factory.createInterface()));
  });

  describe("onAnswer", () => {
    it("refuses everybody but the desk, with an answer that the desk would bring", async () => {
      const world = await loadFixture(boardReady);
      const { board, deskAddress, oracle, stranger, creator } = world;
      const { requestId, requestHash } = await questionAsked(world);
      const oracleItself = await impersonated(await oracle.getAddress());

      for (const caller of [stranger, creator, oracleItself]) {
        await expect(board.connect(caller).onAnswer(requestId, requestHash, 0, ANSWER))
          .to.be.revertedWithCustomError(board, "AINFTConsumerNotDesk")
          .withArgs(caller.address, deskAddress);
      }
    });

    it("refuses requests that it did not make, and answers to other content than it asked", async () => {
      const world = await loadFixture(boardReady);
      const { board, deskAddress } = world;
      const { requestId, requestHash } = await questionAsked(world);
      const desk = await impersonated(deskAddress);

      await expect(board.connect(desk).onAnswer(requestId + 1n, requestHash, 0, ANSWER))
        .to.be.revertedWithCustomError(board, "AINFTConsumerUnknownRequest")
        .withArgs(requestId + 1n, ZeroHash, requestHash);
      await expect(board.connect(desk).onAnswer(requestId + 1n, ZeroHash, 0, ANSWER))
        .to.be.revertedWithCustomError(board, "AINFTConsumerUnknownRequest")
        .withArgs(requestId + 1n, ZeroHash, ZeroHash);
      await expect(board.connect(desk).onAnswer(requestId, digestOf("another"), 0, ANSWER))
        .to.be.revertedWithCustomError(board, "AINFTConsumerUnknownRequest")
        .withArgs(requestId, requestHash, digestOf("another"));
    });

    it("takes an answer once", async () => {
      const world = await loadFixture(boardReady);
      const { board, deskAddress } = world;
      const order = await questionAsked(world);
      expect(await board.isWaiting(order.requestId)).to.equal(true);
      await callBack(world, order);
      const desk = await impersonated(deskAddress);

      expect(await board.isWaiting(order.requestId)).to.equal(false);
      await expect(board.connect(desk).onAnswer(order.requestId, order.requestHash, 0, ANSWER))
        .to.be.revertedWithCustomError(board, "AINFTConsumerUnknownRequest")
        .withArgs(order.requestId, ZeroHash, order.requestHash);
    });
  });

  describe("asking", () => {
    it("approves exactly the price of an ERC-20, and nothing is left approved", async () => {
      const world = await loadFixture(boardReady);
      const { board, boardAddress, coin, coinAddress, deskAddress, requester } = world;
      await setPrice(world, coinAddress);
      await coin.connect(requester).approve(boardAddress, FEE);

      const order = await orderOf(world.desk, board.ask(QUESTION, { currency: coinAddress, amount: FEE }));

      expect([order.requester, order.currency, order.amount]).to.deep.equal([boardAddress, coinAddress, FEE]);
      expect(await coin.allowance(boardAddress, deskAddress)).to.equal(0n);
      expect(await coin.balanceOf(boardAddress)).to.equal(0n);
      expect(await coin.balanceOf(deskAddress)).to.equal(FEE);
    });

    it("pays in ETH, of which it keeps nothing", async () => {
      const world = await loadFixture(boardReady);

      const order = await questionAsked(world);

      expect([order.currency, order.amount, order.callbackGas]).to.deep.equal([ETH, FEE, 200_000n]);
      expect(await provider.getBalance(world.boardAddress)).to.equal(0n);
    });
  });

  it("[lineage 15] ETH sent in can come out: what is given back goes where the contract says, though it takes no ETH", async () => {
    const world = await loadFixture(boardReady);
    const { board, desk, boardAddress, creator, friend, stranger } = world;
    const order = await questionAsked(world);
    await callBack(world, order, { status: 1 });
    await expect(desk.connect(stranger).withdrawFor(ETH, boardAddress)).to.be.revertedWithCustomError(
      desk,
      "FailedCall",
    );

    await expect(board.connect(creator).withdraw(ETH, friend.address)).to.changeEtherBalance(friend, FEE);
  });

  it("[lineage 15] an ERC-20 that a stranger had paid to the contract can come out as well", async () => {
    const world = await loadFixture(boardReady);
    const { board, desk, boardAddress, coin, coinAddress, requester, creator, friend, stranger } = world;
    await setPrice(world, coinAddress);
    await coin.connect(requester).approve(boardAddress, FEE);
    const order = await orderOf(desk, board.ask(QUESTION, { currency: coinAddress, amount: FEE }));
    await callBack(world, order, { status: 1 });
    await desk.connect(stranger).withdrawFor(coinAddress, boardAddress);
    expect(await coin.balanceOf(boardAddress)).to.equal(FEE);

    await expect(board.connect(creator).sweep(coinAddress, friend.address)).to.changeTokenBalance(coin, friend, FEE);
  });

  it("forgets what it cancels, and is not harmed when somebody else cancels at the desk", async () => {
    const world = await loadFixture(boardReady);
    const { board, desk, boardAddress, stranger } = world;
    const [own, others] = [await questionAsked(world), await questionAsked(world)];
    await passTime(ONE_HOUR);

    await board.connect(stranger).giveUp(own);
    await desk.connect(stranger).cancel(others);

    expect(await board.isWaiting(own.requestId)).to.equal(false);
    expect(await board.isWaiting(others.requestId)).to.equal(true);
    expect(await desk.owedTo(ETH, boardAddress)).to.equal(2n * FEE);
    await expect(board.giveUp(others))
      .to.be.revertedWithCustomError(desk, "RequestDeskUnknownOrder")
      .withArgs(others.requestId, ZeroHash, await desk.hashOrder(others));
    expect((await board.answerTo(own.requestId)).digest).not.to.equal(keccak256(ANSWER));
  });
});
