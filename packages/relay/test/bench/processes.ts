import { readFile } from "node:fs/promises";

/** Processor time by who used it, in seconds, or in milliseconds a result. */
export interface Processor {
  readonly relays: number;
  readonly program: number;
  readonly database: number;
  /** The node that everybody asks. */
  readonly chain: number;
}

/** Most memory that a process has had resident since it started, in MiB. */
export async function peakOf(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid ?? "self"}/status`, "utf8").catch(() => "");
  const [, kib = "0"] = /^VmHWM:\s+(\d+) kB/m.exec(text) ?? [];
  return Math.round(Number(kib) / 1_024);
}

/** Seconds that a process has used, and those below it that have ended, as the kernel counts them: in hundredths. */
export async function secondsOf(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid ?? 0}/stat`, "utf8").catch(() => "");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field] ?? 0), 0) / 100;
}

/** Seconds of all processes with a name that this one has started, however far below. */
export async function secondsOfAll(name: string, pid: number = process.pid): Promise<number> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  const children = text.split(" ").filter(Boolean).map(Number);
  const each = children.map(async (child) => {
    const comm = await readFile(`/proc/${child}/comm`, "utf8").catch(() => "");
    return (comm.trim() === name ? await secondsOf(child) : 0) + (await secondsOfAll(name, child));
  });
  return (await Promise.all(each)).reduce((sum, seconds) => sum + seconds, 0);
}
