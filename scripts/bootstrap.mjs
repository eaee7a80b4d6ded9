// Makes a fresh clone runnable: installs the pinned packages, then builds what is stale with the pinned Node.
// Runs before anything is installed, on any Node from 18: plain JavaScript, no dependency. Quick when nothing changed.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { isInstalled, markInstalled, PINNED_NODE } from "./bootstrap/installed.mjs";
import { installPackages } from "./bootstrap/install.mjs";
import { BUILD_STEPS, fingerprint, isStale } from "./bootstrap/steps.mjs";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const STAMPS = join(ROOT, "cache", "bootstrap.json");

async function main() {
  if (!isInstalled(ROOT)) {
    await installPackages(ROOT);
    if (!existsSync(join(ROOT, PINNED_NODE))) fetchPinnedNode();
    if (!existsSync(join(ROOT, PINNED_NODE))) {
      throw new Error(
        `The packages are installed, but ${PINNED_NODE} is missing. Delete node_modules and run it again.`,
      );
    }
    markInstalled(ROOT);
  }
  for (const step of BUILD_STEPS) build(step);
}

/** The package `node` fetches the binary of this machine when it is installed, unless npm was told to run no scripts. */
function fetchPinnedNode() {
  spawnSync(process.execPath, ["installArchSpecificPackage.js"], {
    cwd: join(ROOT, "node_modules/node"),
    stdio: "inherit",
  });
}

/** Runs one build step when its inputs changed since it last succeeded, or its outputs are gone. */
function build(step) {
  const stamps = readStamps();
  const before = fingerprint(ROOT, step);
  if (!isStale(ROOT, step, stamps[step.name], before)) return;
  const started = Date.now();
  console.log(`bootstrap: ${step.title} ...`);
  for (const [script, ...args] of step.commands(ROOT)) {
    const { status, error } = spawnSync(join(ROOT, PINNED_NODE), [script, ...args], { cwd: ROOT, stdio: "inherit" });
    if (error) throw new Error(`Could not start ${script}: ${error.message}`);
    if (status !== 0) throw new Error(`${step.title} failed (${script} ${args.join(" ")}). The reason stands above.`);
  }
  writeStamps({ ...readStamps(), [step.name]: fingerprint(ROOT, step) });
  console.log(`bootstrap: ${step.title}: done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function readStamps() {
  try {
    return JSON.parse(readFileSync(STAMPS, "utf8"));
  } catch {
    return {}; // no stamp, or an unreadable one: build again
  }
}

function writeStamps(stamps) {
  mkdirSync(dirname(STAMPS), { recursive: true });
  writeFileSync(STAMPS, `${JSON.stringify(stamps, null, 2)}\n`);
}

main().catch((error) => {
  console.error(`bootstrap: ${error.message}`);
  process.exitCode = 1;
});
