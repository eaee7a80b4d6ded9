import { z } from "zod";

const url = z.url({ protocol: /^https?$/, error: "must be an http or https address" });
const environmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of an environment variable");
const timeoutMs = z.int().min(100).max(86_400_000).default(60_000);
const publish = z.boolean().default(false);

const ipfs = z.strictObject({ type: z.literal("ipfs"), url, tokenEnv: environmentName.optional(), publish, timeoutMs });

const s3 = z.strictObject({
  type: z.literal("s3"),
  url,
  region: z.string().regex(/^[a-z0-9-]{1,64}$/),
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must be the name of a bucket"),
  prefix: z
    .string()
    .regex(/^(?:[A-Za-z0-9_-]+\/)*$/, "must be empty, or folders that end in a slash")
    .default(""),
  keyIdEnv: environmentName,
  secretEnv: environmentName,
  publish,
  timeoutMs,
});

/** Where content is: a folder, and stores that are asked in order for what the folder lacks. */
export const content = z.strictObject({
  dir: z.string().min(1).max(4_096),
  sources: z
    .array(z.discriminatedUnion("type", [ipfs, s3]))
    .max(16)
    .default([]),
});
export type ContentSourceConfig = z.output<typeof content>["sources"][number];
