import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  ConflictingModelPath,
  ContributorSharesNotWhole,
  DuplicateContributor,
  ExactAgreementNeedsDeterminism,
  ImageNotPinned,
  InvalidAddress,
  InvalidContributorAddress,
  InvalidIoSchema,
  InvalidManifest,
  NotJsonValue,
  RecursiveJsonSchema,
  RemoteSchemaReference,
  StatelessProtocol,
  UnknownManifestKey,
  UnsafeModelPath,
  UnsupportedSchemaKeyword,
  UpperCaseDigest,
  validateManifest,
} from "../../src/index.ts";
import { fullManifest, minimalManifest } from "../../scripts/vectors/manifest.ts";
import { assertFails } from "../helpers/failures.ts";
import { manifestWith, validManifest } from "../helpers/manifests.ts";

const digest = "9f".repeat(32);
const alice = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const bob = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

describe("validateManifest", () => {
  it("takes the smallest manifest and one with every key", () => {
    assert.deepEqual(validateManifest(minimalManifest), minimalManifest);
    assert.deepEqual(validateManifest(fullManifest), fullManifest);
  });

  it("answers a frozen copy, so that what was checked cannot change", () => {
    const source = validManifest();
    const manifest = validateManifest(source);
    source["name"] = "changed";
    assert.equal(manifest.name, fullManifest.name);
    assert.throws(() => Object.assign(manifest.ainft.container, { image: "x" }), TypeError);
    assert.throws(() => Object.assign(manifest.ainft.io.input, { type: "x" }), TypeError);
  });

  describe("unknown keys", () => {
    const places: [string, string][] = [
      ["at the top", "/foo"],
      ["in the program", "/ainft/foo"],
      ["in the container", "/ainft/container/tag"],
      ["in the limits", "/ainft/container/limits/gpus"],
      ["in the model", "/ainft/model/foo"],
      ["in a model file", "/ainft/model/files/1/md5"],
      ["in io", "/ainft/io/error"],
      ["in a contributor", "/ainft/contributors/0/name"],
      ["in an attribute", "/attributes/0/colour"],
    ];
    for (const [where, path] of places) {
      it(`refuses one ${where}`, () => {
        assertFails(() => validateManifest(manifestWith(path, 1)), UnknownManifestKey, { path });
      });
    }

    it("writes the key as a pointer segment", () => {
      const manifest = { ...validManifest(), "a/b~c": 1 };
      assertFails(() => validateManifest(manifest), UnknownManifestKey, { path: "/a~1b~0c" });
    });

    it("refuses names of Object.prototype like any other", () => {
      assertFails(() => validateManifest(manifestWith("/ainft/constructor", 1)), UnknownManifestKey, {
        path: "/ainft/constructor",
      });
    });
  });

  describe("missing and mistyped values", () => {
    const cases: [string, string, unknown, string][] = [
      ["a missing program", "/ainft", undefined, ""],
      ["a missing image", "/ainft/container/image", undefined, "/ainft/container"],
      ["missing contributors", "/ainft/contributors", undefined, "/ainft"],
      ["an empty name", "/name", "", "/name"],
      ["another schema version", "/ainft/schema", "ainft-manifest/2", "/ainft/schema"],
      ["an unknown platform", "/ainft/container/platform", "windows/amd64", "/ainft/container/platform"],
      ["an unknown protocol", "/ainft/container/protocol", "plain-json/2", "/ainft/container/protocol"],
      ["port 0", "/ainft/container/port", 0, "/ainft/container/port"],
      ["port 65536", "/ainft/container/port", 65_536, "/ainft/container/port"],
      ["half a port", "/ainft/container/port", 80.5, "/ainft/container/port"],
      ["no processor", "/ainft/container/limits/cpus", 0, "/ainft/container/limits/cpus"],
      ["a limit as text", "/ainft/container/limits/pids", "64", "/ainft/container/limits/pids"],
      ["no time", "/ainft/container/limits/timeoutSeconds", 0, "/ainft/container/limits/timeoutSeconds"],
      [
        "an hour and a second",
        "/ainft/container/limits/timeoutSeconds",
        3_601,
        "/ainft/container/limits/timeoutSeconds",
      ],
      ["no output", "/ainft/container/limits/maxOutputBytes", 0, "/ainft/container/limits/maxOutputBytes"],
      [
        "16 MiB and a byte of output",
        "/ainft/container/limits/maxOutputBytes",
        16_777_217,
        "/ainft/container/limits/maxOutputBytes",
      ],
      ["determinism as text", "/ainft/container/deterministic", "yes", "/ainft/container/deterministic"],
      ["a negative size", "/ainft/model/files/0/size", -1, "/ainft/model/files/0/size"],
      ["a size that a double rounds", "/ainft/model/files/0/size", 2 ** 53, "/ainft/model/files/0/size"],
      ["an unknown agreement", "/ainft/agreement", "majority", "/ainft/agreement"],
      ["an empty licence", "/ainft/license", "", "/ainft/license"],
      ["a boolean input schema", "/ainft/io/input", true, "/ainft/io/input"],
      ["no contributor", "/ainft/contributors", [], "/ainft/contributors"],
      ["a share of nothing", "/ainft/contributors/0/shareBps", 0, "/ainft/contributors/0/shareBps"],
      ["a negative share", "/ainft/contributors/0/shareBps", -1, "/ainft/contributors/0/shareBps"],
      ["a broken share", "/ainft/contributors/0/shareBps", 0.5, "/ainft/contributors/0/shareBps"],
      ["a short address", "/ainft/contributors/0/address", "0x12", "/ainft/contributors/0/address"],
      ["a script as picture", "/image", "javascript:alert(1)", "/image"],
      ["a data page as picture", "/image", "data:text/html,x", "/image"],
      ["a line break in a link", "/external_url", "https://example.org/\nx", "/external_url"],
      ["a file on the relay's own disk", "/ainft/model/files/0/uri", "file:///etc/passwd", "/ainft/model/files/0/uri"],
      ["a plain http link to the model", "/ainft/model/files/0/uri", "http://10.0.0.1/", "/ainft/model/files/0/uri"],
      ["a short file digest", "/ainft/model/files/0/sha256", "ab", "/ainft/model/files/0/sha256"],
      ["a prefixed file digest", "/ainft/model/files/0/sha256", `0x${digest}`, "/ainft/model/files/0/sha256"],
      ["a bare parent digest", "/ainft/parent", digest, "/ainft/parent"],
      ["a list as attribute", "/attributes/0/value", [1], "/attributes/0/value"],
    ];
    for (const [name, pointer, value, path] of cases) {
      it(`refuses ${name}`, () => {
        assertFails(() => validateManifest(manifestWith(pointer, value)), InvalidManifest, { path });
      });
    }

    it("refuses what is no object at all", () => {
      for (const value of [null, [], "x", 1]) assertFails(() => validateManifest(value), InvalidManifest, { path: "" });
    });
  });

  describe("the container image", () => {
    const path = "/ainft/container/image";
    const pinned = [
      `ghcr.io/org/name@sha256:${digest}`,
      `localhost/name@sha256:${digest}`,
      `localhost:5000/a/b__c/d-e.f@sha256:${digest}`,
      `127.0.0.1:5000/name@sha256:${digest}`,
      `registry:5000/name@sha256:${digest}`,
    ];
    for (const image of pinned) {
      it(`takes ${image.slice(0, image.indexOf("@"))} by digest`, () => {
        assert.equal(validateManifest(manifestWith(path, image)).ainft.container.image, image);
      });
    }

    const unpinned: [string, string][] = [
      ["a tag", "ghcr.io/org/name:1.0"],
      ["a tag beside a digest", `ghcr.io/org/name:1.0@sha256:${digest}`],
      ["neither tag nor digest", "ghcr.io/org/name"],
      ["a name without a registry", `name@sha256:${digest}`],
      ["a first part that is no host", `library/name@sha256:${digest}`],
      ["a short digest", `ghcr.io/org/name@sha256:${digest.slice(2)}`],
      ["a long digest", `ghcr.io/org/name@sha256:${digest}00`],
      ["another hash", `ghcr.io/org/name@sha512:${digest}${digest}`],
      ["two digests", `ghcr.io/org/name@sha256:${digest}@sha256:${digest}`],
      ["an upper-case name", `ghcr.io/Org/name@sha256:${digest}`],
      ["an upper-case name and digest", `ghcr.io/Org/name@sha256:${digest.toUpperCase()}`],
      ["an upper-case hash name", `ghcr.io/org/name@SHA256:${digest}`],
      ["a scheme", `docker://ghcr.io/org/name@sha256:${digest}`],
      ["a path that climbs", `ghcr.io/../name@sha256:${digest}`],
      ["an empty part", `ghcr.io//name@sha256:${digest}`],
      ["a credential", `user:secret@ghcr.io/name@sha256:${digest}`],
      ["a space", ` ghcr.io/org/name@sha256:${digest}`],
      ["a line break", `ghcr.io/org/name@sha256:${digest}\n`],
      ["nothing", ""],
    ];
    for (const [name, image] of unpinned) {
      it(`refuses ${name}`, () => {
        assertFails(() => validateManifest(manifestWith(path, image)), ImageNotPinned, { path });
      });
    }
  });

  describe("upper-case digests", () => {
    const mixed = `${digest.slice(0, 62)}aB`;
    const cases: [string, string, string][] = [
      ["of the image", "/ainft/container/image", `ghcr.io/org/name@sha256:${digest.toUpperCase()}`],
      ["of the image in one digit", "/ainft/container/image", `ghcr.io/org/name@sha256:${mixed}`],
      ["of a model file", "/ainft/model/files/1/sha256", digest.toUpperCase()],
      ["of the parent", "/ainft/parent", `0x${mixed}`],
    ];
    for (const [name, path, value] of cases) {
      it(`refuses one ${name}`, () => {
        assertFails(() => validateManifest(manifestWith(path, value)), UpperCaseDigest, { path });
      });
    }
  });

  describe("model files", () => {
    const path = "/ainft/model/files/1/path";
    const unsafe = [
      ...["/etc/passwd", "..", "../x", "a/../x", "a/..", ".", "./a", "a/./b", "a//b", "a/", "", "a\\b", "C:\\x"],
      ...["a b", "a\n", "a\u0000b", "~/x/..", "é", "a%2e%2e/b"],
    ];
    for (const value of unsafe) {
      it(`refuses the path ${JSON.stringify(value)}`, () => {
        assertFails(() => validateManifest(manifestWith(path, value)), UnsafeModelPath, { path });
      });
    }

    for (const value of ["a", "..a", "a..", ".hidden", "...", "a/.b/c..d/e_f-g.H1"]) {
      it(`takes the path ${JSON.stringify(value)}`, () => {
        assert.equal(validateManifest(manifestWith(path, value)).ainft.model.files[1]?.path, value);
      });
    }

    it("never takes a path that leaves the model directory", () => {
      const segment = fc.constantFrom("..", ".", "", "a", "b.c", "...", "\\", "\u0000");
      fc.assert(
        fc.property(fc.array(segment, { minLength: 1, maxLength: 6 }), (segments) => {
          const value = segments.join("/");
          const safe = segments.every((part) => /^[A-Za-z0-9._-]+$/u.test(part) && part !== "." && part !== "..");
          const check = (): unknown => validateManifest(manifestWith(path, value));
          if (safe) assert.doesNotThrow(check);
          else assertFails(check, UnsafeModelPath, { path });
        }),
        { numRuns: 300 },
      );
    });

    const conflicts: [string, string, string, string][] = [
      ["the same path twice", "weights.json", "weights.json", "/ainft/model/files/1/path"],
      ["paths that differ in case alone", "Weights.json", "weights.JSON", "/ainft/model/files/1/path"],
      ["a file inside a file", "weights", "weights/a/b", "/ainft/model/files/1/path"],
      ["a file that is another's directory", "Weights/a/b", "weights", "/ainft/model/files/0/path"],
      ["a file in capitals that is another's directory", "weights/a", "WEIGHTS", "/ainft/model/files/0/path"],
    ];
    for (const [name, first, second, where] of conflicts) {
      it(`refuses ${name}`, () => {
        const files = [first, second].map((file) => ({ path: file, sha256: digest, size: 1, uri: "ipfs://x" }));
        const manifest = manifestWith("/ainft/model/files", files);
        assertFails(() => validateManifest(manifest), ConflictingModelPath, { path: where });
      });
    }
  });

  describe("contributors", () => {
    const withContributors = (...contributors: [string, number][]): unknown =>
      manifestWith(
        "/ainft/contributors",
        contributors.map(([address, shareBps]) => ({ address, shareBps })),
      );

    it("takes addresses with their checksum or all in lower case", () => {
      const manifest = validateManifest(withContributors([alice, 1], [bob.toLowerCase(), 9_999]));
      assert.equal(manifest.ainft.contributors[1]?.address, bob.toLowerCase());
    });

    for (const [shares, sum] of [
      [[9_999], 9_999],
      [[5_000, 4_999], 9_999],
      [[5_000, 5_001], 10_001],
      [[10_000, 10_000], 20_000],
    ] as const) {
      it(`refuses shares of ${shares.join(" and ")}`, () => {
        const people = [alice, bob];
        const manifest = withContributors(
          ...shares.map((share, index): [string, number] => [people[index] ?? "", share]),
        );
        assertFails(() => validateManifest(manifest), ContributorSharesNotWhole, { path: "/ainft/contributors", sum });
      });
    }

    it("refuses the same contributor twice, in any case", () => {
      const path = "/ainft/contributors/1/address";
      for (const again of [alice, alice.toLowerCase()]) {
        const manifest = withContributors([alice, 5_000], [again, 5_000]);
        assertFails(() => validateManifest(manifest), DuplicateContributor, { path });
      }
    });

    it("refuses a wrong checksum, capitals throughout, and the zero address", () => {
      const path = "/ainft/contributors/0/address";
      const wrong = alice.replace("F", "f");
      const { cause } = assertFails(
        () => validateManifest(withContributors([wrong, 10_000])),
        InvalidContributorAddress,
        { path },
      );
      assert.ok(cause instanceof InvalidAddress);
      const capitals = `0x${alice.slice(2).toUpperCase()}`;
      assertFails(() => validateManifest(withContributors([capitals, 10_000])), InvalidContributorAddress, { path });
      const zero = `0x${"0".repeat(40)}`;
      assertFails(() => validateManifest(withContributors([zero, 10_000])), InvalidContributorAddress, { path });
    });
  });

  describe("agreement and protocol", () => {
    it("refuses exact agreement on a program that may answer differently twice", () => {
      const manifest = manifestWith("/ainft/container/deterministic", false);
      assertFails(() => validateManifest(manifest), ExactAgreementNeedsDeterminism, {
        path: "/ainft/container/deterministic",
      });
    });

    for (const agreement of ["designated", "tolerance"]) {
      it(`takes ${agreement} agreement on such a program`, () => {
        const manifest = manifestWith("/ainft/container/deterministic", false);
        (manifest["ainft"] as Record<string, unknown>)["agreement"] = agreement;
        assert.equal(validateManifest(manifest).ainft.agreement, agreement);
      });
    }

    for (const protocol of ["openai-chat/1", "open-inference/2", "infernet/1"]) {
      it(`refuses state under ${protocol}, which carries none`, () => {
        const manifest = manifestWith("/ainft/container/protocol", protocol);
        assertFails(() => validateManifest(manifest), StatelessProtocol, { path: "/ainft/io/state" });
      });
    }
  });

  describe("io schemas", () => {
    const cases: [string, string, unknown, string, abstract new (...args: never[]) => Error][] = [
      [
        "a remote reference",
        "/ainft/io/input/$ref",
        "https://example.org/s.json",
        "/ainft/io/input/$ref",
        RemoteSchemaReference,
      ],
      [
        "a regular expression",
        "/ainft/io/output/pattern",
        "^(a+)+$",
        "/ainft/io/output/pattern",
        UnsupportedSchemaKeyword,
      ],
      [
        "a schema that contains itself",
        "/ainft/io/output/$defs/reply",
        { items: { $ref: "#/$defs/reply" } },
        "/ainft/io/output/$defs/reply/items/$ref",
        RecursiveJsonSchema,
      ],
      ["an unknown keyword", "/ainft/io/state/nullable", true, "/ainft/io/state/nullable", UnsupportedSchemaKeyword],
    ];
    for (const [name, pointer, value, path, reason] of cases) {
      it(`refuses ${name}`, () => {
        const { cause } = assertFails(() => validateManifest(manifestWith(pointer, value)), InvalidIoSchema, { path });
        assert.equal((cause as Error).constructor, reason);
      });
    }
  });

  describe("values without a JSON form", () => {
    it("refuses them as canonicalJson does", () => {
      assertFails(() => validateManifest(manifestWith("/ainft/container/port", 8080n)), NotJsonValue, {
        path: "/ainft/container/port",
      });
      assertFails(() => validateManifest({ ...validManifest(), image: undefined }), NotJsonValue, { path: "/image" });
    });
  });
});
