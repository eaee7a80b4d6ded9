import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { Resolve } from "../../../src/adapters/runner/address-guard.ts";
import { EngineRunner, type EngineSettings } from "../../../src/adapters/runner/engine-runner.ts";
import { configSchema } from "../../../src/config/schema.ts";
import { EngineUnavailable, ImageUnavailable } from "../../../src/domain/errors.ts";
import { programOf } from "../support/program.ts";

const DIGEST = `sha256:${"ab".repeat(32)}`;
const QUESTION = { input: {}, state: null, seed: "00".repeat(32), maxOutputBytes: 1_000 };

/** Where names lead. What is not here does not resolve. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  "registry.example.org": ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"],
  "inside.example.org": ["10.0.0.7"],
  "half.example.org": ["93.184.216.34", "127.0.0.1"],
  "mapped.example.org": ["::ffff:127.0.0.1"],
  "metadata.example.org": ["169.254.169.254"],
  "127.1": ["127.0.0.1"],
};

/** What manifests may name that is no registry of the open Internet, and why it is refused. */
const REFUSED: Readonly<Record<string, string>> = {
  "127.0.0.1:8080": "the address of its registry 127.0.0.1:8080 is not public",
  "10.0.0.7": "the address of its registry 10.0.0.7 is not public",
  "169.254.169.254:80": "the address of its registry 169.254.169.254:80 is not public",
  localhost: "its registry localhost has no full name",
  "localhost:5000": "its registry localhost:5000 has no full name",
  "engine.localhost:5000": "its registry engine.localhost:5000 has no full name",
  "registry:5000": "its registry registry:5000 has no full name",
  "2130706433:80": "its registry 2130706433:80 has no full name",
  "127.1": "its registry 127.1 has no full name",
  "127.0.0.0x1:80": "its registry 127.0.0.0x1:80 has no full name",
  "inside.example.org": "its registry inside.example.org leads to an address that is not public",
  "half.example.org:443": "its registry half.example.org:443 leads to an address that is not public",
  "mapped.example.org": "its registry mapped.example.org leads to an address that is not public",
  "metadata.example.org": "its registry metadata.example.org leads to an address that is not public",
  "nowhere.example.org": "the name of its registry nowhere.example.org cannot be looked up",
};

describe("a registry that a manifest names", () => {
  let folder: string;
  let engine: Server;
  /** What the engine was asked to pull. */
  let pulled: string[];
  /** Images that the engine has. */
  let held: string[];
  /** Names that were looked up. */
  let lookedUp: string[];

  const resolve: Resolve = (host, done) => {
    lookedUp.push(host);
    const found = (NAMES[host] ?? []).map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    done(found.length === 0 ? new Error("ENOTFOUND") : null, found);
  };

  beforeEach(async () => {
    [pulled, held, lookedUp] = [[], [], []];
    folder = await mkdtemp(join(tmpdir(), "ainft-registries-"));
    engine = createServer((request, response) => {
      const url = new URL(request.url ?? "", "http://engine");
      request.resume();
      const image = /^(?:\/v[0-9.]+)?\/images\/(.+)\/json$/.exec(url.pathname)?.[1];
      const json = (status: number, body: object): void => {
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      };
      if (image !== undefined) {
        if (held.includes(decodeURIComponent(image))) json(200, { RepoDigests: [decodeURIComponent(image)] });
        else json(404, { message: "no such image" });
      } else if (url.pathname.endsWith("/images/create")) {
        pulled.push(`${url.searchParams.get("fromImage")}@${url.searchParams.get("tag")}`);
        json(200, {});
      } else if (url.pathname.endsWith("/version")) json(200, { Version: "1", Components: [{ Name: "Fake Engine" }] });
      else json(500, { message: "it only pulls" });
    });
    await new Promise<void>((done) => engine.listen(join(folder, "engine.sock"), done));
  });

  afterEach(async () => {
    engine.closeAllConnections();
    await new Promise((done) => engine.close(done));
    await rm(folder, { recursive: true });
  });

  async function run(registry: string, changes: Partial<EngineSettings> = {}): Promise<unknown> {
    const socket = join(folder, "engine.sock");
    const usual = { socket, imageMirrors: {}, registries: [], pullTimeoutMs: 5_000, owner: "mine", warm: 0, resolve };
    const program = programOf({ container: { image: `${registry}/x@${DIGEST}` } });
    return new EngineRunner({ ...usual, ...changes }).run(program, QUESTION, folder, new AbortController().signal);
  }

  /** A pull that was tried: this engine never gets anything. */
  const isTried = (error: unknown): boolean =>
    error instanceof ImageUnavailable && error.message.endsWith("what the engine pulled has another digest.");

  for (const [registry, problem] of Object.entries(REFUSED)) {
    it(`is not asked when it is ${registry}`, async () => {
      await assert.rejects(run(registry), (error) => {
        assert.ok(error instanceof ImageUnavailable);
        assert.equal(
          error.message,
          `Image ${registry}/x@${DIGEST} unavailable: ${problem}. ` +
            `If that is meant, name ${registry} in runner.registries.`,
        );
        return true;
      });
      assert.deepEqual(pulled, []);
    });
  }

  it("is asked when it is public", async () => {
    for (const registry of ["registry.example.org", "registry.example.org:5000", "93.184.216.34:5000"]) {
      await assert.rejects(run(registry), isTried);
    }

    assert.deepEqual(
      pulled,
      ["registry.example.org", "registry.example.org:5000", "93.184.216.34:5000"].map((host) => `${host}/x@${DIGEST}`),
    );
  });

  it("is asked when the operator names it, with its port", async () => {
    await assert.rejects(run("127.0.0.1:8080", { registries: ["127.0.0.1:8080"] }), isTried);
    await assert.rejects(run("127.0.0.1:8081", { registries: ["127.0.0.1:8080", "127.0.0.1"] }), ImageUnavailable);

    assert.deepEqual([pulled, lookedUp], [[`127.0.0.1:8080/x@${DIGEST}`], []]);
  });

  it("is not asked, but the mirror that the operator names for it", async () => {
    await assert.rejects(run("registry:5000", { imageMirrors: { "registry:5000": "127.0.0.1:8080" } }), isTried);
    await assert.rejects(
      run("127.0.0.1:8080", { imageMirrors: { "registry:5000": "127.0.0.1:8080" } }),
      ImageUnavailable,
    );

    assert.deepEqual(pulled, [`127.0.0.1:8080/x@${DIGEST}`]);
  });

  it("is of no interest when the engine has the image", async () => {
    held.push(`127.0.0.1:8080/x@${DIGEST}`);

    await assert.rejects(run("127.0.0.1:8080"), EngineUnavailable); // it has the image, and fails to make a container
    assert.deepEqual([pulled, lookedUp], [[], []]);
  });

  it("is written in the configuration as images name it", () => {
    const of = (registries: readonly string[]): boolean =>
      configSchema.shape.runner.safeParse({ type: "engine", registries }).success;

    assert.ok(of(["127.0.0.1:5000", "registry.example.org"]));
    for (const wrong of ["https://registry.example.org", "registry.example.org/x", "registry:port", ""]) {
      assert.ok(!of([wrong]), wrong);
    }
  });
});
