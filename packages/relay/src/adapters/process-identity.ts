import { readFileSync } from "node:fs";

/**
 * A text that names one process of this machine and no other, ever: its number, and on Linux the boot and the tick in
 * which it started, because numbers are given out again. A process that was killed and only waits for its parent has
 * another identity than while it lived.
 */
export function processIdentity(pid: number): string {
  return `${pid} ${startOf(pid)}`;
}

/** The number of the process that an identity names, when that very process still lives. */
export function livingProcess(identity: string): number | undefined {
  const pid = Number(identity.split(" ")[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0 || !exists(pid)) return undefined;
  return processIdentity(pid) === identity ? pid : undefined;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function startOf(pid: number): string {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    if (fields[0] === "Z") return "ended";
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}/${fields[19] ?? ""}`;
  } catch {
    return "unknown";
  }
}
