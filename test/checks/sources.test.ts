import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { DEPLOYABLES, sourceOf } from "../../scripts/generate/deployables";
import { readArtifact } from "../../scripts/lib/artifacts";
import { fromRoot } from "../../scripts/lib/paths";
import { dangerousInstructions } from "../helpers/interfaces";

/** The sources of everything but mocks, by path, without comments. */
function sources(): Map<string, string> {
  const paths = readdirSync(fromRoot("contracts"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".sol") && !path.startsWith("mocks/"))
    .sort();
  return new Map(
    paths.map((path) => [path, readFileSync(fromRoot("contracts", path), "utf8").replace(/\/\/.*$/gmu, "")]),
  );
}

/** Contracts that stand behind a UUPS proxy: an upgrade may call the new code, once. */
const UPGRADEABLE: ReadonlySet<string> = new Set(["ProviderRegistry"]);

/** What stands between the parentheses of every call of a function, as written, in one line. */
function argumentsOf(source: string, name: string): string[] {
  return source
    .split(`${name}(`)
    .slice(1)
    .map((rest) => {
      let open = 1;
      let end = 0;
      while (open > 0 && end < rest.length) {
        if (rest[end] === "(") open++;
        if (rest[end] === ")") open--;
        end++;
      }
      return rest
        .slice(0, end - 1)
        .replace(/\s+/gu, " ")
        .trim();
    });
}

/** Every packing of bytes. One part of open length at most: else bytes could move from one part to the next. */
const PACKED: readonly (readonly [file: string, parts: string, open: string])[] = [
  ["AINFTFactory.sol", "type(BeaconProxy).creationCode, abi.encode(_beacons[kind], call)", "the arguments"],
  ["ContributorSplits.sol", "table, account, bps", "table"],
  ["libraries/ManifestURI.sol", "CID_PREFIX, digest", "none"],
  ["libraries/Quorum.sol", "_lengthFor(threshold, reporters.length), reporters", "reporters"],
  ["libraries/ReportHash.sol", "values", "values"],
  ["libraries/ReporterSet.sol", "uint8(0), threshold_, uint8(reporters.length)", "none"],
  ["libraries/ReporterSet.sol", 'hex"61", uint16(data.length), hex"80600a5f395ff3", data', "data"],
  ["libraries/ReporterSet.sol", "data, bytes20(reporters[i])", "data"],
  ["libraries/TrainingHash.sol", "leaves", "leaves"],
];

describe("The contracts", () => {
  it("[peers A9] pack no two parts of open length together: every packing is known", () => {
    const seen = [...sources()].flatMap(([path, source]) =>
      ["abi.encodePacked", "bytes.concat"].flatMap((name) => argumentsOf(source, name).map((parts) => [path, parts])),
    );

    expect(seen).to.deep.equal(PACKED.map(([file, parts]) => [file, parts]));
  });

  it("[peers D31] keep no pointer to a function: their code alone says what runs", () => {
    const pointing = [...sources()].filter(([, source]) => /\bfunction\s*\(/u.test(source));

    expect(pointing.map(([path]) => path)).to.deep.equal([]);
  });

  for (const contract of DEPLOYABLES) {
    const isToken = /^AINFT(721|1155)(Votes)?$/u.test(contract);
    const isUpgradeable = UPGRADEABLE.has(contract);
    const others = isToken ? "runs its extension's code and no other" : "runs no code but its own";

    it(`[peers D33] ${contract} ${isUpgradeable ? "runs other code in an upgrade alone" : others}`, () => {
      const { deployedBytecode } = readArtifact(sourceOf(contract));

      expect(dangerousInstructions(deployedBytecode)).to.deep.equal(isToken || isUpgradeable ? ["DELEGATECALL"] : []);
    });
  }
});
