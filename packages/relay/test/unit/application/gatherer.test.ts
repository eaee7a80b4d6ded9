import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { asAddress, decodeAttestation, type Hex, type Report, reportDigest } from "ainft-core";
import { Wallet } from "ethers";
import { WalletReportSigner } from "../../../src/adapters/signer/signers.ts";
import { Gatherer } from "../../../src/application/gatherer.ts";
import { PeerPayloadRefused, PeerUnavailable } from "../../../src/domain/errors.ts";
import { resultKey } from "../../../src/domain/report.ts";
import type { ReporterConfig } from "../../../src/domain/request.ts";
import type { NewSignature } from "../../../src/ports/store.ts";
import type { AttestationPage, Peer } from "../../../src/ports/system.ts";
import { confirmed, executed } from "../support/executions.ts";
import { contextOf, type TestContext } from "../support/fakes.ts";
import { COLLECTION, word } from "../support/requests.ts";
import { TestStore } from "../support/store.ts";

const domain = { chainId: 31_337n, oracle: COLLECTION };
const KEYS = ["11", "22", "33", "44"].map((byte) => `0x${byte.repeat(32)}`);
const OTHER_ORACLE = asAddress(new Wallet(`0x${"55".repeat(32)}`).address);
const wallets = KEYS.map((key) => new Wallet(key));
const [us, ann, bob, stranger] = wallets.map((wallet) => new WalletReportSigner(wallet, domain));
const KEY = resultKey(1n);
const REPORT: Report = { configVersion: 1n, deadline: 5_000n, firstId: 1n, count: 1n, root: word(1) };

function signers(): { us: WalletReportSigner; ann: WalletReportSigner; bob: WalletReportSigner } {
  assert.ok(us !== undefined && ann !== undefined && bob !== undefined);
  return { us, ann, bob };
}

function config(version = 1n): ReporterConfig {
  const reporters = Object.values(signers()).map(({ address }) => address);
  reporters.sort((left, right) => (BigInt(left) < BigInt(right) ? -1 : 1));
  return { version, reporters, threshold: 2 };
}

async function signed(by: WalletReportSigner | undefined, report: Report = REPORT): Promise<NewSignature> {
  assert.ok(by !== undefined);
  const signature: Hex = await by.signReport(report);
  return { key: KEY, report, digest: reportDigest(report, domain), signer: by.address, signature };
}

/** A peer that gives one page, or fails. */
class FakePeer implements Peer {
  readonly url = "http://peer.test";
  readonly asked: bigint[] = [];
  page: AttestationPage | null = null;

  async attestations(since: bigint): Promise<AttestationPage> {
    this.asked.push(since);
    if (this.page === null) throw new PeerUnavailable("it is away");
    return Promise.resolve(this.page);
  }

  async push(): Promise<void> {
    return Promise.resolve();
  }

  async blob(): Promise<null> {
    return Promise.resolve(null);
  }
}

describe("Gatherer", () => {
  const database = new TestStore();
  let context: TestContext;
  let peer: FakePeer;
  let gatherer: Gatherer;

  before(async () => database.open());

  beforeEach(async () => {
    context = contextOf(await database.clean());
    peer = new FakePeer();
    gatherer = new Gatherer(context, [peer], domain);
    await confirmed(context.store, { id: 1 });
    await executed(context.store, 1n);
    await context.store.reports.commitSignature(await signed(signers().us), 1_000n);
  });

  after(async () => database.close());

  /** Reads the peer, then looks again at what there is. */
  async function rounds(version = 1n): Promise<void> {
    await gatherer.gather(config(version));
    await gatherer.drain();
    await gatherer.gather(config(version));
    await gatherer.drain();
  }

  async function report() {
    return (await context.store.reports.byKey(KEY)) ?? assert.fail("there is no report");
  }

  it("has a quorum of exactly as many signatures as the contract takes, by ascending index", async () => {
    const signatures = [await signed(signers().ann), await signed(signers().bob)];
    peer.page = { instance: "a", cursor: 2n, signatures };
    await rounds();
    const { state, attestation } = await report();

    assert.equal(state, "QUORUM");
    const { signatures: taken, silent, configVersion, deadline } = decodeAttestation(attestation ?? "");
    assert.deepEqual([configVersion, deadline], [1n, 5_000n]);
    assert.deepEqual(
      taken.map(({ index }) => index),
      [0, 1],
    );
    assert.deepEqual(silent, [{ index: 2, address: config().reporters[2] }]);
  });

  it("has no quorum from one signature too few", async () => {
    peer.page = { instance: "a", cursor: 0n, signatures: [] };
    await rounds();

    assert.equal((await report()).state, "SIGNED");
  });

  it("never merges a signature of another answer, and says that a reporter differs", async () => {
    peer.page = { instance: "a", cursor: 1n, signatures: [await signed(signers().ann, { ...REPORT, root: word(2) })] };
    await rounds();

    assert.equal((await report()).state, "SIGNED");
    assert.deepEqual(context.errors, ["A reporter answers otherwise"]);
  });

  it("refuses a signature by a stranger, by another key than it names, and about another question", async () => {
    await gatherer.gather(config());
    const honest = await signed(signers().ann);
    const lies = [
      await signed(stranger),
      { ...honest, signer: signers().bob.address },
      { ...honest, report: { ...REPORT, deadline: 6_000n } },
      { ...honest, key: resultKey(2n) },
    ];

    for (const lie of lies) await assert.rejects(gatherer.accept(lie), PeerPayloadRefused);
    await gatherer.accept(honest);
  });

  it("refuses a reporter's signature of the same report on another chain, or by another oracle of this one", async () => {
    await gatherer.gather(config());
    const honest = await signed(signers().ann);
    const [, key = ""] = KEYS;
    for (const elsewhere of [
      { ...domain, chainId: 1_337n },
      { ...domain, oracle: OTHER_ORACLE },
    ]) {
      const signature = await new WalletReportSigner(new Wallet(key), elsewhere).signReport(REPORT);
      await assert.rejects(
        gatherer.accept({ ...honest, signature }),
        new PeerPayloadRefused(`the signature is not ${honest.signer}'s`),
      );
    }
    assert.equal((await context.store.reports.signaturesOf(honest.digest)).length, 1, "only our own is kept");
    await gatherer.accept(honest);
    assert.equal((await context.store.reports.signaturesOf(honest.digest)).length, 2);
  });

  it("counts a signature for the digest of its report, whatever digest it claims", async () => {
    await gatherer.gather(config());
    const other = await signed(signers().ann, { ...REPORT, root: word(2) });
    await gatherer.accept({ ...other, digest: reportDigest(REPORT, domain) });
    await gatherer.gather(config());

    assert.equal((await report()).state, "SIGNED");
  });

  it("takes nothing before it knows the reporters", async () => {
    await assert.rejects(gatherer.accept(await signed(signers().ann)), PeerPayloadRefused);
  });

  it("goes on where it stopped, and from the start when the peer's data folder is new", async () => {
    peer.page = { instance: "a", cursor: 7n, signatures: [] };
    await rounds();
    peer.page = { instance: "b", cursor: 1n, signatures: [] };
    await rounds();

    assert.deepEqual(peer.asked, [0n, 7n, 7n, 0n]);
  });

  it("reads again what a peer signed under a config that this relay has not seen yet", async () => {
    const ahead = await signed(signers().ann, { ...REPORT, configVersion: 2n });
    peer.page = { instance: "a", cursor: 7n, signatures: [ahead] };
    await rounds();
    await rounds(2n);

    assert.deepEqual(peer.asked.slice(0, 3), [0n, 0n, 0n]);
    assert.equal((await context.store.reports.signaturesOf(ahead.digest)).length, 1);
    assert.equal(asAddress(ahead.signer), ahead.signer);
  });

  it("never counts what was signed under a config before", async () => {
    const { ann } = signers();
    await gatherer.gather(config(2n));
    await gatherer.accept(await signed(ann));

    const kept = await context.store.reports.signaturesOf(reportDigest(REPORT, domain));
    assert.deepEqual(
      kept.map(({ signer }) => signer),
      [signers().us.address],
    );
  });

  it("goes on without a peer that is away", async () => {
    await rounds();
    await gatherer.accept(await signed(signers().bob));
    await gatherer.gather(config());

    assert.equal((await report()).state, "QUORUM");
  });
});
