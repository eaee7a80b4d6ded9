import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { cidFromDigest, manifestDigest, manifestUri, parseManifest } from "ainft-core";
import { FetchingContentStore } from "../../relay/src/adapters/content/fetching-store.ts";
import { KuboSource } from "../../relay/src/adapters/content/kubo-source.ts";
import { S3Source } from "../../relay/src/adapters/content/s3-source.ts";
import { content as relayContent } from "../../relay/src/config/content.ts";
import { InputRefused } from "../src/errors.ts";
import { PeerRefused } from "../src/http.ts";
import { processIo } from "../src/io.ts";
import { modelBodies, publish as publishBody } from "../src/publish.ts";
import { KuboStore } from "../src/stores/kubo.ts";
import { S3Store } from "../src/stores/s3.ts";
import { freePort } from "./helpers/chain.ts";
import { CREATOR, IMAGE } from "./helpers/creator.ts";
import { fileCid, startKubo, type TestKubo } from "./helpers/kubo.ts";
import { answer, jsonAnswer, type Ran, run } from "./helpers/run.ts";
import { KEYS, REGION, startBucket, type TestBucket } from "./helpers/s3.ts";
import { listen, type TestServer } from "./helpers/servers.ts";

const hash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const WORDS = Buffer.from('["hello", "world"]');
const WEIGHTS = Buffer.alloc(3_000_000, "0.1 0.2 ");

/** Put together so that no scan for secrets stops at it. */
const PASSWORD = ["someone", "secret"].join(":");

describe("manifest publish", () => {
  const servers: TestServer[] = [];
  let cwd: string;

  beforeEach(() => (cwd = mkdtempSync(join(tmpdir(), "ainft-publish-"))));
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
    rmSync(cwd, { recursive: true });
  });

  async function kubo(token?: string): Promise<TestKubo> {
    const started = await startKubo(token);
    servers.push(started);
    return started;
  }

  async function bucket(): Promise<TestBucket> {
    const started = await startBucket();
    servers.push(started);
    return started;
  }

  /** A program with a short and a long file, which lie beside its manifest unless they are left out. */
  async function program(uris: { words?: string; weights?: string } = {}, lie = true): Promise<void> {
    await answer(["init", ".", "--contributor", CREATOR, "--image", IMAGE], { cwd });
    const manifest = JSON.parse(readFileSync(join(cwd, "manifest.json"), "utf8")) as {
      ainft: { model: { files: unknown[] } };
    };
    const files = [
      { path: "words.json", bytes: WORDS, uri: uris.words ?? `ipfs://${cidFromDigest(`0x${hash(WORDS)}`)}` },
      { path: "net/weights.bin", bytes: WEIGHTS, uri: uris.weights ?? `ipfs://${fileCid(WEIGHTS)}` },
    ];
    manifest.ainft.model.files = files.map(({ path, bytes, uri }) => ({
      ...{ path, sha256: hash(bytes), size: bytes.length, uri },
    }));
    writeFileSync(join(cwd, "manifest.json"), JSON.stringify(manifest));
    if (!lie) return;
    for (const { path, bytes } of files) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true });
      writeFileSync(join(cwd, path), bytes);
    }
  }

  const manifestHere = (): ReturnType<typeof parseManifest> => parseManifest(readFileSync(join(cwd, "manifest.json")));
  const publish = async (argv: readonly string[], env: Record<string, string> = {}): Promise<Ran> =>
    run(["manifest", "publish", ...argv], { cwd, env });
  const states = (json: Record<string, unknown>): unknown[] => [
    ...(json["files"] as { state: string }[]).map(({ state }) => state),
    json["state"],
  ];
  const refusal = ({ code, err }: Ran): string => {
    assert.equal(code, 1, err.join("\n"));
    assert.equal(err.length, 1);
    for (const secret of [KEYS.AWS_SECRET_ACCESS_KEY, "t0ken"]) assert(!err.join().includes(secret));
    return err[0] ?? "";
  };

  it("puts the manifest and its files into the content folder, as a relay reads them, and says so once", async () => {
    await program();
    const digest = manifestDigest(manifestHere());
    const names = [cidFromDigest(digest), hash(WORDS), hash(WEIGHTS)];
    assert.equal(
      await answer(["manifest", "publish"], { cwd }),
      [
        `published content/${hash(WORDS)}, words.json`,
        `published content/${hash(WEIGHTS)}, net/weights.bin`,
        `published content/${cidFromDigest(digest)}`,
        `digest ${digest}`,
      ].join("\n"),
    );
    assert.deepEqual(readdirSync(join(cwd, "content")).sort(), names.sort());
    assert.deepEqual(states(await jsonAnswer(["manifest", "publish"], { cwd })), ["there", "there", "there"]);
    const relay = relayOver([], join(cwd, "content"));
    assert.deepEqual(await relay.manifest(digest), manifestHere());
    const placed = await relay.modelFolder(manifestHere().ainft.model.files);
    assert.deepEqual(readFileSync(join(placed, "net/weights.bin")), WEIGHTS);
  });

  it("mends a body that was spoilt in the folder", async () => {
    await program();
    await answer(["manifest", "publish"], { cwd });
    writeFileSync(join(cwd, "content", hash(WORDS)), "spoilt");
    assert.deepEqual(states(await jsonAnswer(["manifest", "publish"], { cwd })), ["sent", "there", "there"]);
    assert.deepEqual(readFileSync(join(cwd, "content", hash(WORDS))), WORDS);
  });

  it("says which files are neither there nor here", async () => {
    await program({}, false);
    const [words, weights, ...rest] = (await answer(["manifest", "publish"], { cwd })).split("\n");
    assert.equal(words, `NOT THERE content/${hash(WORDS)}, words.json: it is not in . either`);
    assert.match(weights ?? "", /^NOT THERE content\/[0-9a-f]{64}, net\/weights\.bin: /u);
    assert.match(rest[0] ?? "", /^published content\/bafkrei/u);
  });

  it("takes files from the folder that --files names", async () => {
    await program();
    mkdirSync(join(cwd, "apart"));
    writeFileSync(join(cwd, "apart/words.json"), WORDS);
    const json = await jsonAnswer(["manifest", "publish", "--files", "apart"], { cwd });
    assert.deepEqual(states(json), ["sent", "left", "sent"]);
  });

  it("publishes nothing when a file has other bytes than the manifest pins", async () => {
    await program();
    writeFileSync(join(cwd, "net/weights.bin"), Buffer.alloc(WEIGHTS.length, "0.1 0.3 "));
    const told = "ainft: net/weights.bin has other bytes than its manifest pins: nothing was published.";
    assert.equal(refusal(await publish([])), told);
    assert.throws(() => readdirSync(join(cwd, "content")), { code: "ENOENT" });
  });

  for (const [argv, told] of [
    [["--kubo", "http://127.0.0.1:1", "--store", "x"], "Give --store or --kubo, not both."],
    [["--region", "eu-west-1"], "--region goes with --s3."],
    [["--s3", "s3.example/b"], "--s3 must be endpoint/bucket, or endpoint/bucket/folder, and hold no keys."],
    [
      ["--s3", `https://${PASSWORD}@s3.example/models`],
      "--s3 must be endpoint/bucket, or endpoint/bucket/folder, and hold no keys.",
    ],
    [["--s3", "s3.example/models"], "No keys for the bucket: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."],
    [["--kubo", `http://${PASSWORD}@kubo.example`], "--kubo must be an https: address, since a secret goes with it."],
  ] as const) {
    it(`says how it is used for: ${argv.join(" ")}`, async () => {
      await program();
      const { code, err } = await publish(argv);
      assert.equal(code, 2);
      assert.deepEqual(err, [`ainft: ${told}`]);
    });
  }

  describe("into a Kubo node", () => {
    it("keeps and pins every body where relays look for it, and sends nothing twice", async () => {
      await program();
      const node = await kubo("t0ken");
      const env = { AINFT_KUBO_TOKEN: "t0ken" };
      const argv = ["manifest", "publish", "--kubo", node.url];
      const first = await jsonAnswer(argv, { cwd, env });
      assert.deepEqual(states(first), ["sent", "sent", "sent"]);
      const { uri } = first;
      assert.equal(uri, manifestUri(manifestHere()));
      assert.equal(node.pinned.size, 3);
      node.asked.splice(0);
      node.pinned.clear();
      assert.deepEqual(states(await jsonAnswer(argv, { cwd, env })), ["there", "there", "there"]);
      assert.deepEqual(new Set(node.asked), new Set(["cat", "pin/add"]));
      assert.equal(node.pinned.size, 3);
      const relay = relayOver([new KuboSource({ url: node.url, token: "t0ken", timeoutMs: 30_000 })]);
      assert.deepEqual(await relay.manifest(manifestDigest(manifestHere())), manifestHere());
      const placed = await relay.modelFolder(manifestHere().ainft.model.files);
      assert.deepEqual(readFileSync(join(placed, "net/weights.bin")), WEIGHTS);
    });

    it("says what to write into the manifest when a long file is placed where no relay finds it", async () => {
      await program({ weights: "https://models.example/weights.bin" });
      const node = await kubo();
      assert.equal(
        refusal(await publish(["--kubo", node.url])),
        `ainft: The Kubo node ${node.url} keeps net/weights.bin as ipfs://${fileCid(WEIGHTS)}, but its manifest has it at ` +
          "https://models.example/weights.bin, where relays would look in vain: set /ainft/model/files/1/uri to " +
          `ipfs://${fileCid(WEIGHTS)}, then publish again.`,
      );
    });

    it("goes on when the connection is lost, and tells it and how far it is", async () => {
      await program();
      const node = await kubo();
      node.losses = 2;
      const { code, progress } = await publish(["--kubo", node.url]);
      assert.equal(code, 0);
      assert.equal(progress.filter((line) => line.includes("lost the connection")).length, 2);
      assert(progress.includes("sending net/weights.bin: 2.0 MiB of 2.9 MiB"), progress.join("\n"));
    });

    it("gives up when the connection is lost each time", async () => {
      await program();
      const node = await kubo();
      node.losses = 99;
      const lost = /^ainft: The Kubo node http:\/\/127\.0\.0\.1:\d+ lost the connection \([A-Z_]+\)\.$/u;
      assert.match(refusal(await publish(["--kubo", node.url])), lost);
    });

    for (const [what, bytes] of [
      ["shorter", WEIGHTS.subarray(1)],
      ["longer", Buffer.concat([WEIGHTS, WORDS])],
    ] as const) {
      it(`gets nothing whole of a file that became ${what} meanwhile`, async () => {
        await program();
        const node = await kubo();
        const [, weights] = await modelBodies(manifestHere(), cwd, ".");
        assert(weights !== undefined);
        writeFileSync(join(cwd, "net/weights.bin"), bytes);
        const io = { ...processIo(), progress: () => undefined };
        const published = publishBody(io, new KuboStore({ url: node.url, authorization: undefined }), weights);
        await assert.rejects(published, (error) => {
          assert(error instanceof InputRefused);
          assert.equal(error.message, "net/weights.bin changed while it was read: publish again.");
          return true;
        });
        assert.equal(node.blocks.size, 0);
      });
    }

    it("is not believed when it keeps something under another CID", async () => {
      await program();
      const node = await kubo();
      node.claim = "bafkreiother";
      assert.match(refusal(await publish(["--kubo", node.url])), /keeps words\.json as ipfs:\/\/bafkreiother, but /u);
    });

    it("is not believed when it gives back other bytes", async () => {
      await program({}, false);
      const node = await kubo();
      const put = node.blocks.set.bind(node.blocks);
      node.blocks.set = (cid) => put(cid, Buffer.from("other"));
      assert.match(
        refusal(await publish(["--kubo", node.url])),
        /^ainft: ipfs:\/\/bafkrei\w+ was taken, but gives back no bytes or others than those of My program: /u,
      );
    });

    it("says what to do when it refuses, is not there, or is none", async () => {
      await program();
      const node = await kubo("right");
      const refused = await publish(["--kubo", node.url], { AINFT_KUBO_TOKEN: "wr0ng-t0ken" });
      assert.equal(
        refusal(refused),
        `ainft: The Kubo node ${node.url} refuses (status 403): set AINFT_KUBO_TOKEN, or ask who runs it.`,
      );
      const url = `http://127.0.0.1:${await freePort()}`;
      const nobody = `ainft: The Kubo node ${url} can't be reached (ECONNREFUSED). Is it running? Check --kubo.`;
      assert.equal(refusal(await publish(["--kubo", url])), nobody);
      const other = await listen((_request, response) => response.writeHead(404).end("<html>"));
      servers.push(other);
      const none = `ainft: The Kubo node ${other.url} answers with status 404, as no Kubo does. Check --kubo.`;
      assert.equal(refusal(await publish(["--kubo", other.url])), none);
    });
  });

  describe("into a bucket", () => {
    const to = (place: string): string[] => ["--s3", `${place}/v1`, "--region", REGION];

    it("puts every body under its digest, where relays look for it, and sends nothing twice", async () => {
      await program({ weights: "https://models.example/weights.bin" });
      const store = await bucket();
      const argv = ["manifest", "publish", ...to(store.place)];
      const first = await jsonAnswer(argv, { cwd, env: KEYS });
      assert.deepEqual(states(first), ["sent", "sent", "sent"]);
      assert.deepEqual(store.objects.get(`/models/v1/${hash(WEIGHTS)}`), WEIGHTS);
      const digest = manifestDigest(manifestHere());
      assert.equal(first["path"], `${store.place}/v1/${digest.slice(2)}`);
      store.asked.splice(0);
      assert.deepEqual(states(await jsonAnswer(argv, { cwd, env: KEYS })), ["there", "there", "there"]);
      assert.deepEqual(new Set(store.asked), new Set(["GET"]));

      const [source] = relayContent.parse({ dir: "x", sources: [first["source"]] }).sources;
      assert(source?.type === "s3");
      const { url, bucket: name, prefix, region } = source;
      const place = { url, bucket: name, prefix, region, timeoutMs: 30_000 };
      const relay = relayOver([
        new S3Source({ ...place, keyId: KEYS.AWS_ACCESS_KEY_ID, secret: KEYS.AWS_SECRET_ACCESS_KEY }),
      ]);
      assert.deepEqual(await relay.manifest(digest), manifestHere());
      const placed = await relay.modelFolder(manifestHere().ainft.model.files);
      assert.deepEqual(readFileSync(join(placed, "words.json")), WORDS);
    });

    it("goes on when the connection is lost", async () => {
      await program();
      const store = await bucket();
      store.losses = 2;
      const { code, progress } = await publish(to(store.place), KEYS);
      assert.equal(code, 0);
      assert.equal(progress.filter((line) => line.includes("lost the connection")).length, 2);
      assert.equal(store.objects.size, 3);
    });

    it("tries again when the store is busy or fails inside, and gives up on the fourth time", async () => {
      await program();
      const store = await bucket();
      const busy = { status: 503, code: "SlowDown" };
      store.failures.push(busy, { status: 500, code: "InternalError" }, busy);
      assert.equal((await publish(to(store.place), KEYS)).code, 0);
      store.failures.push(busy, busy, busy, busy);
      const told = `ainft: The bucket models at ${store.url} is busy (status 503). Try again later.`;
      assert.equal(refusal(await publish(to(store.place), KEYS)), told);
    });

    it("shows the token of lent keys", async () => {
      await program();
      const store = await bucket();
      assert.equal((await publish(to(store.place), { ...KEYS, AWS_SESSION_TOKEN: "lent/a=while" })).code, 0);
      assert.deepEqual([...store.tokens], ["lent/a=while"]);
    });

    for (const [failure, told] of [
      [
        { status: 400, code: "ExpiredToken" },
        "takes these lent keys no more (ExpiredToken): get new ones, with AWS_SESSION_TOKEN.",
      ],
      [
        { status: 403, code: "RequestTimeTooSkewed" },
        "says that the clock of this machine is wrong: set it, then publish again.",
      ],
      [{ status: 409, code: "OperationAborted" }, "refuses (status 409, OperationAborted)."],
      [{ status: 400, code: "../\u001b[2J" }, "answers with status 400, as no such store does. Check --s3."],
    ] as const) {
      it(`says what to do when it answers ${failure.status} ${JSON.stringify(failure.code)}`, async () => {
        await program();
        const store = await bucket();
        store.failures.push(failure);
        const line = `ainft: The bucket models at ${store.url} ${told}`;
        assert.equal(refusal(await publish(to(store.place), KEYS)), line);
      });
    }

    it("says where to put what is longer than one request may carry", async () => {
      const place = { url: "https://s3.example", bucket: "models", prefix: "" };
      const store = new S3Store(place, { keyId: "a", secret: "b", region: REGION });
      const body = { name: "weights.bin", sha256: hash(WEIGHTS), size: 5 * 1024 ** 3 + 1, placed: undefined };
      await assert.rejects(store.put(body, { size: body.size, stream: () => assert.fail() }), (error) => {
        assert(error instanceof PeerRefused);
        assert.equal(
          error.message,
          `weights.bin is longer than the 5 GiB that one request may carry: put it to https://s3.example/models/${hash(WEIGHTS)} ` +
            "with a tool of the store's, then publish again.",
        );
        return true;
      });
    });

    it("writes over an object that is not what its key says", async () => {
      await program();
      const store = await bucket();
      store.objects.set(`/models/v1/${hash(WORDS)}`, Buffer.from("other"));
      const json = await jsonAnswer(["manifest", "publish", ...to(store.place)], { cwd, env: KEYS });
      assert.deepEqual(states(json), ["sent", "sent", "sent"]);
      assert.deepEqual(store.objects.get(`/models/v1/${hash(WORDS)}`), WORDS);
    });

    it("works for keys that may not list what is in the bucket", async () => {
      await program();
      const store = await bucket();
      store.mayList = false;
      assert.equal((await publish(to(store.place), KEYS)).code, 0);
      assert.equal(store.objects.size, 3);
    });

    it("is not believed when it keeps other bytes", async () => {
      await program();
      const store = await bucket();
      store.spoil = (bytes) => bytes.subarray(1);
      const told =
        /\/models\/v1\/[0-9a-f]{64} was taken, but gives back no bytes or others than those of words\.json: /u;
      assert.match(refusal(await publish(to(store.place), KEYS)), told);
    });

    it("says what to do about wrong keys, a wrong region, missing rights and a bucket that does not exist", async () => {
      await program();
      const store = await bucket();
      const name = `ainft: The bucket models at ${store.url}`;
      const refusedFor = async (env: Record<string, string>, argv = to(store.place)): Promise<string> =>
        refusal(await publish(argv, { ...KEYS, ...env }));
      const check = "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and --region.";
      assert.equal(
        await refusedFor({ AWS_ACCESS_KEY_ID: "stranger" }),
        `${name} does not know these keys (InvalidAccessKeyId): ${check}`,
      );
      assert.equal(
        await refusedFor({ AWS_SECRET_ACCESS_KEY: "s3cret-wrong" }),
        `${name} does not know these keys (SignatureDoesNotMatch): ${check}`,
      );
      assert.equal(
        await refusedFor({ AWS_REGION: "us-west-2" }, ["--s3", store.place]),
        `${name} is in region ${REGION}, not us-west-2: give --region ${REGION}.`,
      );
      assert.equal(
        await refusedFor({}, to(`${store.url}/others`)),
        `ainft: The bucket others at ${store.url} does not exist: make it, or check --s3.`,
      );
      store.mayPut = false;
      assert.equal(
        await refusedFor({}),
        `${name} does not let these keys write (status 403, AccessDenied): ask for the rights to get and put objects.`,
      );
    });
  });

  function relayOver(sources: readonly (KuboSource | S3Source)[], dir = join(cwd, "fetched")): FetchingContentStore {
    const none = (): void => undefined;
    const log = { debug: none, info: none, warn: none, error: none };
    return new FetchingContentStore({ dir, models: join(cwd, "models"), sources, published: [], log });
  }
});
