import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const HEARTBEAT_MS = 10_000;

/** What a failed installation most probably means, in the words npm prints. */
const REASONS = [
  [/ENOTFOUND|EAI_AGAIN|ENETUNREACH|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED/, "the npm registry can't be reached"],
  [/\bE40[13]\b|\bE404\b|\bE429\b|\bE5\d\d\b/, "the npm registry refused a package"],
  [/EINTEGRITY/, "a downloaded package does not match package-lock.json"],
  [/EBADENGINE|ERESOLVE|EUSAGE/, "npm does not accept the project as it is"],
  [/ENOSPC/, "the disk is full"],
  [/EACCES|EPERM/, "node_modules can't be written"],
];

/** Runs `npm ci` with a sign of life. Throws a sentence that says why it failed and what to do. */
export async function installPackages(root) {
  console.log("bootstrap: installing the pinned packages with `npm ci` (about a minute, once) ...");
  const started = Date.now();
  const heartbeat = setInterval(
    () => console.log(`bootstrap: still installing (${Math.round((Date.now() - started) / 1000)} s)`),
    HEARTBEAT_MS,
  );
  try {
    const { code, errors } = await run(npmCommand(), root);
    if (code !== 0) throw new Error(explain(code, errors));
  } finally {
    clearInterval(heartbeat);
  }
  console.log(`bootstrap: packages installed in ${Math.round((Date.now() - started) / 1000)} s`);
}

function explain(code, errors) {
  const [, reason] = REASONS.find(([pattern]) => pattern.test(errors)) ?? [null, `npm ended with code ${code}`];
  return `Could not install the packages: ${reason}. npm's own words stand above. Check the network (and \`npm config get registry\`), then run the same command again.`;
}

/** The npm that started us when there is one, else the npm of the machine. */
function npmCommand() {
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const cli = process.env.npm_execpath;
  if (!cli || !/npm-cli\.c?js$/.test(cli) || !existsSync(cli)) return { command: "npm", args };
  const node = process.env.npm_node_execpath;
  return { command: node && existsSync(node) ? node : process.execPath, args: [cli, ...args] };
}

/** Starts npm without our node_modules/.bin in the PATH: `npm ci` deletes the Node that lives there. */
function run({ command, args }, root) {
  const ours = join(root, "node_modules", ".bin");
  const path = (process.env.PATH ?? "").split(delimiter).filter((entry) => entry !== ours);
  const environment = { ...process.env, PATH: path.join(delimiter) };
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: environment,
      stdio: ["ignore", "inherit", "pipe"],
      shell: process.platform === "win32" && command === "npm",
    });
    let errors = "";
    child.stderr.on("data", (chunk) => {
      process.stderr.write(chunk);
      errors = (errors + chunk).slice(-20_000); // enough to name the reason
    });
    child.on("error", (error) =>
      reject(new Error(`Could not start ${command}: ${error.message}. Install Node with npm.`)),
    );
    child.on("close", (code) => resolve({ code: code ?? 1, errors }));
  });
}
