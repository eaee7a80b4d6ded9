import { canonicalJson, type JsonObject, type Manifest, parseManifest } from "ainft-core";
import { type HostLimits, type Program, readProgram } from "../../../src/domain/program.ts";

export const IMAGE_NAME = "fixtures.local/program";
export const HOST: HostLimits = {
  memoryMb: 1_024,
  cpus: 2,
  pids: 512,
  timeoutSeconds: 60,
  startupSeconds: 30,
  modelMb: 64,
};

const object = { type: "object", additionalProperties: false };
const text = { type: "string", maxLength: 200 };
const count = { type: "integer", minimum: 0, maximum: 1_000_000 };

/** What may be different from the fixture. */
export interface Changes {
  readonly container?: JsonObject;
  readonly limits?: JsonObject;
  readonly io?: JsonObject;
  readonly files?: readonly JsonObject[];
  readonly agreement?: string;
}

/** The manifest of the program in test/fixtures: it counts what it is told. */
export function manifestOf({
  container = {},
  limits = {},
  io,
  files = [],
  agreement = "exact",
}: Changes = {}): Manifest {
  const usual = { memoryMb: 128, cpus: 1, pids: 64, timeoutSeconds: 3, maxOutputBytes: 1_024 };
  return parseManifest(
    canonicalJson({
      name: "Fixture",
      description: "Counts what it is told.",
      ainft: {
        schema: "ainft-manifest/1",
        container: {
          image: `${IMAGE_NAME}@sha256:${"ab".repeat(32)}`,
          platform: "linux/amd64",
          protocol: "plain-json/1",
          port: 8080,
          limits: { ...usual, ...limits },
          deterministic: true,
          ...container,
        },
        model: { format: "none", files },
        io: io ?? {
          input: { ...object, required: ["say"], properties: { say: text, mode: text } },
          output: { ...object, required: ["heard", "count"], properties: { heard: text, count } },
          state: { ...object, required: ["count"], properties: { count } },
        },
        agreement,
        license: "MIT",
        contributors: [{ address: `0x${"00".repeat(19)}01`, shareBps: 10_000 }],
      },
    }),
  );
}

/** The fixture, read for running. */
export function programOf(changes: Changes = {}): Program {
  return readProgram(manifestOf(changes), HOST);
}
