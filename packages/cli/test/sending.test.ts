import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { writeFileSync } from "node:fs";
import { encryptKeystoreJsonSync, Interface, parseEther } from "ethers";
import { outcome } from "../src/outcome.ts";
import { sendCall } from "../src/send.ts";
import { Settings } from "../src/settings.ts";
import { answer, jsonAnswer, run, type Surroundings } from "./helpers/run.ts";
import {
  CONSENT,
  CREATOR,
  filled,
  newCreator,
  PASSWORD,
  testAccount,
  TRAINER,
  type WorkingCreator,
  workingCreator,
} from "./helpers/creator.ts";
import { type LocalChain, startChain } from "./helpers/chain.ts";

const words = (text: string): string[] => text.split(" ");

describe("sending", () => {
  let creator: WorkingCreator;

  before(async () => (creator = await workingCreator()));
  after(async () => creator.suite.close());

  async function blocks(): Promise<number> {
    return creator.suite.provider.getBlockNumber();
  }

  it("prints a transaction that another wallet can send, and needs none itself", async () => {
    const { AINFT_ACCOUNT: _account, ...env } = creator.env;
    const argv = [...words("mint manifest.json --unsigned --from"), CREATOR];
    const { to, data, from, chainId, value } = await jsonAnswer(argv, { ...creator, env });
    assert.deepEqual({ from, chainId, value }, { from: CREATOR, chainId: "31337", value: "0x0" });
    const sent = await testAccount(1)
      .connect(creator.suite.provider)
      .sendTransaction({ to: String(to), data: String(data) });
    assert.equal((await sent.wait())?.status, 1);
  });

  it("tells the cost and sends nothing with --dry-run", async () => {
    const before = await blocks();
    const { gas, cost, dryRun } = await jsonAnswer(words("mint manifest.json --dry-run"), creator);
    assert.equal(dryRun, true);
    assert(BigInt(String(gas)) > 21_000n && BigInt(String(cost)) > 0n);
    assert.equal(await blocks(), before);
  });

  it("finds out what the contract would refuse before it sends, and names the contract's error", async () => {
    const before = await blocks();
    const { code, err } = await run(words("version publish 1 better.json --account 3"), creator);
    assert.equal(code, 1);
    assert.match(
      err[0] ?? "",
      /^ainft: publishManifest is refused: AINFTNotController\(1, 0x90F79bf6EB2c4f870365E785982E1f101E93b906\)\.$/u,
    );
    assert.equal(await blocks(), before);
  });

  it("refuses an address without a contract", async () => {
    const argv = [...words("mint manifest.json --collection"), TRAINER];
    const { code, err } = await run(argv, creator);
    assert.equal(code, 1);
    assert.deepEqual(err, [`ainft: There is no contract at ${TRAINER} on this chain.`]);
  });

  it("opens a keystore with a password from a file, the environment or a person", async () => {
    const { address, privateKey } = testAccount(1);
    writeFileSync(
      creator.file("key.json"),
      encryptKeystoreJsonSync({ address, privateKey }, PASSWORD, { scrypt: { N: 1024 } }),
    );
    writeFileSync(creator.file("password"), `${PASSWORD}\n`);
    const { AINFT_ACCOUNT: _account, ...env } = creator.env;
    const argv = words("mint manifest.json --dry-run --keystore key.json");
    const from = async (more: readonly string[], surroundings: Surroundings): Promise<unknown> =>
      (await jsonAnswer([...argv, ...more], surroundings))["from"];
    assert.equal(await from(["--password-file", "password"], { ...creator, env }), CREATOR);
    assert.equal(await from([], { ...creator, env: { ...env, AINFT_PASSWORD: PASSWORD } }), CREATOR);
    assert.equal(await from([], { ...creator, env, answers: [PASSWORD] }), CREATOR);
  });

  it("does not sign a record that names somebody else", async () => {
    const { code, err } = await run(words("train sign 1 trainer.json"), creator);
    assert.equal(code, 1);
    assert.deepEqual(err, [`ainft: The record names ${TRAINER}, so a consent of ${CREATOR} counts nothing.`]);
  });

  it("records somebody else's training with their consent, and not without", async () => {
    const without = await run(words("train record 1 trainer.json"), creator);
    assert.equal(without.code, 1);
    assert.match(without.err[0] ?? "", /^ainft: addTraining is refused: \w+\(/u);
    await answer(filled([...words("train record 1 trainer.json --consent"), CONSENT], creator), creator);
    assert.match(await answer(words("train prove 1 1"), creator), new RegExp(`"contributor": "${TRAINER}"`, "u"));
  });
});

describe("sending on a public chain", () => {
  const CHAIN = "11155111";
  let creator: Awaited<ReturnType<typeof newCreator>>;
  let chain: LocalChain;
  let surroundings: Surroundings;
  let to: string;

  before(async () => {
    creator = await newCreator();
    chain = await startChain(`exec node_modules/.bin/anvil --hardfork osaka --chain-id ${CHAIN} --port "$PORT"`, CHAIN);
    const wallet = testAccount(9);
    const { address, privateKey } = wallet;
    writeFileSync(
      creator.file("key.json"),
      encryptKeystoreJsonSync({ address, privateKey }, PASSWORD, { scrypt: { N: 1024 } }),
    );
    await chain.provider.send("anvil_setBalance", [address, `0x${parseEther("1").toString(16)}`]);
    // Code that stops: whatever is called succeeds, and emits nothing.
    to = testAccount(8).address;
    await chain.provider.send("anvil_setCode", [to, "0x00"]);
    const env = {
      AINFT_CHAIN: CHAIN,
      AINFT_RPC_URL: chain.rpcUrl,
      AINFT_KEYSTORE: "key.json",
      AINFT_PASSWORD: PASSWORD,
    };
    surroundings = { cwd: creator.cwd, env };
  });

  after(async () => {
    chain.stop();
    await creator.suite.close();
  });

  const argv = (): string[] => [...words("version freeze 1 --collection"), to];
  const height = async (): Promise<number> => chain.provider.getBlockNumber();

  it("asks first, and tells what, where, through whose node and for how much", async () => {
    const { code, err, asked } = await run(argv(), { ...surroundings, answers: ["n"] });
    assert.equal(code, 1);
    assert.deepEqual(err, ["ainft: Nothing was sent."]);
    const question = new RegExp(
      `^freeze at ${to} on chain ${CHAIN}, through ${chain.rpcUrl} \\(AINFT_RPC_URL\\), costs up to 0\\.\\d+ ether\\. Send it\\? \\[y/N\\] $`,
      "u",
    );
    assert.equal(asked.length, 1);
    assert.match(asked[0] ?? "", question);
    assert.equal(await height(), 0);
  });

  it("asks as well when the folder's settings name the node, and says that they do", async () => {
    writeFileSync(creator.file("ainft.config.json"), JSON.stringify({ rpc: chain.rpcUrl, chain: CHAIN }));
    const env = { AINFT_KEYSTORE: "key.json", AINFT_PASSWORD: PASSWORD };
    const { code, asked } = await run(argv(), { cwd: creator.cwd, env, answers: [""] });
    assert.equal(code, 1);
    assert.match(asked[0] ?? "", /\(ainft\.config\.json\)/u);
    assert.equal(await height(), 0);
  });

  it("sends nothing when nobody can be asked, unless --yes is given", async () => {
    const { code, err } = await run(argv(), surroundings);
    assert.equal(code, 1);
    assert.match(err[0] ?? "", /Say --yes to send it\.$/u);
    assert.equal(await height(), 0);
    // It is sent now; only then is it found to have done nothing.
    const sent = await run([...argv(), "--yes"], surroundings);
    assert.equal(sent.code, 1);
    assert.deepEqual(sent.err, [`ainft: ${to} emitted no ProgramFrozen: it is no collection of AINFTs.`]);
    assert.equal(await height(), 1);
  });

  it("sends after a yes", async () => {
    const before = await height();
    await run(argv(), { ...surroundings, answers: ["yes"] });
    assert.equal(await height(), before + 1);
  });

  it("tells what a call pays beside its gas, and pays it", async () => {
    const abi = new Interface(["function pay() payable"]);
    const call = { to, abi, name: "pay", args: [], value: parseEther("0.05") };
    const questions: string[] = [];
    const ask = async (what: string): Promise<string> => {
      questions.push(what);
      return "y";
    };
    const silent = { out: () => undefined, err: () => undefined, progress: () => undefined };
    const { cwd, env = {} } = surroundings;
    const before = await chain.provider.getBalance(to);
    const settings = new Settings({ env, cwd, interactive: true, ask, ...silent }, {});
    const { json } = await sendCall(settings, call, () => outcome([], {}));
    assert.equal((await chain.provider.getBalance(to)) - before, parseEther("0.05"));
    assert.equal(typeof json["transaction"], "string");
    assert.match(questions.at(-1) ?? "", / ether and pays 0\.05 more\. Send it\?/u);
  });

  it("never takes a key that everybody has", async () => {
    const { code, err } = await run([...argv(), "--account", "1"], surroundings);
    assert.equal(code, 2);
    assert.deepEqual(err, ["ainft: --account is for chain 31337 only: everybody has the keys."]);
  });
});
