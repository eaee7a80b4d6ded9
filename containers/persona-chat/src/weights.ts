import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InvalidWeightsError } from "./errors.ts";
import { ONE } from "./fixed-point.ts";
import { tensorSpecs, type Shape, type TensorName } from "./layout.ts";

export const WEIGHTS_FILE = "persona.bin";
export const DESCRIPTION_FILE = "persona.json";
export const FORMAT = "persona-weights/1";

/** What `persona.json` says: how to read `persona.bin`, and what it was trained from. */
export interface Description {
  readonly format: typeof FORMAT;
  readonly shape: Shape;
  readonly questionWords: readonly string[];
  readonly answerTokens: readonly string[];
  readonly topics: readonly string[];
  /** For every intent the network tells apart, the number of its topic. */
  readonly intentTopics: readonly number[];
  readonly weights: { readonly sha256: string; readonly size: number };
  readonly training: Readonly<Record<string, string | number>>;
}

export interface Weights {
  readonly description: Description;
  readonly tensors: Readonly<Record<TensorName, Int16Array>>;
}

/**
 * Reads and checks the two model files.
 * @param directory Folder that holds `persona.json` and `persona.bin`.
 * @throws InvalidWeightsError when a file is missing, does not fit the other, or could overflow 32 bits.
 */
export function loadWeights(directory: string): Weights {
  const descriptionFile = join(directory, DESCRIPTION_FILE);
  const weightsFile = join(directory, WEIGHTS_FILE);
  const description = parseDescription(descriptionFile, read(descriptionFile).toString("utf8"));
  const bytes = read(weightsFile);
  const digest = createHash("sha256").update(bytes).digest("hex");
  if (digest !== description.weights.sha256) {
    throw new InvalidWeightsError(
      weightsFile,
      `sha-256 is ${digest}, ${DESCRIPTION_FILE} names ${description.weights.sha256}`,
    );
  }
  const tensors = sliceTensors(weightsFile, bytes, description.shape);
  refuseOverflow(weightsFile, description.shape, tensors);
  return { description, tensors };
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new InvalidWeightsError(file, "it cannot be read", { cause });
  }
}

function parseDescription(file: string, text: string): Description {
  let description: Omit<Description, "format"> & { readonly format: string };
  try {
    // The file is pinned by digest in the manifest; what is checked here is that it is the file this program expects.
    description = JSON.parse(text) as Description;
  } catch (cause) {
    throw new InvalidWeightsError(file, "it is not JSON", { cause });
  }
  if (description.format !== FORMAT) throw new InvalidWeightsError(file, `its format is not ${FORMAT}`);
  const { shape, questionWords, answerTokens, topics, intentTopics } = description;
  const counted =
    shape.words === questionWords.length &&
    shape.vocabulary === answerTokens.length &&
    shape.topics === topics.length &&
    shape.intents === intentTopics.length;
  if (!counted) throw new InvalidWeightsError(file, "its word lists do not have the lengths its shape says");
  return { ...description, format: FORMAT };
}

function sliceTensors(file: string, bytes: Buffer, shape: Shape): Record<TensorName, Int16Array> {
  const specs = tensorSpecs(shape);
  const expected = specs.reduce((sum, spec) => sum + spec.rows * spec.columns * 2, 0);
  if (bytes.length !== expected) {
    throw new InvalidWeightsError(file, `it has ${bytes.length} bytes where its shape needs ${expected}`);
  }
  let offset = 0;
  const entries = specs.map((spec) => {
    const tensor = new Int16Array(spec.rows * spec.columns);
    for (let at = 0; at < tensor.length; at++, offset += 2) tensor[at] = bytes.readInt16LE(offset);
    return [spec.name, tensor] as const;
  });
  // Object.fromEntries widens the keys; `tensorSpecs` lists every TensorName once.
  return Object.fromEntries(entries) as Record<TensorName, Int16Array>;
}

/** No row may reach 2^31 even when every input is as large as it can get. */
function refuseOverflow(file: string, shape: Shape, tensors: Readonly<Record<TensorName, Int16Array>>): void {
  const largestTokenEntry = tensors.tokenRows.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  for (const spec of tensorSpecs(shape)) {
    if (spec.input === "none") continue;
    const inputBound = spec.input === "activation" ? ONE : largestTokenEntry;
    for (let row = 0; row < spec.rows; row++) {
      const values = tensors[spec.name].subarray(row * spec.columns, (row + 1) * spec.columns);
      const bound = values.reduce((sum, value) => sum + Math.abs(value) * inputBound, ONE);
      if (bound >= 2 ** 31) throw new InvalidWeightsError(file, `row ${row} of ${spec.name} could overflow 32 bits`);
    }
  }
}
