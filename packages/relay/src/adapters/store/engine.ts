import { setFlagsFromString } from "node:v8";
import { PGlite, type PGliteOptions, types } from "@electric-sql/pglite";

/** The engine is one client with a small database: its usual 128 MiB would all be resident after a while. */
const SETTINGS = ["-c", "shared_buffers=32MB"];

/**
 * V8 needs half a gigabyte to compile the engine's largest function a second time, and a second of processor time; the
 * engine is no faster afterwards, for most of its time goes into files. Measured: docs/bench/relay.md.
 */
const COMPILE_ONCE = ["--no-wasm-tier-up", "--no-wasm-dynamic-tiering"];

/** Starts the embedded engine, and resolves when it takes statements. */
export async function startEngine(options: Pick<PGliteOptions, "dataDir" | "loadDataDir">): Promise<PGlite> {
  for (const flag of COMPILE_ONCE) setFlagsFromString(flag);
  const startParams = [...PGlite.defaultStartParams, ...SETTINGS];
  const engine = new PGlite({ ...options, startParams, parsers: { [types.INT8]: BigInt } });
  await engine.waitReady;
  return engine;
}
