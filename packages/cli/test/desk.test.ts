import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { requestDeskAbi } from "ainft-contracts";
import { type Address, asAddress, Delivery, failureResult, ResultStatus } from "ainft-core";
import { Contract, type JsonRpcProvider, parseEther, ZeroAddress } from "ethers";
import { amountText, type Currency, ETH } from "../src/currency.ts";
import { expectAgreed } from "../src/fees.ts";
import { Settings } from "../src/settings.ts";
import { ANSWER, ASKER, AskedWorld } from "./helpers/asking.ts";
import { CREATOR, testAccount } from "./helpers/creator.ts";
import { sendAin } from "./helpers/providers.ts";
import { contractsOf } from "./helpers/rewards.ts";
import { answer, jsonAnswer, run } from "./helpers/run.ts";

describe("asking for a fee", () => {
  let world: AskedWorld;
  let provider: JsonRpcProvider;
  let desk: Contract;
  let token: string;

  before(async () => {
    world = await AskedWorld.open();
    ({ provider } = world.creator.suite);
    desk = new Contract(String(await world.oracle.getFunction("desk")()), requestDeskAbi, provider);
    ({ token } = contractsOf(world.creator));
    assert.match(await answer(["price", "1", "0.5"], world.creator), /^token 1 asks 0\.5 ETH for an answer\n/u);
  });
  after(async () => world.creator.suite.close());

  const held = async (currency: string): Promise<bigint> => BigInt(String(await desk.getFunction("held")(currency)));
  const refusal = async (argv: readonly string[]): Promise<string> => {
    const { code, err } = await run(argv, world.asker);
    assert.equal(code, 1, err.join());
    return err[0] ?? "";
  };
  const lines = async (argv: readonly string[]): Promise<string[]> => (await answer(argv, world.asker)).split("\n");
  const question = ["ask", "1", "question.json", "--wait", "0"];

  it("pays what the token asks, and no more than was said", async () => {
    const before = await provider.getBlockNumber();
    assert.equal(await refusal([...question, "--fee", "0.4"]), "ainft: An answer costs 0.5 ETH, and --fee allows 0.4.");
    assert.equal(
      await refusal([...question, "--fee", "9", "--currency", token]),
      `ainft: An answer costs 0.5 ETH, and --fee is in ${token}: see --currency.`,
    );
    assert.equal(await provider.getBlockNumber(), before);
    const { request, fee } = await jsonAnswer([...question, "--fee", "0.5"], world.asker);
    assert.deepEqual(fee, { currency: ZeroAddress, amount: parseEther("0.5").toString() });
    assert.equal(await held(ZeroAddress), parseEther("0.5"));
    assert.deepEqual(await lines(["answer", String(request)]), [
      `request ${String(request)} waits for its answer`,
      `order ${String(request)} of 0.5 ETH is open`,
    ]);
  });

  it("has the fee of an answer divided, by anybody", async () => {
    const request = await world.ask();
    assert.match(
      await refusal(["order", "settle", String(request)]),
      new RegExp(`^ainft: settle is refused: RequestDeskNotEnded\\(${request}, \\d+\\)\\.$`, "u"),
    );
    await world.deliver(request, ANSWER);
    const [closed] = await lines(["order", "settle", String(request)]);
    assert.equal(closed, `order ${request} is closed: its fee of 0.5 ETH is divided`);
    assert((await lines(["answer", String(request)])).includes(`order ${request} of 0.5 ETH is closed`));
    assert.equal(await refusal(["order", "settle", String(request)]), `ainft: Order ${request} is closed already.`);
  });

  it("gives the fee back when the quorum signed a failure", async () => {
    const request = await world.ask();
    await world.deliver(request, failureResult(ResultStatus.CONTAINER_ERROR));
    const { refunded } = await jsonAnswer(["order", "settle", String(request)], world.asker);
    assert.equal(refunded, parseEther("0.5").toString());
  });

  it("cancels an order after its deadline and not before, once, and pays all that is owed", async () => {
    const request = await world.ask(world.asker, "--within", "60");
    assert.match(
      await refusal(["order", "cancel", String(request)]),
      new RegExp(`^ainft: cancel is refused: RequestDeskTooEarly\\(${request}, \\d+, \\d+\\)\\.$`, "u"),
    );
    await world.pass(61);
    assert.equal(
      (await lines(["order", "cancel", String(request)]))[0],
      `order ${request} is closed: 0.5 ETH wait for ${ASKER}; to take them: ainft order withdraw`,
    );
    assert.equal(await refusal(["order", "cancel", String(request)]), `ainft: Order ${request} is closed already.`);
    const before = await provider.getBalance(ASKER);
    // Somebody else pays for the transaction: the money is the asker's all the same.
    const paid = await answer(["order", "withdraw", "--for", ASKER], world.creator);
    assert.match(paid, new RegExp(`^${ASKER} is paid 1 ETH\n`, "u"), "of this order and of the one that failed");
    assert.equal((await provider.getBalance(ASKER)) - before, parseEther("1"));
    assert.equal(await refusal(["order", "withdraw"]), `ainft: The desk owes ${ASKER} nothing in ETH.`);
  });

  it("tells the orders of a token, and verifies them", async () => {
    const told = (await lines(["history", "1"])).map((line) => line.replace(/^block \d+ +/u, ""));
    const orders = told.filter((line) => line.startsWith("order"));
    assert.deepEqual(orders, [
      `order 1 opened  0.5 ETH, by ${ASKER}`,
      `order 2 opened  0.5 ETH, by ${ASKER}`,
      "order 2 closed  0.5 ETH paid out",
      `order 3 opened  0.5 ETH, by ${ASKER}`,
      "order 3 closed  0.5 ETH given back",
      `order 4 opened  0.5 ETH, by ${ASKER}`,
      "order 4 closed  0.5 ETH given back",
    ]);
    assert((await lines(["verify", "1"])).includes("yes  orders: 4 orders: 1 paid out, 2 given back, 1 open"));
  });

  it("prints the paying transaction for another wallet, and rehearses it", async () => {
    const { AINFT_ACCOUNT: _account, ...env } = world.creator.env;
    const printed = await jsonAnswer([...question, "--unsigned", "--from", ASKER], { ...world.creator, env });
    assert.equal(BigInt(String(printed["value"])), parseEther("0.5"));
    const { to, data, value } = printed as Record<"to" | "data" | "value", string>;
    const before = await held(ZeroAddress);
    await (await testAccount(2).connect(provider).sendTransaction({ to, data, value })).wait();
    assert.equal((await held(ZeroAddress)) - before, parseEther("0.5"));
    assert.match(await answer([...question, "--dry-run"], world.asker), /^request would use \d+ gas/u);
    assert.equal((await held(ZeroAddress)) - before, parseEther("0.5"));
  });

  it("asks a controller for nothing when the price says so", async () => {
    await answer(["price", "1", "0.5", "--free-for-controller"], world.creator);
    const asked = await jsonAnswer([...question, "--fee", "1"], world.creator);
    assert.deepEqual(asked["fee"], { currency: ZeroAddress, amount: "0" });
  });

  describe("in AIN", () => {
    const ain = (amount: string): string[] => ["--currency", token, "--fee", amount];

    before(async () => {
      await sendAin(world.creator, ASKER, 100);
      await answer(["price", "1", "20", "--currency", token], world.creator);
    });

    it("says what comes first when the desk may not take the fee yet", async () => {
      const rehearsed = await lines([...question, ...ain("20"), "--dry-run"]);
      assert.match(rehearsed[0] ?? "", /^approve would use \d+ gas/u);
      assert.equal(rehearsed[1], "the request itself can't be rehearsed before the desk may take its fee");
      const printed = await lines([...question, ...ain("20"), "--unsigned", "--from", ASKER]);
      const places = printed.map((line) => (JSON.parse(line) as { to: string; value: string }).to);
      assert.deepEqual(places, [token, await desk.getAddress()]);
    });

    it("lets the desk take exactly the fee, and gives it back after the deadline", async () => {
      const [approved, approval, asked, transaction, ...rest] = await lines([
        ...question,
        ...[...ain("25"), "--within", "60"],
      ]);
      assert.equal(approved, "the desk may take 20 AIN");
      for (const line of [approval, transaction]) assert.match(line ?? "", /^transaction 0x/u);
      assert.match(asked ?? "", /^request (\d+), for 20 AIN, which are in escrow; its answer: ainft answer \1/u);
      assert.deepEqual(rest, []);
      assert.equal(await held(token), parseEther("20"));
      const request = /\d+/u.exec(asked ?? "")?.[0] ?? "";
      await world.pass(61);
      const [closed] = await lines(["order", "cancel", request]);
      const option = ` --currency ${token}`;
      assert.equal(
        closed,
        `order ${request} is closed: 20 AIN wait for ${ASKER}; to take them: ainft order withdraw${option}`,
      );
      assert.equal((await lines(["order", "withdraw", "--currency", token]))[0], `${ASKER} is paid 20 AIN`);
      assert.equal(await held(token), 0n);
    });

    it("names the token's own error when the asker has too little", async () => {
      await answer(["price", "1", "200", "--currency", token], world.creator);
      assert.match(
        await refusal([...question, ...ain("200")]),
        /^ainft: request is refused: ERC20InsufficientBalance\(/u,
      );
    });
  });

  it("refuses to close what is no order", async () => {
    await answer(["price", "1", "0"], world.creator);
    const request = await world.ask(world.asker, "--off-chain");
    await world.deliver(request, ANSWER, Delivery.DIGEST);
    assert.equal(
      await refusal(["order", "settle", String(request)]),
      `ainft: Request ${request} is no order: nothing was paid for it.`,
    );
  });
});

describe("a fee on a public chain", () => {
  const eth: Currency = { address: ETH, decimals: 18, name: "ETH" };
  const fee = { currency: eth, amount: 5n * 10n ** 17n };
  const nothing = { fee: undefined, currency: ETH };

  function settings(options: Readonly<Record<string, unknown>>, ...answers: string[]): [Settings, string[]] {
    const asked: string[] = [];
    const ask = async (what: string): Promise<string> => {
      asked.push(what);
      return answers[0] ?? "";
    };
    const silent = { out: () => undefined, err: () => undefined, progress: () => undefined };
    const io = { env: {}, cwd: "/", interactive: answers.length > 0, ask, ...silent };
    return [new Settings(io, { chain: "1", ...options }), asked];
  }

  it("is asked about, and paid for a yes alone", async () => {
    const [yes, asked] = settings({}, "y");
    await expectAgreed(yes, nothing, fee);
    assert.deepEqual(asked, ["An answer costs 0.5 ETH. Pay it? [y/N] "]);
    await assert.rejects(expectAgreed(settings({}, "")[0], nothing, fee), { message: "Nothing was sent." });
  });

  it("is not covered by --yes, which is said before anybody knows the price", async () => {
    const refused = { message: "An answer costs 0.5 ETH. Say --fee to pay it." };
    await assert.rejects(expectAgreed(settings({ yes: true }, "y")[0], nothing, fee), refused);
    await assert.rejects(expectAgreed(settings({})[0], nothing, fee), refused);
    await expectAgreed(settings({ yes: true })[0], { fee: "0.5", currency: ETH }, fee);
  });

  it("is told in the currency's own decimals, and by no name that a token gives itself", () => {
    const token: Address = asAddress(CREATOR);
    assert.equal(amountText({ address: token, decimals: 6, name: `of ${token}` }, 1_500_000n), `1.5 of ${token}`);
    assert.equal(amountText({ address: token, decimals: 0, name: `of ${token}` }, 7n), `7 of ${token}`);
  });
});
