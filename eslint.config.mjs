import eslint from "@eslint/js";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/** Installed, built or generated. */
const IGNORED = [
  "test/packages/samples/**", // checked where they are installed, as an integrator would
  "**/node_modules/**",
  "**/dist/**",
  "artifacts/**",
  "cache/**",
  "coverage/**",
  ".ainft/**",
  "typechain-types/**",
  "packages/bindings/src/generated/**",
  "eslint.config.mjs",
];

const PROJECTS = [
  "tsconfig.json",
  "packages/*/tsconfig.json",
  "packages/*/tsconfig.test.json",
  "packages/*/tsconfig.scripts.json",
  "containers/*/tsconfig.json",
];

/** Forbids imports, each with the sentence that tells where the arrow points. */
function noImports(...patterns) {
  return { "no-restricted-imports": ["error", { patterns: patterns.map(([regex, message]) => ({ regex, message })) }] };
}

const NO_HARDHAT = ["^(hardhat|@nomicfoundation/.*|@typechain/.*)(/|$)", "Nothing in packages/ depends on Hardhat."];
const NO_ROOT = [
  "^(\\.\\./){3,}(scripts|test|typechain-types|contracts|artifacts)/",
  "Nothing in packages/ depends on the root: import a package by its name.",
];
const NO_OTHER_SOURCE = ["^(\\.\\./)+(bindings|core|relay|cli)/(src|dist)/", "Import another package by its name."];

export default tseslint.config(
  { ignores: IGNORED },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  eslint.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { "import-x": importX },
    languageOptions: {
      parserOptions: { projectService: false, project: PROJECTS, tsconfigRootDir: import.meta.dirname },
    },
    settings: {
      "import-x/resolver-next": [createTypeScriptImportResolver({ project: PROJECTS, noWarnOnMultipleProjects: true })],
    },
    rules: {
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // A function may be asynchronous because the port it implements is.
      "@typescript-eslint/require-await": "off",
      // Prettier decides where lines break.
      "no-unexpected-multiline": "off",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      // Numbers and bigints read well in a sentence; objects and undefined do not.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      // A class with only static parts is not how we write, but an error class with only a constructor is.
      "@typescript-eslint/no-extraneous-class": "off",
      // `void promise` is how a detached promise with its own handler is marked.
      "@typescript-eslint/no-meaningless-void-operator": "off",
      // Environment variables are read with brackets: they are an index signature, not properties.
      "@typescript-eslint/dot-notation": ["error", { allowIndexSignaturePropertyAccess: true }],
      "@typescript-eslint/no-confusing-void-expression": [
        "error",
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // A string spreads into its code points, which is what we mean by it.
      "@typescript-eslint/no-misused-spread": ["error", { allow: ["string"] }],
      "import-x/no-cycle": ["error", { ignoreExternal: true }],
      "import-x/no-self-import": "error",
      "import-x/no-duplicates": "error",
      "import-x/no-extraneous-dependencies": ["error", { includeTypes: true }],
      // The rule is 40 lines; a few more are borne where a table would be torn apart.
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 45, skipBlankLines: true, skipComments: true }],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
    },
  },
  {
    // Commands talk to a person.
    files: [
      "scripts/**/*.ts",
      "**/scripts/**/*.ts",
      "containers/**/src/{server,train}.ts",
      "packages/*/src/cli/**/*.ts",
    ],
    rules: { "no-console": "off" },
  },
  {
    // The root is CommonJS: what is not the chain's business may not load Hardhat.
    files: ["scripts/**/*.ts"],
    rules: noImports([
      "^(hardhat|@nomicfoundation/.*)(/(?!types$)|$)",
      "Scripts take a signer: only scripts/lib may name Hardhat's types.",
    ]),
  },
  {
    // The Hardhat runtime is reached through test/helpers.
    files: ["test/**/*.ts"],
    ignores: ["test/helpers/**"],
    rules: noImports([
      "^(hardhat|@nomicfoundation/hardhat-ethers)(/|$)",
      "Tests reach the chain through test/helpers.",
    ]),
  },
  { files: ["packages/*/src/**/*.ts"], rules: noImports(NO_HARDHAT, NO_ROOT, NO_OTHER_SOURCE) },
  {
    files: ["packages/bindings/src/**/*.ts"],
    rules: noImports(NO_HARDHAT, NO_ROOT, ["^ainft-", "bindings is the first package: it imports no other."]),
  },
  {
    files: ["packages/core/src/**/*.ts"],
    rules: noImports(
      NO_HARDHAT,
      NO_ROOT,
      NO_OTHER_SOURCE,
      ["^ainft-(relay|cli)", "core is imported by relay and cli, never the other way."],
      ["^(node:)?(fs|net|http|https|dgram|child_process|worker_threads)(/|$)", "core is pure: it does no I/O."],
    ),
  },
  {
    files: ["packages/relay/src/**/*.ts"],
    rules: noImports(NO_HARDHAT, NO_ROOT, NO_OTHER_SOURCE, ["^ainft-cli", "relay does not import cli."]),
  },
  {
    files: ["packages/relay/src/application/**/*.ts"],
    rules: noImports(NO_HARDHAT, NO_ROOT, NO_OTHER_SOURCE, ["/adapters/", "application knows ports, not adapters."]),
  },
  {
    files: ["packages/relay/src/ports/**/*.ts"],
    rules: noImports(NO_HARDHAT, NO_ROOT, NO_OTHER_SOURCE, [
      "/(adapters|application)/",
      "A port is described in the domain's words alone.",
    ]),
  },
  {
    files: ["packages/relay/src/domain/**/*.ts"],
    rules: noImports(
      NO_HARDHAT,
      NO_ROOT,
      NO_OTHER_SOURCE,
      ["/(adapters|application|ports|config)/", "The domain imports nothing of the relay but itself."],
      ["^node:(fs|net|http|https|child_process|timers)", "The domain is pure: time, files and network are arguments."],
    ),
  },
  {
    files: ["**/test/**/*.ts"],
    rules: {
      // Chai's assertions are properties: `expect(x).to.be.true`.
      "@typescript-eslint/no-unused-expressions": "off",
      // The methods of a contract are values that hold their contract.
      "@typescript-eslint/unbound-method": "off",
      // node:test returns promises that its runner awaits.
      "@typescript-eslint/no-floating-promises": [
        "error",
        {
          allowForKnownSafeCalls: [
            {
              from: "package",
              name: ["describe", "it", "suite", "test", "before", "after", "beforeEach", "afterEach"],
              package: "node:test",
            },
          ],
        },
      ],
      // A describe block is a list, not a function that does something.
      "max-lines-per-function": "off",
      "no-console": "off",
    },
  },
  {
    files: ["**/*.{js,mjs,cjs}"],
    languageOptions: {
      globals: {
        console: "readonly",
        process: "readonly",
        setInterval: "readonly",
        clearInterval: "readonly",
        module: "writable",
      },
    },
    rules: { "no-unused-vars": ["error", { argsIgnorePattern: "^_" }], eqeqeq: "error" },
  },
);
