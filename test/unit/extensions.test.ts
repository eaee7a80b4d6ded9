import { expect } from "chai";
import type { Interface } from "ethers";
import {
  AINFT1155Votes__factory,
  AINFT1155__factory,
  AINFT1155Extension__factory,
  AINFT721Extension__factory,
  AINFT721Votes__factory,
  AINFT721__factory,
  IAINFT1155Votes__factory,
  IAINFT1155__factory,
  IAINFT721Votes__factory,
  IAINFT721__factory,
} from "../../typechain-types";
import { callableKinds, callOf } from "../helpers/calls";
import { deployContract, loadFixture, type Person, provider } from "../helpers/chain";
import { dangerousInstructions, declarations, functionsOf } from "../helpers/interfaces";
import type { ProgramWorld } from "../helpers/programs";

/*
 * A collection is a token contract that runs its extension's code for every function it does not have itself. Together they
 * must be exactly what the interface says, and the extension alone must be nothing.
 */

interface Halves {
  kind: keyof typeof callableKinds;
  token: Interface;
  extensionName: "AINFT721Extension" | "AINFT1155Extension";
  extension: Interface;
  promise: string;
  abi: Interface;
}

const of721 = {
  extensionName: "AINFT721Extension",
  extension: AINFT721Extension__factory.createInterface(),
} as const;
const of1155 = {
  extensionName: "AINFT1155Extension",
  extension: AINFT1155Extension__factory.createInterface(),
} as const;

const halves: Halves[] = [
  {
    ...of721,
    kind: "AINFT721",
    token: AINFT721__factory.createInterface(),
    promise: "IAINFT721",
    abi: IAINFT721__factory.createInterface(),
  },
  {
    ...of721,
    kind: "AINFT721Votes",
    token: AINFT721Votes__factory.createInterface(),
    promise: "IAINFT721Votes",
    abi: IAINFT721Votes__factory.createInterface(),
  },
  {
    ...of1155,
    kind: "AINFT1155",
    token: AINFT1155__factory.createInterface(),
    promise: "IAINFT1155",
    abi: IAINFT1155__factory.createInterface(),
  },
  {
    ...of1155,
    kind: "AINFT1155Votes",
    token: AINFT1155Votes__factory.createInterface(),
    promise: "IAINFT1155Votes",
    abi: IAINFT1155Votes__factory.createInterface(),
  },
];

/** What both halves have, because both inherit it from the same base; the token contract answers. */
const OWNERSHIP = [
  "acceptOwnership()",
  "owner()",
  "pendingOwner()",
  "renounceOwnership()",
  "transferOwnership(address)",
];

/** Events and errors of ours, and not of a standard or of the libraries below. */
const OURS =
  /^(error|event) (AINFT|Version|Program|Training|State|Oracle|Minting|Curat|Limit|Contract|Metadata|Batch|Royalty|Split|Access|Trait|Renderer|Dispute)/u;

const missing = (wanted: readonly string[], had: readonly string[]) => wanted.filter((line) => !had.includes(line));
const signaturesOf = (abi: Interface) => functionsOf(abi).map((fragment) => fragment.format("sighash"));
const selectorsOf = (abi: Interface) => functionsOf(abi).map(({ selector }) => selector);

for (const { kind, token, extensionName, extension, promise, abi } of halves) {
  describe(`${kind} and ${extensionName}`, () => {
    // What reads nothing at all (pure) keeps the promise of a view.
    const together = [...declarations(token), ...declarations(extension)].map((line) =>
      line.replace(" pure ", " view "),
    );

    it(`[lineage 7] have every function, event and error of ${promise} between them, letter by letter`, () => {
      expect(missing(declarations(abi), together)).to.deep.equal([]);
    });

    it("[lineage 7] declare no event or error of ours outside it", () => {
      const own = together.filter((line) => OURS.test(line));

      expect(missing(own, declarations(abi))).to.deep.equal([]);
    });

    it("[lineage 7] share no selector but those of ownership, and of the domain where votes are signed", () => {
      const inBoth = kind.endsWith("Votes") ? [...OWNERSHIP, "eip712Domain()"].sort() : OWNERSHIP;
      const own = selectorsOf(token);
      const shared = functionsOf(extension).filter(({ selector }) => own.includes(selector));

      expect(shared.map((fragment) => fragment.format("sighash")).sort()).to.deep.equal(inBoth);
      expect(signaturesOf(token)).to.include.members(inBoth);
    });

    it("[peers D34] answer every function of it on a collection", async () => {
      // What opens a collection works once, and these were not advertised by an id of ERC-165.
      const opening = ["initialize", "mint", "mintBatch", "burn", "createProgram"];

      for (const fragment of functionsOf(abi).filter(({ name }) => !opening.includes(name))) {
        const world = await loadFixture(callableKinds[kind]);
        const { address } = world;
        const signature = fragment.format("sighash");
        const { by, args } = await callOf(world, fragment.name, signature);
        const answer = await by.call({ to: address, data: abi.encodeFunctionData(fragment, [...args]) });
        expect(abi.decodeFunctionResult(fragment, answer).length, signature).to.equal(fragment.outputs.length);
      }
    });

    interface Deployed extends ProgramWorld {
      tokens: [string, string];
      extensions: [string, string];
    }

    /** Two token contracts, each on an extension of its own. */
    async function deployed(): Promise<Deployed> {
      const world = await callableKinds[kind]();
      const extensions: [string, string] = [await deployExtension(), await deployExtension()];
      const [one, other] = extensions;
      const tokens: [string, string] = [await deployToken(one), await deployToken(other)];
      return { ...world, tokens, extensions };
    }

    async function deployExtension(): Promise<string> {
      const splits = await deployContract("ContributorSplits");
      return (await deployContract(extensionName, [await splits.getAddress()])).getAddress();
    }

    async function deployToken(on: string): Promise<string> {
      return (await deployContract(kind, [on])).getAddress();
    }

    const bare = (address: string) => address.slice(2).toLowerCase();

    it("[peers D33] hold one DELEGATECALL between them, that of the token contract to its extension", async () => {
      const { tokens, extensions } = await loadFixture(deployed);

      expect(dangerousInstructions(await provider.getCode(tokens[0]))).to.deep.equal(["DELEGATECALL"]);
      expect(dangerousInstructions(await provider.getCode(extensions[0]))).to.deep.equal([]);
    });

    it("[peers D33] are joined by the code alone: another extension is another token contract", async () => {
      const { tokens, extensions } = await loadFixture(deployed);
      const [one, other] = extensions.map(bare);
      const [code, otherCode] = [await provider.getCode(tokens[0]), await provider.getCode(tokens[1])];

      expect([code.split(one ?? "").length, code.split(other ?? "").length]).to.deep.equal([2, 1]);
      expect([otherCode.split(one ?? "").length, otherCode.split(other ?? "").length]).to.deep.equal([1, 2]);
    });

    const changes = functionsOf(extension).filter(({ constant }) => !constant);

    for (const fragment of changes) {
      const signature = fragment.format("sighash");

      it(`[peers D30] the extension called directly refuses ${signature} from everybody`, async () => {
        const world = await loadFixture(deployed);
        const { args } = await callOf(world, fragment.name, signature);
        const data = extension.encodeFunctionData(fragment, [...args]);

        for (const actor of peopleOf(world)) {
          await expect(actor.sendTransaction({ to: world.extensions[0], data })).to.be.reverted;
        }
      });
    }

    it("[peers D30] the extension alone has no controller, no tokens and no ether", async () => {
      const { extensions, stranger } = await loadFixture(deployed);
      const [to] = extensions;
      const ask = async (name: string) =>
        extension.decodeFunctionResult(name, await stranger.call({ to, data: extension.encodeFunctionData(name) }));

      expect(await ask("owner")).to.deep.equal(["0x0000000000000000000000000000000000000000"]);
      expect(await ask("totalMinted")).to.deep.equal([0n]);
      await expect(stranger.sendTransaction({ to, value: 1n })).to.be.revertedWithoutReason();
    });
  });
}

function peopleOf(world: ProgramWorld): Person[] {
  const { dao, creator, owner, friend, trainer, player, stranger, oracleAccount, arbiter } = world;
  return [dao, creator, owner, friend, trainer, player, stranger, oracleAccount, arbiter];
}
