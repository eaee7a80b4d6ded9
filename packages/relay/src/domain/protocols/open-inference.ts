import { canonicalJson, type JsonObject, type JsonValue } from "ainft-core";
import { ContainerFailed, InputRejected } from "../errors.ts";
import type { ContainerProtocol } from "../protocol.ts";
import { fields, isList, isObject } from "./fields.ts";

const MAX_DIMENSIONS = 16;

/**
 * `open-inference/2`: KServe's Open Inference Protocol, as Triton, OpenVINO and Seldon speak it, with the model's name
 * `ainft`. Asked with JSON tensors and the seed as the id. Signed are the tensors alone, flat, each by name, shape, type
 * and data: servers add versions, ids and parameters of their own. Its binary form is not asked for, and refused.
 */
export const openInference: ContainerProtocol = {
  ready: { path: "/v2/health/ready", statuses: [200] },
  encode: ({ input, seed }) => {
    const { inputs, ...rest } = isObject(input) ? input : {};
    if (!isList(inputs) || Object.keys(rest).length > 0) {
      throw new InputRejected("it must be exactly {inputs} for open-inference/2");
    }
    return { path: "/v2/models/ainft/infer", body: canonicalJson({ id: seed, inputs }) };
  },
  decode: (body) => {
    const { outputs } = fields(body);
    if (!isList(outputs) || outputs.length === 0) throw invalid("the answer has no outputs");
    const tensors = outputs.map(readTensor);
    if (new Set(tensors.map(({ name }) => name)).size < tensors.length) throw invalid("two tensors have one name");
    return { output: { outputs: tensors }, state: null };
  },
};

function readTensor(value: JsonValue): JsonObject {
  const { name, shape, datatype, data } = fields(value);
  if (typeof name !== "string" || typeof datatype !== "string") throw invalid("a tensor has no name or datatype");
  const fits = Object.hasOwn(ELEMENTS, datatype) ? ELEMENTS[datatype] : undefined;
  if (fits === undefined) throw invalid(`a tensor has the unknown datatype ${datatype.slice(0, 32)}`);
  if (!isList(shape) || shape.length > MAX_DIMENSIONS || !shape.every(isSize)) throw invalid("a tensor has no shape");
  if (!isList(data)) throw invalid("a tensor has no data");
  const flat = flatten(data);
  if (flat.length !== shape.reduce((product, size) => product * size, 1)) {
    throw invalid("a tensor has another number of elements than its shape says");
  }
  if (!flat.every(fits)) throw invalid(`a tensor has an element that is no ${datatype}`);
  return { name, shape, datatype, data: flat };
}

/** Servers may send nested lists or one flat list of the same elements: what is signed must not depend on it. */
function flatten(data: readonly JsonValue[]): readonly JsonValue[] {
  return data.some(isList) ? data.flatMap((part) => (isList(part) ? flatten(part) : [part])) : data;
}

const isSize = (value: JsonValue): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

const isNumber = (value: JsonValue): boolean => typeof value === "number";

/** A whole number within the type; of 64 bits only what a JSON number holds exactly. */
function whole(lowest: number, highest: number): (value: JsonValue) => boolean {
  return (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= lowest && value <= highest;
}

const signed = (bits: number): ((value: JsonValue) => boolean) => whole(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1);
const unsigned = (bits: number): ((value: JsonValue) => boolean) => whole(0, 2 ** bits - 1);

const ELEMENTS: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  BOOL: (value) => typeof value === "boolean",
  BYTES: (value) => typeof value === "string",
  FP16: isNumber,
  FP32: isNumber,
  FP64: isNumber,
  INT8: signed(8),
  INT16: signed(16),
  INT32: signed(32),
  INT64: signed(64),
  UINT8: unsigned(8),
  UINT16: unsigned(16),
  UINT32: unsigned(32),
  UINT64: unsigned(64),
};

function invalid(problem: string): ContainerFailed {
  return new ContainerFailed("ANSWER_INVALID", problem);
}
