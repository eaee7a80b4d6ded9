import { expect } from "chai";
import { hexlify, keccak256, toUtf8Bytes, ZeroAddress, ZeroHash } from "ethers";
import { withWord, withDirtyWord } from "../helpers/calldata";
import { deployContract, loadFixture, nextBlockAt, now, type Person } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import { freshOracle, INPUT, type MintedToken, tokenMinted } from "../helpers/fixtures";
import { Agreement, Delivery, digestOf, type InferenceRequest, requestHash } from "../helpers/typed-data";

const ONE_DAY = 86_400n;
const MAX_LIFETIME = 7n * ONE_DAY;
const MAX_INPUT_BYTES = 16_384;
const NO_CODE = "0x000000000000000000000000000000000000dEaD";

describe("InferenceOracle", () => {
  /** What the requester asks unless a test says otherwise; mined ten seconds from now. */
  async function asking(changed: Partial<InferenceRequest> = {}) {
    const world = await loadFixture(tokenMinted);
    const time = (await now()) + 10n;
    await nextBlockAt(time);
    const request: InferenceRequest = {
      requester: world.requester.address,
      collection: world.collectionAddress,
      tokenId: world.tokenId,
      manifestDigest: world.manifest,
      inputDigest: keccak256(INPUT),
      maxOutputBytes: 1024n,
      delivery: Delivery.DIGEST,
      agreement: Agreement.EXACT,
      deadline: time + ONE_DAY,
      ...changed,
    };
    return { ...world, request, time };
  }

  const send = ({ oracle }: MintedToken, asker: Person, request: InferenceRequest, input = INPUT) =>
    oracle.connect(asker).request(request.collection, request.tokenId, input, request);

  const encoded = ({ oracle }: Pick<MintedToken, "oracle">, request: InferenceRequest): string =>
    oracle.interface.encodeFunctionData("request", [request.collection, request.tokenId, INPUT, request]);

  describe("request", () => {
    const wishes = [Delivery.INLINE, Delivery.DIGEST].flatMap((delivery) =>
      Object.values(Agreement).map((agreement) => ({ delivery, agreement })),
    );
    for (const { delivery, agreement } of wishes) {
      it(`emits everything that was asked, and nothing else (delivery ${delivery}, agreement ${agreement})`, async () => {
        const { request, ...world } = await asking({ delivery, agreement });

        expect(await eventsOf(send(world, world.requester, request), world.oracle)).to.deep.equal([
          [
            "RequestCreated",
            1n,
            request.collection,
            request.tokenId,
            request.requester,
            request.manifestDigest,
            requestHash(request),
            request.maxOutputBytes,
            BigInt(delivery),
            BigInt(agreement),
            request.deadline,
            INPUT,
          ],
        ]);
      });
    }

    it("counts ids from 1, one by one, and returns them", async () => {
      const { request, oracle, ...world } = await asking();
      expect(await oracle.requestCount()).to.equal(0n);
      for (const requestId of [1n, 2n, 3n]) {
        const asked = await oracle.request.staticCall(request.collection, request.tokenId, INPUT, request);
        expect(asked).to.equal(requestId);
        await send({ ...world, oracle }, world.requester, request);
        expect(await oracle.requestCount()).to.equal(requestId);
        expect(await oracle.isFulfilled(requestId)).to.equal(false);
      }
    });

    it("is open to a stranger, whose address is part of what is asked", async () => {
      const { request, ...world } = await asking();
      const asked = { ...request, requester: world.stranger.address };

      const [event] = await eventsOf(send(world, world.stranger, request), world.oracle);

      expect(event?.[4]).to.equal(world.stranger.address);
      expect(event?.[6]).to.equal(requestHash(asked));
    });

    it("names the version that is active now, also after a rollback", async () => {
      const { request, ...world } = await asking();
      const second = digestOf("second manifest");
      await world.collection.connect(world.owner).publishManifest(world.tokenId, second);
      const [afterPublishing] = await eventsOf(send(world, world.requester, request), world.oracle);
      await world.collection.connect(world.owner).activateVersion(world.tokenId, 1, ZeroHash);
      const [afterRollback] = await eventsOf(send(world, world.requester, request), world.oracle);

      expect([afterPublishing?.[5], afterRollback?.[5]]).to.deep.equal([second, world.manifest]);
    });

    it("can be asked of a frozen program, which still answers", async () => {
      const { request, ...world } = await asking();
      await world.collection.connect(world.owner).freeze(world.tokenId);

      await send(world, world.requester, request);

      expect(await world.oracle.requestCount()).to.equal(1n);
    });

    it("needs no reporter config: an answer may come later", async () => {
      const { request, ...world } = await asking();
      await world.oracle.connect(world.dao).revokeConfig(1);

      await send(world, world.requester, request);

      expect(await world.oracle.requestCount()).to.equal(1n);
    });

    for (const maxOutputBytes of [0n, 2n ** 32n - 1n]) {
      it(`takes ${maxOutputBytes} bytes as the longest result`, async () => {
        const { request, ...world } = await asking({ maxOutputBytes });

        const [event] = await eventsOf(send(world, world.requester, request), world.oracle);

        expect(event?.[7]).to.equal(maxOutputBytes);
      });
    }

    for (const [title, length] of [
      ["an empty input", 0],
      ["the longest input", MAX_INPUT_BYTES],
    ] as const) {
      it(`takes ${title}`, async () => {
        const { request, ...world } = await asking();
        const input = hexlify(new Uint8Array(length).fill(7));

        const [event] = await eventsOf(send(world, world.requester, request, input), world.oracle);

        expect(event?.[11]).to.equal(input);
        expect(event?.[6]).to.equal(requestHash({ ...request, inputDigest: keccak256(input) }));
      });
    }

    it("refuses an input of one byte more", async () => {
      const { request, ...world } = await asking();
      const input = hexlify(new Uint8Array(MAX_INPUT_BYTES + 1));

      await expect(send(world, world.requester, request, input))
        .to.be.revertedWithCustomError(world.oracle, "InferenceOracleInputTooLong")
        .withArgs(MAX_INPUT_BYTES + 1, MAX_INPUT_BYTES);
    });

    for (const [title, after] of [
      ["one second after this block", 1n],
      ["seven days after this block", MAX_LIFETIME],
    ] as const) {
      it(`takes a deadline ${title}`, async () => {
        const { request, time, ...world } = await asking();

        await send(world, world.requester, { ...request, deadline: time + after });

        expect(await world.oracle.requestCount()).to.equal(1n);
      });
    }

    for (const [title, deadlineAt] of [
      ["in this block", (time: bigint) => time],
      ["one second before this block", (time: bigint) => time - 1n],
      ["of zero", () => 0n],
      ["one second over seven days after this block", (time: bigint) => time + MAX_LIFETIME + 1n],
      ["at the end of all time", () => 2n ** 64n - 1n],
    ] as const) {
      it(`refuses a deadline ${title}`, async () => {
        const { request, time, ...world } = await asking();
        const deadline = deadlineAt(time);

        await expect(send(world, world.requester, { ...request, deadline }))
          .to.be.revertedWithCustomError(world.oracle, "InferenceOracleBadDeadline")
          .withArgs(deadline, time, time + MAX_LIFETIME);
      });
    }

    for (const [title, collection] of [
      ["the zero address", ZeroAddress],
      ["an account without code", NO_CODE],
      ["a precompile", "0x0000000000000000000000000000000000000004"],
    ] as const) {
      it(`refuses ${title} as collection`, async () => {
        const { request, ...world } = await asking({ collection });

        await expect(send(world, world.requester, request))
          .to.be.revertedWithCustomError(world.oracle, "InferenceOracleNotACollection")
          .withArgs(collection);
      });
    }

    for (const [title, oracle] of [
      ["another oracle", NO_CODE],
      ["no oracle", ZeroAddress],
    ] as const) {
      it(`refuses a collection that obeys ${title}`, async () => {
        const { request, ...world } = await asking();
        await world.collection.setOracle(oracle);

        await expect(send(world, world.requester, request))
          .to.be.revertedWithCustomError(world.oracle, "InferenceOracleWrongOracle")
          .withArgs(world.collectionAddress, oracle);
      });
    }

    for (const tokenId of [0n, 2n, 2n ** 256n - 1n]) {
      it(`refuses token ${tokenId} of a collection of one`, async () => {
        const { request, ...world } = await asking({ tokenId });

        await expect(send(world, world.requester, request))
          .to.be.revertedWithCustomError(world.collection, "AINFTUnknownToken")
          .withArgs(tokenId);
      });
    }

    it("refuses a contract that is no AINFT collection", async () => {
      const { request, ...world } = await asking();
      const collection = await (await deployContract("BareERC721Mock")).getAddress();

      await expect(send(world, world.requester, { ...request, collection })).to.be.revertedWithoutReason();
    });

    it("passes on the reason of a collection that refuses", async () => {
      const { request, ...world } = await asking();
      const hostile = await deployContract("CollectionMock");
      await hostile.setOracle(await world.oracle.getAddress());
      await hostile.refuse();

      await expect(send(world, world.requester, { ...request, collection: await hostile.getAddress() }))
        .to.be.revertedWithCustomError(hostile, "CollectionMockRefused")
        .withArgs(world.tokenId);
    });

    it("believes a foreign collection about its own version only", async () => {
      const { request, ...world } = await asking();
      const foreign = await deployContract("CollectionMock");
      await foreign.setOracle(await world.oracle.getAddress());
      const collection = await foreign.getAddress();
      const [, manifestDigest] = await foreign.activeVersion(world.tokenId);

      const [event] = await eventsOf(send(world, world.requester, { ...request, collection }), world.oracle);

      expect(event?.[2]).to.equal(collection);
      expect(event?.[6]).to.equal(requestHash({ ...request, collection, manifestDigest }));
    });

    it("refuses a callback, which only the desk makes", async () => {
      const { request, ...world } = await asking({ delivery: Delivery.CALLBACK });

      await expect(send(world, world.requester, request))
        .to.be.revertedWithCustomError(world.oracle, "InferenceOracleNotDesk")
        .withArgs(world.requester.address, await world.oracle.desk());
    });

    context("when a word of the call has bits above its field", () => {
      const words = { collection: 0, maxOutputBytes: 3, delivery: 4, agreement: 5, deadline: 6 };
      const lowestDirtyBit = { collection: 160n, maxOutputBytes: 32n, delivery: 8n, agreement: 8n, deadline: 64n };

      for (const name of ["collection", "maxOutputBytes", "delivery", "agreement", "deadline"] as const) {
        for (const bit of [lowestDirtyBit[name], 255n]) {
          it(`refuses bit ${bit} of ${name}`, async () => {
            const { request, oracle, requester } = await asking();
            const data = encoded({ oracle }, request);

            await expect(
              requester.sendTransaction({
                to: await oracle.getAddress(),
                data: withDirtyWord(data, words[name], bit),
              }),
            ).to.be.revertedWithoutReason();
          });
        }
      }

      for (const name of ["delivery", "agreement"] as const) {
        it(`refuses a ${name} that does not exist`, async () => {
          const { request, oracle, requester } = await asking();
          const data = withWord(encoded({ oracle }, request), words[name], 3n);

          await expect(
            requester.sendTransaction({ to: await oracle.getAddress(), data }),
          ).to.be.revertedWithoutReason();
        });
      }
    });
  });

  describe("requestFor", () => {
    it("is for the desk alone, whoever else is the oracle's owner or the program's", async () => {
      const { request, oracle, requester, dao, owner } = await asking();

      for (const person of [requester, dao, owner]) {
        await expect(
          oracle.connect(person).requestFor(requester.address, request.collection, request.tokenId, INPUT, request),
        )
          .to.be.revertedWithCustomError(oracle, "InferenceOracleNotDesk")
          .withArgs(person.address, await oracle.desk());
      }
    });
  });

  describe("hashRequest", () => {
    it("is the EIP-712 struct hash of the request", async () => {
      const { oracle, request } = await asking();

      expect(await oracle.hashRequest(request)).to.equal(requestHash(request));
    });

    it("changes with every field", async () => {
      const { oracle, request, stranger } = await asking();
      const changes: Partial<InferenceRequest>[] = [
        { requester: stranger.address },
        { collection: stranger.address },
        { tokenId: 2n },
        { manifestDigest: digestOf("another manifest") },
        { inputDigest: keccak256(toUtf8Bytes("another input")) },
        { maxOutputBytes: 1025n },
        { delivery: Delivery.INLINE },
        { agreement: Agreement.TOLERANCE },
        { deadline: request.deadline + 1n },
      ];

      const hashes = await Promise.all([{}, ...changes].map((change) => oracle.hashRequest({ ...request, ...change })));

      expect(changes.flatMap(Object.keys)).to.have.members(Object.keys(request));
      expect(new Set(hashes).size).to.equal(hashes.length);
    });
  });

  describe("limits", () => {
    it("are seven days and 16,384 bytes", async () => {
      const { oracle } = await loadFixture(freshOracle);

      expect([await oracle.MAX_LIFETIME(), await oracle.MAX_INPUT_BYTES()]).to.deep.equal([
        MAX_LIFETIME,
        BigInt(MAX_INPUT_BYTES),
      ]);
    });
  });
});
