import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { DEPLOYABLES, interfaceOf, sourceOf } from "../generate/deployables";
import { readArtifact } from "../lib/artifacts";
import { PermanentError } from "../lib/errors";
import { fromRoot } from "../lib/paths";
import { binOf, type ExitCode, run, runNode } from "../lib/run";

/** A published package could not be put together. What the tool said stands above. */
class PackagingError extends PermanentError {
  readonly code = "PACKAGING_FAILED";
}

type Format = "module" | "commonjs";

/** The workspaces that are published, by their folders below `packages`. */
const PUBLISHED = ["bindings", "core"];

/** Sources that are for our own tests alone. */
const MOCKS = fromRoot("contracts", "mocks");

/**
 * Packs `ainft-contracts` and `ainft-core` into a folder, as they are published. What a workspace imports here is its one
 * build by `tsc -b`; what is published is put together aside: both formats, the entry points of `publishConfig`, and for
 * the contracts the TypeChain factories for ethers and the Solidity sources.
 */
export async function packPackages(target: string): Promise<void> {
  mkdirSync(target, { recursive: true });
  for (const name of PUBLISHED) await packOne(fromRoot("packages", name), name === "bindings", resolve(target));
}

async function packOne(folder: string, hasContracts: boolean, target: string): Promise<void> {
  // Below the package, where its dependencies are found.
  const work = join(folder, ".pack");
  const staged = join(work, "package");
  rmSync(work, { recursive: true, force: true });
  try {
    copyPackage(folder, staged);
    await compile(join(folder, "src"), join(staged, "dist"), join(work, "esm"), "module");
    await compile(join(folder, "src"), join(staged, "dist", "cjs"), join(work, "cjs"), "commonjs");
    if (hasContracts) {
      await addFactories(staged, work);
      cpSync(fromRoot("contracts"), join(staged, "contracts"), { recursive: true, filter: (path) => path !== MOCKS });
    }
    check(
      await run("npm", ["pack", "--silent", "--pack-destination", target], { cwd: staged }),
      `npm pack of ${folder}`,
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Everything that is published as it stands, with the entry points that are published in place of those used here. */
function copyPackage(folder: string, staged: string): void {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    files: readonly string[];
    publishConfig: { exports: unknown };
  };
  mkdirSync(staged, { recursive: true });
  for (const entry of ["README.md", ...manifest.files.filter((name) => name !== "dist")]) {
    if (existsSync(join(folder, entry))) cpSync(join(folder, entry), join(staged, entry), { recursive: true });
  }
  cpSync(fromRoot("LICENSE"), join(staged, "LICENSE"));
  const { publishConfig, ...others } = manifest;
  writeFileSync(join(staged, "package.json"), `${JSON.stringify({ ...others, ...publishConfig }, null, 2)}\n`);
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
  await tool("typescript", "tsc", ["-p", work]);
  writeFileSync(join(target, "package.json"), typeOnly);
}

/** Of a collection, which answers through two contracts, the factory knows both halves. */
async function addFactories(staged: string, work: string): Promise<void> {
  const artifacts = join(work, "artifacts");
  const generated = join(work, "typechain");
  mkdirSync(artifacts);
  for (const contractName of DEPLOYABLES) {
    const { abi } = readArtifact(interfaceOf(contractName));
    const { bytecode } = readArtifact(sourceOf(contractName));
    writeFileSync(join(artifacts, `${contractName}.json`), JSON.stringify({ contractName, abi, bytecode }));
  }
  const options = ["--target", "ethers-v6", "--node16-modules", "--out-dir", generated];
  await tool("typechain", "typechain", [...options, join(artifacts, "*.json")]);
  await compile(generated, join(staged, "dist", "ethers"), join(work, "esm-ethers"), "module");
  await compile(generated, join(staged, "dist", "ethers-cjs"), join(work, "cjs-ethers"), "commonjs");
}

async function tool(packageName: string, command: string, args: readonly string[]): Promise<void> {
  check(await runNode(binOf(packageName, command), args), `${command} ${args.join(" ")}`);
}

function check(code: ExitCode, what: string): void {
  if (code !== 0) throw new PackagingError(`${what} ended with exit code ${code}.`);
}

if (require.main === module) {
  packPackages(process.argv[2] ?? fromRoot("cache", "packages")).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
