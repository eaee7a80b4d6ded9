import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Transaction, type TransactionLike } from "ethers";
import { freePort, type LocalChain, startChain } from "./helpers/chain.ts";
import { CREATOR, type Creator, newCreator, testAccount, TRAINER } from "./helpers/creator.ts";
import { answer, jsonAnswer, type Ran, run } from "./helpers/run.ts";
import { listen, type TestServer } from "./helpers/servers.ts";
import { RpcRefusal, signed, signedTypedData, startSigner, type TestSigner } from "./helpers/signer.ts";

type Payload = Parameters<typeof signedTypedData>[1] extends (given: unknown) => infer P ? P : never;

const asObject = (given: unknown): Payload => {
  if (typeof given !== "object") throw new RpcRefusal(-32_602, "an object is expected");
  return given as Payload; // as the command made it
};
const asText = (given: unknown): Payload => {
  if (typeof given !== "string") throw new RpcRefusal(-32_602, "text is expected");
  return JSON.parse(given) as Payload;
};

describe("a signer of its own", () => {
  const wallet = testAccount(1);
  const servers: TestServer[] = [];
  let creator: Creator;

  before(async () => {
    const { AINFT_ACCOUNT: _account, ...rest } = (creator = await newCreator("--dao", CREATOR)).env;
    creator = { ...creator, env: rest };
  });
  after(async () => {
    for (const server of servers) server.close();
    await creator.suite.close();
  });

  async function signerWith(methods: Parameters<typeof startSigner>[0]): Promise<TestSigner> {
    const started = await startSigner(methods);
    servers.push(started);
    return started;
  }

  const approve = (url: string, ...more: readonly string[]): string[] => [
    ...["provider", "approve", "1", "--signer", url, ...more],
  ];
  const consent = (url: string): string[] => ["provider", "consent", CREATOR, "--signer", url];
  const height = async (): Promise<number> => creator.suite.provider.getBlockNumber();

  async function refusal(argv: readonly string[], code = 1): Promise<string> {
    const before = await height();
    const ran: Ran = await run(argv, creator);
    assert.equal(ran.code, code, ran.err.join("\n"));
    assert.equal(ran.err.length, 1);
    assert.equal(await height(), before, "something was sent");
    return ran.err[0] ?? "";
  }

  describe("that is a node of its own", () => {
    let node: LocalChain;

    before(async () => (node = await startChain()));
    after(() => node.stop());

    it("signs transactions and messages by the account that is named", async () => {
      const { transaction } = await jsonAnswer(approve(node.rpcUrl, "--signer-account", CREATOR), creator);
      assert.equal((await creator.suite.provider.getTransaction(String(transaction)))?.from, CREATOR);
      const key = await jsonAnswer([...consent(node.rpcUrl), "--signer-account", CREATOR], creator);
      assert.equal(key["account"], CREATOR);
      assert.equal(await node.provider.getTransactionCount(CREATOR), 0);
    });

    it("is named with its account in the environment", async () => {
      const env = { ...creator.env, AINFT_SIGNER: node.rpcUrl, AINFT_SIGNER_ACCOUNT: TRAINER };
      assert.equal((await jsonAnswer(["provider", "approve", "1", "--dry-run"], { ...creator, env }))["from"], TRAINER);
    });

    it("has several accounts, of which none is guessed", async () => {
      const told = await refusal(approve(node.rpcUrl), 2);
      const has = `^ainft: The signer at ${node.rpcUrl} has 10 accounts: give --signer-account, as 0xf39F`;
      assert.match(told, new RegExp(has, "u"));
    });
  });

  describe("of another kind", () => {
    it("is asked as Clef wants it", async () => {
      const clef = await signerWith({
        account_list: () => [wallet.address.toLowerCase()],
        account_signTransaction: (params) => ({ raw: signed(wallet, (asked) => asked)(params), tx: {} }),
        account_signTypedData: signedTypedData(wallet, asObject),
      });
      assert.match(await answer(approve(clef.url), creator), / may take 1\.0 AIN\n/u);
      assert.equal((await jsonAnswer(consent(clef.url), creator))["account"], CREATOR);
    });

    it("is asked as web3signer wants it", async () => {
      const web3signer = await signerWith({
        eth_accounts: () => [wallet.address],
        eth_signTransaction: signed(wallet, (asked) => asked),
        eth_signTypedData: signedTypedData(wallet, asText),
      });
      assert.match(await answer(approve(web3signer.url), creator), / may take 1\.0 AIN\n/u);
      assert.equal((await jsonAnswer(consent(web3signer.url), creator))["account"], CREATOR);
    });

    it("is asked as Frame wants it, which must be asked for its accounts first", async () => {
      const frame = await signerWith({
        eth_accounts: () => [],
        eth_requestAccounts: () => [wallet.address],
        eth_signTransaction: signed(wallet, (asked) => asked),
        eth_signTypedData_v4: signedTypedData(wallet, asText),
      });
      assert.match(await answer(approve(frame.url), creator), / may take 1\.0 AIN\n/u);
      assert.equal((await jsonAnswer(consent(frame.url), creator))["account"], CREATOR);
    });

    it("gets what is secret in its address as a header, and nobody else does", async () => {
      const guarded = await signerWith({ eth_accounts: () => [wallet.address] });
      const url = guarded.url.replace("//", "//me:s3cret@");
      const told = await refusal(approve(url));
      assert.equal(
        told,
        `ainft: The signer at ${guarded.url} signs nothing of this kind: it knows none of eth_signTransaction, ` +
          "account_signTransaction.",
      );
      assert.deepEqual([...guarded.authorized], [`Basic ${Buffer.from("me:s3cret").toString("base64")}`]);
    });
  });

  const stranger = testAccount(8);
  const lies: Record<string, [(asked: TransactionLike) => TransactionLike, RegExp]> = {
    "another receiver": [(asked) => ({ ...asked, to: stranger.address }), /with to 0x23618e81/u],
    "other data": [(asked) => ({ ...asked, data: "0x1234" }), /with data 0x1234 where 0x[0-9a-f]{64}… was asked for/u],
    "a payment": [(asked) => ({ ...asked, value: 1n }), /with value 1 where 0 was asked for/u],
    "another chain": [(asked) => ({ ...asked, chainId: 1n }), /with chainId 1 where 31337 was asked for/u],
    "more gas": [(asked) => ({ ...asked, gasLimit: 30_000_000n }), /with gasLimit 30000000 where \d+ was asked for/u],
    "another nonce": [(asked) => ({ ...asked, nonce: 99 }), /with nonce 99 where \d+ was asked for/u],
    "a higher fee": [
      (asked) => ({ ...asked, maxFeePerGas: 10n ** 12n }),
      /with maxFeePerGas 1000000000000 where \d+ was asked for/u,
    ],
    "an access list": [
      (asked) => ({ ...asked, accessList: [{ address: stranger.address, storageKeys: [] }] }),
      /signed another transaction, with more in it/u,
    ],
  };
  describe("that lies", () => {
    for (const [what, [change, told]] of Object.entries(lies)) {
      it(`sends nothing when it signs ${what}`, async () => {
        const liar = await signerWith({
          eth_accounts: () => [wallet.address],
          eth_signTransaction: signed(wallet, change),
        });
        const line = await refusal(approve(liar.url));
        assert.match(line, told);
        assert.match(line, /^ainft: The signer signed another transaction, with .*: nothing was sent\.$/u);
      });
    }

    it("sends nothing when it signs with another key", async () => {
      const liar = await signerWith({
        eth_accounts: () => [wallet.address],
        eth_signTransaction: signed(stranger, (asked) => asked),
      });
      const as = `as ${stranger.address} and not as ${CREATOR}.`;
      assert.equal(await refusal(approve(liar.url)), `ainft: The signer signed something else, or ${as}`);
    });

    it("sends nothing when it gives back what it was asked to sign, unsigned", async () => {
      const liar = await signerWith({
        eth_accounts: () => [wallet.address],
        eth_signTransaction: (params) =>
          Transaction.from(String(signed(wallet, (asked) => asked)(params))).unsignedSerialized,
      });
      const none = "ainft: What the signer gave back is no signature: nothing was sent.";
      assert.equal(await refusal(approve(liar.url)), none);
    });

    for (const [what, given] of Object.entries({
      nothing: null,
      "a number": 7,
      "no hex": "signed",
      "an unsigned transaction": "0xc0",
      "an object": { tx: {} },
    })) {
      it(`sends nothing when it gives back ${what}`, async () => {
        const liar = await signerWith({ eth_accounts: () => [wallet.address], eth_signTransaction: () => given });
        const none = "ainft: What the signer gave back is no signed transaction: nothing was sent.";
        assert.equal(await refusal(approve(liar.url)), none);
      });
    }

    it("gives no consent when it signs another message, or none", async () => {
      const liar = await signerWith({
        eth_accounts: () => [wallet.address],
        eth_signTypedData_v4: signedTypedData(wallet, (given) => {
          const payload = asObject(given);
          return { ...payload, message: { ...payload.message, nonce: "77" } };
        }),
      });
      assert.match(await refusal(consent(liar.url)), /^ainft: The signer signed something else, or as 0x/u);
      const silent = await signerWith({ eth_accounts: () => [wallet.address], eth_signTypedData_v4: () => "0x" });
      const none = "ainft: What the signer gave back is no signature: nothing was sent.";
      assert.equal(await refusal(consent(silent.url)), none);
    });
  });

  describe("that does not sign", () => {
    for (const [code, message, told] of [
      [-32_000, "Request denied", "Request denied (-32000)"],
      [4001, "User declined.", "User declined (4001)"],
      [-32_000, "\u001b[2J", "no reason (-32000)"],
    ] as const) {
      it(`is quoted when it refuses: ${told}`, async () => {
        const signer = await signerWith({
          eth_accounts: () => [wallet.address],
          eth_signTransaction: () => {
            throw new RpcRefusal(code, message);
          },
        });
        assert.equal(await refusal(approve(signer.url)), `ainft: The signer at ${signer.url} refuses: ${told}.`);
        assert.deepEqual(signer.asked, ["eth_accounts", "eth_signTransaction"]);
      });
    }

    it("is quoted when it takes the transaction in no way", async () => {
      const signer = await signerWith({
        eth_accounts: () => [wallet.address],
        eth_signTransaction: () => {
          throw new RpcRefusal(-32_602, "gas is missing");
        },
      });
      const told = `ainft: The signer at ${signer.url} refuses: gas is missing (-32602).`;
      assert.equal(await refusal(approve(signer.url)), told);
      assert.deepEqual(signer.asked, ["eth_accounts", "eth_signTransaction", "account_signTransaction"]);
    });

    it("is waited for as long as --timeout says", async () => {
      const silent = await listen((request) => request.resume());
      servers.push(silent);
      const told = await refusal(approve(silent.url, "--timeout", "1"));
      assert.equal(told, `ainft: The signer at ${silent.url} did not answer within 1 s: nothing was sent.`);
    });

    it("is none when nobody answers, or not by JSON-RPC", async () => {
      const nobody = `http://127.0.0.1:${await freePort()}`;
      const away = `ainft: The signer at ${nobody} can't be reached. Is it running? Check --signer.`;
      assert.equal(await refusal(approve(nobody)), away);
      const strange = await listen((_request, response) => response.end("<html>"));
      servers.push(strange);
      const none = `ainft: The signer at ${strange.url} answers, but not by JSON-RPC. Check --signer.`;
      assert.equal(await refusal(approve(strange.url)), none);
    });
  });

  for (const [argv, env, told] of [
    [["--signer", "http://127.0.0.1:9", "--account", "1"], {}, "Give --account or --signer, not both."],
    [["--signer-account", CREATOR, "--account", "1"], {}, "--signer-account goes with --signer."],
    [["--signer", "http://127.0.0.1:9", "--password-file", "x"], {}, "--password-file goes with a keystore."],
    [["--signer", "http://a:b@signer.example"], {}, "--signer must be an https: address, since a secret goes with it."],
    [["--account", "1", "--timeout", "0"], {}, "--timeout must be one second at least."],
    [
      [],
      { AINFT_KEYSTORE: "key.json", AINFT_SIGNER: "http://127.0.0.1:9" },
      "AINFT_KEYSTORE and AINFT_SIGNER are both set: give --keystore or --signer.",
    ],
  ] as const) {
    it(`says how it is used: ${told}`, async () => {
      const ran = await run(["provider", "approve", "1", ...argv], { ...creator, env: { ...creator.env, ...env } });
      assert.equal(ran.code, 2);
      assert.deepEqual(ran.err, [`ainft: ${told}`]);
    });
  }
});
