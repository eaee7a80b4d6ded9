import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { Application } from "typedoc";
import { readBuildInfo } from "../lib/artifacts";
import { PermanentError } from "../lib/errors";
import { writeAtomically } from "../lib/files";
import { fromRoot } from "../lib/paths";
import { contractPage, type DocumentedContract } from "./contract-page";
import type { AstNode } from "./natspec";

const TARGET = fromRoot("docs", "api");
/** Any one artifact knows the compilation that all came from. */
const ANY = "AINFT721";
const DOCUMENTED = /^contracts\/(?:interfaces\/(?!external\/)|consumer\/AINFTConsumer|types\/)/u;

const AS_TABLES = Object.fromEntries(
  ["parameters", "interfaceProperties", "classProperties", "typeDeclaration", "enumMembers"].map((part) => [
    `${part}Format`,
    "table",
  ]),
);

/** TypeDoc could not read a package. What it said stands above. */
class TypeDocError extends PermanentError {
  readonly code = "TYPEDOC_FAILED";
}

/** Writes `docs/api`: a page for each interface from its NatSpec, and one for `ainft-core` from its TSDoc. */
export async function writeApiDocs(): Promise<void> {
  const pages = contractPages();
  const folder = `${TARGET}/contracts`;
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (!pages.has(name)) rmSync(`${folder}/${name}`);
  for (const [name, page] of pages) writeAtomically(`${folder}/${name}`, page);
  await writePackagePage("core");
}

/** Every page below `docs/api/contracts`, by its file's name. */
export function contractPages(): Map<string, string> {
  const documented = documentedContracts();
  const names = new Set(documented.map(({ node }) => node.name ?? ""));
  const pages = documented.map((each): [string, string] => [`${each.node.name}.md`, contractPage(each, names)]);
  return new Map([...pages, ["README.md", indexPage(documented)]]);
}

function documentedContracts(): DocumentedContract[] {
  const { sources } = readBuildInfo(ANY).output;
  return Object.entries(sources)
    .filter(([path]) => DOCUMENTED.test(path))
    .flatMap(([path, { ast }]) => ((ast as AstNode).nodes ?? []).flatMap((node) => documentedNode(path, node)))
    .sort((left, right) => ((left.node.name ?? "") < (right.node.name ?? "") ? -1 : 1));
}

function documentedNode(path: string, node: AstNode): DocumentedContract[] {
  const isKnown = ["ContractDefinition", "StructDefinition", "EnumDefinition"].includes(node.nodeType);
  return isKnown ? [{ path, node }] : [];
}

function indexPage(documented: readonly DocumentedContract[]): string {
  const lines = documented.map(({ node: { name, documentation } }) => {
    const title = /@title (.*)/u.exec(documentation?.text ?? "")?.[1];
    return `- [${name}](${name}.md)${title === undefined ? "" : `: ${title}`}`;
  });
  return `# The contracts' interfaces\n\nGenerated from their NatSpec by \`npm run docs:api\`. Do not edit.\n\n${lines.join("\n")}\n`;
}

async function writePackagePage(name: string): Promise<void> {
  const folder = fromRoot("packages", name);
  const options: Record<string, unknown> = {
    entryPoints: [`${folder}/src/index.ts`],
    tsconfig: `${folder}/tsconfig.json`,
    plugin: ["typedoc-plugin-markdown"],
    name: `ainft-${name}`,
    readme: "none",
    disableSources: true,
    excludePrivate: true,
    excludeExternals: true,
    logLevel: "Warn",
    outputs: [
      {
        name: "markdown",
        path: `${TARGET}/packages/${name}`,
        options: {
          outputFileStrategy: "modules",
          entryFileName: "README",
          hidePageHeader: true,
          hideBreadcrumbs: true,
          ...AS_TABLES,
        },
      },
    ],
  };
  const app = await Application.bootstrapWithPlugins(options);
  const project = await app.convert();
  if (project === undefined || app.logger.hasErrors()) throw new TypeDocError(`TypeDoc could not read ${folder}.`);
  await app.generateOutputs(project);
}

if (require.main === module) {
  writeApiDocs().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
