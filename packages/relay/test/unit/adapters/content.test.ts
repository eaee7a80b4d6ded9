import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { cidFromDigest, manifestBytes, manifestDigest } from "ainft-core";
import { FolderContentStore } from "../../../src/adapters/content/folder-store.ts";
import { ContentUnavailable } from "../../../src/domain/errors.ts";
import { manifestOf } from "../support/program.ts";

const WEIGHTS = Buffer.from("0.1 0.2 0.3");
const FILE = {
  path: "net/weights.bin",
  sha256: createHash("sha256").update(WEIGHTS).digest("hex"),
  size: WEIGHTS.length,
  uri: "https://example.org/weights.bin",
};

describe("the content folder", () => {
  let folder: string;
  let store: FolderContentStore;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "ainft-content-"));
    store = new FolderContentStore(folder, join(folder, "models"));
  });

  afterEach(async () => rm(folder, { recursive: true }));

  it("gives a manifest by its digest", async () => {
    const manifest = manifestOf();
    const digest = manifestDigest(manifest);
    await writeFile(join(folder, cidFromDigest(digest)), manifestBytes(manifest));

    assert.deepEqual(await store.manifest(digest), manifest);
  });

  it("refuses a manifest that is absent, and one whose bytes are another's", async () => {
    const digest = manifestDigest(manifestOf());
    await assert.rejects(store.manifest(digest), ContentUnavailable);

    await writeFile(join(folder, cidFromDigest(digest)), manifestBytes(manifestOf({ limits: { pids: 65 } })));
    await assert.rejects(store.manifest(digest), ContentUnavailable);
  });

  it("lays model files out under their names, for reading only", async () => {
    await writeFile(join(folder, FILE.sha256), WEIGHTS);
    const placed = join(await store.modelFolder([FILE]), FILE.path);

    assert.deepEqual(await readFile(placed), WEIGHTS);
    assert.equal((await stat(placed)).mode & 0o777, 0o444);
  });

  it("refuses a model file that is absent, of another size or of other bytes", async () => {
    await assert.rejects(store.modelFolder([FILE]), ContentUnavailable);
    await writeFile(join(folder, FILE.sha256), WEIGHTS);
    await assert.rejects(store.modelFolder([{ ...FILE, size: FILE.size + 1 }]), ContentUnavailable);
    await writeFile(join(folder, FILE.sha256), WEIGHTS.toString().replace("1", "7"));
    await assert.rejects(store.modelFolder([FILE]), ContentUnavailable);
  });

  it("looks for every file before it copies any", async () => {
    await writeFile(join(folder, FILE.sha256), WEIGHTS.toString().replace("1", "7"));
    const last = { ...FILE, path: "net/last.bin", sha256: "ab".repeat(32) };

    await assert.rejects(store.modelFolder([FILE, last]), {
      name: "ContentUnavailable",
      message:
        `Content net/last.bin unavailable: sha-256 ${last.sha256} is not there. ` +
        "Put the right file into the content folder.",
    });
    await assert.rejects(stat(join(folder, "models")), { code: "ENOENT" });
  });

  it("stops laying out, and hashing what it laid out, when the signal has fired", async () => {
    await writeFile(join(folder, FILE.sha256), WEIGHTS);
    const reason = new Error("over");
    await assert.rejects(store.modelFolder([FILE], AbortSignal.abort(reason)), reason);
    assert.deepEqual(await readdir(join(folder, "models")), []);

    await store.modelFolder([FILE]);
    await assert.rejects(store.modelFolder([FILE], AbortSignal.abort(reason)), reason);
    assert.ok((await stat(await store.modelFolder([FILE]))).isDirectory());
  });

  it("hashes what it laid out before again, and lays it out anew when it was changed", async () => {
    await writeFile(join(folder, FILE.sha256), WEIGHTS);
    const placed = join(await store.modelFolder([FILE]), FILE.path);
    await chmod(placed, 0o644);
    await writeFile(placed, "0.9 0.2 0.3");

    assert.equal(join(await store.modelFolder([FILE]), FILE.path), placed);
    assert.deepEqual(await readFile(placed), WEIGHTS);
  });

  it("gives the same folder to many that ask at once", async () => {
    await writeFile(join(folder, FILE.sha256), WEIGHTS);
    const folders = await Promise.all(Array.from({ length: 8 }, async () => store.modelFolder([FILE])));

    assert.equal(new Set(folders).size, 1);
    assert.deepEqual(await readFile(join(folders[0] ?? "", FILE.path)), WEIGHTS);
  });

  it("gives an empty folder to a program without model files", async () => {
    assert.ok((await stat(await store.modelFolder([]))).isDirectory());
  });
});
