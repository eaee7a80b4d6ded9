import { expect } from "chai";
import {
  concat,
  keccak256,
  toBeHex,
  type TypedDataDomain,
  TypedDataEncoder,
  type TypedDataField,
  zeroPadValue,
} from "ethers";
import { InferenceOracle__factory } from "../../typechain-types";
import {
  addressesOf,
  maskOf,
  packAttestation,
  recoveredFrom,
  reporterAt,
  signaturesOf,
  signDigest,
  silentOf,
} from "../helpers/attestation";
import { chainId, deployContract, loadFixture, now, setStorageAt } from "../helpers/chain";
import { deployOracle } from "../helpers/contracts";
import { attestFor, digestFor, type EntryPoint, entryPoints, fulfill } from "../helpers/entry-points";
import { ask, type AskedOnce, askedOnce, INPUT } from "../helpers/fixtures";
import { oracleOnFork } from "../helpers/fork";
import { oracleDomain, type Report, reportTypes } from "../helpers/typed-data";

const OTHER_CHAIN = 31_338;

for (const entry of entryPoints) {
  describe("InferenceOracle", () => {
    describe(`${entry.name}: signature checklist, domain and type`, () => {
      const domains: Record<string, (world: AskedOnce) => TypedDataDomain> = {
        "other chain id": ({ domain }) => ({ ...domain, chainId: 1n }),
        "other contract": ({ domain, stranger }) => ({ ...domain, verifyingContract: stranger.address }),
        "other contract (the collection)": ({ domain, collectionAddress }) => ({
          ...domain,
          verifyingContract: collectionAddress,
        }),
        "other domain version": ({ domain }) => ({ ...domain, version: "2" }),
        "other domain name": ({ domain }) => ({ ...domain, name: "AINFT" }),
        "other domain fields (a salt more)": ({ domain }) => ({ ...domain, salt: zeroPadValue("0x01", 32) }),
        "other domain fields (no chain id)": ({ domain: { name, version, verifyingContract } }) => ({
          name,
          version,
          verifyingContract,
        }),
      };

      for (const [title, domainOf] of Object.entries(domains)) {
        it(`${title}: refuses it`, async () => {
          const world = await loadFixture(askedOnce);

          await expectRefused(entry, world, attestFor(entry, world, { domain: domainOf(world) }));
        });
      }

      const types: Record<string, { types: Record<string, TypedDataField[]>; extra?: Record<string, unknown> }> = {
        "another name": { types: { Result: reportTypes.Report } },
        "another order of fields": { types: { Report: [...reportTypes.Report].reverse() } },
        "a wider field": {
          types: {
            Report: reportTypes.Report.map((field) => ({ ...field, type: field.type.replace("uint32", "uint64") })),
          },
        },
        "a field less": { types: { Report: reportTypes.Report.filter(({ name }) => name !== "deadline") } },
        "a field more": {
          types: { Report: [...reportTypes.Report, { name: "nonce", type: "uint256" }] },
          extra: { nonce: 0n },
        },
      };

      for (const [title, { types: otherTypes, extra }] of Object.entries(types)) {
        it(`other typehash (${title}): refuses it`, async () => {
          const world = await loadFixture(askedOnce);
          const message = { ...reportOf(entry, world), ...extra };
          const digest = TypedDataEncoder.hash(world.domain, otherTypes, message);

          await expectRefused(entry, world, attestDigest(world, digest));
        });
      }

      const unwrapped: Record<string, (world: AskedOnce) => string> = {
        "the leaf itself": (world) => reportOf(entry, world).root,
        "the report without a domain": (world) =>
          TypedDataEncoder.hashStruct("Report", reportTypes, reportOf(entry, world)),
        "another prefix": (world) =>
          keccak256(
            concat([
              "0x1900",
              TypedDataEncoder.hashDomain(world.domain),
              TypedDataEncoder.hashStruct("Report", reportTypes, reportOf(entry, world)),
            ]),
          ),
      };

      for (const [title, digestOfWorld] of Object.entries(unwrapped)) {
        it(`other typehash (${title}): refuses it`, async () => {
          const world = await loadFixture(askedOnce);

          await expectRefused(entry, world, attestDigest(world, digestOfWorld(world)));
        });
      }
    });

    describe(`${entry.name}: signature checklist, another oracle`, () => {
      /** A second oracle of the same reporters, with the same request, which the collection obeys now. */
      async function secondOracle(): Promise<{ first: AskedOnce; second: AskedOnce }> {
        const first = await askedOnce();
        const oracle = await deployOracle(first.dao);
        const address = await oracle.getAddress();
        await oracle.connect(first.dao).setConfig(addressesOf(first.reporters), first.threshold, 0);
        await first.collection.setOracle(address);
        const second = { ...first, oracle, domain: oracleDomain(await chainId(), address) };
        await ask(second, first.request, INPUT);
        return { first, second };
      }

      it("result replay on a second oracle: refuses what was signed for the first", async () => {
        const { first, second } = await loadFixture(secondOracle);
        const attestation = attestFor(entry, first);

        await expectRefused(entry, second, attestation);
        await entry.send(second, attestFor(entry, second, { domain: second.domain }));
        expect(await entry.isDone(second)).to.equal(true);
      });

      /** The oracle's code behind a proxy, with an owner, a config and a request of its own. */
      async function behindProxy(): Promise<{ direct: AskedOnce; proxied: AskedOnce }> {
        const direct = await askedOnce();
        const proxy = await deployContract("DelegateProxyMock", [await direct.oracle.getAddress()]);
        const address = await proxy.getAddress();
        const oracle = InferenceOracle__factory.connect(address, direct.dao);
        await setStorageAt(address, 0, zeroPadValue(direct.dao.address, 32));
        await oracle.setConfig(addressesOf(direct.reporters), direct.threshold, 0);
        await direct.collection.setOracle(address);
        const proxied = { ...direct, oracle, domain: oracleDomain(await chainId(), address) };
        await ask(proxied, direct.request, INPUT);
        return { direct, proxied };
      }

      it("proxy vs implementation address: a proxy refuses what was signed for its implementation", async () => {
        const { direct, proxied } = await loadFixture(behindProxy);

        await expectRefused(entry, proxied, attestFor(entry, direct));
      });

      it("proxy vs implementation address: a proxy has a domain of its own", async () => {
        const { proxied } = await loadFixture(behindProxy);

        await entry.send(proxied, attestFor(entry, proxied, { domain: proxied.domain }));

        expect(await entry.isDone(proxied)).to.equal(true);
      });

      it("proxy vs implementation address: an implementation refuses what was signed for its proxy", async () => {
        const { direct, proxied } = await loadFixture(behindProxy);

        await expectRefused(entry, direct, attestFor(entry, proxied, { domain: proxied.domain }));
      });
    });
  });
}

describe("InferenceOracle", () => {
  describe("fulfill: signature checklist, another chain", () => {
    it("other chain id fork: a fork refuses what was signed before it, and takes what is signed for it", async () => {
      const world = await loadFixture(askedOnce);
      const { result, attest, requestId } = world;
      const { forked } = await oracleOnFork(world.oracle, OTHER_CHAIN);
      const forkedDomain = { ...world.domain, chainId: BigInt(OTHER_CHAIN) };
      const deadline = attest.terms.deadline;

      const old = attest.result(result);
      const [first = ""] = signaturesOf(old);
      const recovered = recoveredFrom(digestFor(fulfill, world, { domain: forkedDomain }), first);
      await expect(forked.fulfill.staticCall(old, result))
        .to.be.revertedWithCustomError(world.oracle, "InferenceOracleInvalidSignature")
        .withArgs(0, reporterAt(world.reporters, 0).address, recovered);

      await (await forked.fulfill(attestFor(fulfill, world, { domain: forkedDomain, deadline }), result)).wait();
      expect(await forked.isFulfilled(requestId)).to.equal(true);
      expect(await world.oracle.isFulfilled(requestId)).to.equal(false);
    });
  });

  describe("eip712Domain (ERC-5267)", () => {
    it("names the oracle, its version, its chain and its address", async () => {
      const { oracle, domain } = await loadFixture(askedOnce);

      expect(await oracle.eip712Domain()).to.deep.equal([
        "0x0f", // name, version, chain id and contract
        domain.name,
        domain.version,
        domain.chainId,
        domain.verifyingContract,
        toBeHex(0, 32),
        [],
      ]);
    });
  });

  describe("previewDigest", () => {
    it("is the digest that ethers makes from the domain and the type alone", async () => {
      const { oracle, domain } = await loadFixture(askedOnce);
      const report: Report = {
        configVersion: 2n ** 32n - 1n,
        deadline: await now(),
        firstId: 2n ** 64n - 1n,
        count: 256n,
        root: keccak256("0x"),
      };

      expect(await oracle.previewDigest(report)).to.equal(TypedDataEncoder.hash(domain, reportTypes, report));
    });
  });
});

function reportOf(entry: EntryPoint, { attest, ...world }: AskedOnce): Report {
  const { configVersion, deadline } = attest.terms;
  return { configVersion, deadline, count: 1n, ...entry.subject({ attest, ...world }) };
}

/** An attestation by the first three reporters over any digest. */
function attestDigest({ attest, reporters }: AskedOnce, digest: string): string {
  const { configVersion, deadline, by } = attest.terms;
  const signatures = by.map((index) => signDigest(reporterAt(reporters, index), digest).compactSerialized);
  const entries = [...signatures, ...silentOf(reporters, by)]; // in order, because the signers are the first ones
  return packAttestation({ configVersion, deadline, mask: maskOf(by) }, entries);
}

/** The oracle sees another key than the reporter's behind the first signature, exactly the one that the maths gives. */
async function expectRefused(entry: EntryPoint, world: AskedOnce, attestation: string): Promise<void> {
  const [first = ""] = signaturesOf(attestation);
  const recovered = recoveredFrom(digestFor(entry, world, { domain: world.domain }), first);
  expect(recovered).not.to.equal(reporterAt(world.reporters, 0).address);

  await expect(entry.send(world, attestation))
    .to.be.revertedWithCustomError(world.oracle, "InferenceOracleInvalidSignature")
    .withArgs(0, reporterAt(world.reporters, 0).address, recovered);
  expect(await entry.isDone(world)).to.equal(false);
}
