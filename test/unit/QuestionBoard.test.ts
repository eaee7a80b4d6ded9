import { expect } from "chai";
import { hexlify, keccak256, ZeroHash } from "ethers";
import { boardReady, questionAsked } from "../helpers/boards";
import { deployContract, loadFixture, now, passTime } from "../helpers/chain";
import {
  ANSWER,
  callBack,
  callbackOf,
  ETH,
  FEE,
  ONE_HOUR,
  orderOf,
  partsOf,
  QUESTION,
  setPrice,
} from "../helpers/desk";
import { eventsOf } from "../helpers/events";

const LONGEST_ANSWER = 4_096;

describe("QuestionBoard", () => {
  it("tells which program it asks, and how", async () => {
    const { board, deskAddress, collectionAddress, tokenId, creator } = await loadFixture(boardReady);

    expect([await board.desk(), await board.collection(), await board.tokenId()]).to.deep.equal([
      deskAddress,
      collectionAddress,
      tokenId,
    ]);
    expect([await board.agreement(), await board.owner()]).to.deep.equal([0n, creator.address]);
    expect([await board.PATIENCE(), await board.MAX_ANSWER_BYTES(), await board.CALLBACK_GAS()]).to.deep.equal([
      ONE_HOUR,
      4_096n,
      200_000n,
    ]);
  });

  it("lets anybody ask at the program's price, for an hour", async () => {
    const world = await loadFixture(boardReady);
    const { board, desk, oracle, boardAddress, player, collectionAddress, tokenId } = world;

    const sent = board.connect(player).ask(QUESTION, { currency: ETH, amount: FEE }, { value: FEE });

    const order = await orderOf(desk, sent);
    expect([order.requester, order.collection, order.tokenId, order.amount]).to.deep.equal([
      boardAddress,
      collectionAddress,
      tokenId,
      FEE,
    ]);
    expect(order.deadline).to.equal((await now()) + ONE_HOUR);
    expect((await eventsOf(sent, board, oracle, desk)).at(-1)).to.deep.equal(["QuestionAsked", 1n, player.address]);
    const [created] = await oracle.queryFilter(oracle.filters.RequestCreated(1n));
    expect([created?.args.input, created?.args.maxOutputBytes, created?.args.delivery]).to.deep.equal([
      QUESTION,
      4_096n,
      2n,
    ]);
  });

  it("stores digest and status of the answer, and tells its bytes in the event", async () => {
    const world = await loadFixture(boardReady);
    const { board, desk } = world;
    const order = await questionAsked(world);
    expect(await board.answerTo(1)).to.deep.equal([ZeroHash, 0n]);

    const seen = await eventsOf(callBack(world, order), board, desk);

    expect(seen.at(-2)).to.deep.equal(["QuestionAnswered", 1n, 0n, ANSWER]);
    expect(await board.answerTo(1)).to.deep.equal([keccak256(ANSWER), 0n]);
    expect(await desk.earnedBy(1, ETH)).to.equal(partsOf(FEE).providers);
  });

  it("tells that there is no answer, and its owner can withdraw the fee", async () => {
    const world = await loadFixture(boardReady);
    const { board, creator } = world;
    await callBack(world, await questionAsked(world), { status: 2, output: "0x" });

    expect(await board.answerTo(1)).to.deep.equal([keccak256("0x"), 2n]);
    await expect(board.connect(creator).withdraw(ETH, creator.address)).to.changeEtherBalance(creator, FEE);
  });

  it("takes the longest answer with the gas that it asks for", async () => {
    const world = await loadFixture(boardReady);
    const order = await questionAsked(world);
    const output = hexlify(new Uint8Array(LONGEST_ANSWER).fill(255));

    const seen = await eventsOf(callBack(world, order, { output }), world.desk);

    expect(seen.at(-1)).to.deep.equal(["CallbackDelivered", 1n, world.boardAddress]);
    expect(await world.desk.failedCallbackOf(1)).to.equal(ZeroHash);
    await expect(world.desk.retry(callbackOf(order), output)).to.be.revertedWithCustomError(
      world.desk,
      "RequestDeskUnknownCallback",
    );
  });

  it("refuses another value than is paid in ETH, so that nobody asks with another's money", async () => {
    const world = await loadFixture(boardReady);
    const { board, coinAddress } = world;

    for (const value of [0n, FEE - 1n, FEE + 1n]) {
      await expect(board.ask(QUESTION, { currency: ETH, amount: FEE }, { value }))
        .to.be.revertedWithCustomError(board, "QuestionBoardWrongValue")
        .withArgs(FEE, value);
    }
    await setPrice(world, coinAddress);
    await expect(board.ask(QUESTION, { currency: coinAddress, amount: FEE }, { value: 1n }))
      .to.be.revertedWithCustomError(board, "QuestionBoardWrongValue")
      .withArgs(0n, 1n);
  });

  it("refuses another payment than the desk wants", async () => {
    const { board, desk } = await loadFixture(boardReady);

    await expect(board.ask(QUESTION, { currency: ETH, amount: FEE - 1n }, { value: FEE - 1n }))
      .to.be.revertedWithCustomError(desk, "RequestDeskWrongPayment")
      .withArgs(ETH, FEE, ETH, FEE - 1n);
  });

  it("refuses a token that takes a fee, and does not pay for it out of what it has", async () => {
    const world = await loadFixture(boardReady);
    const { board, boardAddress, desk, requester } = world;
    const token = await deployContract("FeeOnTransferTokenMock", [100]);
    const currency = await token.getAddress();
    await token.mint(requester.address, FEE);
    await token.mint(boardAddress, FEE);
    await token.connect(requester).approve(boardAddress, FEE);
    await setPrice(world, currency);

    await expect(board.ask(QUESTION, { currency, amount: FEE }))
      .to.be.revertedWithCustomError(desk, "RequestDeskWrongReceipt")
      .withArgs(currency, FEE, FEE - FEE / 100n);
  });

  it("lets anybody give up a question once its hour is over, and not before", async () => {
    const world = await loadFixture(boardReady);
    const { board, desk, boardAddress, stranger } = world;
    const order = await questionAsked(world);
    await expect(board.connect(stranger).giveUp(order)).to.be.revertedWithCustomError(desk, "RequestDeskTooEarly");
    await passTime(ONE_HOUR);

    await board.connect(stranger).giveUp(order);

    expect(await desk.owedTo(ETH, boardAddress)).to.equal(FEE);
  });

  it("lets nobody but its owner withdraw or sweep", async () => {
    const { board, coinAddress, requester } = await loadFixture(boardReady);

    for (const call of [board.withdraw(ETH, requester.address), board.sweep(coinAddress, requester.address)]) {
      await expect(call).to.be.revertedWithCustomError(board, "OwnableUnauthorizedAccount").withArgs(requester.address);
    }
  });
});
