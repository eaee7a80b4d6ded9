import {
  asBytes32,
  asHex,
  type Bytes32,
  hashTrainingRecord,
  signTrainingConsent,
  type TrainingRecord,
} from "ainft-core";
import type { JsonRpcProvider } from "ethers";
import { asked, COLLECTION, read, withChain } from "../chain.ts";
import { InputRefused, UsageError } from "../errors.ts";
import { addressOf, fileDigestOf, manifestDigestOf, readObject, wholeNumber, writeWhole } from "../inputs.ts";
import { momentOf, trainingsOf } from "../life.ts";
import { type Outcome, outcome, verdict } from "../outcome.ts";
import type { Settings } from "../settings.ts";
import { toJson } from "../text.ts";
import { openWallet, senderOf } from "../wallet.ts";
import { onCollection } from "./collection.ts";

/** Writes a record from its files, for the contributor to look at and to sign. */
export async function draftTraining(settings: Settings, [file = ""]: readonly string[]): Promise<Outcome> {
  const { cwd } = settings.io;
  const contributor = settings.text("contributor");
  const given = (name: string): string => {
    const value = settings.text(name);
    if (value === undefined) throw new UsageError(`--${name} is missing: ainft train draft --help says what it is.`);
    return value;
  };
  const record: TrainingRecord = {
    parentManifest: manifestDigestOf(cwd, given("parent")),
    childManifest: manifestDigestOf(cwd, given("child")),
    datasetDigest: fileDigestOf(cwd, given("dataset")),
    codeDigest: fileDigestOf(cwd, given("code")),
    metricsDigest: fileDigestOf(cwd, given("metrics")),
    contributor: contributor === undefined ? await senderOf(settings) : addressOf(contributor, "--contributor"),
    trainedAt: wholeNumber(settings.text("trainedAt") ?? (await now(settings)), "--trained-at", 64),
  };
  writeWhole(cwd, file, `${toJson(record)}\n`);
  return outcome([`wrote ${file}`, `hash ${hashTrainingRecord(record)}`], {
    ...record,
    hash: hashTrainingRecord(record),
  });
}

/** A contributor's consent to be named in the next place of the token's log. */
export async function signTraining(settings: Settings, [token = "", file = ""]: readonly string[]): Promise<Outcome> {
  const tokenId = wholeNumber(token, "token", 256);
  const record = readRecord(settings, file);
  const to = settings.collection;
  const wallet = await openWallet(settings);
  return withChain(settings, async (provider) => {
    await expectNamed(provider, record, wallet.address);
    const [index] = await read(provider, { to, abi: COLLECTION, name: "trainingCount", args: [tokenId] });
    const consent = { tokenId, index: BigInt(String(index)), record };
    const signature = await signTrainingConsent(wallet, consent, { chainId: settings.chain, collection: to });
    return outcome([signature], { signature, index: consent.index, signer: wallet.address });
  });
}

/** A consent counts from whom the record names, or from an owner of the contract that it names. */
async function expectNamed(provider: JsonRpcProvider, { contributor }: TrainingRecord, signer: string): Promise<void> {
  if (addressOf(signer, "wallet") === contributor) return;
  const code = await asked(undefined, async () => provider.getCode(contributor));
  if (code === "0x")
    throw new InputRefused(`The record names ${contributor}, so a consent of ${signer} counts nothing.`);
}

/** Appends a record to the token's log. */
export async function recordTraining(settings: Settings, [token = "", file = ""]: readonly string[]): Promise<Outcome> {
  const tokenId = wholeNumber(token, "token", 256);
  const record = readRecord(settings, file);
  const consent = asHex(settings.text("consent") ?? "0x", "--consent");
  return onCollection(settings, "addTraining", [tokenId, record, consent], "TrainingRecorded", () => [
    `recorded ${hashTrainingRecord(record)} for token ${tokenId}`,
    { hash: hashTrainingRecord(record) },
  ]);
}

/** Writes a proof that stands by itself: record, place and siblings. */
export async function proveTraining(settings: Settings, [token = "", place = ""]: readonly string[]): Promise<Outcome> {
  const tokenId = wholeNumber(token, "token", 256);
  const index = wholeNumber(place, "index", 64);
  const file = settings.text("record");
  const known = file === undefined ? undefined : readRecord(settings, file);
  return withChain(settings, async (provider) => {
    const training = await trainingsOf(provider, settings, await momentOf(provider, settings, tokenId));
    const proof = known === undefined ? training.prove(index) : training.proveRecord(index, known);
    if (proof.kind === "leaf")
      throw new UsageError(`The chain knows record ${index} by its hash alone: give --record.`);
    const { record, siblings } = proof;
    const document = { collection: settings.collection, tokenId, index, record, proof: siblings };
    const out = settings.text("out");
    if (out !== undefined) writeWhole(settings.io.cwd, out, `${toJson(document)}\n`);
    return outcome(out === undefined ? toJson(document).split("\n") : [`wrote ${out}`], document);
  });
}

/** Asks the collection whether a proof holds. */
export async function verifyTraining(settings: Settings, [file = ""]: readonly string[]): Promise<Outcome> {
  const proof = readObject(settings.io.cwd, file);
  const tokenId = numberIn(proof, "tokenId", file, 256);
  const index = numberIn(proof, "index", file, 64);
  const siblings = proof["proof"];
  if (!Array.isArray(siblings) || siblings.length > 64) throw new InputRefused(`${file} holds no list "proof".`);
  const path = siblings.map((sibling) => asBytes32(String(sibling), "proof"));
  const record = recordIn(proof["record"], file);
  const to = settings.collection;
  if (addressIn(proof, "collection", file) !== to)
    throw new InputRefused(`${file} is about another collection than ${to}.`);
  return withChain(settings, async (provider) => {
    const call = { to, abi: COLLECTION, name: "verifyTraining", args: [tokenId, record, index, path] };
    const [answer] = await read(provider, call);
    const ok = answer === true;
    const line = `${ok ? "yes" : "NO "}  record ${hashTrainingRecord(record)} at ${index} of token ${tokenId}`;
    return verdict(ok, [line], { proven: ok, tokenId, index }, "The collection does not know this proof.");
  });
}

async function now(settings: Settings): Promise<string> {
  return withChain(settings, async (provider) => {
    const block = await asked(undefined, async () => provider.getBlock("latest"));
    return String(block?.timestamp ?? 0);
  });
}

function readRecord(settings: Settings, file: string): TrainingRecord {
  return recordIn(readObject(settings.io.cwd, file), file);
}

function recordIn(value: unknown, file: string): TrainingRecord {
  if (typeof value !== "object" || value === null) throw new InputRefused(`${file} holds no training record.`);
  const fields = value as Record<string, unknown>; // an object, by the line above
  const digest = (name: string): Bytes32 => asBytes32(textIn(fields, name, file), `${name} in ${file}`);
  return {
    parentManifest: digest("parentManifest"),
    childManifest: digest("childManifest"),
    datasetDigest: digest("datasetDigest"),
    codeDigest: digest("codeDigest"),
    metricsDigest: digest("metricsDigest"),
    contributor: addressIn(fields, "contributor", file),
    trainedAt: numberIn(fields, "trainedAt", file, 64),
  };
}

function textIn(fields: Record<string, unknown>, name: string, file: string): string {
  const value = fields[name];
  if (typeof value !== "string") throw new InputRefused(`${file} holds no text "${name}".`);
  return value;
}

function addressIn(fields: Record<string, unknown>, name: string, file: string): ReturnType<typeof addressOf> {
  return addressOf(textIn(fields, name, file), `${name} in ${file}`);
}

function numberIn(fields: Record<string, unknown>, name: string, file: string, bits: number): bigint {
  return wholeNumber(textIn(fields, name, file), `${name} in ${file}`, bits);
}
