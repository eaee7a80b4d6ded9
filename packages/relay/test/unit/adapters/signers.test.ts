import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { asAddress, recoverReporter } from "ainft-core";
import { Transaction, Wallet } from "ethers";
import { loadKey } from "../../../src/adapters/signer/keys.ts";
import { WalletReportSigner, WalletTransactionSigner } from "../../../src/adapters/signer/signers.ts";
import { SecretUnavailable } from "../../../src/config/errors.ts";
import { SigningRefused } from "../../../src/domain/errors.ts";
import { COLLECTION, DESK, PLAYER, word } from "../support/requests.ts";

const KEY = `0x${"11".repeat(32)}`;
const wallet = new Wallet(KEY);
const domain = { chainId: 31_337n, oracle: COLLECTION };
const report = { configVersion: 1n, deadline: 2n, firstId: 1n, count: 1n, root: word(1) };

describe("the report signer", () => {
  const signer = new WalletReportSigner(wallet, domain);

  it("signs a report of its oracle", async () => {
    assert.equal(recoverReporter(report, await signer.signReport(report), domain), asAddress(wallet.address));
  });

  it("signs nothing over leaves that this relay has not computed", async () => {
    for (const count of [0n, 257n]) await assert.rejects(signer.signReport({ ...report, count }), SigningRefused);
    await assert.rejects(signer.signReport({ ...report, firstId: 0n, count: 65n }), SigningRefused);
  });
});

describe("the transaction signer", () => {
  const signer = new WalletTransactionSigner(wallet, domain, DESK);
  const call = {
    to: COLLECTION,
    data: "0x12" as const,
    nonce: 3n,
    gasLimit: 9n,
    fees: { maxFee: 2n, maxPriorityFee: 1n },
  };

  it("signs a call of its oracle, for its chain and without value", async () => {
    const { raw, hash } = await signer.sign(call);
    const { from, to, chainId, nonce, value, hash: itsHash } = Transaction.from(raw);

    assert.deepEqual(
      { from, to, chainId, nonce, value, itsHash },
      { from: wallet.address, to: COLLECTION, chainId: 31_337n, nonce: 3, value: 0n, itsHash: hash },
    );
  });

  it("gives the same bytes for the same call, so that a restart cannot make two", async () => {
    assert.deepEqual(await signer.sign(call), await signer.sign(call));
  });

  it("signs a call of the oracle's desk", async () => {
    const { raw } = await signer.sign({ ...call, to: DESK });

    assert.equal(asAddress(Transaction.from(raw).to ?? ""), DESK);
  });

  it("signs a call of nobody else", async () => {
    await assert.rejects(signer.sign({ ...call, to: PLAYER }), SigningRefused);
  });
});

describe("loadKey", () => {
  const env = { type: "env", name: "KEY" } as const;

  it("reads a key from the environment", async () => {
    assert.equal((await loadKey(env, { KEY })).address, wallet.address);
  });

  it("refuses an absent, an empty and a broken key without showing it", async () => {
    for (const value of [undefined, "", "0x1234secret"]) {
      await assert.rejects(loadKey(env, { KEY: value }), (error) => {
        return error instanceof SecretUnavailable && error.source === "KEY" && !describeError(error).includes("secret");
      });
    }
  });

  it("opens a keystore with the password that the environment holds, and with no other", async () => {
    const folder = await mkdtemp(join(tmpdir(), "ainft-keys-"));
    const path = join(folder, "key.json");
    const config = { type: "keystore", path, passwordEnv: "PASSWORD" } as const;
    await assert.rejects(loadKey(config, { PASSWORD: "right" }), SecretUnavailable);
    await writeFile(path, await wallet.encrypt("right", undefined));

    assert.equal((await loadKey(config, { PASSWORD: "right" })).address, wallet.address);
    await assert.rejects(loadKey(config, { PASSWORD: "wrong" }), SecretUnavailable);
    await rm(folder, { recursive: true });
  });
});

function describeError(error: Error): string {
  return `${error.message} ${error.cause instanceof Error ? error.cause.message : ""}`;
}
