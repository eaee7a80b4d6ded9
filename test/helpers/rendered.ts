import type { AuthorityMock, OnchainMetadata } from "../../typechain-types";
import { deployContract } from "./chain";
import { manifestUri } from "./manifest-uri";
import { everybody, type People } from "./people";
import { freshProgram, type ProgramFields } from "./programs";
import { digestOf } from "./typed-data";

/** The only token there is. */
export const tokenId = 7n;
export const manifest = digestOf("first manifest");

/** What its controller says of it. */
export const text = {
  name: "Ada",
  description: "Answers in rhyme.",
  image: "data:image/svg+xml;base64,PHN2Zy8+",
  externalUrl: "https://ada.example/?a=1&b=2",
};

/** A collection that points at the renderer. */
export interface RenderedWorld extends People {
  renderer: OnchainMetadata;
  collection: AuthorityMock;
  address: string;
  setProgram(changed?: Partial<ProgramFields>): Promise<unknown>;
}

/** A collection that points at the renderer, with one token controlled by `owner`; nothing is written. */
export async function renderedCollection(): Promise<RenderedWorld> {
  const people = await everybody();
  const renderer = await deployContract("OnchainMetadata");
  const collection = await deployContract("AuthorityMock", [await renderer.getAddress()]);
  const setProgram = (changed: Partial<ProgramFields> = {}): Promise<unknown> =>
    collection.setProgram(tokenId, people.owner.address, { ...freshProgram(manifest), ...changed });
  await setProgram();
  return { ...people, renderer, collection, address: await collection.getAddress(), setProgram };
}

/** The same with a text. */
export async function textWritten(): Promise<RenderedWorld> {
  const world = await renderedCollection();
  await world.renderer.connect(world.owner).setText(world.address, tokenId, text);
  return world;
}

/** The text of the token, as a plain object. */
export async function readText(renderer: OnchainMetadata, address: string): Promise<typeof text> {
  const { name, description, image, externalUrl } = await renderer.textOf(address, tokenId);
  return { name, description, image, externalUrl };
}

/** The whole document for a token as it was minted, written from the fields alone. */
export function documentOf(fields: Partial<typeof text>, program: ProgramFields = freshProgram(manifest)): unknown {
  const { externalUrl, ...rest } = fields;
  return {
    ...rest,
    ...(externalUrl === undefined ? {} : { external_url: externalUrl }),
    ainft: { activeVersion: Number(program.activeVersion), manifest: manifestUri(program.activeManifest) },
    attributes: [{ display_type: "number", trait_type: "Version", value: Number(program.activeVersion) }],
  };
}
