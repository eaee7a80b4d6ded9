import { readArtifact, readBuildInfo } from "./artifacts";
import { loadCompiler } from "./compiler";
import { PermanentError } from "./errors";

/** What the compiler takes, and what explorers and Sourcify verify a contract by. */
export interface StandardJson {
  readonly language: string;
  readonly sources: Readonly<Record<string, { readonly content: string }>>;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Everything that makes the code of one contract again. */
export interface CompilerInput {
  /** File and name, for example `contracts/Governors.sol:Governors`. */
  readonly contract: string;
  /** As explorers write it, for example `v0.8.30+commit.73712a01`. */
  readonly compilerVersion: string;
  readonly input: StandardJson;
}

/** Sources that were written for a verification do not compile to a contract. */
export class RecompilationError extends PermanentError {
  readonly code = "RECOMPILATION";
  constructor(
    readonly contract: string,
    readonly problem: string,
  ) {
    super(`${contract} can't be compiled again: ${problem}. Write its sources anew with --verification.`);
  }
}

/** What answers of the compiler are read for. */
interface CompilerOutput {
  readonly errors?: readonly { readonly severity: string; readonly message: string }[];
  readonly contracts?: Readonly<
    Record<string, Readonly<Record<string, { readonly evm: { readonly bytecode: { readonly object: string } } }>>>
  >;
}

/** What explorers ask the compiler for. */
const OUTPUT = { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object", "metadata"] } };

/**
 * The input that a contract's code was made from, with no source that it does not need.
 * Takes a path as `readArtifact` does. Throws `ArtifactMissingError`.
 */
export function compilerInputOf(path: string): CompilerInput {
  const { name, sourceName } = readArtifact(path);
  const { solcLongVersion, input, output } = readBuildInfo(path);
  const { metadata } = output.contracts[sourceName]?.[name] as { metadata: string }; // Hardhat always asks for it
  const needed = Object.keys((JSON.parse(metadata) as { sources: object }).sources).sort();
  const sources = Object.fromEntries(needed.map((file) => [file, { content: input.sources[file]?.content ?? "" }]));
  return {
    contract: `${sourceName}:${name}`,
    compilerVersion: `v${solcLongVersion}`,
    input: { language: input.language, sources, settings: { ...input.settings, outputSelection: OUTPUT } },
  };
}

/** The pinned compiler, as explorers write it. */
export function compilerVersion(): string {
  return `v${loadCompiler("solc")
    .version()
    .replace(/\.Emscripten.*$/, "")}`;
}

/** The creation code, without constructor arguments, that the pinned compiler makes of a contract's sources. */
export function recompile(contract: string, input: StandardJson): string {
  const [file = "", name = ""] = contract.split(":");
  const output = JSON.parse(loadCompiler("solc").compile(JSON.stringify(input))) as CompilerOutput;
  const error = output.errors?.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new RecompilationError(contract, error.message);
  const code = output.contracts?.[file]?.[name]?.evm.bytecode.object;
  if (code === undefined) throw new RecompilationError(contract, "its sources do not hold it");
  return `0x${code}`;
}
