import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HDNodeWallet, Mnemonic } from "ethers";
import { type Suite, startSuite } from "./chain.ts";
import { answer, jsonAnswer, type Surroundings } from "./run.ts";

const PHRASE = "test test test test test test test test test test test junk";
export const IMAGE = `registry.example/greeter@sha256:${"6b".repeat(32)}`;
export const PASSWORD = "correct horse secret staple";
/** Account 1 of the test accounts. */
export const CREATOR = testAccount(1).address;
/** Account 2 of the test accounts. */
export const TRAINER = testAccount(2).address;

/** The published test accounts: worth nothing anywhere else. */
export function testAccount(index: number): HDNodeWallet {
  return HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(PHRASE), `m/44'/60'/0'/0/${index}`);
}

/** A creator's folder with a token of two versions and one training, on a chain of its own. */
export interface Creator extends Surroundings {
  readonly suite: Suite;
  readonly env: Readonly<Record<string, string>>;
  file(name: string): string;
}

/** Stands in a command line for the trainer's consent to trainer.json, which only the chain makes known. */
export const CONSENT = "$CONSENT";

/** Stands for the address of an ERC-1155 collection with one program. */
export const EDITIONS = "$EDITIONS";

export interface WorkingCreator extends Creator {
  /** What stands for what the chain alone makes known. */
  readonly values: Readonly<Record<string, string>>;
}

/** A command line with these in their places. */
export function filled(argv: readonly string[], { values }: WorkingCreator): string[] {
  return argv.map((word) => values[word] ?? word);
}

/** An empty creator's folder at a new suite. */
export async function newCreator(...options: readonly string[]): Promise<Creator> {
  const suite = await startSuite(...options);
  const cwd = join(suite.folder, "greeter");
  mkdirSync(cwd);
  const env = { AINFT_RPC_URL: suite.rpcUrl, AINFT_DEPLOYMENT: suite.deployment, AINFT_ACCOUNT: "1" };
  return { suite, cwd, env, file: (name) => join(cwd, name) };
}

/** Goes a creator's way up to a recorded training: manifest.json, better.json, record.json, proof.json
 * and trainer.json (the next record, by somebody else) lie there. */
export async function workingCreator(...options: readonly string[]): Promise<WorkingCreator> {
  const creator = await newCreator(...options);
  const calls = (text: string): string[] => text.split(" ");
  await answer(["init", ".", "--contributor", CREATOR, "--image", IMAGE, "--name", "Greeter"], creator);
  await answer(calls("manifest publish"), creator);
  await answer(calls("collection create --name Greeters --symbol GREET --save"), creator);
  await answer(calls("mint manifest.json"), creator);
  writeBetterManifest(creator);
  await answer(calls("manifest publish better.json"), creator);
  await answer(calls("version publish 1 better.json"), creator);
  for (const name of ["dataset", "code", "metrics"]) writeFileSync(creator.file(name), `the ${name}\n`);
  const draft =
    "train draft record.json --parent manifest.json --child better.json --dataset dataset --code code --metrics metrics";
  await answer(calls(`${draft} --trained-at 1700000000`), creator);
  await answer(calls("train record 1 record.json"), creator);
  await answer(calls("train prove 1 0 --out proof.json"), creator);
  await answer(calls(`${draft.replace("record.json", "trainer.json")} --account 2`), creator);
  const consent = await answer(calls("train sign 1 trainer.json --account 2"), creator);
  const create = calls("collection create --name Cards --symbol CARD --kind erc1155");
  const editions = String((await jsonAnswer(create, creator))["collection"]);
  await answer([...calls("mint manifest.json --limit 1000 --collection"), editions], creator);
  return { ...creator, values: { [CONSENT]: consent, [EDITIONS]: editions } };
}

/** The manifest with another description, as better.json. */
export function writeBetterManifest({ file }: Creator): void {
  const manifest = JSON.parse(readFileSync(file("manifest.json"), "utf8")) as Record<string, unknown>;
  writeFileSync(file("better.json"), JSON.stringify({ ...manifest, description: "Greets everybody by name." }));
}
