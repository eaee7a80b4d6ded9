import assert from "node:assert/strict";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, it } from "node:test";
import {
  guardedLookup,
  isPublic,
  PrivateAddressRefused,
  type Resolve,
} from "../../src/adapters/runner/address-guard.ts";
import { EndpointRunner, EndpointUnavailable } from "../../src/adapters/runner/endpoint-runner.ts";
import { httpRunner } from "../../src/config/endpoints.ts";
import { ContainerFailed, ContainerTimedOut, InputRejected, UnsupportedProgram } from "../../src/domain/errors.ts";
import type { Answer } from "../../src/domain/protocol.ts";
import type { RunFacts } from "../../src/ports/system.ts";
import { programOf } from "../unit/support/program.ts";
import { question } from "./behaves-like-a-runner.ts";

const program = programOf();
const { image } = program.container;
const GOOD = '{"output":{"heard":"hi","count":5},"state":{"count":5}}';
const nobody: Resolve = (_host, done) => done(null, [{ address: "127.0.0.1", family: 4 }]);

describe("EndpointRunner", () => {
  const servers: Server[] = [];

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function listen(listener: RequestListener): Promise<number> {
    const opened = createServer(listener);
    servers.push(opened);
    await new Promise<void>((done) => opened.listen(0, "127.0.0.1", done));
    return (opened.address() as AddressInfo).port;
  }

  interface Changes {
    readonly url?: string;
    readonly privateHosts?: readonly string[];
    readonly token?: string;
    readonly timeoutMs?: number;
    readonly signal?: AbortSignal;
    readonly image?: string;
  }

  async function run(changes: Changes): Promise<Answer & { facts: RunFacts }> {
    const { url = "", privateHosts = ["127.0.0.1"], token, timeoutMs = 30_000 } = changes;
    const endpoints = new Map([[changes.image ?? image, { url, token }]]);
    const runner = new EndpointRunner({ endpoints, privateHosts, resolve: nobody });
    const limits = { ...program.limits, timeoutMs, maxAnswerBytes: 65_536 };
    return runner.run({ ...program, limits }, question(), "", changes.signal ?? new AbortController().signal);
  }

  async function runAt(listener: RequestListener, changes: Changes = {}): Promise<Answer & { facts: RunFacts }> {
    return run({ url: `http://127.0.0.1:${await listen(listener)}/base/`, ...changes });
  }

  it("asks below the configured address with the token, and says whom it asked", async () => {
    const seen: unknown[] = [];
    const answer = await runAt(
      ({ url, method, headers }, response) => {
        seen.push([method, url, headers.authorization]);
        response.writeHead(200, { "Content-Type": "application/json" }).end(GOOD);
      },
      { token: "s3cret" },
    );

    assert.deepEqual(seen, [["POST", "/base/infer", "Bearer s3cret"]]);
    assert.deepEqual(answer.output, { heard: "hi", count: 5 });
    assert.match(answer.facts.runner, /^HTTP endpoint 127\.0\.0\.1:\d+$/);
    assert.equal(answer.facts.imageDigest, undefined);
  });

  it("asks nobody for an image of another digest", async () => {
    const other = image.replace("abab", "cdcd");

    await assert.rejects(
      runAt((_request, response) => response.end(GOOD), { image: other }),
      UnsupportedProgram,
    );
  });

  for (const status of [301, 302, 307, 308, 401, 403, 404, 429, 502, 503, 504]) {
    it(`signs nothing of a status ${status}`, async () => {
      const answer: RequestListener = (_request, response) => {
        response.writeHead(status, { Location: "http://127.0.0.1:1/" }).end(GOOD);
      };

      await assert.rejects(runAt(answer), EndpointUnavailable);
    });
  }

  it("takes the program's own refusals and failures for what they are", async () => {
    await assert.rejects(
      runAt((_request, response) => response.writeHead(422).end()),
      InputRejected,
    );
    await assert.rejects(
      runAt((_request, response) => response.writeHead(500).end()),
      (error) => error instanceof ContainerFailed && error.fault === "STATUS",
    );
  });

  it("cuts off an answer that is too long", async () => {
    await assert.rejects(
      runAt((_request, response) => response.end(Buffer.alloc(1_048_576, 0x20))),
      (error) => error instanceof ContainerFailed && error.fault === "ANSWER_TOO_LARGE",
    );
  });

  it("signs a time-out of a program that took the question", async () => {
    await assert.rejects(
      runAt(() => undefined, { timeoutMs: 500 }),
      (error) => error instanceof ContainerTimedOut && error.afterMs === 500,
    );
  });

  it("signs nothing when the connection breaks or is refused, and keeps the token out of the error", async () => {
    const broken = runAt((_request, response) => response.destroy(), { token: "s3cret" });
    await assert.rejects(broken, (error) => {
      return error instanceof EndpointUnavailable && !JSON.stringify([error, error.cause]).includes("s3cret");
    });

    await assert.rejects(run({ url: "http://127.0.0.1:1/" }), EndpointUnavailable);
  });

  it("stops when it is told to", async () => {
    const stop = new AbortController();
    const reason = new Error("enough");
    const running = runAt(() => stop.abort(reason), { signal: stop.signal });

    await assert.rejects(running, reason);
  });

  for (const host of ["127.0.0.1", "[::1]", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "169.254.169.254"]) {
    it(`connects to no private address, however written: ${host}`, async () => {
      let connections = 0;
      const port = await listen(() => undefined);
      servers[0]?.on("connection", () => (connections += 1));

      await assert.rejects(run({ url: `https://${host}:${port}/`, privateHosts: [] }), PrivateAddressRefused);
      assert.equal(connections, 0);
    });
  }

  it("connects to no name that leads to a private address", async () => {
    let connections = 0;
    const port = await listen(() => undefined);
    servers[0]?.on("connection", () => (connections += 1));
    const url = `https://rebound.example:${port}/`;

    await assert.rejects(run({ url, privateHosts: ["other.example"] }), PrivateAddressRefused);
    assert.equal(connections, 0);
  });
});

describe("the lookup of a connection", () => {
  const open = { address: "93.184.215.14", family: 4 };

  async function look(addresses: { address: string; family: number }[], all: boolean): Promise<unknown> {
    return new Promise((resolve, reject) => {
      guardedLookup((_host, done) => done(null, addresses))("name.example", { all }, (error, address, family) => {
        if (error) reject(error);
        else resolve([address, family]);
      });
    });
  }

  it("hands on public addresses, one or all", async () => {
    assert.deepEqual(await look([open], true), [[open], undefined]);
    assert.deepEqual(await look([open], false), [open.address, 4]);
  });

  it("refuses them all for one that is private, and none at all", async () => {
    await assert.rejects(look([open, { address: "10.0.0.1", family: 4 }], true), PrivateAddressRefused);
    await assert.rejects(look([], true), PrivateAddressRefused);
  });

  it("is asked anew for each connection, so that a name that moves inside is caught", async () => {
    const answers = [open, { address: "::1", family: 6 }];
    const lookup = guardedLookup((_host, done) => done(null, answers.splice(0, 1)));
    const ask = async (): Promise<unknown> =>
      new Promise((resolve, reject) => {
        lookup("name.example", {}, (error, address) => (error ? reject(error) : resolve(address)));
      });

    assert.equal(await ask(), open.address);
    await assert.rejects(ask(), PrivateAddressRefused);
  });

  it("hands on that a name does not resolve", async () => {
    const gone = Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" });
    const lookup = guardedLookup((_host, done) => done(gone, []));

    await assert.rejects(
      new Promise((_resolve, reject) => {
        lookup("name.example", {}, reject);
      }),
      gone,
    );
  });

  it("knows which addresses are public", () => {
    const inside =
      "0.0.0.0 10.1.2.3 100.64.0.1 127.9.9.9 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.1 192.168.1.1 " +
      "198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1 255.255.255.255 :: ::1 ::ffff:8.8.8.8 fe80::1 fc00::1 " +
      "fd12::1 ff02::1 64:ff9b::808:808 2001::1 2001:db8::1 2002:7f00:1:: 3fff::1 name.example";
    const outside =
      "1.1.1.1 100.63.255.255 172.15.0.1 172.32.0.1 192.167.1.1 223.255.255.255 2606:4700::1 2a00:1450::1";

    assert.deepEqual(inside.split(" ").filter(isPublic), []);
    assert.deepEqual(
      outside.split(" ").filter((address) => !isPublic(address)),
      [],
    );
  });
});

describe("the configuration of endpoints", () => {
  const good = { image, url: "https://gpu.example.org/v1" };
  const takes = (endpoints: unknown[], privateHosts: string[] = []): boolean =>
    httpRunner.safeParse({ type: "http", endpoints, privateHosts }).success;

  it("takes https anywhere, and http only where a private host is named", () => {
    assert.ok(takes([{ ...good, tokenEnv: "TOKEN" }]));
    assert.ok(takes([{ ...good, url: "http://gpu:8000" }], ["gpu"]));
    assert.ok(!takes([{ ...good, url: "http://gpu:8000" }]));
  });

  it("refuses an image without digest, a secret in an address, another scheme, and one image twice", () => {
    assert.ok(!takes([{ ...good, image: "fixtures.local/program:latest" }]));
    for (const url of [
      "https://u:p@gpu.example.org",
      "https://gpu.example.org/?key=1",
      "ftp://gpu",
      "file:///etc",
      "x",
    ]) {
      assert.ok(!takes([{ ...good, url }]), url);
    }
    assert.ok(!takes([good, good]));
    assert.ok(!takes([]));
  });
});
