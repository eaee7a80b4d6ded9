import { existsSync, readFileSync } from "node:fs";
import { fromRoot } from "./paths";

/** One npm workspace of the repository. */
export interface Workspace {
  /** Folder below the root, for example `packages/core`. */
  readonly path: string;
  /** Command of `npm test` there, when it has one. */
  readonly test: string | undefined;
}

interface Manifest {
  readonly workspaces?: readonly string[];
  readonly scripts?: Readonly<Record<string, string>>;
}

/** Every workspace, in the order in which they build on each other. */
export function workspaces(): Workspace[] {
  return (manifest(".").workspaces ?? [])
    .filter((path) => existsSync(fromRoot(path, "package.json")))
    .map((path) => ({ path, test: manifest(path).scripts?.["test"] }));
}

function manifest(path: string): Manifest {
  return JSON.parse(readFileSync(fromRoot(path, "package.json"), "utf8")) as Manifest; // npm has read it before us
}
