import { expect } from "chai";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { extract } from "tar-stream";
import { nodeRuntimeFiles } from "../../scripts/lib/oci/runtime";
import { NotAnElfFileError } from "../../scripts/lib/oci/elf";
import { packPersonaChat, type PersonaImage } from "../../scripts/lib/oci/persona-chat";
import { serveImageLayout, type ImageRegistry } from "../../scripts/lib/oci/registry";
import { fromRoot } from "../../scripts/lib/paths";
import { engineIsMissing, podman, PROGRAM, startContainer, startProcess } from "./persona-runs";

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** An image of 130 MB is packed, hashed and pulled here. */
const PATIENCE = 300_000;

describe("the persona's image", function () {
  this.timeout(PATIENCE);
  let folder: string;
  let image: PersonaImage;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "ainft-oci-"));
    image = await packPersonaChat({ outDir: join(folder, "image") });
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  const blobPath = (digest: string) => join(image.layoutDir, "blobs", "sha256", digest.slice("sha256:".length));
  const readBlob = (digest: string): unknown => JSON.parse(readFileSync(blobPath(digest), "utf8"));
  const manifest = () => readBlob(image.digest) as { config: Descriptor; layers: Descriptor[] };

  describe("packing", () => {
    it("gives the same digest when it is packed again elsewhere", async () => {
      const again = await packPersonaChat({ outDir: join(folder, "again") });
      expect(again).to.deep.equal({ ...image, layoutDir: again.layoutDir });
      rmSync(again.layoutDir, { recursive: true });
    });

    it("reuses a layout packed from the same inputs", async () => {
      const progress: string[] = [];
      const reused = await packPersonaChat({
        outDir: image.layoutDir,
        onProgress: (text) => {
          progress.push(text);
        },
      });
      expect(reused).to.deep.equal(image);
      expect(progress).to.deep.equal(["nothing changed since it was packed last"]);
    });

    it("gives another digest when one byte of the source changes, and only the application's layer with it", async () => {
      const sourceDir = join(folder, "source");
      cpSync(PROGRAM, sourceDir, { recursive: true });
      const server = join(sourceDir, "src", "server.ts");
      const bytes = readFileSync(server);
      bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
      writeFileSync(server, bytes);
      const changed = await packPersonaChat({ outDir: join(folder, "changed"), sourceDir });
      expect(changed.digest).to.not.equal(image.digest);
      expect(changed.layers.slice(0, -1)).to.deep.equal(image.layers.slice(0, -1));
      expect(changed.layers.slice(-1)).to.not.deep.equal(image.layers.slice(-1));
      rmSync(changed.layoutDir, { recursive: true });
    });
  });

  describe("the layout", () => {
    it("holds every blob that is named, at its size and digest, and no other", () => {
      const { manifests } = JSON.parse(readFileSync(join(image.layoutDir, "index.json"), "utf8")) as {
        manifests: Descriptor[];
      };
      const { config, layers } = manifest();
      const named = [...manifests, config, ...layers];
      expect(manifests.map(({ digest }) => digest)).to.deep.equal([image.digest]);
      for (const { digest, size } of named) {
        expect(statSync(blobPath(digest)).size, digest).to.equal(size);
        expect(`sha256:${sha256(readFileSync(blobPath(digest)))}`).to.equal(digest);
      }
      const files = readdirSync(join(image.layoutDir, "blobs", "sha256")).map((name) => `sha256:${name}`);
      expect(files).to.have.members(named.map(({ digest }) => digest));
      expect(JSON.parse(readFileSync(join(image.layoutDir, "oci-layout"), "utf8"))).to.deep.equal({
        imageLayoutVersion: "1.0.0",
      });
    });

    it("starts the server without rights, and says nothing secret", () => {
      const { config, rootfs, created } = readBlob(manifest().config.digest) as {
        config: Record<string, unknown>;
        rootfs: { diff_ids: string[] };
        created: string;
      };
      expect(created).to.equal("1970-01-01T00:00:00Z");
      expect(rootfs.diff_ids).to.deep.equal(image.layers.map(({ digest }) => digest));
      expect(config["User"]).to.equal("65532:65532");
      expect(config["Entrypoint"]).to.deep.equal(["/usr/local/bin/node", "/app/src/server.ts"]);
      expect(config["Env"]).to.deep.equal(["LD_LIBRARY_PATH=/usr/lib"]);
    });

    it("dates everything to the epoch, owned by root, and leaves weights, corpus and training out", async () => {
      const paths: string[] = [];
      for (const { digest } of image.layers) {
        const reader = extract();
        reader.end(readFileSync(blobPath(digest)));
        for await (const entry of reader) {
          const { name, uid, gid, mtime } = entry.header;
          expect({ uid, gid, time: mtime.getTime() }, name).to.deep.equal({ uid: 0, gid: 0, time: 0 });
          paths.push(name);
          entry.resume();
        }
      }
      expect(paths).to.include.members(["app/src/server.ts", "app/src/model.ts", "app/package.json"]);
      expect(paths.filter((path) => /weights\/|corpus\/|training\/|train\.ts/.test(path))).to.deep.equal([]);
    });
  });

  describe("the runtime", () => {
    it("says why there is none when the program's loader is not on this machine", function () {
      if (process.platform !== "linux") this.skip();
      const program = join(folder, "program");
      writeFileSync(program, elfThatWants("/lib/no-such-loader.so"));
      expect(nodeRuntimeFiles(program)).to.deep.equal({
        runnable: false,
        reason: "the C library's loader is not on this machine",
      });
    });

    it("refuses a program that is not an ELF file", function () {
      if (process.platform !== "linux") this.skip();
      expect(() => nodeRuntimeFiles(fromRoot("package.json"))).to.throw(NotAnElfFileError);
    });
  });

  describe("the registry", () => {
    let registry: ImageRegistry;

    before(async () => {
      registry = await serveImageLayout(image.layoutDir);
    });

    after(() => registry.close());

    const ask = (path: string, method = "GET") => fetch(`http://${registry.address}${path}`, { method });
    const name = "/v2/ainft/persona-chat";

    it("says that it speaks the distribution protocol", async () => {
      const response = await ask("/v2/");
      expect([response.status, await response.text()]).to.deep.equal([200, "{}"]);
    });

    it("serves the manifest as what it is, under its digest", async () => {
      const response = await ask(`${name}/manifests/${image.digest}`);
      expect(response.headers.get("content-type")).to.equal("application/vnd.oci.image.manifest.v1+json");
      expect(response.headers.get("docker-content-digest")).to.equal(image.digest);
      expect(`sha256:${sha256(Buffer.from(await response.arrayBuffer()))}`).to.equal(image.digest);
    });

    it("serves every blob, and its size alone to a HEAD", async () => {
      const { config, layers } = manifest();
      for (const { digest, size } of [config, ...layers]) {
        const head = await ask(`${name}/blobs/${digest}`, "HEAD");
        expect([head.status, head.headers.get("content-length")]).to.deep.equal([200, String(size)]);
        const bytes = Buffer.from(await (await ask(`${name}/blobs/${digest}`)).arrayBuffer());
        expect(`sha256:${sha256(bytes)}`).to.equal(digest);
      }
    });

    it("knows no tags, no other digests, no lists, and no way out of its folder", async () => {
      const paths = [
        `${name}/manifests/latest`,
        `${name}/manifests/sha256:${"0".repeat(64)}`,
        `${name}/blobs/sha256:${"0".repeat(64)}`,
        `${name}/blobs/${image.digest.toUpperCase()}`,
        `${name}/blobs/sha256:..%2F..%2Findex.json`,
        `/v2/..%2F..%2Findex.json/blobs/${image.digest}`,
        `${name}/tags/list`,
        "/v2/_catalog",
        "/index.json",
      ];
      for (const path of paths) expect((await ask(path)).status, path).to.equal(404);
    });

    it("does not serve a layer as a manifest, and goes on", async () => {
      for (const { digest } of manifest().layers) {
        expect((await ask(`${name}/manifests/${digest}`)).status, digest).to.equal(404);
      }
      expect((await ask("/v2/")).status).to.equal(200);
    });

    it("takes nothing in", async () => {
      for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
        expect((await ask(`${name}/blobs/uploads/`, method)).status, method).to.equal(405);
      }
    });
  });

  describe("in a container engine", () => {
    let registry: ImageRegistry;
    let reference: string;

    before(async function () {
      const missing = await engineIsMissing();
      // Nothing to run it in: without an engine, the example is run as a plain process.
      if (missing !== undefined || !image.runnable) this.skip();
      registry = await serveImageLayout(image.layoutDir);
      reference = `${registry.address}/ainft/persona-chat@${image.digest}`;
      await podman("pull", "--quiet", "--tls-verify=false", reference);
    });

    after(async () => {
      if ((registry as ImageRegistry | undefined) === undefined) return;
      await podman("rmi", reference);
      await registry.close();
    });

    it("is pulled by its digest", async () => {
      const digest = await podman("image", "inspect", "--format", "{{.Digest}}", reference);
      expect(digest.trim()).to.equal(image.digest);
    });

    it("answers under every limit with the bytes of the plain process, and leaves on SIGTERM", async () => {
      const sockets = ["container", "process"].map((kind) => join(folder, kind));
      // User 65532 of the container makes its socket there.
      for (const socket of sockets) mkdirSync(socket, { mode: 0o777 });
      const [inside = "", outside = ""] = sockets;
      const contained = await startContainer(reference, inside);
      const plain = await startProcess(outside);
      try {
        const body = { input: { question: "Do you see whales?" }, state: null, seed: "5a".repeat(32) };
        const answer = await contained.infer(body);
        expect(answer).to.deep.equal(await plain.infer(body));
        expect(answer.status).to.equal(200);
      } finally {
        expect(await Promise.all([contained.stop(), plain.stop()])).to.deep.equal([0, 0]);
      }
    });
  });
});

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The smallest ELF file that names a loader: a header, one program header, and the name. */
function elfThatWants(loader: string): Buffer {
  const file = Buffer.alloc(64 + 56 + loader.length + 1);
  file.write("\x7fELF\x02\x01", 0, "latin1");
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt32LE(3, 64);
  file.writeBigUInt64LE(120n, 72);
  file.writeBigUInt64LE(BigInt(loader.length + 1), 96);
  file.write(loader, 120);
  return file;
}
