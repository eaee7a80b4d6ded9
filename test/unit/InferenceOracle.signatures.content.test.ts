import { expect } from "chai";
import { concat, dataLength, keccak256, TypedDataEncoder } from "ethers";
import { attest, recoveredFrom, reporterAt, signaturesOf } from "../helpers/attestation";
import { loadFixture } from "../helpers/chain";
import {
  attestFor,
  entryPoints,
  fulfill,
  fulfillInline,
  submitUpdate,
  submitUpdateWithTraits,
} from "../helpers/entry-points";
import { type AskedOnce, askedOnce } from "../helpers/fixtures";
import {
  Delivery,
  digestOf,
  type InferenceResult,
  type Report,
  reportDigest,
  resultLeaf,
  resultTypes,
  type StateUpdate,
  Status,
  traitUpdateLeaf,
  traitUpdateTypes,
  type TraitValue,
  updateLeaf,
  updateTypes,
} from "../helpers/typed-data";

const another = digestOf("something else");

describe("InferenceOracle", () => {
  describe("signature checklist, what is signed", () => {
    it("result leaf submitted as update: refuses the signatures of a result", async () => {
      const world = await loadFixture(askedOnce);

      await expectInvalid(world, submitUpdate.send(world, attestFor(fulfill, world)), attestFor(fulfill, world), {
        ...submitUpdate.subject(world),
      });
    });

    it("result leaf submitted as update: refuses a result leaf signed as a report of updates", async () => {
      const world = await loadFixture(askedOnce);
      const attestation = world.attest.leaf(0n, resultLeaf(world.result, Delivery.DIGEST));

      await expectInvalid(world, submitUpdate.send(world, attestation), attestation, submitUpdate.subject(world));
    });

    it("update leaf submitted as result: refuses the signatures of an update", async () => {
      const world = await loadFixture(askedOnce);
      const attestation = attestFor(submitUpdate, world);

      await expectInvalid(world, fulfill.send(world, attestation), attestation, fulfill.subject(world));
    });

    it("update leaf submitted as result: refuses an update leaf signed as a report of the request", async () => {
      const world = await loadFixture(askedOnce);
      const attestation = world.attest.leaf(world.requestId, updateLeaf(world.update()));

      await expectInvalid(world, fulfill.send(world, attestation), attestation, fulfill.subject(world));
    });

    it("update leaf submitted with traits: refuses the signatures of the update alone, also with no traits", async () => {
      const world = await loadFixture(askedOnce);
      const attestation = attestFor(submitUpdate, world);

      for (const traits of [world.traits, []]) {
        const delivered = { ...world, traits };
        await expectInvalid(
          delivered,
          submitUpdateWithTraits.send(delivered, attestation),
          attestation,
          submitUpdateWithTraits.subject(delivered),
        );
      }
    });

    it("leaf of an update with traits submitted without them: refuses it, also when there were none", async () => {
      const world = await loadFixture(askedOnce);

      for (const traits of [world.traits, []]) {
        const attestation = attestFor(submitUpdateWithTraits, { ...world, traits });
        await expectInvalid(world, submitUpdate.send(world, attestation), attestation, submitUpdate.subject(world));
      }
    });

    it("leaf of an update with traits submitted as result: refuses it, whatever first id was signed", async () => {
      const world = await loadFixture(askedOnce);

      for (const firstId of [0n, world.requestId]) {
        const attestation = world.attest.leaf(firstId, traitUpdateLeaf(world.update(), world.traits));
        await expectInvalid(world, fulfill.send(world, attestation), attestation, fulfill.subject(world));
      }
    });

    it("result leaf submitted as update with traits: refuses it, whatever first id was signed", async () => {
      const world = await loadFixture(askedOnce);

      for (const firstId of [0n, world.requestId]) {
        const attestation = world.attest.leaf(firstId, resultLeaf(world.result, Delivery.DIGEST));
        await expectInvalid(
          world,
          submitUpdateWithTraits.send(world, attestation),
          attestation,
          submitUpdateWithTraits.subject(world),
        );
      }
    });

    for (const entry of entryPoints) {
      it(`first id: ${entry.name} refuses a report that names another first id`, async () => {
        const world = await loadFixture(askedOnce);
        const { firstId, root } = entry.subject(world);
        const attestation = world.attest.leaf(firstId + 1n, root);

        await expectInvalid(world, entry.send(world, attestation), attestation, entry.subject(world));
      });

      for (const count of [0n, 2n]) {
        it(`count: ${entry.name} refuses a report of ${count} leaves`, async () => {
          const world = await loadFixture(askedOnce);
          const { configVersion, deadline } = world.attest.terms;
          const report: Report = { configVersion, deadline, count, ...entry.subject(world) };
          const attestation = attest(report, world.attest.terms);

          await expectInvalid(world, entry.send(world, attestation), attestation, entry.subject(world));
        });
      }

      it(`inner node as leaf: ${entry.name} refuses the signed root of a batch that holds the leaf`, async () => {
        const world = await loadFixture(askedOnce);
        const { firstId, root: leaf } = entry.subject(world);
        const attestation = world.attest.leaf(firstId, keccak256(concat([leaf, digestOf("the leaf beside it")])));

        await expectInvalid(world, entry.send(world, attestation), attestation, entry.subject(world));
      });
    }

    it("inner node as leaf: refuses a result hashed once, as an inner node would be", async () => {
      const world = await loadFixture(askedOnce);
      const { requestId, status, ...answer } = world.result;
      const signed = { delivery: Delivery.DIGEST, requestId, status, answer };
      const once = TypedDataEncoder.hashStruct("Result", resultTypes, signed);
      const attestation = world.attest.leaf(world.requestId, once);

      await expectInvalid(world, fulfill.send(world, attestation), attestation, fulfill.subject(world));
    });

    it("inner node as leaf: refuses an update hashed once, as an inner node would be", async () => {
      const world = await loadFixture(askedOnce);
      const once = TypedDataEncoder.hashStruct("StateUpdate", updateTypes, world.update());
      const attestation = world.attest.leaf(0n, once);

      await expectInvalid(world, submitUpdate.send(world, attestation), attestation, submitUpdate.subject(world));
    });

    it("inner node as leaf: refuses an update with traits hashed once, as an inner node would be", async () => {
      const world = await loadFixture(askedOnce);
      const signed = { update: world.update(), traits: world.traits };
      const once = TypedDataEncoder.hashStruct("TraitUpdate", traitUpdateTypes, signed);
      const attestation = world.attest.leaf(0n, once);

      await expectInvalid(
        world,
        submitUpdateWithTraits.send(world, attestation),
        attestation,
        submitUpdateWithTraits.subject(world),
      );
    });
  });

  describe("signature checklist, tampering", () => {
    const resultChanges: Record<keyof InferenceResult, Partial<InferenceResult>> = {
      requestId: { requestId: 2n },
      requestHash: { requestHash: another },
      resultDigest: { resultDigest: another },
      status: { status: Status.REJECTED_INPUT },
      size: { size: 7n },
    };

    for (const [field, change] of Object.entries(resultChanges)) {
      it(`Result fields each tampered: fulfill refuses another ${field} than was signed`, async () => {
        const world = await loadFixture(askedTwice);
        const attestation = attestFor(fulfill, world);
        const tampered = { ...world, result: { ...world.result, ...change } };

        await expectInvalid(world, fulfill.send(tampered, attestation), attestation, fulfill.subject(tampered));
        expect(await world.oracle.isFulfilled(1)).to.equal(false);
        expect(await world.oracle.isFulfilled(2)).to.equal(false);
      });
    }

    const inlineChanges: Record<string, Partial<AskedOnce>> = {
      resultDigest: { output: "0x1234" },
      size: { output: "0x" },
    };

    for (const [field, change] of Object.entries(inlineChanges)) {
      it(`Result fields each tampered: fulfillInline refuses bytes with another ${field} than was signed`, async () => {
        const world = await loadFixture(askedOnce);
        const attestation = attestFor(fulfillInline, world);
        const { output = "0x" } = change;
        const result = { ...world.result, resultDigest: keccak256(output), size: BigInt(dataLength(output)) };
        const tampered = { ...world, output, result };

        await expectInvalid(
          world,
          fulfillInline.send(tampered, attestation),
          attestation,
          fulfillInline.subject(tampered),
        );
      });
    }

    const updateChanges: Record<keyof StateUpdate, (world: AskedOnce) => Partial<StateUpdate>> = {
      collection: ({ stranger }) => ({ collection: stranger.address }),
      tokenId: () => ({ tokenId: 2n }),
      actor: ({ stranger }) => ({ actor: stranger.address }),
      sequence: () => ({ sequence: 2n }),
      manifestDigest: () => ({ manifestDigest: another }),
      inputDigest: () => ({ inputDigest: another }),
      outputDigest: () => ({ outputDigest: another }),
      stateDigest: () => ({ stateDigest: another }),
    };

    for (const entry of [submitUpdate, submitUpdateWithTraits]) {
      for (const [field, change] of Object.entries(updateChanges)) {
        it(`Update fields each tampered: ${entry.name} refuses another ${field} than was signed`, async () => {
          const world = await loadFixture(askedOnce);
          const attestation = attestFor(entry, world);
          const update = world.update(change(world));
          const tampered = { ...world, update: () => update };

          await expectInvalid(world, entry.send(tampered, attestation), attestation, entry.subject(tampered));
          expect(await entry.isDone(world)).to.equal(false);
        });
      }
    }

    type Traits = readonly [TraitValue, TraitValue];
    const traitChanges: Record<string, (traits: Traits) => TraitValue[]> = {
      "another value": ([first, last]) => [first, { ...last, value: another }],
      "another key": ([first, last]) => [{ ...first, key: another }, last],
      "key and value in each other's place": ([first, { key, value }]) => [first, { key: value, value: key }],
      "another order": ([first, last]) => [last, first],
      "the values in each other's place": ([first, last]) => [
        { ...first, value: last.value },
        { ...last, value: first.value },
      ],
      "the first trait dropped": ([, last]) => [last],
      "the last trait dropped": ([first]) => [first],
      "all traits dropped": () => [],
      "a trait added in front": (traits) => [{ key: another, value: another }, ...traits],
      "a trait added at the end": (traits) => [...traits, { key: another, value: another }],
      "a trait twice": ([first, last]) => [first, last, last],
    };

    for (const [title, change] of Object.entries(traitChanges)) {
      it(`Traits tampered: submitUpdateWithTraits refuses ${title}`, async () => {
        const world = await loadFixture(askedOnce);
        const attestation = attestFor(submitUpdateWithTraits, world);
        const tampered = { ...world, traits: change(twoOf(world.traits)) };

        await expectInvalid(
          world,
          submitUpdateWithTraits.send(tampered, attestation),
          attestation,
          submitUpdateWithTraits.subject(tampered),
        );
        expect((await world.collection.programOf(world.tokenId)).sequence).to.equal(0n);
      });
    }
  });

  describe("signature checklist, INLINE and DIGEST", () => {
    it("INLINE result cannot be delivered through the DIGEST function", async () => {
      const world = await loadFixture(askedOnce);
      const attestation = attestFor(fulfillInline, world);

      await expectInvalid(world, fulfill.send(world, attestation), attestation, fulfill.subject(world));
      expect(await world.oracle.isFulfilled(world.requestId)).to.equal(false);
    });

    it("INLINE result cannot be delivered without bytes", async () => {
      const world = await loadFixture(askedOnce);
      const attestation = attestFor(fulfillInline, world);

      await expect(fulfillInline.send({ ...world, output: "0x" }, attestation))
        .to.be.revertedWithCustomError(world.oracle, "InferenceOracleOutputMismatch")
        .withArgs(world.requestId, world.result.resultDigest, keccak256("0x"), 0);
      expect(await world.oracle.isFulfilled(world.requestId)).to.equal(false);
    });

    it("DIGEST result cannot be delivered as INLINE, not even with its bytes", async () => {
      const world = await loadFixture(askedOnce);
      const attestation = attestFor(fulfill, world);

      await expectInvalid(world, fulfillInline.send(world, attestation), attestation, fulfillInline.subject(world));
    });
  });

  describe("signature checklist, relaying", () => {
    for (const entry of entryPoints) {
      it(`stranger relays the same signatures: ${entry.name} has the same effect, once`, async () => {
        const world = await loadFixture(askedOnce);
        const attestation = attestFor(entry, world);

        await entry.send({ ...world, relayer: world.stranger }, attestation);

        expect(await entry.isDone(world)).to.equal(true);
        const late = entry.send(world, attestation);
        if (entry.again === null) await expect(late).not.to.emit(world.collection, "StateUpdated");
        else {
          const { error, args } = entry.again;
          const thrower = error.startsWith("AINFT") ? world.collection : world.oracle;
          await expect(late)
            .to.be.revertedWithCustomError(thrower, error)
            .withArgs(...args(world));
        }
      });
    }
  });
});

function twoOf([first, last, ...more]: readonly TraitValue[]): readonly [TraitValue, TraitValue] {
  if (first === undefined || last === undefined || more.length !== 0) throw new Error("There are not two traits.");
  return [first, last];
}

/** The state of `askedOnce`, with a second open request. */
async function askedTwice(): Promise<AskedOnce> {
  const world = await askedOnce();
  const { collection, tokenId } = world.request;
  await world.oracle.connect(world.requester).request(collection, tokenId, "0x", world.request);
  return world;
}

/** The first signature recovers, over what the oracle hashes, exactly the key that the maths gives, and no reporter. */
async function expectInvalid(
  world: AskedOnce,
  sent: Promise<unknown>,
  attestation: string,
  subject: Pick<Report, "firstId" | "root">,
): Promise<void> {
  const { domain, configVersion, deadline } = world.attest.terms;
  const digest = reportDigest(domain, { configVersion, deadline, count: 1n, ...subject });
  const recovered = recoveredFrom(digest, signaturesOf(attestation)[0] ?? "");

  await expect(sent)
    .to.be.revertedWithCustomError(world.oracle, "InferenceOracleInvalidSignature")
    .withArgs(0, reporterAt(world.reporters, 0).address, recovered);
}
