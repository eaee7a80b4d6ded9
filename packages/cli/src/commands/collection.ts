import { id, ZeroAddress } from "ethers";
import { COLLECTION, expectCode, FACTORY, isEdition, read, withChain } from "../chain.ts";
import { InputRefused, UsageError } from "../errors.ts";
import { addressOf, fileDigestOf, manifestDigestOf, wholeNumber } from "../inputs.ts";
import { type Outcome, outcome } from "../outcome.ts";
import { sendCall } from "../send.ts";
import { saveSettings, type Settings } from "../settings.ts";
import { senderOf } from "../wallet.ts";

const KINDS = ["erc721", "erc721-votes", "erc1155", "erc1155-votes"];

/** Opens a collection, of which the caller is the controller unless another is named. */
export async function createCollection(settings: Settings): Promise<Outcome> {
  const name = required(settings, "name");
  const symbol = required(settings, "symbol");
  const kind = KINDS.indexOf(settings.text("kind") ?? "erc721");
  if (kind < 0) throw new UsageError(`--kind must be one of: ${KINDS.join(", ")}.`);
  const controller = settings.text("controller");
  const config = {
    name,
    symbol,
    controller: controller === undefined ? await senderOf(settings) : addressOf(controller, "--controller"),
    oracle: settings.contract("oracle"),
    arbiter: addressOf(settings.text("arbiter") ?? ZeroAddress, "--arbiter"),
  };
  const salt = id(settings.line("salt") ?? JSON.stringify([name, symbol]));
  const factory = settings.contract("factory");
  await expectAnswer(settings, factory, kind);
  const call = { to: factory, abi: FACTORY, name: "createCollection", args: [kind, salt, config] };
  return sendCall(settings, call, (events, block) => {
    const created = events.find(({ name: event }) => event === "CollectionCreated");
    if (created === undefined) throw new InputRefused(`${factory} opened no collection: it is no factory of AINFTs.`);
    const collection = addressOf(String(created.args.getValue("collection")), "collection");
    if (settings.flag("save")) saveSettings(settings.io.cwd, { collection, fromBlock: String(block) });
    return outcome([`collection ${collection}`, `controller ${config.controller}`], { collection, ...config });
  });
}

/** A transaction to an address without code succeeds and does nothing: the address is looked at first. */
async function expectAnswer(settings: Settings, factory: string, kind: number): Promise<void> {
  if (settings.flag("unsigned")) return;
  await withChain(settings, (provider) =>
    read(provider, { to: factory, abi: FACTORY, name: "implementation", args: [kind] }),
  );
}

/** Mints the next token of an ERC-721 collection, or with `--limit` creates the next program of an ERC-1155 one. */
export async function mint(settings: Settings, [manifest = ""]: readonly string[]): Promise<Outcome> {
  const digest = manifestDigestOf(settings.io.cwd, manifest);
  const given = settings.text("limit");
  const limit = given === undefined ? undefined : wholeNumber(given, "--limit", 80);
  const owner = await receiver(settings);
  await expectKind(settings, limit !== undefined);
  if (limit === undefined)
    return onCollection(settings, "mint(address,bytes32)", [owner, digest], "Transfer", (tokenId) => [
      `token ${tokenId} of ${owner}`,
      { owner, digest },
    ]);
  return onCollection(settings, "createProgram", [owner, digest, limit], "VersionPublished", (tokenId) => [
    `program ${tokenId}, curated by ${owner}: at most ${limit} editions`,
    { curator: owner, digest, limit },
  ]);
}

/** Mints editions of a program of an ERC-1155 collection. */
export async function mintEditions(settings: Settings, [token = "", amount = ""]: readonly string[]): Promise<Outcome> {
  const owner = await receiver(settings);
  const [id, count] = [wholeNumber(token, "token", 256), wholeNumber(amount, "amount", 80)];
  await expectKind(settings, true);
  const call = {
    to: settings.collection,
    abi: COLLECTION,
    name: "mint(address,uint256,uint256)",
    args: [owner, id, count],
  };
  return sendCall(settings, call, () =>
    outcome([`${count} editions of ${id} for ${owner}`], { tokenId: id, amount: count, owner }),
  );
}

async function receiver(settings: Settings): Promise<string> {
  const to = settings.text("to");
  return to === undefined ? senderOf(settings) : addressOf(to, "--to");
}

async function expectKind(settings: Settings, editions: boolean): Promise<void> {
  if (settings.flag("unsigned")) return;
  const to = settings.collection;
  const actual = await withChain(settings, async (provider) => {
    await expectCode(provider, to);
    return isEdition(provider, to);
  });
  if (actual === editions) return;
  throw new UsageError(
    actual
      ? `${to} is an ERC-1155 collection: give --limit, then mint editions with ainft edition.`
      : `${to} is an ERC-721 collection: it has no limit and no editions.`,
  );
}

/** Appends a version, which becomes the active one. */
export async function publishVersion(
  settings: Settings,
  [token = "", manifest = ""]: readonly string[],
): Promise<Outcome> {
  const digest = manifestDigestOf(settings.io.cwd, manifest);
  const args = [wholeNumber(token, "token", 256), digest];
  return onCollection(settings, "publishManifest", args, "VersionPublished", (tokenId, version) => [
    `version ${version} of token ${tokenId} is published and active`,
    { version, digest },
  ]);
}

/** Makes a published version the active one. */
export async function activateVersion(
  settings: Settings,
  [token = "", version = ""]: readonly string[],
): Promise<Outcome> {
  const reason = settings.text("reason");
  const args = [
    wholeNumber(token, "token", 256),
    wholeNumber(version, "version", 32),
    reason === undefined ? `0x${"0".repeat(64)}` : fileDigestOf(settings.io.cwd, reason),
  ];
  return onCollection(settings, "activateVersion", args, "VersionActivated", (tokenId) => [
    `version ${version} of token ${tokenId} is active`,
    { version },
  ]);
}

/** Ends every later change of a program. */
export async function freezeProgram(settings: Settings, [token = ""]: readonly string[]): Promise<Outcome> {
  const args = [wholeNumber(token, "token", 256)];
  return onCollection(settings, "freeze", args, "ProgramFrozen", (tokenId) => [
    `token ${tokenId} is frozen for ever`,
    {},
  ]);
}

type Tell = (tokenId: string, version: string) => [line: string, json: Record<string, unknown>];

/** Sends a call to the collection, and tells what its event says happened. */
export async function onCollection(
  settings: Settings,
  name: string,
  args: readonly unknown[],
  event: string,
  tell: Tell,
): Promise<Outcome> {
  const call = { to: settings.collection, abi: COLLECTION, name, args };
  return sendCall(settings, call, (events) => {
    const happened = events.find((one) => one.name === event);
    if (happened === undefined)
      throw new InputRefused(`${call.to} emitted no ${event}: it is no collection of AINFTs.`);
    const tokenId = String(happened.args.getValue("tokenId"));
    const [line, json] = tell(tokenId, event === "VersionPublished" ? String(happened.args.getValue("version")) : "");
    return outcome([line], { tokenId, ...json });
  });
}

function required(settings: Settings, name: string): string {
  const value = settings.line(name);
  if (value === undefined)
    throw new UsageError(`--${name} is missing: ainft collection create --help says what it is.`);
  return value;
}
