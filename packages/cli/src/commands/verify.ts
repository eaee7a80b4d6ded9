import { AinftError, type Bytes32, type Manifest, uriFromDigest } from "ainft-core";
import { type JsonRpcProvider, ZeroAddress } from "ethers";
import { COLLECTION, isEdition, read, withChain } from "../chain.ts";
import { wholeNumber } from "../inputs.ts";
import { followLife, type Moment, momentOf } from "../life.ts";
import { type Outcome, verdict } from "../outcome.ts";
import type { Settings } from "../settings.ts";
import { ContentStore } from "../store.ts";

/** One thing that was looked at. */
interface Verdict {
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Everything about a token, from chain and content: a verdict a line, and no when any of them is. */
export async function verifyToken(settings: Settings, [token = ""]: readonly string[]): Promise<Outcome> {
  const tokenId = wholeNumber(token, "token", 256);
  return withChain(settings, async (provider) => {
    const moment = await momentOf(provider, settings, tokenId);
    const followed = await followLife(provider, settings, moment);
    const store = new ContentStore(settings.io.cwd, settings.store);
    const verdicts = [
      ...followed.verdicts.map(({ aspect, agrees, detail }) => ({ what: aspect, ok: agrees, detail })),
      ...versionVerdicts(followed.life.versions, store),
      ...(await uriVerdict(provider, moment)),
    ];
    const ok = verdicts.every((one) => one.ok);
    const lines = verdicts.map((one) => `${one.ok ? "yes" : "NO "}  ${one.what}: ${one.detail}`);
    const failed = verdicts.filter((one) => !one.ok).map(({ what }) => what);
    const { collection, block } = moment;
    const json = { verified: ok, collection, tokenId, block, verdicts };
    const last = `${ok ? "verified" : "NOT VERIFIED"} at block ${block} of chain ${settings.chain}, node ${settings.node}`;
    return verdict(ok, [...lines, last], json, `not verified: ${failed.join(", ")}.`);
  });
}

/** What events tell against what the chain answers, and the content of every version. */
function versionVerdicts(versions: readonly Bytes32[], store: ContentStore): Verdict[] {
  return versions.map((digest, place) => contentVerdict(store, versions, digest, place));
}

function contentVerdict(store: ContentStore, digests: readonly Bytes32[], digest: Bytes32, place: number): Verdict {
  const what = `content of version ${place + 1}`;
  let manifest: Manifest | undefined;
  try {
    manifest = store.get(digest);
  } catch (error) {
    if (!(error instanceof AinftError)) throw error;
    return { what, ok: false, detail: error.message };
  }
  if (manifest === undefined) return { what, ok: false, detail: `${digest} is not in the content folder` };
  const { parent } = manifest.ainft;
  const known = parent === undefined || digests.slice(0, place).includes(parent);
  return { what, ok: known, detail: known ? manifest.name : `its parent ${parent} is no earlier version of the token` };
}

/** A collection with a renderer says what it likes: its text is then no claim about the manifest. */
async function uriVerdict(
  provider: JsonRpcProvider,
  { collection, tokenId, program, block }: Moment,
): Promise<Verdict[]> {
  const at = { to: collection, abi: COLLECTION, block };
  const [renderer] = await read(provider, { ...at, name: "renderer", args: [] });
  if (renderer !== ZeroAddress) return [];
  const name = (await isEdition(provider, collection)) ? "uri" : "tokenURI";
  const [uri] = await read(provider, { ...at, name, args: [tokenId] });
  const expected = uriFromDigest(program.activeManifest);
  return [{ what: "token URI", ok: uri === expected, detail: uri === expected ? expected : `not ${expected}` }];
}
