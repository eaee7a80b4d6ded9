import { readFileSync } from "node:fs";
import { trackedFiles } from "../lib/source";
import { fromRoot } from "../lib/paths";
import { erc7201Slot } from "../generate/storage-layout";

/**
 * Recomputes every ERC-7201 slot from its namespace. Each namespace must have its slot as a constant in the same file,
 * each `..._STORAGE` constant must be such a slot, and no namespace may appear twice. Returns what is wrong.
 */
export function wrongSlots(sources: ReadonlyMap<string, string>): string[] {
  const owners = new Map<string, string>();
  return [...sources].flatMap(([path, source]) => {
    const namespaces = [...source.matchAll(/erc7201:([\w.]+)/g)].map(([, name]) => name ?? "");
    const constants = [...source.matchAll(/constant (\w+_STORAGE) =\s*(0x[0-9a-fA-F]{64});/g)];
    const slots = constants.map(([, , slot]) => slot?.toLowerCase());
    const expected = namespaces.map(erc7201Slot);
    const twice = namespaces.flatMap((name) => {
      const owner = owners.get(name);
      return owner === undefined ? [] : [`${path}: the namespace ${name} is already used in ${owner}`];
    });
    for (const name of namespaces) owners.set(name, path);
    return [
      ...twice,
      ...namespaces
        .filter((_, index) => !slots.includes(expected[index]))
        .map((name) => `${path}: no constant holds the slot of ${name}, which is ${erc7201Slot(name)}`),
      ...constants
        .filter(([, , slot]) => !expected.includes(slot?.toLowerCase() ?? ""))
        .map(([, name]) => `${path}: ${name ?? "?"} is not the slot of a namespace in this file`),
    ];
  });
}

/** Checks the contracts of the repository. */
export function checkStorageSlots(): boolean {
  const paths = trackedFiles("contracts").filter((path) => path.endsWith(".sol"));
  const problems = wrongSlots(new Map(paths.map((path) => [path, readFileSync(fromRoot(path), "utf8")])));
  for (const problem of problems) console.error(`storage slots: ${problem}`);
  return problems.length === 0;
}

if (require.main === module) process.exitCode = checkStorageSlots() ? 0 : 1;
