// A process that asks one question and holds a warm container, until it is killed.
import { EngineRunner } from "../../src/adapters/runner/engine-runner.ts";
import { programOf } from "../unit/support/program.ts";

const { image, modelDir, ...where } = JSON.parse(process.env["HOLD"] ?? "") as Record<
  "socket" | "image" | "modelDir" | "owner",
  string
>;
const runner = new EngineRunner({ ...where, imageMirrors: {}, registries: [], pullTimeoutMs: 60_000, warm: 1 });
const program = programOf({ container: { image } });
const question = { input: { say: "hi" }, state: null, seed: "00".repeat(32), maxOutputBytes: 1_000 };
await runner.run(program, question, modelDir, new AbortController().signal);
process.stdout.write("asked\n");
setInterval(() => undefined, 1_000);
