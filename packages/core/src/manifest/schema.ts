import type { JsonObject } from "../json/types.ts";

const text = (maxLength: number, description: string): JsonObject => ({
  type: "string",
  minLength: 1,
  maxLength,
  description,
});
const integer = (minimum: number, maximum: number, description: string): JsonObject => ({
  type: "integer",
  minimum,
  maximum,
  description,
});
const closed = (required: readonly string[], properties: JsonObject, description: string): JsonObject => ({
  type: "object",
  additionalProperties: false,
  required,
  properties,
  description,
});

const container = closed(
  ["image", "platform", "protocol", "port", "limits", "deterministic"],
  {
    image: {
      type: "string",
      maxLength: 512,
      pattern:
        "^(?:localhost|[a-z0-9-]+(?:\\.[a-z0-9-]+)+|[a-z0-9-]+(?=:))(?::[0-9]{1,5})?" +
        "(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)+@sha256:[0-9a-f]{64}$",
      description: "OCI image as host/name@sha256:<64 lower-case hexadecimal digits>; a tag is refused.",
    },
    platform: { enum: ["linux/amd64", "linux/arm64"], description: "Platform the digest was made for." },
    protocol: {
      enum: ["plain-json/1", "openai-chat/1", "open-inference/2", "infernet/1"],
      description: "How the relay talks to the container. Only plain-json/1 carries state.",
    },
    port: integer(
      1,
      65_535,
      "TCP port of the program where it is served at an endpoint; a relay that starts the container connects to AINFT_SOCKET.",
    ),
    limits: closed(
      ["memoryMb", "cpus", "pids", "timeoutSeconds", "maxOutputBytes"],
      {
        memoryMb: integer(16, 1_048_576, "Memory in MiB."),
        cpus: { type: "number", exclusiveMinimum: 0, maximum: 256, description: "Processor cores." },
        pids: integer(1, 32_768, "Processes and threads."),
        timeoutSeconds: integer(1, 3_600, "Wall clock of one answer, in seconds."),
        maxOutputBytes: integer(1, 16_777_216, "Largest answer, in bytes."),
      },
      "What one container may use.",
    ),
    deterministic: {
      type: "boolean",
      description: "True when the same input, state and seed always give the same bytes.",
    },
  },
  "The container, pinned by digest.",
);

const modelFile = closed(
  ["path", "sha256", "size", "uri"],
  {
    path: {
      type: "string",
      maxLength: 255,
      pattern: "^(?!(?:.*/)?\\.{1,2}(?:/|$))[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*$",
      description: "Relative path below the model directory; . and .. are refused.",
    },
    sha256: { type: "string", pattern: "^[0-9a-f]{64}$", description: "sha-256 of the file, lower case." },
    size: integer(0, Number.MAX_SAFE_INTEGER, "Size in bytes."),
    uri: {
      type: "string",
      maxLength: 2_048,
      pattern: "^(?:ipfs|ar|https|oci)://[!-~]+$",
      description: "Where the file can be fetched. The digest decides, not the place.",
    },
  },
  "One file of the model, pinned by digest.",
);

const program = closed(
  ["schema", "container", "model", "io", "agreement", "license", "contributors"],
  {
    schema: { const: "ainft-manifest/1", description: "Version of this schema." },
    container,
    model: closed(
      ["format", "files"],
      { format: text(64, "Name of the file format."), files: { type: "array", maxItems: 1_024, items: modelFile } },
      "The learned weights. files may be empty when the image holds everything.",
    ),
    io: closed(
      ["input", "output"],
      {
        input: { type: "object", description: "JSON Schema 2020-12 (bounded subset) of the input." },
        output: { type: "object", description: "JSON Schema 2020-12 (bounded subset) of the output." },
        state: { type: "object", description: "JSON Schema of the state; present exactly when there is state." },
      },
      "What goes in and out.",
    ),
    agreement: { enum: ["exact", "designated", "tolerance"], description: "How reporters agree on a result." },
    parent: { type: "string", pattern: "^0x[0-9a-f]{64}$", description: "Digest of the manifest this came from." },
    license: { type: "string", maxLength: 256, pattern: "^[A-Za-z0-9][A-Za-z0-9 .+:()-]*$", description: "SPDX." },
    contributors: {
      type: "array",
      minItems: 1,
      maxItems: 64,
      description: "Who earns from this version; the shares sum to 10000.",
      items: closed(
        ["address", "shareBps"],
        {
          address: { type: "string", pattern: "^0x[0-9a-fA-F]{40}$", description: "EIP-55, or all lower case." },
          shareBps: integer(1, 10_000, "Share in basis points."),
        },
        "One contributor.",
      ),
    },
  },
  "The program: what runs, on which weights, what goes in and out, and who made it.",
);

const attribute = closed(
  ["value"],
  {
    trait_type: text(256, "Name of the trait."),
    value: { type: ["string", "number", "boolean"], maxLength: 1_024, description: "Value of the trait." },
    display_type: text(64, "How a marketplace shows it."),
    max_value: { type: "number", description: "Upper end of a number's scale." },
  },
  "One trait.",
);

/**
 * The published JSON Schema 2020-12 of a manifest, the source of `schema/manifest.schema.json`.
 * It cannot say everything: `validateManifest` also checks shares, checksums, conflicting paths and the I/O schemas.
 */
export const manifestJsonSchema: JsonObject = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "AINFT manifest, version 1",
  ...closed(
    ["name", "description", "ainft"],
    {
      name: text(256, "Name shown by marketplaces."),
      description: text(16_384, "What this program is."),
      image: {
        type: "string",
        maxLength: 131_072,
        pattern: "^(?:(?:ipfs|ar|https)://|data:image/)[!-~]+$",
        description: "Picture.",
      },
      external_url: {
        type: "string",
        maxLength: 2_048,
        pattern: "^(?:ipfs|https)://[!-~]+$",
        description: "Home page.",
      },
      attributes: { type: "array", maxItems: 256, items: attribute, description: "Traits at mint." },
      ainft: program,
    },
    "ERC-721 metadata for marketplaces, and the program under ainft.",
  ),
};
