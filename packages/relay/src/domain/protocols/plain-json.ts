import { canonicalJson } from "ainft-core";
import { ContainerFailed } from "../errors.ts";
import type { ContainerProtocol } from "../protocol.ts";
import { fields } from "./fields.ts";

/** `plain-json/1`: `POST /infer` with `{input, seed, state}`, answered by exactly `{output, state}`. The only one with state. */
export const plainJson: ContainerProtocol = {
  ready: { path: "/health", statuses: [200] },
  encode: ({ input, state, seed }) => ({ path: "/infer", body: canonicalJson({ input, state, seed }) }),
  decode: (body) => {
    const { output, state, ...rest } = fields(body);
    if (output === undefined || state === undefined || Object.keys(rest).length > 0) {
      throw new ContainerFailed("ANSWER_INVALID", "the answer must be exactly {output, state}");
    }
    return { output, state };
  },
};
