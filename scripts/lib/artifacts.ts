import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { id, InterfaceAbi } from "ethers";
import { sortedJson } from "./files";
import { PermanentError } from "./errors";
import { fromRoot } from "./paths";

/** What the compiler made of one deployable contract. */
export interface Artifact {
  readonly name: string;
  readonly abi: InterfaceAbi & readonly object[];
  readonly bytecode: string;
  readonly deployedBytecode: string;
  /** Digest of the compiler's version and settings: together with the source it fixes the bytecode. */
  readonly compilerDigest: string;
}

/** The compiler's input and output for one compilation, as Hardhat keeps them. */
export interface BuildInfo {
  readonly solcLongVersion: string;
  readonly input: { readonly settings: unknown; readonly sources: Readonly<Record<string, unknown>> };
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

/** Artifact of a contract by its file, for example `AINFT721` or `interfaces/IAINFT`. Throws `ArtifactMissingError`. */
export function readArtifact(path: string): Artifact {
  const { artifact, buildInfo } = readCompiled(path);
  const compilerDigest = id(sortedJson({ version: buildInfo.solcLongVersion, settings: buildInfo.input.settings }));
  return { ...artifact, compilerDigest };
}

/** The compilation that an artifact came from. Throws `ArtifactMissingError`. */
export function readBuildInfo(path: string): BuildInfo {
  return readCompiled(path).buildInfo;
}

function readCompiled(path: string): { artifact: Omit<Artifact, "compilerDigest">; buildInfo: BuildInfo } {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const file = fromRoot("artifacts", "contracts", `${path}.sol`, `${name}.json`);
  try {
    const { abi, bytecode, deployedBytecode } = readJson(file) as Omit<Artifact, "name" | "compilerDigest">;
    const { buildInfo } = readJson(file.replace(/\.json$/, ".dbg.json")) as { buildInfo: string };
    return {
      artifact: { name, abi, bytecode, deployedBytecode },
      buildInfo: readJson(join(dirname(file), buildInfo)) as BuildInfo, // written by the pinned compiler
    };
  } catch (cause) {
    throw new ArtifactMissingError(path, { cause });
  }
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
