import { type Bytes32, digestFromUri, uriFromDigest } from "ainft-core";
import { deepEqual } from "node:assert/strict";
import { getBytes, MaxUint256, sha256, toBeHex, ZeroHash } from "ethers";
import { CID } from "multiformats/cid";
import * as raw from "multiformats/codecs/raw";
import { create } from "multiformats/hashes/digest";
import { sha256 as multiformatsSha256 } from "multiformats/hashes/sha2";
import { batchesOf } from "../helpers/batches";
import { deployContract, loadFixture } from "../helpers/chain";
import { manifestUri } from "../helpers/manifest-uri";
import { itRandomly } from "../helpers/random";

const CASES = 1000;

describe("Solidity and TypeScript agree on IPFS addresses", () => {
  async function harness() {
    return deployContract("ManifestURIHarness");
  }

  const byMultiformats = (digest: string): string =>
    `ipfs://${CID.createV1(raw.code, create(multiformatsSha256.code, getBytes(digest))).toString()}`;

  itRandomly(`of ${CASES} digests, the smallest and the largest among them`, async (random) => {
    const uris = await loadFixture(harness);
    const oneBit = Array.from({ length: 256 }, (_, bit) => toBeHex(1n << BigInt(bit), 32));
    const digests = [ZeroHash, toBeHex(MaxUint256, 32), ...oneBit, ...random.list(CASES, () => random.bytes32())];

    const onChain: string[] = [];
    for (const batch of batchesOf(digests, 50)) onChain.push(...(await uris.fromDigests(batch)));

    deepEqual(
      onChain,
      digests.map((digest) => uriFromDigest(digest as Bytes32)),
    );
    deepEqual(onChain, digests.map(byMultiformats));
    deepEqual(onChain, digests.map(manifestUri));
    deepEqual(digests, onChain.map(digestFromUri));
  });

  itRandomly("of random bytes, hashed by both sides", async (random) => {
    const uris = await loadFixture(harness);
    const contents = random.list(50, () => random.bytes(1 + random.below(500)));

    const onChain = await uris.fromDigests(contents.map((content) => sha256(content)));

    const named = await Promise.all(
      contents.map(async (content) => CID.createV1(raw.code, await multiformatsSha256.digest(getBytes(content)))),
    );
    deepEqual(
      [...onChain],
      named.map((cid) => `ipfs://${cid.toString()}`),
    );
  });
});
