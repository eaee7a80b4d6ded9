import { readFileSync } from "node:fs";
import { loadCompiler } from "./compiler";

const SOURCE = "ERC6551Registry.sol";

/** The published registry was compiled in another folder, and the digest of the metadata tells. */
const PUBLISHED_METADATA = "ea2fe53af507453c64dd7c1db05549fa47a298dfb825d6d11e1689856135f167";

/** Where the digest stands: 32 bytes, with 11 behind them that name the compiler. */
const DIGEST_START = -2 * (32 + 11);
const DIGEST_END = -2 * 11;

/**
 * The init code of the ERC-6551 registry as it was published, made from the package `erc6551` by the compiler that
 * made it. Whether the bytes are the published ones is for the caller to check: the registry's address commits to them.
 */
export function registryInitCode(): string {
  const compiler = loadCompiler("solc-0.8.17");
  const input = {
    language: "Solidity",
    sources: { [SOURCE]: { content: readFileSync(require.resolve("erc6551/ERC6551Registry.sol"), "utf8") } },
    settings: {
      evmVersion: "london",
      optimizer: { enabled: true, runs: 200 },
      outputSelection: { [SOURCE]: { ERC6551Registry: ["evm.bytecode.object"] } },
    },
  };
  const code = bytecodeIn(JSON.parse(compiler.compile(JSON.stringify(input))));
  return `0x${code.slice(0, DIGEST_START)}${PUBLISHED_METADATA}${code.slice(DIGEST_END)}`;
}

function bytecodeIn(output: unknown): string {
  const { contracts } = output as {
    contracts: Record<string, { ERC6551Registry: { evm: { bytecode: { object: string } } } }>;
  };
  return contracts[SOURCE]?.ERC6551Registry.evm.bytecode.object ?? "";
}
