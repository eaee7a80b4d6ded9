import assert from "node:assert/strict";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, it } from "node:test";
import {
  asAddress,
  collectionEip712Domain,
  type Eip712Domain,
  oracleEip712Domain,
  recoverReporter,
  reportTypes,
  reporterKeyConsentTypes,
  trainingConsentTypes,
} from "ainft-core";
import { SigningKey, Transaction, type TypedDataField, Wallet } from "ethers";
import { DigestKeyHolder, type KeyHolder } from "../../../src/adapters/signer/key-holder.ts";
import { loadKey } from "../../../src/adapters/signer/keys.ts";
import { RemoteKey, SignerUnavailable } from "../../../src/adapters/signer/remote-key.ts";
import { ReportPolicy } from "../../../src/adapters/signer/report-policy.ts";
import { WalletReportSigner, WalletTransactionSigner } from "../../../src/adapters/signer/signers.ts";
import { SecretUnavailable } from "../../../src/config/errors.ts";
import { SigningRefused } from "../../../src/domain/errors.ts";
import { COLLECTION, DESK, word } from "../support/requests.ts";

const wallet = new Wallet(`0x${"11".repeat(32)}`);
const stranger = new Wallet(`0x${"22".repeat(32)}`);
const oracle = { chainId: 31_337n, oracle: COLLECTION };
const domain = oracleEip712Domain(oracle);
const report = { configVersion: 1n, deadline: 2n, firstId: 1n, count: 1n, root: word(1) };
const call = {
  to: COLLECTION,
  data: "0x12" as const,
  nonce: 3n,
  gasLimit: 9n,
  fees: { maxFee: 2n, maxPriorityFee: 1n },
};

/** A key that notes whether it was asked at all. */
function watched(): KeyHolder & { asked: number } {
  const holder = {
    address: wallet.address,
    asked: 0,
    signTypedData: async (...data: Parameters<KeyHolder["signTypedData"]>) => {
      holder.asked += 1;
      return wallet.signTypedData(...data);
    },
    signTransaction: async (...data: Parameters<KeyHolder["signTransaction"]>) => wallet.signTransaction(...data),
  };
  return holder;
}

type Types = Record<string, TypedDataField[]>;
const field = (name: string, type: string): TypedDataField => ({ name, type });

describe("the policy of a reporter key", () => {
  it("signs a report of its oracle", async () => {
    const signature = await new ReportPolicy(wallet, oracle).signTypedData(domain, reportTypes, { ...report });

    assert.equal(recoverReporter(report, signature as `0x${string}`, oracle), asAddress(wallet.address));
  });

  const domains: Record<string, Eip712Domain | Record<string, unknown>> = {
    "another contract": { ...domain, verifyingContract: DESK },
    "another chain": { ...domain, chainId: 1n },
    "another name": { ...domain, name: "AINFT" },
    "another version": { ...domain, version: "2" },
    "a salt": { ...domain, salt: word(1) },
    "a collection": collectionEip712Domain({ chainId: 31_337n, collection: COLLECTION }),
    "nothing at all": {},
  };
  for (const [what, other] of Object.entries(domains)) {
    it(`asks no key about a domain of ${what}`, async () => {
      const key = watched();
      const asked = new ReportPolicy(key, oracle).signTypedData(other as Eip712Domain, reportTypes, { ...report });

      await assert.rejects(asked, SigningRefused);
      assert.equal(key.asked, 0);
    });
  }

  const [first = field("configVersion", "uint32"), ...others] = reportTypes["Report"] ?? [];
  const types: Record<string, Types> = {
    "a training consent": trainingConsentTypes,
    "a reporter key's consent": reporterKeyConsentTypes,
    "a permit of tokens": {
      Permit: [field("owner", "address"), field("spender", "address"), field("value", "uint256")],
    },
    "a vote": { Ballot: [field("proposalId", "uint256"), field("support", "uint8")] },
    "a report of another shape": { Report: [{ ...first, type: "uint256" }, ...others] },
    "a report in another order": { Report: [...others, first] },
    "a report under another name": { Note: reportTypes["Report"] ?? [] },
    "a report and more": { ...reportTypes, Extra: [field("x", "uint256")] },
  };
  for (const [what, other] of Object.entries(types)) {
    it(`asks no key about ${what}`, async () => {
      const key = watched();

      await assert.rejects(new ReportPolicy(key, oracle).signTypedData(domain, other, { ...report }), SigningRefused);
      assert.equal(key.asked, 0);
    });
  }

  it("asks no key about a report with a field more, one less, or one out of bounds", async () => {
    const key = watched();
    const { root: _root, ...less } = report;
    for (const message of [{ ...report, note: "x" }, less, { ...report, count: 2n ** 32n }]) {
      await assert.rejects(new ReportPolicy(key, oracle).signTypedData(domain, reportTypes, message));
    }
    assert.equal(key.asked, 0);
  });

  const wrong: Record<string, string | Promise<string>> = {
    "another key's": stranger.signTypedData(domain, reportTypes, report),
    "of another report": wallet.signTypedData(domain, reportTypes, { ...report, root: word(2) }),
    "of another domain": wallet.signTypedData({ ...domain, chainId: 1n }, reportTypes, report),
    "no signature": "0x",
    "an error page": "<html>",
  };
  for (const [what, given] of Object.entries(wrong)) {
    it(`gives out nothing that is ${what}`, async () => {
      const liar = { ...watched(), signTypedData: async () => Promise.resolve(given) };

      await assert.rejects(new WalletReportSigner(liar, oracle).signReport(report), SigningRefused);
    });
  }
});

describe("the transaction signer over another's key", () => {
  const wrong: Record<string, (asked: Parameters<KeyHolder["signTransaction"]>[0]) => Promise<string>> = {
    "another key's": async (asked) => stranger.signTransaction(asked),
    "of another nonce": async (asked) => wallet.signTransaction({ ...asked, nonce: 9 }),
    "to somebody else": async (asked) => wallet.signTransaction({ ...asked, to: DESK }),
    "with value": async (asked) => wallet.signTransaction({ ...asked, value: 1n }),
    unsigned: async (asked) => Promise.resolve(Transaction.from(asked).unsignedSerialized),
    "no transaction": async () => Promise.resolve("0x1234"),
  };
  for (const [what, signTransaction] of Object.entries(wrong)) {
    it(`gives out nothing that is ${what}`, async () => {
      const liar = { ...watched(), signTransaction };

      await assert.rejects(new WalletTransactionSigner(liar, oracle, DESK).sign(call), SigningRefused);
    });
  }
});

describe("a key that only signs digests", () => {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const holderOf = (key: SigningKey, high: boolean): DigestKeyHolder =>
    new DigestKeyHolder({
      address: asAddress(wallet.address),
      sign: async (digest) => {
        const { r, s } = key.sign(digest);
        return Promise.resolve({ r: BigInt(r), s: high ? order - BigInt(s) : BigInt(s) });
      },
    });

  for (const high of [false, true]) {
    it(`signs as a wallet does, though its s is ${high ? "high" : "low"}`, async () => {
      const holder = holderOf(wallet.signingKey, high);
      const reports = { left: new WalletReportSigner(wallet, oracle), right: new WalletReportSigner(holder, oracle) };
      for (const deadline of [2n, 3n, 4n, 5n]) {
        const asked = { ...report, deadline };
        assert.equal(await reports.right.signReport(asked), await reports.left.signReport(asked));
      }
      assert.deepEqual(
        await new WalletTransactionSigner(holder, oracle, DESK).sign(call),
        await new WalletTransactionSigner(wallet, oracle, DESK).sign(call),
      );
    });
  }

  it("is refused when it is another's", async () => {
    const signer = new WalletReportSigner(holderOf(stranger.signingKey, false), oracle);

    await assert.rejects(signer.signReport(report), SigningRefused);
  });
});

describe("a remote signer", () => {
  const servers: Server[] = [];
  const seen: { method: string; params: unknown[]; token: string | undefined }[] = [];

  afterEach(() => {
    seen.splice(0);
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function listen(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  interface Asked {
    readonly method: string;
    readonly params: readonly [unknown, { types: Types; domain: Eip712Domain; message: Record<string, unknown> }];
  }

  /** A little signer as web3signer is one: knows one key, and signs what it is asked for. */
  async function signer(key: Wallet, wrap: (raw: string) => unknown = (raw) => raw): Promise<string> {
    return listen((request, response) => {
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString("utf8")));
      request.on("end", () => {
        const { method, params } = JSON.parse(body) as Asked;
        seen.push({ method, params: [...params], token: request.headers.authorization });
        void answerTo(key, method, params).then((result) => {
          response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, result: wrap(result) }));
        });
      });
    });
  }

  async function answerTo(key: Wallet, method: string, params: Asked["params"]): Promise<string> {
    if (method === "eth_signTransaction") {
      const { gas, from: _from, ...rest } = params[0] as Record<string, string>;
      return key.signTransaction({ ...rest, type: 2, gasLimit: gas ?? "0", nonce: Number(rest["nonce"]) });
    }
    const { EIP712Domain: _domain, ...types } = params[1].types;
    return key.signTypedData(params[1].domain, types, params[1].message);
  }

  const remote = (
    url: string,
    more: { typedDataMethod?: string; token?: string; timeoutMs?: number } = {},
  ): RemoteKey =>
    new RemoteKey({
      url,
      address: asAddress(wallet.address),
      typedDataMethod: "eth_signTypedData_v4",
      token: undefined,
      timeoutMs: 30_000,
      ...more,
    });

  it("signs the same report as a key at home", async () => {
    const key = remote(await signer(wallet), { token: "s3cret" });

    assert.equal(
      await new WalletReportSigner(key, oracle).signReport(report),
      await new WalletReportSigner(wallet, oracle).signReport(report),
    );
    assert.deepEqual(
      seen.map(({ method, token, params }) => [method, token, params[0]]),
      [["eth_signTypedData_v4", "Bearer s3cret", asAddress(wallet.address)]],
    );
  });

  it("is asked by the name that it knows", async () => {
    const key = remote(await signer(wallet), { typedDataMethod: "account_signTypedData" });
    await new WalletReportSigner(key, oracle).signReport(report);

    assert.deepEqual(
      seen.map(({ method }) => method),
      ["account_signTypedData"],
    );
  });

  for (const [form, wrap] of [
    ["bare", (raw: string): unknown => raw],
    ["in an object", (raw: string): unknown => ({ raw, tx: {} })],
  ] as const) {
    it(`signs the same transaction as a key at home, given back ${form}`, async () => {
      const key = remote(await signer(wallet, wrap));

      assert.deepEqual(
        await new WalletTransactionSigner(key, oracle, DESK).sign(call),
        await new WalletTransactionSigner(wallet, oracle, DESK).sign(call),
      );
    });
  }

  it("is refused when it signs with another key", async () => {
    const key = remote(await signer(stranger));

    await assert.rejects(new WalletReportSigner(key, oracle).signReport(report), SigningRefused);
    await assert.rejects(new WalletTransactionSigner(key, oracle, DESK).sign(call), SigningRefused);
  });

  const broken: Record<string, RequestListener> = {
    "refuses with an error": (_request, response) => response.end('{"jsonrpc":"2.0","id":1,"error":{"code":-1}}'),
    "answers with a status": (_request, response) => response.writeHead(500).end("no"),
    redirects: (_request, response) => response.writeHead(307, { location: "/" }).end(),
    "answers with a page": (_request, response) => response.end("<html>"),
    "answers without end": (_request, response) => response.end(Buffer.alloc(1_048_576, 0x20)),
    "hangs up": (_request, response) => response.destroy(),
    "never answers": () => undefined,
  };
  for (const [what, listener] of Object.entries(broken)) {
    it(`is tried again when it ${what}, and its token is in no error`, async () => {
      const key = remote(await listen(listener), {
        token: "s3cret",
        timeoutMs: what === "never answers" ? 200 : 30_000,
      });

      await assert.rejects(new WalletReportSigner(key, oracle).signReport(report), (error) => {
        return error instanceof SignerUnavailable && !JSON.stringify([error, error.message]).includes("s3cret");
      });
    });
  }

  it("is what a configuration of this type gives, once its token is there", async () => {
    const config = {
      type: "remote",
      url: "http://127.0.0.1:1/",
      address: asAddress(wallet.address),
      method: "eth_signTypedData_v4",
      tokenEnv: "TOKEN",
      timeoutMs: 1_000,
    } as const;

    assert.equal((await loadKey(config, { TOKEN: "x" })).address, asAddress(wallet.address));
    await assert.rejects(loadKey(config, {}), SecretUnavailable);
  });
});
