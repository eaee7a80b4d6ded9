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
  readonly format: string;
  readonly shape: Shape;
  readonly weights: { readonly sha256: string; readonly size: number };
  readonly training: Readonly<Record<string, string | number>>;
  readonly topics: readonly string[];
  /** For every intent the network tells apart, the number of its topic. */
  readonly intentTopics: readonly number[];
  readonly questionWords: readonly string[];
  /** Number 0 is the end mark, written as the empty text. */
  readonly answerTokens: readonly string[];
}

/** The long lists of the file are lines of text, with a space between the items: none of them holds one. */
interface DescriptionFile extends Omit<Description, "intentTopics" | "questionWords" | "answerTokens"> {
  readonly intentTopics: string;
  readonly questionWords: string;
  readonly answerTokens: string;
}

/** @returns The text of `persona.json`. */
export function formatDescription(description: Description): string {
  const file: DescriptionFile = {
    ...description,
    intentTopics: description.intentTopics.join(" "),
    questionWords: description.questionWords.join(" "),
    answerTokens: description.answerTokens.join(" "),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
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

function parseDescription(path: string, text: string): Description {
  let file: DescriptionFile;
  try {
    // The file is pinned by digest in the manifest; what is checked here is that it is the file this program expects.
    file = JSON.parse(text) as DescriptionFile;
  } catch (cause) {
    throw new InvalidWeightsError(path, "it is not JSON", { cause });
  }
  if (file.format !== FORMAT) throw new InvalidWeightsError(path, `its format is not ${FORMAT}`);
  const description: Description = {
    ...file,
    intentTopics: file.intentTopics.split(" ").map(Number),
    questionWords: file.questionWords.split(" "),
    answerTokens: file.answerTokens.split(" "),
  };
  const { shape, questionWords, answerTokens, topics, intentTopics } = description;
  const counted =
    shape.words === questionWords.length &&
    shape.vocabulary === answerTokens.length &&
    shape.topics === topics.length &&
    shape.intents === intentTopics.length;
  if (!counted) throw new InvalidWeightsError(path, "its word lists do not have the lengths its shape says");
  return description;
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
