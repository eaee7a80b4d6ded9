import { AinftError, asBytes32, type Bytes32, type Manifest, uriFromDigest, ZERO_BYTES32 } from "ainft-core";
import { type JsonRpcProvider, ZeroAddress } from "ethers";
import { COLLECTION, read, withChain } from "../chain.ts";
import { wholeNumber } from "../inputs.ts";
import { type Life, readLife } from "../life.ts";
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
    const life = await readLife(provider, settings, tokenId);
    const store = new ContentStore(settings.io.cwd, settings.store);
    const verdicts = [
      ...versionVerdicts(life, store),
      trainingVerdict(life),
      stateVerdict(life),
      frozenVerdict(life),
      ...(await uriVerdict(provider, settings.collection, life)),
    ];
    const ok = verdicts.every((one) => one.ok);
    const lines = verdicts.map((one) => `${one.ok ? "yes" : "NO "}  ${one.what}: ${one.detail}`);
    const failed = verdicts.filter((one) => !one.ok).map(({ what }) => what);
    const json = { verified: ok, tokenId, verdicts };
    return verdict(ok, [...lines, ok ? "verified" : "NOT VERIFIED"], json, `not verified: ${failed.join(", ")}.`);
  });
}

/** The versions that events tell, in order. */
function versionsOf({ events }: Life): Bytes32[] {
  return events
    .filter(({ event }) => event.name === "VersionPublished")
    .map(({ event }) => asBytes32(String(event.args.getValue("manifestDigest"))));
}

function versionVerdicts(life: Life, store: ContentStore): Verdict[] {
  const digests = versionsOf(life);
  const { versionCount, activeVersion, activeManifest } = life.program;
  const whole = BigInt(digests.length) === versionCount;
  const active = activeVersion === 0n || digests[Number(activeVersion) - 1] === activeManifest;
  return [
    { what: "versions", ok: whole, detail: `${digests.length} in events, ${versionCount} on chain` },
    { what: "active version", ok: active, detail: `${activeVersion}, ${activeManifest}` },
    ...digests.map((digest, place) => contentVerdict(store, digests, digest, place)),
  ];
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

function trainingVerdict({ training, program }: Life): Verdict {
  const ok = training.count === program.trainingCount && training.root() === program.trainingRoot;
  return {
    what: "training log",
    ok,
    detail: `${training.count} of ${program.trainingCount} records, root ${training.root()}`,
  };
}

function stateVerdict({ events, program }: Life): Verdict {
  const updates = events.filter(({ event }) => event.name === "StateUpdated");
  const inOrder = updates.every(({ event }, place) => event.args.getValue("sequence") === BigInt(place + 1));
  const last: unknown = updates.at(-1)?.event.args.getValue("stateDigest") ?? ZERO_BYTES32;
  const ok = inOrder && BigInt(updates.length) === program.sequence && last === program.stateDigest;
  return { what: "state", ok, detail: `${updates.length} of ${program.sequence} updates, ${program.stateDigest}` };
}

function frozenVerdict({ events, program }: Life): Verdict {
  const told = events.some(({ event }) => event.name === "ProgramFrozen");
  return { what: "frozen", ok: told === program.frozen, detail: program.frozen ? "for ever" : "no" };
}

/** A collection with a renderer says what it likes: its text is then no claim about the manifest. */
async function uriVerdict(provider: JsonRpcProvider, to: string, { tokenId, program }: Life): Promise<Verdict[]> {
  const [renderer] = await read(provider, { to, abi: COLLECTION, name: "renderer", args: [] });
  if (renderer !== ZeroAddress) return [];
  const [uri] = await read(provider, { to, abi: COLLECTION, name: "tokenURI", args: [tokenId] });
  const expected = uriFromDigest(program.activeManifest);
  return [{ what: "token URI", ok: uri === expected, detail: uri === expected ? expected : `not ${expected}` }];
}
