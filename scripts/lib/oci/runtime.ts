import { existsSync, realpathSync } from "node:fs";
import { basename, join } from "node:path";
import { readElfNeeds } from "./elf";
import type { LayerEntry } from "./layer";

const NODE_IN_IMAGE = "usr/local/bin/node";
const LIBRARIES_IN_IMAGE = "usr/lib";
/** Tells the loader where the libraries are: not every distribution's loader looks into that folder by itself. */
export const RUNTIME_ENV: readonly string[] = [`LD_LIBRARY_PATH=/${LIBRARIES_IN_IMAGE}`];
const PLATFORM = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
/** Folders that this machine's loader searches; Debian and its kin keep libraries of one platform in the first two. */
const LIBRARY_FOLDERS = [`/lib/${PLATFORM}`, `/usr/lib/${PLATFORM}`, "/lib64", "/usr/lib64", "/lib", "/usr/lib"];

/** The files that run Node in an image made from nothing, or why this machine has not got them. */
export type RuntimeFiles =
  | { readonly runnable: true; readonly entries: readonly LayerEntry[] }
  | { readonly runnable: false; readonly reason: string };

/**
 * The pinned Node of the npm package `node`, its loader and its shared libraries, each under the path at which the
 * loader looks for it. What they are depends on the package's version and on this machine's C library.
 */
export function nodeRuntimeFiles(nodeBinary: string = require.resolve("node/bin/node")): RuntimeFiles {
  if (process.platform !== "linux")
    return { runnable: false, reason: `images need Linux, this is ${process.platform}` };
  const binary = realpathSync(nodeBinary);
  const { interpreter } = readElfNeeds(binary);
  if (interpreter === undefined || !existsSync(interpreter)) {
    return { runnable: false, reason: "the C library's loader is not on this machine" };
  }
  const found = new Map<string, string>();
  const missing = collectLibraries(binary, found);
  if (missing !== undefined) return { runnable: false, reason: `${missing} is not on this machine` };
  const entries: LayerEntry[] = [
    { path: NODE_IN_IMAGE, source: binary, mode: 0o755 },
    { path: interpreter.slice(1), source: realpathSync(interpreter), mode: 0o755 },
    ...[...found].map(([name, source]) => ({ path: join(LIBRARIES_IN_IMAGE, name), source, mode: 0o755 })),
  ];
  return { runnable: true, entries: entries.filter(({ path }, index) => firstIndex(entries, path) === index) };
}

function firstIndex(entries: readonly LayerEntry[], path: string): number {
  return entries.findIndex((entry) => entry.path === path);
}

/** Finds every library that a file needs, and what those need in turn. Answers the first that is missing. */
function collectLibraries(file: string, found: Map<string, string>): string | undefined {
  for (const name of readElfNeeds(file).libraries) {
    if (found.has(name)) continue;
    const place = LIBRARY_FOLDERS.map((folder) => join(folder, name)).find((candidate) => existsSync(candidate));
    if (place === undefined) return name;
    const source = realpathSync(place);
    found.set(basename(name), source);
    const missing = collectLibraries(source, found);
    if (missing !== undefined) return missing;
  }
  return undefined;
}
