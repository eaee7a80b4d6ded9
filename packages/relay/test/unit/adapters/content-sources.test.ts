import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { access, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { type Bytes32, cidFromDigest, manifestBytes, manifestDigest } from "ainft-core";
import { s3Headers } from "ainft-core/content";
import { FetchingContentStore } from "../../../src/adapters/content/fetching-store.ts";
import { KuboSource } from "../../../src/adapters/content/kubo-source.ts";
import { S3Source } from "../../../src/adapters/content/s3-source.ts";
import { type ContentSource, SourceUnavailable } from "../../../src/adapters/content/source.ts";
import { content } from "../../../src/config/content.ts";
import { ContentUnavailable } from "../../../src/domain/errors.ts";
import { manifestOf } from "../support/program.ts";

const hash = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");
const WEIGHTS = Buffer.alloc(200_000, "0.1 0.2 ");
const FILE = { path: "net.bin", sha256: hash(WEIGHTS), size: WEIGHTS.length, uri: "ipfs://bafyroot/net.bin" };
const manifest = manifestOf();
const digest = manifestDigest(manifest);
const BYTES = Buffer.from(manifestBytes(manifest));
const ACCESS = { keyId: "reader", secret: "s3cret-s3cret", region: "eu-west-1" };

describe("content stores", () => {
  const servers: Server[] = [];
  const warnings: unknown[] = [];
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "ainft-content-"));
    warnings.splice(0);
  });

  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    await rm(folder, { recursive: true });
  });

  async function listen(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  function storeOver(
    sources: readonly ContentSource[],
    published: readonly ContentSource[] = [],
  ): FetchingContentStore {
    const none = (): void => undefined;
    const log = {
      debug: none,
      info: none,
      error: none,
      warn: (_text: string, fields?: unknown) => warnings.push(fields),
    };
    return new FetchingContentStore({
      dir: join(folder, "in"),
      models: join(folder, "models"),
      sources,
      published,
      log,
    });
  }

  const kuboAt = (url: string, token?: string): KuboSource => new KuboSource({ url, token, timeoutMs: 30_000 });
  const s3At = (url: string, changes: Partial<typeof ACCESS> = {}): S3Source =>
    new S3Source({ url, bucket: "models", prefix: "v1/", timeoutMs: 30_000, ...ACCESS, ...changes });

  /** A little node that speaks as much of Kubo's RPC as is used. */
  async function kubo(blocks: Map<string, Buffer>, token?: string): Promise<string> {
    return listen((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
      if (request.method !== "POST") response.writeHead(405).end();
      else if (token !== undefined && request.headers.authorization !== `Bearer ${token}`)
        response.writeHead(403).end();
      else if (pathname === "/api/v0/cat") give(response, blocks.get(searchParams.get("arg") ?? ""), 500);
      else if (pathname === "/api/v0/block/put") {
        keepBlock(request, response, blocks).catch(() => response.destroy());
      } else response.writeHead(404).end();
    });
  }

  /** A little bucket that checks signatures by the same arithmetic, which a test in core holds against another's. */
  async function bucket(objects: Map<string, Buffer>): Promise<string> {
    return listen((request, response) => {
      const url = new URL(request.url ?? "", `http://${request.headers.host ?? ""}`);
      const { "x-amz-date": time = "", "x-amz-content-sha256": bodyDigest = "" } = request.headers;
      const at = new Date(String(time).replace(/^(....)(..)(..T..)(..)/, "$1-$2-$3:$4:"));
      const method = request.method === "PUT" ? "PUT" : "GET";
      const { authorization } = s3Headers({ method, url, bodyDigest: String(bodyDigest), at }, ACCESS);
      void bodyOf(request).then((body) => {
        if (authorization !== request.headers.authorization) response.writeHead(403).end("<Error/>");
        else if (method === "GET") give(response, objects.get(url.pathname), 404);
        else if (hash(body) !== bodyDigest) response.writeHead(400).end();
        else {
          objects.set(url.pathname, body);
          response.writeHead(200).end();
        }
      });
    });
  }

  const kinds: Record<string, (manifestGiven?: Buffer) => Promise<ContentSource>> = {
    "an IPFS node": async (given = BYTES) =>
      kuboAt(
        await kubo(
          new Map([
            [cidFromDigest(digest), given],
            ["bafyroot/net.bin", WEIGHTS],
          ]),
          "t0ken",
        ),
        "t0ken",
      ),
    "a bucket": async (given = BYTES) =>
      s3At(
        await bucket(
          new Map([
            [`/models/v1/${digest.slice(2)}`, given],
            [`/models/v1/${FILE.sha256}`, WEIGHTS],
          ]),
        ),
      ),
  };

  for (const [kind, open] of Object.entries(kinds)) {
    describe(kind, () => {
      it("gives manifests and model files, and is asked once for each", async () => {
        const store = storeOver([await open()]);
        assert.deepEqual(await store.manifest(digest), manifest);
        const placed = join(await store.modelFolder([FILE]), FILE.path);
        for (const server of servers.splice(0)) server.close();

        assert.deepEqual(await readFile(placed), WEIGHTS);
        assert.deepEqual(await store.manifest(digest), manifest);
        assert.deepEqual(await readdir(join(folder, "in")), [cidFromDigest(digest), FILE.sha256].sort());
      });

      it("is refused when it lies, and leaves nothing behind", async () => {
        const store = storeOver([await open(Buffer.from(manifestBytes(manifestOf({ limits: { pids: 65 } }))))]);

        await assert.rejects(store.manifest(digest), ContentUnavailable);
        assert.deepEqual(await readdir(join(folder, "in")), []);
        assert.equal(warnings.length, 1);
      });

      it("is passed over for the next when it lies", async () => {
        const store = storeOver([await open(Buffer.from("{}")), await open()]);

        assert.deepEqual(await store.manifest(digest), manifest);
      });

      it("is passed over without a word when it has not got it", async () => {
        const other = manifestOf({ limits: { pids: 66 } });
        await assert.rejects(storeOver([await open()]).manifest(manifestDigest(other)), ContentUnavailable);

        assert.deepEqual(warnings, []);
      });

      it("keeps what is put there under the digest of its bytes", async () => {
        const source = await open();
        await storeOver([], [source]).put(Buffer.from("a body"));
        const kept = await source.open({ sha256: hash("a body") });

        assert.ok(kept !== null);
        assert.equal((await wholeOf(kept)).toString(), "a body");
        assert.equal(await readFile(join(folder, "in", hash("a body")), "utf8"), "a body");
      });
    });
  }

  const broken: Record<string, (response: ServerResponse) => void> = {
    "is cut off": (response) => {
      response.writeHead(200, { "content-length": BYTES.length });
      response.write(BYTES.subarray(0, 10));
      setImmediate(() => response.destroy());
    },
    floods: (response) => response.writeHead(200).end(Buffer.alloc(8_388_608, 0x20)),
    redirects: (response) => response.writeHead(302, { location: "http://169.254.169.254/" }).end(BYTES),
    "hangs up": (response) => response.destroy(),
    "answers a gzip bomb": (response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(Buffer.from("1f8b08000000000000030300000000", "hex")),
  };
  for (const [what, answer] of Object.entries(broken)) {
    it(`fall back to the next when one ${what}`, async () => {
      const url = await listen((request, response) => {
        request.resume();
        answer(response);
      });
      const store = storeOver([
        kuboAt(url),
        s3At(url),
        s3At(await bucket(new Map([[`/models/v1/${digest.slice(2)}`, BYTES]]))),
      ]);

      assert.deepEqual(await store.manifest(digest), manifest);
      assert.equal(warnings.length, 2);
    });
  }

  it("fall back to the next when one hangs", async () => {
    const silent = new KuboSource({ url: await listen(() => undefined), token: undefined, timeoutMs: 200 });
    const store = storeOver([silent, await (kinds["a bucket"] ?? assert.fail())()]);

    assert.deepEqual(await store.manifest(digest), manifest);
  });

  it("are not asked at all for more of a file than its manifest says", async () => {
    const longer = Buffer.concat([WEIGHTS, WEIGHTS]);
    const store = storeOver([kuboAt(await kubo(new Map([["bafyroot/net.bin", longer]])))]);

    await assert.rejects(store.modelFolder([FILE]), ContentUnavailable);
    await assert.rejects(access(join(folder, "in", FILE.sha256)));
  });

  it("are asked for no more files of a model once one cannot be had", async () => {
    let asked = 0;
    const url = await listen((request, response) => {
      asked += 1;
      request.resume();
      response.writeHead(500).end();
    });
    const files = Array.from({ length: 1_024 }, (_, index) => {
      return { ...FILE, path: `${index}.bin`, sha256: hash(String(index)) };
    });

    await assert.rejects(storeOver([kuboAt(url), kuboAt(url)]).modelFolder(files), {
      name: "ContentUnavailable",
      content: "0.bin",
    });
    assert.equal(asked, 2);
  });

  it("are not missed for a model that is laid out already", async () => {
    const store = storeOver([kuboAt(await kubo(new Map([["bafyroot/net.bin", WEIGHTS]])))]);
    const placed = await store.modelFolder([FILE]);
    await rm(join(folder, "in", FILE.sha256));
    for (const server of servers.splice(0)) server.close();

    assert.equal(await store.modelFolder([FILE]), placed);
  });

  describe("that take their time", () => {
    const reason = new Error("over");

    /** A store that answers only when it is told, and what became of the requests to it. */
    async function slow(): Promise<{
      store: FetchingContentStore;
      answer: () => void;
      asked: number[];
      left: number[];
    }> {
      const waiting: ServerResponse[] = [];
      const [asked, left]: [number[], number[]] = [[], []];
      const url = await listen((request, response) => {
        const number = asked.push(asked.length);
        request.resume();
        response.on("close", () => left.push(number));
        waiting.push(response);
      });
      const answer = (): void => waiting.forEach((response) => response.writeHead(200).end(WEIGHTS));
      return { store: storeOver([kuboAt(url), kuboAt(url)]), answer, asked, left };
    }

    async function until(isSo: () => boolean): Promise<void> {
      while (!isSo()) await new Promise(setImmediate);
    }

    it("are hung up on when whoever asked does not wait any more, and no other is asked", async () => {
      const { store, asked, left } = await slow();
      const over = new AbortController();
      const fetched = store.modelFolder([FILE], over.signal);
      await until(() => asked.length === 1);
      over.abort(reason);

      await assert.rejects(fetched, reason);
      await until(() => left.length === 1);
      assert.deepEqual([asked.length, warnings], [1, []]);
    });

    it("go on for those who wait for the same", async () => {
      const { store, answer, asked, left } = await slow();
      const over = new AbortController();
      const first = store.modelFolder([FILE], over.signal);
      const second = store.modelFolder([FILE], new AbortController().signal);
      await until(() => asked.length === 1);
      over.abort(reason);
      await assert.rejects(first, reason);
      assert.deepEqual(left, []);
      answer();

      assert.deepEqual(await readFile(join(await second, FILE.path)), WEIGHTS);
      assert.equal(asked.length, 1);
    });

    it("are not asked at all for who does not wait", async () => {
      const { store, asked } = await slow();

      await assert.rejects(store.modelFolder([FILE], AbortSignal.abort(reason)), reason);
      await assert.rejects(store.manifest(digest, AbortSignal.abort(reason)), reason);
      assert.deepEqual(asked, []);
    });
  });

  it("say when they take nothing, and never with a secret", async () => {
    const wrongKey = s3At(await bucket(new Map()), { secret: "wr0ng-wr0ng" });
    const wrongToken = kuboAt(await kubo(new Map(), "right"), "wr0ng-wr0ng");
    const silent = s3At("http://127.0.0.1:1");
    for (const source of [wrongKey, wrongToken, silent]) {
      await assert.rejects(source.put(hash("x"), Buffer.from("x")), (error) => {
        return error instanceof SourceUnavailable && !JSON.stringify([error.message, error.cause]).includes("wr0ng");
      });
    }
    await assert.rejects(wrongKey.open({ sha256: hash("x") }), SourceUnavailable);
  });

  it("are refused when a node keeps bytes under another CID", async () => {
    const url = await listen((request, response) => {
      request.resume();
      response.end('{"Key":"bafkreiother","Size":1}');
    });

    await assert.rejects(kuboAt(url).put(hash("x"), Buffer.from("x")), SourceUnavailable);
  });
});

describe("the configuration of content stores", () => {
  const s3 = {
    type: "s3",
    url: "https://s3.example.org",
    region: "eu",
    bucket: "models",
    keyIdEnv: "A",
    secretEnv: "B",
  };

  it("takes both kinds, and reads alone unless it is told to publish", () => {
    const { sources } = content.parse({ dir: "x", sources: [{ type: "ipfs", url: "http://127.0.0.1:5001" }, s3] });

    assert.deepEqual(
      sources.map(({ publish }) => publish),
      [false, false],
    );
  });

  it("refuses a bucket or a prefix that leads elsewhere", () => {
    for (const changes of [
      { bucket: "../x" },
      { bucket: "a/b" },
      { prefix: "../" },
      { prefix: "a" },
      { prefix: "/a/" },
    ]) {
      assert.ok(!content.safeParse({ dir: "x", sources: [{ ...s3, ...changes }] }).success);
    }
  });
});

function give(response: ServerResponse, bytes: Buffer | undefined, missing: number): void {
  if (bytes === undefined) response.writeHead(missing).end('{"Message":"not found"}');
  else response.writeHead(200).end(bytes);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  return wholeOf(request as AsyncIterable<Uint8Array>);
}

async function wholeOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

/** Reads the one part of a form, as a node does. */
async function keepBlock(
  request: IncomingMessage,
  response: ServerResponse,
  blocks: Map<string, Buffer>,
): Promise<void> {
  const body = await bodyOf(request);
  const { boundary = "" } = /boundary=(?<boundary>.+)$/.exec(request.headers["content-type"] ?? "")?.groups ?? {};
  const bytes = body.subarray(body.indexOf("\r\n\r\n") + 4, body.lastIndexOf(`\r\n--${boundary}--`));
  const cid = cidFromDigest(`0x${hash(bytes)}` satisfies Bytes32);
  blocks.set(cid, bytes);
  response.end(JSON.stringify({ Key: cid, Size: bytes.length }));
}
