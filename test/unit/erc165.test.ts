import { expect } from "chai";
import type { Interface } from "ethers";
import {
  IAINFT1155Curation__factory,
  IAINFT__factory,
  IAINFTCollection__factory,
  IAINFTDisputes__factory,
  IAINFTLife__factory,
  IAINFTRecords__factory,
  IAINFTRoyalties__factory,
  IAINFTTraits__factory,
  IERC1155__factory,
  IERC1155MetadataURI__factory,
  IERC165__factory,
  IERC2981__factory,
  IERC4906Events__factory,
  IERC4907__factory,
  IERC5192__factory,
  IERC5267__factory,
  IERC6372__factory,
  IERC721__factory,
  IERC721Metadata__factory,
  IERC7496__factory,
  IERC7572__factory,
  IMetadataRefresh__factory,
  IOracleLink__factory,
  IProgramAccess__factory,
  IProgramAuthority__factory,
  IVotes__factory,
} from "../../typechain-types";
import { callableKinds, callOf } from "../helpers/calls";
import { loadFixture } from "../helpers/chain";
import { functionsOf, interfaceId } from "../helpers/interfaces";

interface Advertised {
  name: string;
  /** As the standard fixes it; of our own interfaces, as we do. */
  id: string;
  abi: Interface;
  /** Interfaces whose functions are in the ABI but not in the id. */
  beside: Interface[];
}

const erc165 = IERC165__factory.createInterface();
const erc721 = IERC721__factory.createInterface();
const erc1155 = IERC1155__factory.createInterface();
const authority = IProgramAuthority__factory.createInterface();
const oracleLink = IOracleLink__factory.createInterface();
const traits = IERC7496__factory.createInterface();

const standard = (name: string, id: string, abi: Interface, ...beside: Interface[]): Advertised => ({
  name,
  id,
  abi,
  beside,
});
const ours = (name: string, abi: Interface, ...beside: Interface[]): Advertised =>
  standard(name, interfaceId(abi, selectorsOf(beside)), abi, ...beside);

const common: Advertised[] = [
  standard("ERC-165", "0x01ffc9a7", erc165),
  standard("ERC-5267", "0x84b0196e", IERC5267__factory.createInterface()),
  standard("ERC-7572", "0xe8a3d485", IERC7572__factory.createInterface()),
  ours("IAINFT", IAINFT__factory.createInterface()),
  ours("IAINFTLife", IAINFTLife__factory.createInterface(), authority),
  ours("IAINFTRecords", IAINFTRecords__factory.createInterface()),
  ours("IProgramAuthority", authority),
  ours("IProgramAccess", IProgramAccess__factory.createInterface()),
  ours("IOracleLink", oracleLink),
  ours("IAINFTCollection", IAINFTCollection__factory.createInterface(), oracleLink),
  ours("IAINFTDisputes", IAINFTDisputes__factory.createInterface()),
  ours("IAINFTRoyalties", IAINFTRoyalties__factory.createInterface()),
  ours("IAINFTTraits", IAINFTTraits__factory.createInterface(), traits),
  ours("IMetadataRefresh", IMetadataRefresh__factory.createInterface()),
  standard("ERC-2981", "0x2a55205a", IERC2981__factory.createInterface(), erc165),
  standard("ERC-7496", "0xaf332f3e", traits),
];

const of721: Advertised[] = [
  standard("ERC-721", "0x80ac58cd", erc721, erc165),
  standard("ERC-721 metadata", "0x5b5e139f", IERC721Metadata__factory.createInterface(), erc165, erc721),
  standard("ERC-4907", "0xad092b5c", IERC4907__factory.createInterface()),
  standard("ERC-5192", "0xb45a3c0e", IERC5192__factory.createInterface()),
];

const of1155: Advertised[] = [
  standard("ERC-1155", "0xd9b67a26", erc1155, erc165),
  standard("ERC-1155 metadata", "0x0e89341c", IERC1155MetadataURI__factory.createInterface(), erc165, erc1155),
  ours("IAINFT1155Curation", IAINFT1155Curation__factory.createInterface()),
];

const ofVotes: Advertised[] = [
  standard("IVotes", "0xe90fb3f6", IVotes__factory.createInterface()),
  standard("ERC-6372", "0xda287a1d", IERC6372__factory.createInterface()),
];

const advertised: Record<keyof typeof callableKinds, Advertised[]> = {
  AINFT721: [...common, ...of721],
  AINFT721Votes: [...common, ...of721, ...ofVotes],
  AINFT1155: [...common, ...of1155],
  AINFT1155Votes: [...common, ...of1155, ...ofVotes],
};

/** Standards that somebody could look for in vain. */
const elsewhere = {
  "the invalid id": "0xffffffff",
  zero: "0x00000000",
  "ERC-721 enumerable": "0x780e9d63",
  "ERC-721 receiver": "0x150b7a02",
  "ERC-1155 receiver": "0x4e2312e0",
  "ERC-6551 account": "0x6faff5f1",
  "ERC-7007": "0x702c55a6",
  "ERC-7160": "0x06e1bc5b",
  "ERC-7662": "0xaf87e086",
  "ERC-7857": "0xee5a526e",
};

describe("IAINFT", () => {
  it("[lineage 7] has an id of all its functions, which its parts make up", () => {
    const parts = [IAINFTLife__factory, IAINFTRecords__factory, IProgramAccess__factory].map((part) =>
      part.createInterface(),
    );
    const selectors = new Set(selectorsOf(parts));

    expect(new Set(selectorsOf([IAINFT__factory.createInterface()]))).to.deep.equal(selectors);
    const id = [...selectors].reduce((sum, selector) => sum ^ BigInt(selector), 0n);
    expect(BigInt(interfaceId(IAINFT__factory.createInterface()))).to.equal(id);
  });
});

for (const [kind, everythingCallable] of Object.entries(callableKinds)) {
  const answered = advertised[kind as keyof typeof callableKinds]; // the keys of the record are those of the kinds

  describe(`supportsInterface of ${kind}`, () => {
    async function ask(id: string): Promise<boolean> {
      const { address, stranger } = await loadFixture(everythingCallable);
      return IERC165__factory.connect(address, stranger).supportsInterface(id);
    }

    for (const { name, id, abi, beside } of answered) {
      context(`for ${name}`, () => {
        it(`[lineage 6] says yes to ${id}, which is the id of its functions`, async () => {
          expect(interfaceId(abi, selectorsOf(beside))).to.equal(id);
          expect(await ask(id)).to.equal(true);
        });

        for (const fragment of functionsOf(abi)) {
          const signature = fragment.format("sighash");

          it(`[peers D34] really has ${signature}`, async () => {
            const world = await loadFixture(everythingCallable);
            const { by, args } = await callOf(world, fragment.name, signature);

            const answer = await by.call({ to: world.address, data: abi.encodeFunctionData(fragment, [...args]) });

            // It succeeds, and what comes back is what the interface declares.
            expect(abi.decodeFunctionResult(fragment, answer).length).to.equal(fragment.outputs.length);
          });
        }
      });
    }

    it("[lineage 6] says yes to 0x49064906 (ERC-4906), whose events are those of the standard", async () => {
      const abi = IERC4906Events__factory.createInterface();

      expect(await ask("0x49064906")).to.equal(true);
      expect(abi.getEvent("MetadataUpdate").format("sighash")).to.equal("MetadataUpdate(uint256)");
      expect(abi.getEvent("BatchMetadataUpdate").format("sighash")).to.equal("BatchMetadataUpdate(uint256,uint256)");
    });

    const others = Object.values(advertised)
      .flat()
      .filter(({ id }) => answered.every((own) => own.id !== id));
    const foreign = { ...elsewhere, ...Object.fromEntries(others.map(({ name, id }) => [name, id])) };

    for (const [name, id] of Object.entries(foreign)) {
      it(`[peers D34] says no to ${id} (${name})`, async () => {
        expect(await ask(id)).to.equal(false);
      });
    }
  });
}

function selectorsOf(abis: readonly Interface[]): string[] {
  return abis.flatMap((abi) => functionsOf(abi).map(({ selector }) => selector));
}
