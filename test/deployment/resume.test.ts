import { expect } from "chai";
import { Signer } from "ethers";
import { DeployProgress, deploySuite } from "../../scripts/deploy";
import { developmentAccount } from "../../scripts/lib/accounts";
import { TransactionConflictError } from "../../scripts/lib/transactions";
import { loadFixture, provider } from "../helpers/chain";
import {
  Crew,
  deploymentOf,
  emptyChain,
  expectedAddresses,
  failureOf,
  Killed,
  killAt,
  recordedAddresses,
  SENDING_STEPS,
} from "./helpers/deployment";

interface Point {
  readonly kind: DeployProgress["kind"];
  readonly occurrence: number;
  readonly title: string;
}

/** A node that signs tells the hash late, so a run can also die between sending and noting the hash. */
const SIGNERS: readonly { name: string; signerOf: (crew: Crew) => Signer; points: readonly Point[] }[] = [
  {
    name: "a wallet",
    signerOf: () => developmentAccount(0).connect(provider),
    points: [
      { kind: "noted", occurrence: 1, title: "before it was sent" },
      { kind: "sent", occurrence: 1, title: "after it was sent" },
      { kind: "mined", occurrence: 1, title: "after it was mined" },
      { kind: "recorded", occurrence: 1, title: "after it was recorded" },
    ],
  },
  {
    name: "the node",
    signerOf: ({ deployer }) => deployer,
    // Once the hash is known, it is as with a wallet.
    points: [
      { kind: "noted", occurrence: 1, title: "before it was sent" },
      { kind: "noted", occurrence: 2, title: "after it was sent" },
    ],
  },
];

describe("deploySuite after a kill", () => {
  for (const { name, signerOf, points } of SIGNERS) {
    for (const { id } of SENDING_STEPS) {
      for (const { kind, occurrence, title } of points) {
        it(`resumes ${id} of ${name}, killed ${title}, to the same addresses without a second transaction`, async () => {
          const crew = await loadFixture(emptyChain);
          const signer = signerOf(crew);
          const options = deploymentOf(crew, { signer });
          const first = await signer.getNonce();
          await failureOf(deploySuite({ ...options, onProgress: killAt(id, kind, occurrence) }), Killed);

          const suite = await deploySuite(options);

          expect(recordedAddresses(suite.record)).to.deep.equal(
            expectedAddresses(crew.deployer.address, crew.owner.address),
          );
          expect(Object.keys(suite.record.calls)).to.have.members(["05-reporter-config", "06-ownership"]);
          expect(await signer.getNonce()).to.equal(first + SENDING_STEPS.length);
          expect(suite.record.pending).to.equal(undefined);
        });
      }
    }
  }

  it("finds the transaction by its nonce when the node had sent it but the hash was not noted", async () => {
    const crew = await loadFixture(emptyChain);
    const options = deploymentOf(crew);
    await failureOf(deploySuite({ ...options, onProgress: killAt("02-implementation-721", "sent") }), Killed);
    const record = options.records.load();
    if (!record?.pending) throw new Error("nothing is pending");
    const { step, nonce } = record.pending;
    options.records.save({ ...record, pending: { step, nonce } });

    const suite = await deploySuite(options);

    expect(suite.record.contracts["AINFT721"]?.transactionHash).to.equal(record.pending.transactionHash);
  });

  it("takes the next nonce when the noted one was spent on something else", async () => {
    const crew = await loadFixture(emptyChain);
    const options = deploymentOf(crew);
    const first = await crew.deployer.getNonce();
    await failureOf(deploySuite({ ...options, onProgress: killAt("01-oracle", "noted") }), Killed);
    await crew.deployer.sendTransaction({ to: crew.stranger.address, value: 1n });

    const suite = await deploySuite(options);

    expect(await crew.deployer.getNonce()).to.equal(first + 1 + SENDING_STEPS.length);
    expect(recordedAddresses(suite.record)).to.deep.equal(expectedAddresses(crew.deployer.address, crew.owner.address));
  });

  it("forgets a note that the chain made void, and sends nothing, when the setup is already as wanted", async () => {
    const crew = await loadFixture(emptyChain);
    const options = deploymentOf(crew);
    const done = await deploySuite(options);
    const nonce = await crew.deployer.getNonce();
    options.records.save({ ...done.record, pending: { step: "05-reporter-config", nonce: BigInt(nonce) } });

    const suite = await deploySuite(options);

    expect(suite.record).to.deep.equal(done.record);
    expect(await crew.deployer.getNonce()).to.equal(nonce);
  });

  it("refuses to go on when the pending transaction does something else than this run wants", async () => {
    const crew = await loadFixture(emptyChain);
    const options = deploymentOf(crew);
    await failureOf(deploySuite({ ...options, onProgress: killAt("01-oracle", "noted") }), Killed);
    const record = options.records.load();
    if (!record?.pending) throw new Error("nothing is pending");
    const other = await crew.deployer.sendTransaction({ to: crew.stranger.address, value: 1n });
    options.records.save({ ...record, pending: { ...record.pending, transactionHash: other.hash } });

    const failure = await failureOf(deploySuite(options), TransactionConflictError);

    expect(failure.transactionHash).to.equal(other.hash);
  });
});
