import { expect } from "chai";
import { developmentAccount } from "../../scripts/lib/accounts";
import { Intent, Journal, sendCall, TransactionPendingError } from "../../scripts/lib/transactions";
import { Anvil, startAnvil } from "./helpers/anvil";
import { failureOf } from "./helpers/deployment";

const CALL = { to: developmentAccount(5).address, data: "0x1234" };

/** A journal in memory that keeps everything it was told. */
function memoryJournal(intent?: Intent, onSent: () => void = () => undefined) {
  const events: string[] = [];
  let current = intent;
  const journal: Journal = {
    intent,
    note: (noted) => {
      current = noted;
      events.push("noted");
    },
    forget: () => {
      current = undefined;
      events.push("forgotten");
    },
    sent: () => {
      events.push("sent");
      onSent();
    },
  };
  return { journal, events, noted: () => current };
}

describe("sendCall", () => {
  let anvil: Anvil;
  const signer = () => developmentAccount(0).connect(anvil.provider);
  const send = (journal: Journal, options: Partial<Parameters<typeof sendCall>[4]> = {}) =>
    sendCall(signer(), anvil.provider, CALL, journal, { confirmations: 1, pollMs: 10, ...options });

  afterEach(() => anvil.stop());

  it("notes nonce and hash before it sends", async () => {
    anvil = await startAnvil();
    const { journal, events, noted } = memoryJournal();

    const receipt = await send(journal);

    expect(events).to.deep.equal(["noted", "sent"]);
    expect(noted()).to.deep.equal({ nonce: 0n, transactionHash: receipt?.hash });
  });

  it("resolves only when the transaction is as deep as asked", async () => {
    anvil = await startAnvil();
    const { journal } = memoryJournal(undefined, () => void anvil.provider.send("anvil_mine", ["0x2"]));

    const receipt = await send(journal, { confirmations: 3 });

    expect(await anvil.provider.getBlockNumber()).to.equal((receipt?.blockNumber ?? 0) + 2);
  });

  it("gives up after its time with nonce and hash, and goes on waiting for the same transaction the next time", async () => {
    anvil = await startAnvil("--no-mining");
    const first = memoryJournal();

    const failure = await failureOf(send(first.journal, { timeoutMs: 0 }), TransactionPendingError);
    await anvil.provider.send("evm_mine", []);
    const second = memoryJournal(first.noted());
    const receipt = await send(second.journal);

    expect([failure.nonce, failure.transactionHash]).to.deep.equal([0n, receipt?.hash]);
    expect(second.events).to.deep.equal([]);
  });

  it("waits for an unknown transaction that holds the noted nonce, until its time is over", async () => {
    anvil = await startAnvil("--no-mining");
    await signer().sendTransaction({ to: CALL.to, value: 1n });
    const { journal, events } = memoryJournal({ nonce: 0n });

    const failure = await failureOf(send(journal, { timeoutMs: 0 }), TransactionPendingError);

    expect([failure.nonce, failure.transactionHash]).to.deep.equal([0n, undefined]);
    expect(events).to.deep.equal([]);
  });

  it("sends nothing when it may only resume, and forgets what was never sent", async () => {
    anvil = await startAnvil();
    const { journal, events } = memoryJournal({ nonce: 0n });

    expect(await send(journal, { resumeOnly: true })).to.equal(undefined);
    expect(events).to.deep.equal(["forgotten"]);
    expect(await anvil.provider.getTransactionCount(signer().address)).to.equal(0);
  });
});
