import type { JsonObject } from "../json/types.ts";
import type { Address, Bytes32 } from "../hex.ts";

/** One version of a program: ERC-721 metadata for marketplaces at the top, the machine's part under `ainft`. */
export interface Manifest {
  readonly name: string;
  readonly description: string;
  /** `ipfs:`, `ar:`, `https:` or a `data:image/` URI. */
  readonly image?: string;
  readonly external_url?: string;
  readonly attributes?: readonly ManifestAttribute[];
  readonly ainft: ManifestProgram;
}

/** One trait, in the form that marketplaces read. */
export interface ManifestAttribute {
  readonly trait_type?: string;
  readonly value: string | number | boolean;
  readonly display_type?: string;
  readonly max_value?: number;
}

/** The program itself: what runs, on which weights, what goes in and out, and who made it. */
export interface ManifestProgram {
  readonly schema: "ainft-manifest/1";
  readonly container: ManifestContainer;
  readonly model: ManifestModel;
  readonly io: ManifestIo;
  readonly agreement: ManifestAgreement;
  /** Digest of the manifest this version was made from; absent for a first version. */
  readonly parent?: Bytes32;
  /** SPDX licence expression. */
  readonly license: string;
  /** Who earns from this version; the shares sum to 10,000. */
  readonly contributors: readonly ManifestContributor[];
}

/**
 * How reporters agree on a result: `exact` = the same bytes from each; `designated` = one reporter's answer, attested by
 * the others; `tolerance` = answers within a distance.
 */
export type ManifestAgreement = "exact" | "designated" | "tolerance";

/** The container, pinned by digest. */
export interface ManifestContainer {
  /** `host/name@sha256:<64 lower-case hexadecimal digits>`, never a tag. */
  readonly image: string;
  readonly platform: "linux/amd64" | "linux/arm64";
  /** `open-inference/2` is KServe's protocol, `infernet/1` Ritual's. Only `plain-json/1` carries state. */
  readonly protocol: "plain-json/1" | "openai-chat/1" | "open-inference/2" | "infernet/1";
  /** TCP port of the program where it is served at an endpoint; a relay that starts the container connects to `AINFT_SOCKET`. */
  readonly port: number;
  readonly limits: ManifestLimits;
  /** True when the same input, state and seed always give the same bytes. */
  readonly deterministic: boolean;
}

/** What one container may use. */
export interface ManifestLimits {
  /** Memory in MiB. */
  readonly memoryMb: number;
  /** Processor cores; a fraction is allowed. */
  readonly cpus: number;
  /** Processes and threads. */
  readonly pids: number;
  /** Wall clock of one answer, in seconds. */
  readonly timeoutSeconds: number;
  /** Largest answer, in bytes. */
  readonly maxOutputBytes: number;
}

/** The learned weights. `files` may be empty when the image holds everything. */
export interface ManifestModel {
  /** Name of the file format, such as `safetensors`, `gguf` or `onnx`. */
  readonly format: string;
  readonly files: readonly ManifestModelFile[];
}

/** One file of the model, pinned by digest. */
export interface ManifestModelFile {
  /** Relative path below the model directory, with forward slashes. */
  readonly path: string;
  /** sha-256 of the file: 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** Size in bytes. */
  readonly size: number;
  /** Where the file can be fetched: `ipfs:`, `ar:`, `https:` or `oci:`. The digest decides, not the place. */
  readonly uri: string;
}

/** JSON Schemas of what goes in and out. A program keeps state exactly when `state` is present. */
export interface ManifestIo {
  readonly input: JsonObject;
  readonly output: JsonObject;
  readonly state?: JsonObject;
}

/** One contributor's part of the earnings. */
export interface ManifestContributor {
  readonly address: Address;
  /** Share in basis points, 1 to 10,000. */
  readonly shareBps: number;
}
