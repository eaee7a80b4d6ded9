import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { Fragment } from "ethers";
import { readArtifact } from "../lib/artifacts";
import { sortedJson, writeAtomically } from "../lib/files";
import { fromRoot } from "../lib/paths";
import { DEPLOYABLES, interfaceOf } from "./deployables";
import { sortedAbi } from "./sorted-abi";
import { storageSnapshot } from "./storage-layout";

/** Writes the ABI and the storage layout of every deployable, for review. Gas has its own script. */
export function writeSnapshots(): void {
  const files = DEPLOYABLES.flatMap((contract): [string, string][] => [
    [`abi/${contract}.txt`, signatures(contract)],
    [`storage/${contract}.json`, sortedJson(storageSnapshot(contract))],
  ]);
  const wanted = new Map(files);
  for (const folder of ["abi", "storage"]) {
    mkdirSync(fromRoot("snapshots", folder), { recursive: true });
    for (const name of readdirSync(fromRoot("snapshots", folder))) {
      if (!wanted.has(`${folder}/${name}`)) rmSync(fromRoot("snapshots", folder, name));
    }
  }
  for (const [path, content] of wanted) writeAtomically(fromRoot("snapshots", path), content);
}

/** Every signature of a contract, one a line, sorted. */
function signatures(contract: (typeof DEPLOYABLES)[number]): string {
  const lines = sortedAbi(readArtifact(interfaceOf(contract)).abi).map((fragment) =>
    Fragment.from(fragment).format("full"),
  );
  return `${lines.join("\n")}\n`;
}

if (require.main === module) writeSnapshots();
