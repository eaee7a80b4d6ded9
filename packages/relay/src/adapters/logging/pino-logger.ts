import { pino } from "pino";
import type { Logger } from "../../ports/system.ts";

const SECRET_FIELDS = ["privateKey", "password", "raw", "signature", "*.privateKey", "*.password", "*.raw"];

/** One JSON line an event on standard output. Secrets and raw transactions are cut out even if somebody passes them. */
export function pinoLogger(level: string, base: Record<string, unknown>): Logger {
  const log = pino({ level, base, redact: { paths: SECRET_FIELDS, censor: "[redacted]" } });
  const printable = (fields: Record<string, unknown> = {}): Record<string, unknown> =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, toPlain(value)]));
  const line =
    (name: "debug" | "info" | "warn" | "error"): Logger["info"] =>
    (message, fields) => {
      if (log.isLevelEnabled(name)) log[name](printable(fields), message);
    };
  return { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
}

/** Big integers as text, errors as name, code and message of each cause: their other fields may hold secrets. */
function toPlain(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Error) return describe(value);
  return value;
}

function describe(error: Error): string {
  const own = `${error.name}: ${error.message.split("\n")[0]?.slice(0, 500) ?? ""}`;
  return error.cause instanceof Error ? `${own} <- ${describe(error.cause)}` : own;
}
