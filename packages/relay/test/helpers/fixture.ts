import { writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  canonicalJson,
  cidFromDigest,
  type JsonObject,
  manifestBytes,
  manifestDigest,
  parseManifest,
} from "ainft-core";

/** The program that every test container runs; it misbehaves on request. */
export const FIXTURE_PROGRAM = resolve(dirname(fileURLToPath(import.meta.url)), "../fixtures/program.ts");
/** Its image's name, without digest. No such image exists: the process runner maps it to the program. */
export const FIXTURE_NAME = "fixtures.local/program";

const FIXTURE_IMAGE = `${FIXTURE_NAME}@sha256:${"ab".repeat(32)}`;

/** The same of a program that keeps no state. */
export const ECHO_PROGRAM = resolve(dirname(fileURLToPath(import.meta.url)), "../fixtures/echo.ts");
export const ECHO_NAME = "fixtures.local/echo";

const ECHO_IMAGE = `${ECHO_NAME}@sha256:${"cd".repeat(32)}`;

/** Puts the fixture's manifest into a content folder, and answers its digest. With an image, it pins that one. */
export async function storeFixture(contentDir: string, contributor: string, image = FIXTURE_IMAGE): Promise<string> {
  return store(contentDir, fixtureManifest(contributor, image));
}

/** The same for the program that keeps no state. */
export async function storeEcho(contentDir: string, contributor: string, image = ECHO_IMAGE): Promise<string> {
  return store(contentDir, echoManifest(contributor, image));
}

async function store(contentDir: string, content: JsonObject): Promise<string> {
  const manifest = parseManifest(canonicalJson(content));
  const digest = manifestDigest(manifest);
  await writeFile(join(contentDir, cidFromDigest(digest)), manifestBytes(manifest));
  return digest;
}

const object = { type: "object", additionalProperties: false };
const text = { type: "string", maxLength: 200 };

function echoManifest(contributor: string, image: string): JsonObject {
  const { ainft, ...metadata } = fixtureManifest(contributor, image) as { ainft: JsonObject };
  const input = { ...object, required: ["say"], properties: { say: text } };
  const output = { ...object, required: ["heard"], properties: { heard: text } };
  return { ...metadata, name: "Echo", ainft: { ...ainft, io: { input, output } } };
}

function fixtureManifest(contributor: string, image: string): JsonObject {
  const count = { type: "integer", minimum: 0, maximum: 1_000_000 };
  return {
    name: "Fixture",
    description: "Counts what it is told.",
    ainft: {
      schema: "ainft-manifest/1",
      container: {
        image,
        platform: "linux/amd64",
        protocol: "plain-json/1",
        port: 8080,
        limits: { memoryMb: 128, cpus: 1, pids: 32, timeoutSeconds: 3, maxOutputBytes: 1_024 },
        deterministic: true,
      },
      model: { format: "none", files: [] },
      io: {
        input: { ...object, required: ["say"], properties: { say: text, mode: text } },
        output: { ...object, required: ["heard", "count"], properties: { heard: text, count } },
        state: { ...object, required: ["count"], properties: { count } },
      },
      agreement: "exact",
      license: "MIT",
      contributors: [{ address: contributor, shareBps: 10_000 }],
    },
  };
}
