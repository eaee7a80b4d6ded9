import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEPLOYABLES, interfaceOf, sourceOf } from "../generate/deployables";
import { readArtifact } from "../lib/artifacts";
import { PermanentError } from "../lib/errors";
import { fromRoot } from "../lib/paths";
import { binOf, runNode } from "../lib/run";

/** A published package could not be put together. What the compiler said stands above. */
class PackagingError extends PermanentError {
  readonly code = "PACKAGING_FAILED";
}

type Format = "module" | "commonjs";

/** Folders of the sources that are for our own tests alone. */
const NOT_PUBLISHED = ["mocks"];

/**
 * Completes a package before npm packs it: the CommonJS build of `ainft-core` and `ainft-contracts`, and beside it in the
 * latter the TypeChain factories for ethers and the Solidity sources. Runs as their `prepack`, in the package's folder.
 */
async function prepack(folder: string): Promise<void> {
  const work = join(folder, ".pack");
  rmSync(work, { recursive: true, force: true });
  try {
    await tool("typescript", "tsc", ["-b", folder]);
    await compile(join(folder, "src"), join(folder, "dist", "cjs"), join(work, "cjs"), "commonjs");
    if (folder === fromRoot("packages", "bindings")) {
      await addFactories(folder, work);
      copyContracts(join(folder, "contracts"));
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The sources decide by the package.json beside them what they become, so they are compiled in a folder of their own. */
async function compile(sources: string, target: string, work: string, type: Format): Promise<void> {
  cpSync(sources, join(work, "src"), { recursive: true });
  const typeOnly = `${JSON.stringify({ type })}\n`;
  writeFileSync(join(work, "package.json"), typeOnly);
  const compilerOptions = {
    rootDir: "src",
    outDir: target,
    composite: false,
    incremental: false,
    sourceMap: false,
    verbatimModuleSyntax: false,
  };
  const config = { extends: fromRoot("tsconfig.packages.json"), compilerOptions, include: ["src/**/*.ts"] };
  writeFileSync(join(work, "tsconfig.json"), JSON.stringify(config));
  rmSync(target, { recursive: true, force: true });
  await tool("typescript", "tsc", ["-p", work]);
  writeFileSync(join(target, "package.json"), typeOnly);
}

/** Of a collection, which answers through two contracts, the factory knows both halves. */
async function addFactories(folder: string, work: string): Promise<void> {
  const artifacts = join(work, "artifacts");
  const generated = join(work, "typechain");
  mkdirSync(artifacts, { recursive: true });
  for (const contractName of DEPLOYABLES) {
    const { abi } = readArtifact(interfaceOf(contractName));
    const { bytecode } = readArtifact(sourceOf(contractName));
    writeFileSync(join(artifacts, `${contractName}.json`), JSON.stringify({ contractName, abi, bytecode }));
  }
  const options = ["--target", "ethers-v6", "--node16-modules", "--out-dir", generated];
  await tool("typechain", "typechain", [...options, join(artifacts, "*.json")]);
  await compile(generated, join(folder, "dist", "ethers"), join(work, "esm-ethers"), "module");
  await compile(generated, join(folder, "dist", "ethers-cjs"), join(work, "cjs-ethers"), "commonjs");
}

function copyContracts(target: string): void {
  rmSync(target, { recursive: true, force: true });
  for (const entry of readdirSync(fromRoot("contracts"))) {
    if (!NOT_PUBLISHED.includes(entry)) cpSync(fromRoot("contracts", entry), join(target, entry), { recursive: true });
  }
}

async function tool(packageName: string, command: string, args: readonly string[]): Promise<void> {
  const code = await runNode(binOf(packageName, command), args);
  if (code !== 0) throw new PackagingError(`${command} ${args.join(" ")} ended with exit code ${code}.`);
}

if (require.main === module) {
  prepack(process.cwd()).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
