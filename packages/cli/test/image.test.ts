import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { promisify } from "node:util";
import { freePort } from "./helpers/chain.ts";
import { CREATOR } from "./helpers/creator.ts";
import {
  addIndex,
  blobName,
  imageOf,
  indexOf,
  json,
  savedFiles,
  type TestImage,
  writeArchive,
  writeFolder,
} from "./helpers/image.ts";
import { type Guard, startRegistry, type TestRegistry } from "./helpers/registry.ts";
import { answer, jsonAnswer, type Ran, run } from "./helpers/run.ts";
import { listen, type TestServer } from "./helpers/servers.ts";

const execute = promisify(execFile);
const CREDENTIALS = Buffer.from("creator:s3cret-s3cret").toString("base64");

/** Whether podman is there. With AINFT_REQUIRE_ENGINE=1 its absence is an error. */
async function hasPodman(): Promise<boolean> {
  try {
    await execute("podman", ["--version"]);
    return true;
  } catch (error) {
    if (process.env["AINFT_REQUIRE_ENGINE"] === "1") throw error;
    return false;
  }
}

const NO_PODMAN = (await hasPodman()) ? false : "podman is not installed";

describe("image push", () => {
  const servers: TestServer[] = [];
  let image: TestImage;
  let cwd: string;

  before(async () => {
    const weights = "0.1 0.2 ".repeat(400_000);
    image = await imageOf([{ "program/start": "#!/bin/sh\n" }, { "program/weights.bin": weights }]);
  });
  beforeEach(() => (cwd = mkdtempSync(join(tmpdir(), "ainft-push-"))));
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
    rmSync(cwd, { recursive: true });
  });

  async function registryWith(guard?: Guard): Promise<TestRegistry> {
    const started = await startRegistry(guard);
    servers.push(started);
    return started;
  }

  const to = ({ host }: TestRegistry, name = "acme/greeter"): string => `${host}/${name}`;
  const push = async (argv: readonly string[], env: Record<string, string> = {}): Promise<Ran> =>
    run(["image", "push", ...argv], { cwd, env });
  function refusal({ code, err, out }: Ran, expected = 1): string {
    assert.equal(code, expected, err.join("\n"));
    assert.equal(err.length, 1);
    assert(!`${out}${err.join()}`.includes("s3cret"));
    return err[0] ?? "";
  }

  function expectPushed(registry: TestRegistry, { digest, root, files, config, layers }: TestImage): void {
    for (const part of [config, ...layers])
      assert.deepEqual(registry.blobs.get(part.digest), files.get(blobName(part.digest)));
    const kept = registry.manifests.get(digest);
    assert.deepEqual(kept, { type: root.mediaType, bytes: files.get(blobName(digest)) });
  }

  it("pushes a layout, says by what the image is named, and sends nothing twice", async () => {
    writeFolder(join(cwd, "layout"), image.files);
    const registry = await registryWith();
    const told = await answer(["image", "push", "layout", "--to", to(registry)], { cwd });
    assert.equal(
      told,
      [
        "4 of 4 parts were sent, the others were there",
        `pushed ${to(registry)}@${image.digest}`,
        "next: set /ainft/container/image of the manifest to it",
      ].join("\n"),
    );
    expectPushed(registry, image);
    registry.asked.splice(0);
    const again = await jsonAnswer(["image", "push", "layout", "--to", to(registry)], { cwd });
    assert.equal(again["image"], `${to(registry)}@${image.digest}`);
    assert.deepEqual(
      (again["parts"] as { state: string }[]).map(({ state }) => state),
      ["there", "there", "there", "there"],
    );
    assert.deepEqual(registry.asked, ["HEAD blobs", "HEAD blobs", "HEAD blobs", "GET manifests"]);
  });

  it("pushes archives, packed or not, under the same digest, and leaves nothing behind", async () => {
    const left = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("ainft-image-"));
    const before = left();
    await writeArchive(join(cwd, "plain.tar"), image.files);
    await writeArchive(join(cwd, "packed.tgz"), image.files, { packed: true });
    for (const archive of ["plain.tar", "packed.tgz"]) {
      const registry = await registryWith();
      await answer(["image", "push", archive, "--to", to(registry)], { cwd });
      expectPushed(registry, image);
    }
    assert.deepEqual(left(), before);
  });

  it("pushes what docker save writes, with the manifest that it lacks", async () => {
    await writeArchive(join(cwd, "saved.tar"), savedFiles(image));
    const registry = await registryWith();
    await answer(["image", "push", "saved.tar", "--to", to(registry)], { cwd });
    expectPushed(registry, image);
  });

  it("pushes an archive in which one layer stands for two", async () => {
    const twice = await imageOf([{ "program/start": "#!/bin/sh\n" }, { "program/start": "#!/bin/sh\n" }]);
    const files = savedFiles(twice);
    files.delete("1/layer.tar");
    await writeArchive(join(cwd, "saved.tar"), files, { links: { "1/layer.tar": "../0/layer.tar" } });
    const registry = await registryWith();
    await answer(["image", "push", "saved.tar", "--to", to(registry)], { cwd });
    expectPushed(registry, twice);
  });

  it("pushes an index behind the images that it names", async () => {
    const index = indexOf([image, await imageOf([{ "program/start": "#!/bin/arm\n" }], "arm64")]);
    writeFolder(join(cwd, "layout"), index.files);
    const registry = await registryWith();
    await answer(["image", "push", "layout", "--to", to(registry)], { cwd });
    assert.equal(registry.manifests.size, 3);
    expectPushed(registry, index);
  });

  it("pushes the one of several images that a manifest pins, to where it names it, with a tag", async () => {
    const other = await imageOf([{ "other/start": "#!/bin/sh\n" }]);
    const files = new Map([...image.files, ...other.files]);
    addIndex(files, [other.root, image.root]);
    writeFolder(join(cwd, "layout"), files);
    const registry = await registryWith();
    await manifestWith(`${to(registry)}@${image.digest}`);
    assert.match(refusal(await push(["layout", "--to", to(registry)])), /it holds 2 images: give --manifest, /u);
    const argv = ["image", "push", "layout", "--manifest", "manifest.json", "--tag", "v1"];
    assert.match(await answer(argv, { cwd }), /\nas the manifest pins it$/u);
    expectPushed(registry, image);
    assert.deepEqual([...registry.manifests.keys()].sort(), [image.digest, "v1"].sort());
    assert(!registry.blobs.has(other.config.digest));
  });

  it("says when the manifest names the image at another place", async () => {
    writeFolder(join(cwd, "layout"), image.files);
    const registry = await registryWith();
    await manifestWith(`registry.example/greeter@${image.digest}`);
    const argv = ["image", "push", "layout", "--manifest", "manifest.json", "--to", to(registry)];
    const told = /\nthe manifest names it at registry\.example\/greeter: relays need a mirror, or push it there$/u;
    assert.match(await answer(argv, { cwd }), told);
  });

  it("sends nothing that is not the image that the manifest pins", async () => {
    await writeArchive(join(cwd, "saved.tar"), savedFiles(image));
    writeFolder(join(cwd, "layout"), image.files);
    const registry = await registryWith();
    const other = `sha256:${"6b".repeat(32)}`;
    await manifestWith(`${to(registry)}@${other}`);
    assert.equal(
      refusal(await push(["saved.tar", "--manifest", "manifest.json"])),
      `ainft: saved.tar is ${image.digest}, not ${other}, which manifest.json pins.`,
    );
    assert.equal(
      refusal(await push(["layout", "--manifest", "manifest.json"])),
      `ainft: layout is no image that can be pushed: it holds no image with the digest ${other}.`,
    );
    assert.deepEqual(registry.asked, []);
  });

  it("goes on when the connection is lost, and tells it and how far it is", async () => {
    writeFolder(join(cwd, "layout"), image.files);
    const registry = await registryWith();
    registry.losses = 2;
    const { code, progress } = await push(["layout", "--to", to(registry)]);
    assert.equal(code, 0);
    assert.equal(progress.filter((line) => line.includes("lost the connection")).length, 2);
    assert(
      progress.some((line) => /^sending sha256:[0-9a-f]{12}: 3\.0 MiB of 3\.1 MiB$/u.test(line)),
      progress.join("\n"),
    );
    expectPushed(registry, image);
  });

  describe("to a guarded registry", () => {
    for (const kind of ["basic", "token"] as const) {
      it(`shows who pushes, by ${kind}, from the environment or where podman login left it`, async () => {
        writeFolder(join(cwd, "layout"), image.files);
        const environment = { AINFT_REGISTRY_USER: "creator", AINFT_REGISTRY_PASSWORD: "s3cret-s3cret" };
        const first = await registryWith({ kind, credentials: CREDENTIALS });
        await answer(["image", "push", "layout", "--to", to(first)], { cwd, env: environment });
        expectPushed(first, image);

        const second = await registryWith({ kind, credentials: CREDENTIALS });
        mkdirSync(join(cwd, ".docker"));
        const auths = { [second.host]: { auth: CREDENTIALS }, [first.host]: { auth: "b3RoZXI6b3RoZXI=" } };
        writeFileSync(join(cwd, ".docker/config.json"), JSON.stringify({ auths }));
        await answer(["image", "push", "layout", "--to", to(second)], { cwd, env: { HOME: cwd } });
        expectPushed(second, image);
      });

      it(`says how to log in, by ${kind}, without credentials and with wrong ones`, async () => {
        writeFolder(join(cwd, "layout"), image.files);
        const registry = await registryWith({ kind, credentials: CREDENTIALS });
        const login = `podman login ${registry.host}, or set AINFT_REGISTRY_USER and AINFT_REGISTRY_PASSWORD.`;
        const told = (who: string): string =>
          `ainft: The registry ${registry.host} does not let ${who} push to ${to(registry)} (status 401): ${login}`;
        assert.equal(refusal(await push(["layout", "--to", to(registry)])), told("you"));
        const wrong = { AINFT_REGISTRY_USER: "creator", AINFT_REGISTRY_PASSWORD: "s3cret-wrong" };
        assert.equal(refusal(await push(["layout", "--to", to(registry)], wrong)), told("these credentials"));
      });
    }
  });

  it("tells nobody but the registry who pushes", async () => {
    writeFolder(join(cwd, "layout"), image.files);
    const env = { AINFT_REGISTRY_USER: "creator", AINFT_REGISTRY_PASSWORD: "s3cret-s3cret" };
    const realm = "http://203.0.113.7/token";
    const sendsOn = await registryWith({ kind: "token", credentials: CREDENTIALS, realm });
    assert.equal(
      refusal(await push(["layout", "--to", to(sendsOn)], env)),
      `ainft: The registry ${sendsOn.host} sends who logs in to a place that is not safe: http://203.0.113.7.`,
    );
    const heard: unknown[] = [];
    const other = await listen((request, response) => {
      heard.push(request.headers.authorization);
      request.resume().once("end", () => response.writeHead(201).end());
    });
    servers.push(other);
    const registry = await registryWith({ kind: "basic", credentials: CREDENTIALS });
    registry.uploads = `${other.url}/upload`;
    await push(["layout", "--to", to(registry)], env);
    assert.deepEqual(heard, [undefined, undefined, undefined]);
  });

  describe("to a registry that lies or fails", () => {
    let registry: TestRegistry;

    beforeEach(async () => {
      writeFolder(join(cwd, "layout"), image.files);
      registry = await registryWith();
    });

    it("is not believed when it keeps the image under another digest", async () => {
      registry.claim = `sha256:${"00".repeat(32)}`;
      assert.equal(
        refusal(await push(["layout", "--to", to(registry)])),
        `ainft: The registry ${registry.host} keeps the image as sha256:${"00".repeat(32)}, not as ${image.digest}.`,
      );
    });

    it("is not believed when it gives back no image, or another one", async () => {
      registry.forgetful = true;
      const told = `ainft: The registry took ${image.digest}, but gives back no image or another one: nobody may use it.`;
      assert.equal(refusal(await push(["layout", "--to", to(registry)])), told);
      registry.manifests.set(image.digest, { type: image.root.mediaType, bytes: Buffer.from("{}") });
      assert.equal(refusal(await push(["layout", "--to", to(registry)])), told);
    });

    it("gets no layer to a place that is not safe", async () => {
      registry.uploads = "http://203.0.113.7/upload";
      assert.equal(
        refusal(await push(["layout", "--to", to(registry)])),
        `ainft: The registry ${registry.host} names no place for a layer that is safe to send it to.`,
      );
    });

    it("is told apart: unknown repository, no registry, nobody there", async () => {
      registry.only = "acme/others";
      assert.equal(
        refusal(await push(["layout", "--to", to(registry)])),
        `ainft: The registry ${registry.host} knows no repository acme/greeter: make it first, or check --to.`,
      );
      const site = await listen((_request, response) => response.writeHead(404).end("<html>"));
      servers.push(site);
      const host = site.url.replace("http://", "");
      assert.equal(
        refusal(await push(["layout", "--to", `${host}/greeter`])),
        `ainft: The registry ${host} answers with status 404, as no registry does. Check --to.`,
      );
      const nobody = `127.0.0.1:${await freePort()}`;
      assert.equal(
        refusal(await push(["layout", "--to", `${nobody}/greeter`])),
        `ainft: The registry ${nobody} can't be reached (ECONNREFUSED). Is it running? Check --to.`,
      );
    });
  });

  describe("of a spoilt image", () => {
    for (const [what, spoil, told] of [
      [
        "a layer with other bytes",
        () => change((layer) => layer.fill(0x20, 0, 1)),
        /has other bytes: save the image again/u,
      ],
      [
        "a layer that is cut off",
        () => change((layer) => layer.subarray(1)),
        /sha256:[0-9a-f]{64} has \d+ bytes, not \d+\.$/u,
      ],
      ["a missing layer", () => change(() => undefined), /: blobs\/sha256\/[0-9a-f]{64} is missing\.$/u],
      [
        "another manifest",
        () => changeFile(blobName(image.digest), json({})),
        /has other bytes than its digest says\.$/u,
      ],
      ["no index", () => changeFile("index.json", undefined), /it holds neither index\.json nor manifest\.json\.$/u],
      ["an index that is none", () => changeFile("index.json", Buffer.from("[")), /index\.json is not JSON\.$/u],
      [
        "an index of paths",
        () => changeFile("index.json", json({ manifests: [{ ...image.root, digest: "sha256:../../x" }] })),
        /its index names no image\.$/u,
      ],
    ] as const) {
      it(`refuses ${what}`, async () => {
        writeFolder(join(cwd, "layout"), spoil());
        const registry = await registryWith();
        assert.match(refusal(await push(["layout", "--to", to(registry)])), told);
        assert.equal(registry.manifests.size, 0);
      });
    }

    it("refuses a saved archive whose files lie outside of it, and one that is cut off", async () => {
      const files = savedFiles(image);
      const list = [{ Config: "../../../etc/hostname", Layers: [] }];
      writeFolder(join(cwd, "saved"), new Map([...files, ["manifest.json", json(list)]]));
      const registry = await registryWith();
      const outside = refusal(await push(["saved", "--to", to(registry)]));
      assert.match(outside, /\.\.\/\.\.\/\.\.\/etc\/hostname is missing\.$/u);
      await writeArchive(join(cwd, "packed.tgz"), image.files, { packed: true });
      const { stdout } = await execute("head", ["-c", "2000", join(cwd, "packed.tgz")], { encoding: "buffer" });
      writeFileSync(join(cwd, "cut.tgz"), stdout);
      const none = "ainft: cut.tgz is no archive of an image: it can't be read as one.";
      assert.equal(refusal(await push(["cut.tgz", "--to", to(registry)])), none);
      assert.deepEqual(registry.asked, []);
    });

    function changeFile(name: string, bytes: Buffer | undefined): Map<string, Buffer> {
      const files = new Map(image.files);
      if (bytes === undefined) files.delete(name);
      else files.set(name, bytes);
      return files;
    }

    function change(make: (layer: Buffer) => Buffer | undefined): Map<string, Buffer> {
      const name = blobName(image.layers[0]?.digest ?? "");
      return changeFile(name, make(Buffer.from(image.files.get(name) ?? "")));
    }
  });

  for (const given of [
    "greeter",
    "registry.example/greeter:latest",
    "registry.example/Greeter",
    "https://x.example/a",
  ]) {
    it(`says how a repository is written for: ${given}`, async () => {
      writeFolder(join(cwd, "layout"), image.files);
      const told = "ainft: --to must be host/name of a repository, without a tag or a digest.";
      assert.equal(refusal(await push(["layout", "--to", given]), 2), told);
    });
  }

  describe("with podman", { skip: NO_PODMAN }, () => {
    const pulled: string[] = [];
    after(async () => {
      if (pulled.length > 0) await execute("podman", ["image", "rm", "--force", ...pulled]);
    });

    it("pushes what an engine pulls by its digest, and what the engine saves of it in both of its formats", async () => {
      const registry = await registryWith();
      const pull = async (digest: string): Promise<string> => {
        const name = `${to(registry)}@${digest}`;
        await execute("podman", ["pull", "--quiet", "--tls-verify=false", name]);
        pulled.push(name);
        const { stdout } = await execute("podman", ["image", "inspect", "--format", "{{json .RepoDigests}}", name]);
        assert((JSON.parse(stdout) as string[]).includes(name), stdout);
        return name;
      };
      writeFolder(join(cwd, "layout"), image.files);
      await answer(["image", "push", "layout", "--to", to(registry)], { cwd });
      const name = await pull(image.digest);
      for (const format of ["oci-archive", "docker-archive"]) {
        await execute("podman", ["save", "--quiet", "--format", format, "--output", join(cwd, format), name]);
        const { digest } = await jsonAnswer(["image", "push", format, "--to", to(registry)], { cwd });
        await pull(String(digest));
      }
    });
  });

  async function manifestWith(reference: string): Promise<void> {
    await answer(["init", "made", "--contributor", CREATOR, "--image", reference], { cwd });
    await execute("cp", [join(cwd, "made/manifest.json"), join(cwd, "manifest.json")]);
  }
});
