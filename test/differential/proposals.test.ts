import { type Address, callsDigest, descriptionHash, type Hex, proposalId, type ProposedCall } from "ainft-core";
import { expect } from "chai";
import { AbiCoder, id, keccak256 } from "ethers";
import { loadFixture } from "../helpers/chain";
import { daoOpened } from "../helpers/dao";
import { itRandomly, type Random } from "../helpers/random";

const PROPOSALS = 200;
const MOST_CALLS = 5;
const LONGEST_DATA = 100;

function anyCall(random: Random): ProposedCall {
  return {
    target: random.address() as Address, // with its checksum
    value: random.uint(256),
    data: random.bytes(random.below(LONGEST_DATA)) as Hex, // as hexadecimal
  };
}

describe("proposals", () => {
  itRandomly(
    `[peers E40] have the same id in Solidity and TypeScript, for ${PROPOSALS} random ones`,
    async (random) => {
      const { governor } = await loadFixture(daoOpened);
      for (let round = 0; round < PROPOSALS; round++) {
        const calls = random.list(random.below(MOST_CALLS), () => anyCall(random));
        const description = `Proposal ${random.bytes32()}`;
        const targets = calls.map(({ target }) => target);
        const values = calls.map(({ value }) => value);
        const calldatas = calls.map(({ data }) => data);
        const hash = id(description);

        expect(descriptionHash(description)).to.equal(hash);
        expect(proposalId(calls, descriptionHash(description))).to.equal(
          await governor.getProposalId(targets, values, calldatas, hash),
        );
        const types = ["address[]", "uint256[]", "bytes[]"];
        const encoded = AbiCoder.defaultAbiCoder().encode(types, [targets, values, calldatas]);
        expect(callsDigest(calls)).to.equal(keccak256(encoded));
      }
    },
  );
});
