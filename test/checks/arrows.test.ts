import { expect } from "chai";
import { ESLint } from "eslint";
import { ROOT } from "../../scripts/lib/paths";

/** What an import would point at: the file that imports, and what it names. */
type Arrow = readonly [file: string, imported: string];

const ALLOWED: readonly Arrow[] = [
  ["packages/core/src/example.ts", "ainft-contracts"],
  ["packages/relay/src/domain/example.ts", "ainft-core"],
  ["packages/relay/src/domain/example.ts", "./request.ts"],
  ["packages/relay/src/ports/example.ts", "../domain/request.ts"],
  ["packages/relay/src/application/example.ts", "../ports/store.ts"],
  ["packages/relay/src/adapters/chain/example.ts", "../../ports/store.ts"],
  ["packages/relay/test/example.ts", "../../../scripts/deploy/index.ts"],
  ["test/helpers/example.ts", "hardhat"],
];

const FORBIDDEN: readonly Arrow[] = [
  ["packages/bindings/src/example.ts", "ainft-core"],
  ["packages/core/src/example.ts", "hardhat"],
  ["packages/core/src/example.ts", "@nomicfoundation/hardhat-ethers"],
  ["packages/core/src/example.ts", "ainft-relay"],
  ["packages/core/src/json/example.ts", "node:fs"],
  ["packages/core/src/example.ts", "../../../typechain-types/index.ts"],
  ["packages/relay/src/example.ts", "hardhat"],
  ["packages/relay/src/example.ts", "../../core/src/index.ts"],
  ["packages/relay/src/domain/example.ts", "../adapters/chain/client.ts"],
  ["packages/relay/src/domain/example.ts", "../application/watch.ts"],
  ["packages/relay/src/domain/example.ts", "../ports/store.ts"],
  ["packages/relay/src/domain/example.ts", "node:fs"],
  ["packages/relay/src/ports/example.ts", "../application/watch.ts"],
  ["packages/relay/src/application/example.ts", "../adapters/chain/client.ts"],
  ["scripts/deploy/example.ts", "hardhat"],
  ["test/unit/example.ts", "hardhat"],
];

describe("The arrows between packages", () => {
  // Only the rule about imports: it needs no types, so the files need not exist.
  const linter = new ESLint({
    cwd: ROOT,
    ruleFilter: ({ ruleId }) => ruleId === "no-restricted-imports",
    overrideConfig: { languageOptions: { parserOptions: { project: false } } },
  });

  const refusals = async ([file, imported]: Arrow): Promise<string[]> => {
    const [result] = await linter.lintText(`import ${JSON.stringify(imported)};\n`, { filePath: file });
    return (result?.messages ?? []).map(({ message }) => message);
  };

  for (const arrow of ALLOWED) {
    it(`let ${arrow[0]} import ${arrow[1]}`, async () => {
      expect(await refusals(arrow)).to.deep.equal([]);
    });
  }

  for (const arrow of FORBIDDEN) {
    it(`do not let ${arrow[0]} import ${arrow[1]}`, async () => {
      const messages = await refusals(arrow);
      expect(messages).to.have.lengthOf(1);
      expect(messages[0]).to.contain("is restricted from being used by a pattern");
    });
  }
});
