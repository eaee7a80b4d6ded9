/**
 * Preloaded by every process that a test run starts (NODE_OPTIONS): keeps what it prints in AINFT_LOG_FOLDER, and what its
 * environment gives it as a secret, so that the run can be searched for one in the other. See log-scan.ts.
 */
const { appendFileSync } = require("node:fs");
const { join } = require("node:path");
const { syncBuiltinESMExports } = require("node:module");
const fs = require("node:fs");

const folder = process.env.AINFT_LOG_FOLDER;
const [STDOUT, STDERR] = [1, 2];

/** A relay writes its log by `fs`; everything else goes through the streams. */
function keepAll(folder) {
  const file = join(folder, `${process.pid}-${Date.now()}.log`);
  const keep = (part) => {
    if (typeof part === "string" || part instanceof Uint8Array) appendFileSync(file, part);
  };
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    stream.write = (part, ...rest) => {
      keep(part);
      return write(part, ...rest);
    };
  }
  for (const name of ["write", "writeSync"]) {
    const write = fs[name];
    const kept = (fd, part, ...rest) => {
      if (fd === STDOUT || fd === STDERR) keep(part);
      return write(fd, part, ...rest);
    };
    fs[name] = Object.defineProperties(kept, Object.getOwnPropertyDescriptors(write));
  }
  syncBuiltinESMExports();
}

/** Keys, passwords and tokens, as variables that hold one are named; also the password of an address. */
function secretsOf(env) {
  return Object.entries(env).flatMap(([name, value = ""]) => {
    if (/(_KEY|PASSWORD|SECRET|TOKEN)$/.test(name)) return [value];
    const password = /^[a-z]+:\/\/[^:/@]*:([^@/]+)@/.exec(value)?.[1];
    return password === undefined ? [] : [decodeURIComponent(password)];
  });
}

if (folder !== undefined) {
  keepAll(folder);
  for (const secret of secretsOf(process.env)) {
    if (secret !== "") appendFileSync(join(folder, "secrets"), `${secret}\n`, { mode: 0o600 });
  }
}
