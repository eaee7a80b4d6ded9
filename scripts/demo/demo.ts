import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Agreement, canonicalJson, Delivery } from "ainft-core";
import { NonceManager, ZeroAddress } from "ethers";
import { IAINFT721__factory, AINFTFactory__factory, InferenceOracle__factory } from "../../typechain-types";
import { deploySuite } from "../deploy";
import { PermanentError } from "../lib/errors";
import type { NetworkSettings } from "../lib/networks";
import { CollectionKind } from "../lib/collection-kinds";
import { mined } from "../lib/mined";
import { packPersonaChat } from "../lib/oci/persona-chat";
import { serveImageLayout } from "../lib/oci/registry";
import { verifyAnswer } from "../lib/answer";
import { type Cast, demoCast } from "./accounts";
import { type LocalChain, startChain } from "./chain";
import { type StoredManifest, storePersona } from "./content";
import { type Engine, findEngine } from "./engine";
import type { ProcessGroup } from "./processes";
import type { Progress } from "./progress";
import { startRelays } from "./relays";
import { tellStory } from "./story";
import { waitForAnswer } from "./waiting";

/** A folder to work in has something in it, and no run of the demo put it there. */
class FolderNotOurs extends PermanentError {
  readonly code = "FOLDER_NOT_OURS";

  constructor(folder: string) {
    super(`${folder} is not empty, and no demo left it: name a new or an empty folder by --data.`);
  }
}

/** What every run of the demo leaves in its folder. */
const CHAIN_LOG = "anvil.log";

/** What to ask, and where to work. */
export interface DemoOptions {
  readonly question: string;
  /** What an earlier run left there is removed first. Anything else in it is left alone: then the demo does not start. */
  readonly folder: string;
}

/** Plays the whole story. Answers the exit code: 0 when every check is ok, 1 on a mismatch. */
export async function runDemo(processes: ProcessGroup, progress: Progress, options: DemoOptions): Promise<number> {
  const folder = resolve(options.folder);
  emptyFolder(folder);
  const cast = demoCast();

  progress.step("Starting a local chain (anvil) and deploying the suite");
  const chain = await startChain(processes, join(folder, CHAIN_LOG));
  const suite = await deploy(chain, cast, progress);

  const { image, registry, engine } = await prepareImage(processes, progress, folder);

  progress.step("Writing the manifest, opening a collection and minting the AINFT");
  const contentDir = join(folder, "content");
  const stored = storePersona(contentDir, image.digest, image.platform, cast.creator.address);
  progress.detail(`manifest digest ${stored.digest}`);
  progress.detail(`manifest CID    ${stored.cid}`);
  const { collection, tokenId } = await mint(chain, cast, suite, stored);
  progress.detail(`token #${tokenId} of ${collection} belongs to ${cast.creator.address}`);

  const { oracle, factory } = suite;
  const { rpcUrl, chainId } = chain;
  const connection = { rpcUrl, chainId, oracle, factory, collection, tokenId: Number(tokenId) };
  writeFileSync(join(folder, "connection.json"), `${JSON.stringify(connection, null, 2)}\n`);

  progress.step("Starting three relays, one a reporter");
  const urls = await startRelays(processes, {
    folder,
    chain,
    oracle: suite.oracle,
    contentDir,
    reporters: cast.reporters,
    transmitters: cast.transmitters,
    engine,
    registry: registry.address,
  });
  progress.detail(urls.join("  "));

  progress.step("Asking on chain");
  progress.detail(options.question);
  const requestId = await ask(chain, cast, suite.oracle, collection, tokenId, options.question);
  const answered = waitForAnswer(chain.provider, suite.oracle, collection, requestId, urls, progress);
  const execution = await Promise.race([answered, processes.failIfOneEnds()]);

  progress.step("Reading it all back");
  const story = await verifyAnswer(chain.provider, suite.oracle, requestId);
  for (const text of ["", ...tellStory(story, execution, stored.manifest.ainft.container.image)]) console.log(text);
  await registry.close();
  const failed = story.checks.filter(({ ok }) => !ok);
  console.log(failed.length === 0 ? "\nok" : `\nMISMATCH: ${failed.map(({ name }) => name).join(", ")}`);
  return failed.length === 0 ? 0 : 1;
}

/** Throws {@link FolderNotOurs} before anything is removed that no demo left. */
function emptyFolder(folder: string): void {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  if (files.length > 0 && !files.includes(CHAIN_LOG)) throw new FolderNotOurs(folder);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

/** Packs the image, serves it to the engine of this machine, and says what will run it. */
async function prepareImage(processes: ProcessGroup, progress: Progress, folder: string) {
  progress.step("Packing the persona's container into an OCI image");
  const image = await packPersonaChat({
    outDir: resolve(".ainft/images/persona-chat"),
    onProgress: (text) => progress.detail(text),
  });
  progress.detail(`image digest ${image.digest}`);
  const registry = await serveImageLayout(image.layoutDir);
  const engine = image.runnable ? await findEngine(processes, folder) : undefined;
  tellAboutEngine(progress, engine, image.reason);
  return { image, registry, engine };
}

async function deploy(chain: LocalChain, cast: Cast, progress: Progress) {
  const network: NetworkSettings = {
    name: "anvil",
    kind: "local",
    chainId: BigInt(chain.chainId),
    url: chain.rpcUrl,
    confirmations: 1,
  };
  return deploySuite({
    signer: cast.deployer.connect(chain.provider),
    network,
    reporters: cast.reporters.map(({ address }) => address),
    threshold: cast.reporters.length,
    owner: cast.deployer.address,
    fresh: true,
    onProgress: ({ kind, summary }) => {
      if (kind === "recorded") progress.detail(summary);
    },
  });
}

/** The creator opens a collection that obeys the oracle, and mints its first token. */
async function mint(chain: LocalChain, cast: Cast, suite: { oracle: string; factory: string }, stored: StoredManifest) {
  const creator = new NonceManager(cast.creator.connect(chain.provider));
  const factory = AINFTFactory__factory.connect(suite.factory, creator);
  const salt = stored.digest;
  const config = {
    name: "Personas",
    symbol: "PERS",
    controller: cast.creator.address,
    oracle: suite.oracle,
    arbiter: ZeroAddress,
  };
  await mined(factory.createCollection(CollectionKind.ERC721, salt, config));
  const collection = await factory.predictCollection(CollectionKind.ERC721, cast.creator.address, salt);
  const token = IAINFT721__factory.connect(collection, creator);
  await mined(token.mint(cast.creator.address, stored.digest));
  return { collection, tokenId: await token.totalMinted() };
}

async function ask(
  chain: LocalChain,
  cast: Cast,
  oracleAddress: string,
  collection: string,
  tokenId: bigint,
  question: string,
): Promise<bigint> {
  const oracle = InferenceOracle__factory.connect(oracleAddress, cast.player.connect(chain.provider));
  const latest = await chain.provider.getBlock("latest");
  const deadline = BigInt(latest?.timestamp ?? 0) + 3_600n;
  const terms = { maxOutputBytes: 4_096n, delivery: Delivery.INLINE, agreement: Agreement.EXACT, deadline };
  const input = canonicalJson({ question });
  await mined(oracle.request(collection, tokenId, input, terms));
  return oracle.requestCount();
}

function tellAboutEngine(progress: Progress, engine: Engine | undefined, reason: string | undefined): void {
  if (engine !== undefined) progress.detail(`container engine: ${engine.name}`);
  else {
    progress.detail(`no container engine${reason === undefined ? " here" : ` for this image (${reason})`}:`);
    progress.detail("the same program runs as a plain process, which relays allow on local chains only");
  }
}
