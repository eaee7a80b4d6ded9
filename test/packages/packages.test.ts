import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { cidFromDigest } from "ainft-core";
import { deploySuite } from "../../scripts/deploy";
import { developmentAccount } from "../../scripts/lib/accounts";
import { fromRoot } from "../../scripts/lib/paths";
import { memoryRecordStore } from "../../scripts/lib/records";
import { binOf } from "../../scripts/lib/run";
import { packPackages } from "../../scripts/packages/pack";
import { Anvil, startAnvil } from "../deployment/helpers/anvil";

const LONGEST_INSTALL_MS = 300_000;
const PACKAGES = ["ainft-contracts", "ainft-core"];
const FORMATS = [
  { format: "ESM", type: "module" },
  { format: "CommonJS", type: "commonjs" },
];
const SAMPLES = ["ethers", "viem", "wagmi"];
/** Of what the samples use beside our packages and what the suite pins itself. */
const OTHERS = { "@foundry-rs/forge": "1.7.1", "@wagmi/core": "3.6.5", esbuild: "0.28.2", viem: "2.57.20" };

describe("Published packages", function () {
  this.timeout(LONGEST_INSTALL_MS);

  let project: string;
  let anvil: Anvil | undefined;
  let environment: Record<string, string>;
  let implementation: string;

  before(async () => {
    project = mkdtempSync(join(tmpdir(), "ainft-packages-"));
    anvil = await startAnvil();
    const { record } = await deploySuite({
      signer: developmentAccount(0).connect(anvil.provider),
      network: anvil.network,
      reporters: [1, 2, 3].map((index) => developmentAccount(index).address),
      threshold: 2,
      owner: developmentAccount(9).address,
      records: memoryRecordStore(),
    });
    implementation = record.contracts["AINFT721"]?.address ?? "";
    environment = { RPC_URL: anvil.url, FACTORY: record.contracts["AINFTFactory"]?.address ?? "" };
    await packPackages(project);
    installAll(project);
  });

  after(async () => {
    await anvil?.stop();
    rmSync(project, { recursive: true });
  });

  for (const name of PACKAGES) {
    it(`${name} is read alike by every resolver, as publint and attw see it`, () => {
      const tarball = join(project, tarballOf(name));

      run(fromRoot("node_modules", "publint", "src", "cli.js"), [tarball, "--strict"], project);
      run(fromRoot("node_modules", "@arethetypeswrong", "cli", "dist", "index.js"), [tarball], project);

      console.log(`      ${name}: ${Math.round(statSync(tarball).size / 1024)} KiB packed`);
    });
  }

  for (const { format, type } of FORMATS) {
    it(`type-check in strict mode from ${format}`, () => {
      writeSamples(join(project, type), type);

      run(binOf("typescript", "tsc"), ["-p", join(project, type)], project);
    });

    for (const sample of SAMPLES) {
      it(`serve a sample in ${sample} as ${format} against a chain`, () => {
        const printed = run(join(project, type, "out", `${sample}.js`), [], project, environment);

        expect(JSON.parse(printed)).to.deep.equal({
          implementation,
          isAinft: true,
          cid: cidFromDigest(`0x${"00".repeat(32)}`),
        });
      });
    }
  }

  it("leave out of a bundle what is not imported", () => {
    const entry = join(project, "entry.mjs");
    writeFileSync(entry, 'import { interfaceIds } from "ainft-contracts";\nconsole.log(interfaceIds.IAINFT);\n');

    const bundle = output(
      join(project, "node_modules", ".bin", "esbuild"),
      [entry, "--bundle", "--format=esm"],
      project,
    );

    expect(bundle).to.include("interfaceIds");
    expect(bundle).to.not.match(/Abi\b|TypedData\b|addresses\b/u);
  });

  it("give a third party's Hardhat project the consumer's base and the interfaces to compile with", () => {
    const folder = join(project, "hardhat");
    writeSolidityProject(folder, "hardhat", "contracts");
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));

    run(join(project, "node_modules", "hardhat", "internal", "cli", "bootstrap.js"), ["compile"], folder);

    const artifact = readFileSync(join(folder, "artifacts", "contracts", "Asker.sol", "Asker.json"), "utf8");
    expect(JSON.parse(artifact)).to.have.property("bytecode").that.has.length.above(1_000);
  });

  it("give a third party's forge project the same", () => {
    // Its compiler reads nothing outside the folder with its settings.
    writeSolidityProject(project, "foundry", "src");

    output(join(project, "node_modules", ".bin", "forge"), ["build"], project);

    const artifact = readFileSync(join(project, "out", "Asker.sol", "Asker.json"), "utf8");
    expect(JSON.parse(artifact)).to.have.nested.property("bytecode.object").that.has.length.above(1_000);
  });
});

/** How npm names what it packs. */
function tarballOf(name: string): string {
  const { version } = JSON.parse(readFileSync(fromRoot("node_modules", name, "package.json"), "utf8")) as {
    version: string;
  };
  return `${name}-${version}.tgz`;
}

/** An empty project outside the tree that has the two tarballs and what its samples need. */
function installAll(project: string): void {
  const { devDependencies } = JSON.parse(readFileSync(fromRoot("package.json"), "utf8")) as {
    devDependencies: Record<string, string>;
  };
  const pinned = [
    "@openzeppelin/contracts",
    "@openzeppelin/contracts-upgradeable",
    "@types/node",
    "ethers",
    "hardhat",
    "solc",
  ];
  const dependencies = {
    ...OTHERS,
    ...Object.fromEntries(pinned.map((name) => [name, devDependencies[name]])),
    ...Object.fromEntries(PACKAGES.map((name) => [name, `file:${tarballOf(name)}`])),
  };
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, dependencies }));
  output("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline"], project);
}

/** A project of a third party that compiles the sample of a contract that asks. */
function writeSolidityProject(folder: string, tool: string, sources: string): void {
  cpSync(fromRoot("test", "packages", "samples", tool), folder, { recursive: true });
  cpSync(fromRoot("test", "packages", "samples", "solidity"), join(folder, sources), { recursive: true });
}

function writeSamples(folder: string, type: string): void {
  mkdirSync(folder);
  for (const sample of ["environment", ...SAMPLES]) {
    cpSync(fromRoot("test", "packages", "samples", `${sample}.ts`), join(folder, `${sample}.ts`));
  }
  const compilerOptions = {
    strict: true,
    module: "nodenext",
    target: "es2022",
    outDir: "out",
    skipLibCheck: true,
    types: ["node"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type }));
}

function run(script: string, args: readonly string[], cwd: string, env: Record<string, string> = {}): string {
  return output(process.execPath, [script, ...args], cwd, env);
}

/** What a command prints. Fails with everything it said when it fails. */
function output(command: string, args: readonly string[], cwd: string, env: Record<string, string> = {}): string {
  const options = { cwd, env: { ...process.env, ...env }, encoding: "utf8" as const };
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  if (error !== undefined) throw error;
  expect(status, `${command} ${args.join(" ")}\n${stdout}\n${stderr}`).to.equal(0);
  return stdout;
}
