import assert from "node:assert/strict";
import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import type { Argument, Command, Option } from "commander";
import { encryptKeystoreJsonSync } from "ethers";
import { commandTree } from "../src/program.ts";
import { type Creator, filled, PASSWORD, testAccount, type WorkingCreator } from "./helpers/creator.ts";
import { AskedWorld } from "./helpers/asking.ts";
import { BASELINES, CALLERS, REPOSITORY } from "./helpers/baselines.ts";
import { proposals, writeProposal } from "./helpers/dao.ts";
import { as, providers } from "./helpers/providers.ts";
import { eggsInAllStates } from "./helpers/eggs.ts";
import { imageOf, writeFolder } from "./helpers/image.ts";
import { startRegistry, type TestRegistry } from "./helpers/registry.ts";
import { HOSTILE_FILES, HOSTILE_VALUES } from "./helpers/hostile.ts";
import { rewards } from "./helpers/rewards.ts";
import { type Ran, run as runWords, type Surroundings } from "./helpers/run.ts";

const DOCUMENTED = [1, 2, 3];
const KEY = testAccount(1).privateKey.slice(2);
const URL_SECRET = "url-secret-4711";

/** Every command that does something, by its words. */
function leaves(command: Command, words: readonly string[] = []): [string, Command][] {
  if (command.commands.length === 0) return [[words.join(" "), command]];
  return command.commands.flatMap((child) => leaves(child, [...words, child.name()]));
}

const silent = {
  ...{ env: {}, cwd: ".", interactive: false, out: () => undefined, err: () => undefined, progress: () => undefined },
  ask: async () => "",
};
const COMMANDS = leaves(commandTree(silent));

function expectRefused(what: readonly string[], { code, err, out }: Ran, codes: readonly number[] = DOCUMENTED): void {
  const told = `ainft ${what.map((word) => JSON.stringify(word.slice(0, 100))).join(" ")}\n${code} ${err.join("\n")}`;
  assert(codes.includes(code), told);
  assert.equal(err.length, 1, told);
  assert.match(err[0] ?? "", /^ainft: \S/u, told);
  assert((err[0] ?? "").length < 700, told);
  assert.doesNotMatch(err[0] ?? "", /[\p{Cc}\p{Cf}]/u, told);
  assert.doesNotMatch(
    err[0] ?? "",
    /unexpected|TypeError|undefined|\[object|node_modules|\.ts:\d|\.js:\d| {2}at /u,
    told,
  );
  for (const secret of [PASSWORD, KEY, URL_SECRET]) assert(!`${err.join()}${out}`.includes(secret), told);
}

/** `argv` with one option or argument changed. */
function withValue(words: string, argv: readonly string[], place: Option | number, value: string): string[] {
  if (typeof place === "number") {
    const changed = [...argv];
    changed[words.split(" ").length + place] = value;
    return changed;
  }
  const flag = place.long ?? "";
  const at = argv.indexOf(flag);
  // With "=", a value that begins with a dash is a value.
  const rest = at < 0 ? [...argv] : [...argv.slice(0, at), ...argv.slice(at + 2)];
  return [...rest, `${flag}=${value}`];
}

function kindOf(part: Option | Argument): string {
  return "flags" in part ? (/[<[](.+)[>\]]/u.exec(part.flags)?.[1] ?? "") : part.name();
}

describe("every command", () => {
  let creator: WorkingCreator;
  let strange: Server;
  let strangeUrl: string;
  let registry: TestRegistry;

  const run = async (argv: readonly string[], surroundings: Surroundings): Promise<Ran> =>
    runWords(filled(argv, creator), surroundings);

  before(async () => {
    const world = await AskedWorld.open();
    await world.inAllStates();
    const working = world.creator;
    const { env } = await eggsInAllStates(working);
    registry = await startRegistry();
    const values = { ...working.values, ...(await proposals(working)), [REPOSITORY]: `${registry.host}/greeter` };
    creator = { ...working, env, values };
    writeFolder(creator.file("layout"), (await imageOf([{ start: "#!/bin/sh\n" }])).files);
    writeProposal(creator, "next.json", "Next");
    await providers(creator);
    await rewards(creator);
    for (const [name, content] of Object.entries(HOSTILE_FILES)) writeFileSync(creator.file(name), content);
    truncateSync(creator.file("huge.json"), 80 * 1024 * 1024);
    mkdirSync(creator.file("folder"));
    const { address, privateKey } = testAccount(1);
    const keystore = encryptKeystoreJsonSync({ address, privateKey }, PASSWORD, { scrypt: { N: 1024 } });
    writeFileSync(creator.file("key.json"), keystore);
    writeFileSync(creator.file("wrong-password"), "wrong");
    strange = createServer((_request, response) => response.end("<html>not a node\u001b[2J</html>"));
    await new Promise<void>((done) => strange.listen(0, "127.0.0.1", done));
    strangeUrl = `http://127.0.0.1:${(strange.address() as AddressInfo).port}`;
  });

  after(async () => {
    strange.close();
    registry.close();
    await creator.suite.close();
  });

  it("is in the table of this test", () => {
    assert.deepEqual(Object.keys(BASELINES).sort(), COMMANDS.map(([words]) => words).sort());
  });

  it("has arguments and options of kinds that this test can spoil", () => {
    for (const [words, command] of COMMANDS) {
      for (const part of [...command.registeredArguments, ...command.options.filter(takesValue)])
        assert(HOSTILE_VALUES[kindOf(part)] !== undefined, `${words}: nothing hostile for <${kindOf(part)}>`);
    }
  });

  for (const [words, command] of COMMANDS) {
    const argv = [...words.split(" "), ...(BASELINES[words] ?? [])];
    const at = (): Creator => as(creator, CALLERS[words] ?? "1");

    it(`${words}: works with good input`, async () => {
      const { code, err } = await run(argv, at());
      assert.equal(code, 0, err.join("\n"));
      assert.deepEqual(err, []);
    });

    it(`${words}: has help with an example and the exit codes`, async () => {
      const { code, out, err } = await run([...words.split(" "), "--help"], at());
      assert.equal(code, 0);
      assert.match(out, new RegExp(`Example:\n  ainft ${words}`, "u"));
      assert.match(out, /Exit codes: 0 /u);
      assert.deepEqual(err, []);
    });

    it(`${words}: refuses an argument too few, one too many and an option that nobody knows`, async () => {
      const required = command.registeredArguments.filter((argument) => argument.required).length;
      if (required > 0) expectRefused([words], await run(words.split(" "), at()), [2]);
      const many = [...argv.slice(0, words.split(" ").length + command.registeredArguments.length)];
      while (many.length < words.split(" ").length + command.registeredArguments.length) many.push("manifest.json");
      expectRefused([...many, "more"], await run([...many, "more"], at()), [2]);
      expectRefused(["--no-such"], await run([...argv, "--no-such\u001b[2J"], at()), [2]);
    });

    command.registeredArguments.forEach((argument, place) => {
      it(`${words}: refuses every hostile <${argument.name()}>`, async () => {
        for (const value of HOSTILE_VALUES[kindOf(argument)] ?? []) {
          const spoilt = withValue(words, argv, place, value);
          // A word that begins with a dash would be taken for an option.
          const safe = value.startsWith("-") ? dashed(words, spoilt, command) : spoilt;
          expectRefused(safe, await run(safe, at()));
        }
      });
    });

    for (const option of command.options.filter(takesValue)) {
      it(`${words}: refuses every hostile ${option.long ?? ""}`, async () => {
        for (const value of HOSTILE_VALUES[kindOf(option)] ?? []) {
          const spoilt = withValue(words, argv, option, value);
          expectRefused(spoilt, await run(spoilt, at()));
        }
        const bare = [
          ...argv.filter((word, at) => word !== option.long && argv[at - 1] !== option.long),
          option.long ?? "",
        ];
        expectRefused(bare, await run(bare, at()), [2]);
      });
    }

    if (command.options.some(({ long }) => long === "--rpc")) {
      it(`${words}: says so when no node, a strange server or another chain answers`, async () => {
        const unreachable = `http://someone:${URL_SECRET}@127.0.0.1:1/${URL_SECRET}`;
        for (const url of [unreachable, strangeUrl]) {
          const { AINFT_RPC_URL: _url, ...env } = at().env;
          const spoilt = [...argv, "--rpc", url];
          expectRefused(spoilt, await run(spoilt, { ...at(), env }), [3]);
        }
        const { AINFT_ACCOUNT: _account, ...env } = at().env;
        const wallet = { ...env, AINFT_KEYSTORE: "key.json", AINFT_PASSWORD: PASSWORD };
        const spoilt = [...argv, "--chain", "1"];
        expectRefused(spoilt, await run(spoilt, { ...at(), env: wallet }), [1, 2, 3]);
      });
    }

    if (command.options.some(({ long }) => long === "--keystore")) {
      it(`${words}: refuses without a wallet, and one that does not open, without telling a secret`, async () => {
        const { AINFT_ACCOUNT: _account, ...env } = at().env;
        expectRefused(argv, await run(argv, { ...at(), env }), [2]);
        const silentKey = { ...env, AINFT_KEYSTORE: "key.json" };
        expectRefused(argv, await run(argv, { ...at(), env: silentKey }), [2]);
        for (const keystore of ["broken.json", "list.json", "huge.json", "folder", "missing", "manifest.json"]) {
          const wallet = { ...env, AINFT_KEYSTORE: keystore, AINFT_PASSWORD: PASSWORD };
          expectRefused(argv, await run(argv, { ...at(), env: wallet }), [1]);
        }
        const wrong = [...argv, "--keystore", "key.json", "--password-file", "wrong-password"];
        expectRefused(wrong, await run(wrong, { ...at(), env }), [1]);
        const everybodys = [...argv, "--account", "1", "--chain", "1"];
        expectRefused(everybodys, await run(everybodys, { ...at(), env }));
      });
    }
  }

  it("is missing: ends with 2", async () => {
    for (const argv of [[], ["train"], ["nonsense"], ["train", "nonsense"], ["\u001b[2J"], ["--nonsense"]])
      expectRefused(argv, await run(argv, creator), [2]);
  });

  it("says which command's help tells more when its words are wrong", async () => {
    const { err } = await run(["train", "prove", "--nonsense"], creator);

    assert.deepEqual(err, ["ainft: unknown option '--nonsense'; see ainft train prove --help"]);
  });

  it("refuses hostile settings of the folder", async () => {
    const settings = [
      "[]",
      "{",
      '{"rpc":1}',
      '{"nonsense":"1"}',
      '{"chain":"one"}',
      '{"store":"../x"}',
      '{"rpc":"ftp://x"}',
    ];
    for (const [place, content] of settings.entries()) {
      const cwd = creator.file(`settings${place}`);
      mkdirSync(cwd);
      writeFileSync(`${cwd}/ainft.config.json`, content);
      const argv = ["verify", "1", "--collection", testAccount(1).address];
      expectRefused([content], await run(argv, { cwd }));
    }
  });
});

function takesValue({ flags }: Option): boolean {
  return flags.includes("<");
}

/** Everything behind "--" is an argument. */
function dashed(words: string, argv: readonly string[], { registeredArguments }: Command): string[] {
  const first = words.split(" ").length;
  const last = first + registeredArguments.length;
  return [...argv.slice(0, first), ...argv.slice(last), "--", ...argv.slice(first, last)];
}
