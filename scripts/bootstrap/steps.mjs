import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const HARDHAT = "node_modules/hardhat/internal/cli/bootstrap.js";
const TSC = "node_modules/typescript/bin/tsc";
const TS_NODE = "node_modules/ts-node/dist/bin-transpile.js";

/**
 * What is built, in order. `inputs` are files or folders whose content decides whether a step runs again; `outputs`
 * must exist; `commands` are scripts for the pinned Node.
 */
export const BUILD_STEPS = [
  {
    name: "contracts",
    title: "compiling the contracts",
    inputs: ["contracts", "hardhat.config.ts", "scripts/lib/networks.ts", "package-lock.json"],
    outputs: () => ["artifacts/build-info", "typechain-types/index.ts"],
    commands: () => [[HARDHAT, "compile", "--quiet"]],
  },
  {
    name: "bindings",
    title: "generating the bindings",
    inputs: ["contracts", "deployments", "scripts/generate", "scripts/lib", "package-lock.json"],
    outputs: () => ["packages/bindings/src/generated/index.ts"],
    commands: () => [[TS_NODE, "scripts/generate/bindings.ts"]],
  },
  {
    name: "packages",
    title: "building the packages",
    inputs: ["packages", "tsconfig.packages.json", "package-lock.json"],
    outputs: (root) => builtPackages(root).map((path) => `${path}/dist`),
    commands: (root) => [[TSC, "-b", ...builtPackages(root)]],
  },
];

/** Folders below an input that hold what is built, installed or left behind, never a source. */
const IGNORED = new Set(["node_modules", "dist", "test", "vectors", "local"]);

/** Digest of everything the step reads. */
export function fingerprint(root, step) {
  const hash = createHash("sha256");
  for (const path of step.inputs.flatMap((input) => filesUnder(root, input)).sort()) {
    hash.update(`${path}\n`).update(
      createHash("sha256")
        .update(readFileSync(join(root, path)))
        .digest(),
    );
  }
  return hash.digest("hex");
}

export function isStale(root, step, stamp, now) {
  return stamp !== now || step.outputs(root).some((path) => !existsSync(join(root, path)));
}

/** Packages that `tsc -b` builds, in the order of the root's workspaces: what others import comes first. */
function builtPackages(root) {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
    .workspaces.filter((path) => path.startsWith("packages/"))
    .filter((path) => existsSync(join(root, path, "tsconfig.json")) && existsSync(join(root, path, "src")));
}

function filesUnder(root, path) {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return [];
  if (statSync(absolute).isFile()) return path.endsWith(".tsbuildinfo") ? [] : [path];
  return readdirSync(absolute)
    .filter((name) => !IGNORED.has(name))
    .flatMap((name) => filesUnder(root, `${path}/${name}`));
}
