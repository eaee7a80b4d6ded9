import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { id, InterfaceAbi } from "ethers";
import { sortedJson } from "./files";
import { PermanentError } from "./errors";
import { fromRoot } from "./paths";

/** What the compiler made of one deployable contract. */
export interface Artifact {
  readonly name: string;
  /** File that the compiler knows it by. */
  readonly sourceName: string;
  readonly abi: InterfaceAbi & readonly object[];
  readonly bytecode: string;
  readonly deployedBytecode: string;
}

/** The compiler's input and output for one compilation, as Hardhat keeps them. */
export interface BuildInfo {
  readonly solcLongVersion: string;
  readonly input: {
    readonly language: string;
    readonly settings: Readonly<Record<string, unknown>>;
    readonly sources: Readonly<Record<string, { readonly content: string }>>;
  };
  readonly output: {
    readonly contracts: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly sources: Readonly<Record<string, { readonly ast: unknown }>>;
  };
}

/** A contract was not compiled, or its artifact can't be read. */
export class ArtifactMissingError extends PermanentError {
  readonly code = "ARTIFACT_MISSING";
  constructor(
    readonly contract: string,
    options?: ErrorOptions,
  ) {
    super(`${contract} is not compiled. Run \`npm run bootstrap\` first.`, options);
  }
}

/** Digest of the settings by build-info file: that file is large, and never changes under its name. */
const compilerDigests = new Map<string, string>();

/**
 * Artifact of a contract by its file below `contracts`, for example `AINFT721` or `interfaces/IAINFT`, or by the whole path of
 * one in a package, which begins with "@". Throws `ArtifactMissingError`.
 */
export function readArtifact(path: string): Artifact {
  return reading(path, (file) => {
    const artifact = readJson(file) as Omit<Artifact, "name">; // written by Hardhat
    const { sourceName, abi, bytecode, deployedBytecode } = artifact;
    const name = path.slice(path.lastIndexOf("/") + 1);
    return { name, sourceName, abi, bytecode, deployedBytecode };
  });
}

/**
 * Digest of the compiler's version and settings: together with the source it fixes the bytecode. Takes a path as
 * `readArtifact` does; reads a large file. Throws `ArtifactMissingError`.
 */
export function compilerDigestOf(path: string): string {
  return reading(path, (file) => compilerDigest(buildInfoFile(file)));
}

/** The compilation that an artifact came from. Throws `ArtifactMissingError`. */
export function readBuildInfo(path: string): BuildInfo {
  return reading(path, (file) => readJson(buildInfoFile(file)) as BuildInfo); // written by the pinned compiler
}

/** Where the compilation that an artifact came from is kept. Throws `ArtifactMissingError`. */
export function buildInfoPath(path: string): string {
  return reading(path, buildInfoFile);
}

function reading<T>(path: string, read: (file: string) => T): T {
  const name = path.slice(path.lastIndexOf("/") + 1);
  try {
    const folder = path.startsWith("@") ? fromRoot("artifacts") : fromRoot("artifacts", "contracts");
    return read(join(folder, `${path}.sol`, `${name}.json`));
  } catch (cause) {
    throw new ArtifactMissingError(path, { cause });
  }
}

function buildInfoFile(artifactFile: string): string {
  const { buildInfo } = readJson(artifactFile.replace(/\.json$/, ".dbg.json")) as { buildInfo: string };
  return join(dirname(artifactFile), buildInfo);
}

function compilerDigest(file: string): string {
  const known = compilerDigests.get(file);
  if (known !== undefined) return known;
  const { solcLongVersion, input } = readJson(file) as BuildInfo;
  const digest = id(sortedJson({ version: solcLongVersion, settings: input.settings }));
  compilerDigests.set(file, digest);
  return digest;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
