import { expect } from "chai";
import { hexlify, toUtf8Bytes } from "ethers";
import { IAINFT__factory, IMetadataRenderer__factory, IOnchainMetadata__factory } from "../../typechain-types";
import { deployContract, loadFixture, provider } from "../helpers/chain";
import { HOSTILE_TEXTS, jsonOf, NOT_UTF8 } from "../helpers/data-uri";
import { eventsOf } from "../helpers/events";
import { dangerousInstructions, declarations } from "../helpers/interfaces";
import { manifestUri } from "../helpers/manifest-uri";
import { freshProgram, type ProgramFields } from "../helpers/programs";
import {
  documentOf,
  manifest,
  readText,
  renderedCollection,
  type RenderedWorld,
  text,
  textWritten,
  tokenId,
} from "../helpers/rendered";
import { digestOf } from "../helpers/typed-data";

const unknownId = 99n;

describe("OnchainMetadata", () => {
  it("has every function, event and error of its interfaces, letter by letter", async () => {
    const { renderer } = await loadFixture(renderedCollection);

    for (const factory of [IOnchainMetadata__factory, IMetadataRenderer__factory]) {
      expect(declarations(renderer.interface)).to.include.members(declarations(factory.createInterface()));
    }
  });

  it("[peers D33] holds no instruction that could replace or destroy its code", async () => {
    const { renderer } = await loadFixture(renderedCollection);

    expect(dangerousInstructions(await provider.getCode(await renderer.getAddress()))).to.deep.equal([]);
  });

  describe("tokenURI", () => {
    it("is the active manifest while nothing is written", async () => {
      const { renderer, address, setProgram } = await loadFixture(renderedCollection);

      expect(await renderer.tokenURI(address, tokenId)).to.equal(manifestUri(manifest));
      await setProgram({ activeManifest: digestOf("second manifest") });
      expect(await renderer.tokenURI(address, tokenId)).to.equal(manifestUri(digestOf("second manifest")));
    });

    it("is JSON of the text and of the program once a text is written", async () => {
      const { renderer, address } = await loadFixture(textWritten);

      expect(jsonOf(await renderer.tokenURI(address, tokenId))).to.deep.equal(documentOf(text));
    });

    it("[peers C22] follows the program after every change of it", async () => {
      const { renderer, address, setProgram } = await loadFixture(textWritten);
      const program: ProgramFields = {
        ...freshProgram(digestOf("third manifest")),
        versionCount: 4_294_967_295n,
        activeVersion: 4_294_967_294n,
        trainingCount: 12_345n,
        sequence: 678n,
        frozen: true,
      };
      await setProgram(program);

      expect(jsonOf(await renderer.tokenURI(address, tokenId))).to.deep.equal(documentOf(text, program));
    });

    it("leaves out what is empty", async () => {
      const { renderer, owner, address } = await loadFixture(renderedCollection);
      await renderer
        .connect(owner)
        .setText(address, tokenId, { name: "Ada", description: "", image: "", externalUrl: "" });

      expect(jsonOf(await renderer.tokenURI(address, tokenId))).to.deep.equal(documentOf({ name: "Ada" }));
    });

    for (const [title, hostile] of HOSTILE_TEXTS) {
      it(`[peers C21] carries ${title} in every field`, async () => {
        const { renderer, owner, address } = await loadFixture(renderedCollection);
        const fields = { name: hostile, description: hostile, image: hostile, externalUrl: hostile };
        await renderer.connect(owner).setText(address, tokenId, fields);

        expect(jsonOf(await renderer.tokenURI(address, tokenId))).to.deep.equal(documentOf(fields));
      });
    }

    it("[peers C22] reverts for an unknown token, with the collection's own error", async () => {
      const { renderer, address } = await loadFixture(textWritten);

      await expect(renderer.tokenURI(address, unknownId))
        .to.be.revertedWithCustomError({ interface: IAINFT__factory.createInterface() }, "AINFTUnknownToken")
        .withArgs(unknownId);
    });
  });

  describe("setText", () => {
    it("[peers C23] writes the text, and the collection tells of the change once", async () => {
      const { renderer, collection, owner, address } = await loadFixture(renderedCollection);

      const written = renderer.connect(owner).setText(address, tokenId, text);

      expect(await eventsOf(written, renderer, collection)).to.deep.equal([
        ["TokenTextChanged", address, tokenId, owner.address],
        ["MetadataUpdate", tokenId],
      ]);
      expect(await readText(renderer, address)).to.deep.equal(text);
    });

    it("puts a shorter text in place of a longer one", async () => {
      const { renderer, owner, address } = await loadFixture(textWritten);
      const shorter = { ...text, image: "", description: "x" };
      await renderer.connect(owner).setText(address, tokenId, shorter);

      expect(await readText(renderer, address)).to.deep.equal(shorter);
    });

    it("[peers C23] refuses the text that is written already", async () => {
      const { renderer, owner, address } = await loadFixture(textWritten);

      await expect(renderer.connect(owner).setText(address, tokenId, text))
        .to.be.revertedWithCustomError(renderer, "OnchainMetadataUnchanged")
        .withArgs(address, tokenId);
    });

    it("keeps the texts of two collections apart", async () => {
      const { renderer, owner, address } = await loadFixture(textWritten);
      const other = await deployContract("AuthorityMock", [await renderer.getAddress()]);
      await other.setProgram(tokenId, owner.address, freshProgram(manifest));

      expect(await renderer.tokenURI(await other.getAddress(), tokenId)).to.equal(manifestUri(manifest));
      expect((await renderer.textOf(address, tokenId)).name).to.equal(text.name);
    });

    it("reverts, and writes nothing, while the collection points at another renderer", async () => {
      const { renderer, owner, stranger } = await loadFixture(renderedCollection);
      const other = await deployContract("AuthorityMock", [stranger.address]);
      const address = await other.getAddress();
      await other.setProgram(tokenId, owner.address, freshProgram(manifest));

      await expect(renderer.connect(owner).setText(address, tokenId, text))
        .to.be.revertedWithCustomError(other, "AuthorityMockNotRenderer")
        .withArgs(await renderer.getAddress());
      expect((await renderer.textOf(address, tokenId)).name).to.equal("");
    });

    const lengths = [
      ["name", 128],
      ["description", 2048],
      ["image", 4096],
      ["externalUrl", 1024],
    ] as const;

    for (const [field, maximum] of lengths) {
      it(`refuses a field ${field} of one byte more than ${maximum}, and takes one of ${maximum}`, async () => {
        const { renderer, owner, address } = await loadFixture(renderedCollection);
        const byOwner = renderer.connect(owner);

        await expect(byOwner.setText(address, tokenId, { ...text, [field]: "x".repeat(maximum + 1) }))
          .to.be.revertedWithCustomError(renderer, "OnchainMetadataTooLong")
          .withArgs(field, BigInt(maximum + 1), BigInt(maximum));
        await byOwner.setText(address, tokenId, { ...text, [field]: "x".repeat(maximum) });
      });

      it(`[peers C21] refuses bytes that are not UTF-8 in the field ${field}`, async () => {
        const { renderer, owner, address } = await loadFixture(renderedCollection);
        for (const [title, bytes] of NOT_UTF8) {
          // Ethers writes only UTF-8, so a word of its own is exchanged for the bytes.
          const stand = "~".repeat((bytes.length - 2) / 2);
          const call = renderer.interface.encodeFunctionData("setText", [
            address,
            tokenId,
            { ...text, [field]: stand },
          ]);
          const data = call.replace(
            hexlify(toUtf8Bytes(stand)).slice(2).padEnd(64, "0"),
            bytes.slice(2).padEnd(64, "0"),
          );
          expect(data, title).not.to.equal(call);

          await expect(owner.sendTransaction({ to: await renderer.getAddress(), data }), title)
            .to.be.revertedWithCustomError(renderer, "OnchainMetadataInvalidText")
            .withArgs(field);
        }
      });
    }

    it("refuses a text without a name", async () => {
      const { renderer, owner, address } = await loadFixture(renderedCollection);

      await expect(renderer.connect(owner).setText(address, tokenId, { ...text, name: "" }))
        .to.be.revertedWithCustomError(renderer, "OnchainMetadataNoName")
        .withArgs();
    });
  });

  describe("clearText", () => {
    it("[peers C23] goes back to the manifest, and the collection tells of the change once", async () => {
      const { renderer, collection, owner, address } = await loadFixture(textWritten);

      const cleared = renderer.connect(owner).clearText(address, tokenId);

      expect(await eventsOf(cleared, renderer, collection)).to.deep.equal([
        ["TokenTextCleared", address, tokenId, owner.address],
        ["MetadataUpdate", tokenId],
      ]);
      expect(await renderer.tokenURI(address, tokenId)).to.equal(manifestUri(manifest));
      expect((await renderer.textOf(address, tokenId)).name).to.equal("");
    });

    it("[peers C23] refuses when there is no text", async () => {
      const { renderer, owner, address } = await loadFixture(renderedCollection);

      await expect(renderer.connect(owner).clearText(address, tokenId))
        .to.be.revertedWithCustomError(renderer, "OnchainMetadataUnchanged")
        .withArgs(address, tokenId);
    });
  });

  describe("who may write", () => {
    const acts: [string, (world: RenderedWorld, id: bigint) => Promise<unknown>][] = [
      ["setText", ({ renderer, address }, id) => renderer.setText(address, id, { ...text, name: "Bob" })],
      ["clearText", ({ renderer, address }, id) => renderer.clearText(address, id)],
    ];

    for (const [name, act] of acts) {
      it(`[peers C24] ${name} is for nobody but the token's controller, and for nobody on an unknown token`, async () => {
        const world = await loadFixture(textWritten);
        const { renderer, address, creator, owner } = world;

        for (const [caller, id] of [
          [creator, tokenId],
          [owner, unknownId],
        ] as const) {
          await expect(act({ ...world, renderer: renderer.connect(caller) }, id))
            .to.be.revertedWithCustomError(renderer, "OnchainMetadataNotController")
            .withArgs(address, id, caller.address);
        }
      });

      for (const [title, state] of [
        ["once the program is frozen", { frozen: true }],
        ["while a dispute locks the program", { locked: true }],
      ] as const) {
        it(`[peers C25] ${name} is for nobody ${title}`, async () => {
          const world = await loadFixture(textWritten);
          const { renderer, address, owner, setProgram } = world;
          await setProgram(state);

          await expect(act({ ...world, renderer: renderer.connect(owner) }, tokenId))
            .to.be.revertedWithCustomError(renderer, "OnchainMetadataFrozen")
            .withArgs(address, tokenId);
        });
      }

      it(`${name} follows a change of the controller`, async () => {
        const world = await loadFixture(textWritten);
        const { renderer, collection, address, owner, friend } = world;
        await collection.setProgram(tokenId, friend.address, freshProgram(manifest));

        await expect(act({ ...world, renderer: renderer.connect(owner) }, tokenId))
          .to.be.revertedWithCustomError(renderer, "OnchainMetadataNotController")
          .withArgs(address, tokenId, owner.address);
        await act({ ...world, renderer: renderer.connect(friend) }, tokenId);
      });
    }
  });
});
