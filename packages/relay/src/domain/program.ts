import {
  type JsonValidator,
  type Manifest,
  type ManifestContainer,
  type ManifestModelFile,
  resultJsonValidator,
} from "ainft-core";
import { UnsupportedProgram } from "./errors.ts";

/** Largest state, in bytes of its canonical form. Every reporter must use the same number. */
export const MAX_STATE_BYTES = 256 * 1024;

const MEBIBYTE = 1_048_576;

/** What an answer may be longer than output and state: white space and escapes that canonical JSON does not have. */
const ANSWER_SLACK_BYTES = 64 * 1024;

/** Deepest input: a few levels less than JSON may have, because the protocols wrap it. */
const MAX_INPUT_DEPTH = 56;

/** Most that this machine gives to one container. */
export interface HostLimits {
  readonly memoryMb: number;
  readonly cpus: number;
  readonly pids: number;
  readonly timeoutSeconds: number;
  readonly startupSeconds: number;
  /** For all files of a model together, in MiB. */
  readonly modelMb: number;
}

/** What one container may use. */
export interface RunLimits {
  readonly memoryMb: number;
  readonly cpus: number;
  readonly pids: number;
  /** Wall clock until the container says that it is ready, in milliseconds. */
  readonly startupMs: number;
  /** Wall clock of the answer, in milliseconds. */
  readonly timeoutMs: number;
  /** The HTTP body is cut off one byte after this many. */
  readonly maxAnswerBytes: number;
}

/** A manifest, read for running. */
export interface Program {
  readonly manifest: Manifest;
  readonly container: ManifestContainer;
  readonly limits: RunLimits;
  readonly input: JsonValidator;
  readonly output: JsonValidator;
  /** Null for a program that keeps no state. */
  readonly state: JsonValidator | null;
}

/** Reads a checked manifest for running here. Throws {@link UnsupportedProgram}. */
export function readProgram(manifest: Manifest, host: HostLimits): Program {
  const { container, io, agreement, model } = manifest.ainft;
  if (agreement !== "exact") throw new UnsupportedProgram(`agreement "${agreement}" is not supported, only "exact"`);
  checkModel(model.files, host);
  return {
    manifest,
    container,
    limits: runLimits(container, host),
    input: resultJsonValidator(io.input, { maxDepth: MAX_INPUT_DEPTH }),
    output: resultJsonValidator(io.output),
    state: io.state === undefined ? null : resultJsonValidator(io.state),
  };
}

/** Whether a manifest's program keeps state, so that each answer also changes its token. */
export function isStateful(manifest: Manifest): boolean {
  return manifest.ainft.io.state !== undefined;
}

/** Whoever writes a manifest says how large its files are, and the machine has to fetch, copy and hash them. */
function checkModel(files: readonly ManifestModelFile[], { modelMb }: HostLimits): void {
  const megabytes = files.reduce((sum, { size }) => sum + size, 0) / MEBIBYTE;
  if (megabytes > modelMb) {
    throw new UnsupportedProgram(`its model has ${Math.ceil(megabytes)} MiB, this relay takes ${modelMb}`);
  }
}

function runLimits({ limits }: ManifestContainer, host: HostLimits): RunLimits {
  for (const name of ["memoryMb", "cpus", "pids", "timeoutSeconds"] as const) {
    if (limits[name] > host[name]) {
      throw new UnsupportedProgram(`its manifest asks for ${name} ${limits[name]}, this relay gives ${host[name]}`);
    }
  }
  return {
    memoryMb: limits.memoryMb,
    cpus: limits.cpus,
    pids: limits.pids,
    startupMs: host.startupSeconds * 1_000,
    timeoutMs: limits.timeoutSeconds * 1_000,
    maxAnswerBytes: limits.maxOutputBytes + MAX_STATE_BYTES + ANSWER_SLACK_BYTES,
  };
}
