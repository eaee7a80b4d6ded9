import { z } from "zod";

/** The contract takes up to 256 results at once. */
const SIZES = [2, 4, 8, 16, 32, 64, 128, 256];

/** How results whose bytes stay off chain are signed and brought to the chain together. */
export const batching = z.strictObject({
  mode: z.enum(["off", "fulfil", "root"]).default("fulfil"),
  size: z
    .int()
    .refine((size) => SIZES.includes(size), { error: "must be a power of two from 2 to 256" })
    .default(256),
  windowSeconds: z.int().min(0).max(300).default(0),
  patienceMs: z.int().min(0).max(86_400_000).default(5_000),
});
