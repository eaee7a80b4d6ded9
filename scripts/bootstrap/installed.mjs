import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The Node of the npm package `node`, which every script of the suite runs on. */
export const PINNED_NODE =
  process.platform === "win32" ? "node_modules/node/bin/node.exe" : "node_modules/node/bin/node";

const STAMP = "node_modules/.ainft-lock-sha256";

/** Whether node_modules holds what package-lock.json asks for. */
export function isInstalled(root) {
  if (!existsSync(join(root, PINNED_NODE))) return false;
  if (readOr(join(root, STAMP), "") === lockDigest(root)) return true;
  if (!matchesHiddenLock(root)) return false;
  markInstalled(root); // installed by hand, and complete
  return true;
}

/** Remembers that node_modules was installed from the present lock file. */
export function markInstalled(root) {
  writeFileSync(join(root, STAMP), lockDigest(root));
}

function lockDigest(root) {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
}

/** npm notes in a hidden lock file what it installed: the same versions everywhere mean that nothing is missing. */
function matchesHiddenLock(root) {
  try {
    const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
    const present = JSON.parse(readFileSync(join(root, "node_modules/.package-lock.json"), "utf8")).packages;
    return Object.entries(wanted).every(
      ([path, entry]) =>
        !path.includes("node_modules/") || entry.optional || entry.peer || present[path]?.version === entry.version,
    );
  } catch {
    return false;
  }
}

function readOr(path, fallback) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return fallback;
  }
}
