import { expect } from "chai";
import { concat, dataLength, dataSlice, getAddress, toBeHex, ZeroAddress } from "ethers";
import {
  addressesOf,
  attestationLength,
  entriesOf,
  makeReporters,
  maskOf,
  packAttestation,
  recoveredFrom,
  type Reporter,
  reporterAt,
  withEntry,
  withSwapped,
} from "../helpers/attestation";
import { loadFixture } from "../helpers/chain";
import { attestFor, digestFor, type EntryPoint, entryPoints } from "../helpers/entry-points";
import { type AskedOnce, askedOnce } from "../helpers/fixtures";
import { Random } from "../helpers/random";
import { itOfManyCases } from "../helpers/instrumented";

const ONE_DAY = 86_400n;

/** Three of five reporters sign in these tests: the first three. */
const SIGNERS = [0, 1, 2];
const LENGTH = attestationLength(3, 2);

for (const entry of entryPoints) {
  describe("InferenceOracle", () => {
    describe(`${entry.name}: signature checklist, who does not sign`, () => {
      for (const index of [3, 4]) {
        const impostors: Record<string, (world: AskedOnce) => string> = {
          "the zero address": () => ZeroAddress,
          "a stranger": ({ stranger }) => stranger.address,
          "a reporter who signed": ({ reporters }) => reporterAt(reporters, 0).address,
          "the address after its own": ({ reporters }) =>
            getAddress(toBeHex(BigInt(reporterAt(reporters, index).address) + 1n, 20)),
        };
        for (const [title, impostorOf] of Object.entries(impostors)) {
          it(`wrong silent reporter: refuses ${title} in place ${index}`, async () => {
            const world = await loadFixture(askedOnce);
            const impostor = impostorOf(world);
            const entries = withEntry(entriesOf(attestFor(entry, world)), index, impostor);

            await expectWrongReporter(entry, world, pack(world, entries), index, impostor);
          });
        }
      }

      it("silent reporters unsorted: refuses them in another order than the config's", async () => {
        const world = await loadFixture(askedOnce);
        const entries = withSwapped(entriesOf(attestFor(entry, world)), 3, 4);

        await expectWrongReporter(entry, world, pack(world, entries), 3, reporterAt(world.reporters, 4).address);
      });

      it("signer and silent reporter swapped: refuses an honest signature in the place of who did not sign", async () => {
        const world = await loadFixture(askedOnce);
        const entries = withSwapped(entriesOf(attestFor(entry, world)), 2, 3);
        const attestation = pack(world, entries, [0, 1, 3]);

        await expectWrongReporter(entry, world, attestation, 2, reporterAt(world.reporters, 3).address);
      });

      it("signer and silent reporter swapped: refuses it also under the mask of those who signed", async () => {
        const world = await loadFixture(askedOnce);
        const entries = withSwapped(entriesOf(attestFor(entry, world)), 2, 3);
        // Under that mask, the address and the front of the signature behind it stand where a signature should.
        const misread = dataSlice(concat([entries[2] ?? "0x", entries[3] ?? "0x"]), 0, 64);

        await expect(entry.send(world, pack(world, entries)))
          .to.be.revertedWithCustomError(world.oracle, "InferenceOracleInvalidSignature")
          .withArgs(2, reporterAt(world.reporters, 2).address, recoveredFrom(digestFor(entry, world), misread));
      });

      it("other set: refuses a reporter more and a reporter less than the config has", async () => {
        const world = await loadFixture(askedOnce);
        const entries = entriesOf(attestFor(entry, world));

        for (const other of [[...entries, world.stranger.address], entries.slice(0, 4)]) {
          const attestation = pack(world, other);
          await expect(entry.send(world, attestation))
            .to.be.revertedWithCustomError(world.oracle, "InferenceOracleBadAttestationLength")
            .withArgs(LENGTH, dataLength(attestation));
        }
      });

      it("other set: refuses a quorum of keys of one's own, whatever threshold and number they claim", async () => {
        const world = await loadFixture(askedOnce);
        for (const [threshold, count] of [
          [1, 1],
          [3, 5],
          [1, 32],
          [5, 5],
        ] as const) {
          const reporters = makeReporters(count, "keys of one's own");
          const by = Array.from({ length: threshold }, (_, index) => index);

          await expectRefused(entry, world, attestFor(entry, world, { reporters, by }));
        }
      });

      itOfManyCases("every byte: refuses an attestation with any one of its bytes changed", async () => {
        const world = await loadFixture(askedOnce);
        const random = new Random("every byte");
        const honest = attestFor(entry, world);
        for (let place = 0; place < dataLength(honest); place += 1) {
          const byte = Number(dataSlice(honest, place, place + 1)) ^ (1 + random.below(255));
          const bent = concat([dataSlice(honest, 0, place), toBeHex(byte, 1), dataSlice(honest, place + 1)]);

          await expectRefused(entry, world, bent, `byte ${place}`);
        }
        await entry.send(world, honest);
        expect(await entry.isDone(world)).to.equal(true);
      });
    });

    describe(`${entry.name}: signature checklist, two live configs`, () => {
      /** The state of `askedOnce`, then a second config of other keys; the first is in its grace period. */
      async function rotated(): Promise<AskedOnce & { second: Reporter[] }> {
        const world = await loadFixture(askedOnce);
        const second = makeReporters(5, "second config");
        await world.oracle.connect(world.dao).setConfig(addressesOf(second), 3, ONE_DAY);
        return { ...world, second };
      }

      it("other set: refuses the current reporters under the previous number, by the previous reporters", async () => {
        const world = await rotated();
        const attestation = attestFor(entry, world, { configVersion: 1n, reporters: world.second });

        await expect(entry.send(world, attestation))
          .to.be.revertedWithCustomError(world.oracle, "InferenceOracleInvalidSignature")
          .withArgs(0, reporterAt(world.reporters, 0).address, reporterAt(world.second, 0).address);
      });

      it("other set: refuses the previous reporters under the current number, by the current reporters", async () => {
        const world = await rotated();
        const attestation = attestFor(entry, world, { configVersion: 2n });

        await expect(entry.send(world, attestation))
          .to.be.revertedWithCustomError(world.oracle, "InferenceOracleInvalidSignature")
          .withArgs(0, reporterAt(world.second, 0).address, reporterAt(world.reporters, 0).address);
      });

      it("wrong silent reporter: refuses a reporter of the current config among those of the previous one", async () => {
        const world = await rotated();
        const impostor = reporterAt(world.second, 3).address;
        const entries = withEntry(entriesOf(attestFor(entry, world)), 3, impostor);

        await expectWrongReporter(entry, world, pack(world, entries), 3, impostor);
      });
    });
  });
}

function pack({ attest }: AskedOnce, entries: readonly string[], by: readonly number[] = SIGNERS): string {
  const { configVersion, deadline } = attest.terms;
  return packAttestation({ configVersion, deadline, mask: maskOf(by) }, entries);
}

async function expectWrongReporter(
  entry: EntryPoint,
  world: AskedOnce,
  attestation: string,
  index: number,
  actual: string,
): Promise<void> {
  await expect(entry.send(world, attestation))
    .to.be.revertedWithCustomError(world.oracle, "InferenceOracleWrongReporter")
    .withArgs(index, reporterAt(world.reporters, index).address, actual);
  expect(await entry.isDone(world)).to.equal(false);
}

/** Refused, whatever the reason: only the first wrong thing is named, and any of them may be. */
async function expectRefused(
  entry: EntryPoint,
  world: AskedOnce,
  attestation: string,
  what = "the attestation",
): Promise<void> {
  let accepted = true;
  await entry.send(world, attestation).catch(() => (accepted = false));
  expect(accepted, what).to.equal(false);
  expect(await entry.isDone(world), what).to.equal(false);
}
