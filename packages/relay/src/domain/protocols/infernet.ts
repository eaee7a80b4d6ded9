import { canonicalJson } from "ainft-core";
import { ContainerFailed } from "../errors.ts";
import type { ContainerProtocol } from "../protocol.ts";
import { fields } from "./fields.ts";

/** How Infernet names who asks and who is answered: somebody off chain. Then the data is JSON, not packed words. */
const OFF_CHAIN = 1;

/**
 * `infernet/1`: containers made for Ritual's Infernet run unchanged. `POST /service_output` is answered by any object but
 * one with a `code`, which is how such containers tell a failure under status 200. `GET /service-resources` came late:
 * who has not got it is up all the same.
 */
export const infernet: ContainerProtocol = {
  ready: { path: "/service-resources", statuses: [200, 404] },
  encode: ({ input }) => ({
    path: "/service_output",
    body: canonicalJson({ source: OFF_CHAIN, destination: OFF_CHAIN, data: input, requires_proof: false }),
  }),
  decode: (body) => {
    const output = fields(body);
    if (output["code"] !== undefined) throw new ContainerFailed("STATUS", "it answered with an error code");
    return { output, state: null };
  },
};
