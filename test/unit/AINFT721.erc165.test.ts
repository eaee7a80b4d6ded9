import { expect } from "chai";
import { type Interface, ZeroAddress, ZeroHash } from "ethers";
import {
  IAINFT__factory,
  IAINFTCollection__factory,
  IERC165__factory,
  IERC5267__factory,
  IERC721__factory,
  IERC721Metadata__factory,
} from "../../typechain-types";
import { loadFixture, type Person } from "../helpers/chain";
import { type MintedToken, tokenMinted } from "../helpers/fixtures";
import { functionsOf, interfaceId } from "../helpers/interfaces";
import { recordBy } from "../helpers/programs";
import { digestOf } from "../helpers/typed-data";

/** Arguments with which a function of the collection succeeds, and who calls it. */
type Call = (world: MintedToken) => { by?: Person; args: unknown[] };

const owned =
  (...args: unknown[]): Call =>
  ({ owner, tokenId }) => ({ by: owner, args: [tokenId, ...args] });

const calls: Record<string, Call> = {
  supportsInterface: () => ({ args: ["0x01ffc9a7"] }),
  name: () => ({ args: [] }),
  symbol: () => ({ args: [] }),
  tokenURI: owned(),
  balanceOf: ({ owner }) => ({ args: [owner.address] }),
  ownerOf: owned(),
  getApproved: owned(),
  isApprovedForAll: ({ owner, friend }) => ({ args: [owner.address, friend.address] }),
  approve: ({ owner, friend, tokenId }) => ({ by: owner, args: [friend.address, tokenId] }),
  setApprovalForAll: ({ owner, friend }) => ({ by: owner, args: [friend.address, true] }),
  transferFrom: ({ owner, friend, tokenId }) => ({ by: owner, args: [owner.address, friend.address, tokenId] }),
  "safeTransferFrom(address,address,uint256)": ({ owner, friend, tokenId }) => ({
    by: owner,
    args: [owner.address, friend.address, tokenId],
  }),
  "safeTransferFrom(address,address,uint256,bytes)": ({ owner, friend, tokenId }) => ({
    by: owner,
    args: [owner.address, friend.address, tokenId, "0x"],
  }),
  eip712Domain: () => ({ args: [] }),
  publishVersion: owned(digestOf("another manifest")),
  activateVersion: owned(1, ZeroHash),
  freeze: owned(),
  programOf: owned(),
  activeVersion: owned(),
  manifestOf: owned(1),
  recordTraining: ({ owner, tokenId }) => ({ by: owner, args: [tokenId, recordBy(owner), "0x"] }),
  trainingCount: owned(),
  trainingRoot: owned(),
  trainingPeak: owned(0),
  verifyTraining: ({ owner, tokenId }) => ({ args: [tokenId, recordBy(owner), 0, []] }),
  trainingConsentDigest: ({ owner, tokenId }) => ({ args: [tokenId, 0, recordBy(owner)] }),
  applyUpdate: ({ oracleAccount, update }) => ({
    by: oracleAccount,
    args: [update({ manifestDigest: digestOf("second manifest") })],
  }),
  stateDigest: owned(),
  setOracle: ({ creator }) => ({ by: creator, args: [ZeroAddress] }),
  lockOracle: ({ creator }) => ({ by: creator, args: [] }),
  oracle: () => ({ args: [] }),
  isOracleLocked: () => ({ args: [] }),
};

const erc165 = functionsOf(IERC165__factory.createInterface()).map(({ selector }) => selector);
const erc721 = functionsOf(IERC721__factory.createInterface()).map(({ selector }) => selector);

const advertised: { name: string; id: string; abi: Interface; inherited: string[] }[] = [
  { name: "ERC-165", id: "0x01ffc9a7", abi: IERC165__factory.createInterface(), inherited: [] },
  { name: "ERC-721", id: "0x80ac58cd", abi: IERC721__factory.createInterface(), inherited: erc165 },
  {
    name: "ERC-721 metadata",
    id: "0x5b5e139f",
    abi: IERC721Metadata__factory.createInterface(),
    inherited: [...erc165, ...erc721],
  },
  { name: "ERC-5267", id: "0x84b0196e", abi: IERC5267__factory.createInterface(), inherited: [] },
  {
    name: "IAINFT",
    id: interfaceId(IAINFT__factory.createInterface()),
    abi: IAINFT__factory.createInterface(),
    inherited: [],
  },
  {
    name: "IAINFTCollection",
    id: interfaceId(IAINFTCollection__factory.createInterface()),
    abi: IAINFTCollection__factory.createInterface(),
    inherited: [],
  },
];

describe("AINFT721", () => {
  describe("supportsInterface", () => {
    /** Two versions, and an account as the oracle: everything can be called. */
    async function everythingCallable(): Promise<MintedToken> {
      const world = await tokenMinted();
      await world.collection.connect(world.owner).publishVersion(world.tokenId, digestOf("second manifest"));
      await world.collection.setOracle(world.oracleAccount.address);
      return world;
    }

    for (const { name, id, abi, inherited } of advertised) {
      context(`for ${name}`, () => {
        it(`says yes to ${id}, which is the id of its functions`, async () => {
          const { collection } = await loadFixture(everythingCallable);

          expect(interfaceId(abi, inherited)).to.equal(id);
          expect(await collection.supportsInterface(id)).to.equal(true);
        });

        for (const fragment of functionsOf(abi)) {
          it(`really has ${fragment.format("sighash")}`, async () => {
            const world = await loadFixture(everythingCallable);
            const call = calls[fragment.name] ?? calls[fragment.format("sighash")];
            if (call === undefined) throw new Error(`No call is known for ${fragment.format("sighash")}.`);
            const { by = world.stranger, args } = call(world);

            const answer = await by.call({
              to: world.collectionAddress,
              data: abi.encodeFunctionData(fragment, args),
            });

            // It succeeds, and what comes back is what the interface declares.
            expect(abi.decodeFunctionResult(fragment, answer).length).to.equal(fragment.outputs.length);
          });
        }
      });
    }

    it("says yes to 0x49064906 (ERC-4906), whose events the ABI has", async () => {
      const { collection } = await loadFixture(everythingCallable);

      expect(await collection.supportsInterface("0x49064906")).to.equal(true);
      expect(collection.interface.hasEvent("MetadataUpdate")).to.equal(true);
      expect(collection.interface.hasEvent("BatchMetadataUpdate")).to.equal(true);
    });

    for (const [name, id] of [
      ["the invalid id", "0xffffffff"],
      ["zero", "0x00000000"],
      ["ERC-721 enumerable", "0x780e9d63"],
      ["ERC-1155", "0xd9b67a26"],
      ["ERC-2981", "0x2a55205a"],
      ["ERC-5192", "0xb45a3c0e"],
      ["an ERC-721 receiver", "0x150b7a02"],
    ] as const) {
      it(`says no to ${id} (${name})`, async () => {
        const { collection } = await loadFixture(everythingCallable);

        expect(await collection.supportsInterface(id)).to.equal(false);
      });
    }
  });
});
