import { type Address, asAddress } from "ainft-core";
import { z } from "zod";
import { batching } from "./batching.ts";
import { activity } from "./activity.ts";
import { content } from "./content.ts";
import { httpRunner } from "./endpoints.ts";

/** Chains that vanish with their node: the only ones on which test keys and unconfined programs are allowed. */
export const LOCAL_CHAIN_IDS: readonly bigint[] = [31_337n, 1_337n];

const text = z.string().min(1).max(4_096);
const environmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of an environment variable");
const httpUrl = z.url({ protocol: /^https?$/, error: "must be an http or https address" });
const integer = (minimum: number, maximum: number) => z.int().min(minimum).max(maximum);
const milliseconds = (minimum: number) => integer(minimum, 86_400_000);

const address = z.string().transform((value, context): Address => {
  try {
    return asAddress(value);
  } catch {
    context.addIssue({ code: "custom", message: "must be an address with its checksum, or all in lower case" });
    return z.NEVER;
  }
});

const signer = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("keystore"), path: text, passwordEnv: environmentName }),
  z.strictObject({ type: z.literal("env"), name: environmentName }),
  z.strictObject({
    type: z.literal("remote"),
    url: httpUrl,
    address,
    method: z
      .enum(["eth_signTypedData_v4", "eth_signTypedData", "account_signTypedData"])
      .default("eth_signTypedData_v4"),
    tokenEnv: environmentName.optional(),
    timeoutMs: milliseconds(100).default(10_000),
  }),
]);

const chain = z.strictObject({
  id: integer(1, Number.MAX_SAFE_INTEGER).transform(BigInt),
  rpcUrl: httpUrl,
  oracle: address,
  confirmations: integer(1, 1_000),
  pollMs: milliseconds(20).default(2_000),
  startBlock: integer(0, Number.MAX_SAFE_INTEGER).default(0).transform(BigInt),
  timeoutMs: milliseconds(100).default(10_000),
});

const transmitter = z
  .strictObject({
    enabled: z.boolean().default(false),
    signer: signer.optional(),
    stageDelayMs: milliseconds(0).default(15_000),
    maxFeeGwei: z.number().positive().max(1_000_000).default(100),
    maxPriorityFeeGwei: z.number().min(0).max(1_000_000).default(2),
    bumpAfterMs: milliseconds(100).default(45_000),
    maxInFlight: integer(1, 1_000).default(16),
    settleOrders: z.boolean().default(true),
  })
  .refine(({ enabled, signer: key }) => !enabled || key !== undefined, {
    path: ["signer"],
    error: "must be given when the transmitter is enabled",
  });

const registry = z
  .string()
  .max(259)
  .regex(/^[a-z0-9.-]+(?::[0-9]{1,5})?$/, "must be a host, with its port as images name it");

const engineRunner = z.strictObject({
  type: z.literal("engine"),
  socket: text.optional(),
  imageMirrors: z.record(text, text).default({}),
  registries: z.array(registry).max(256).default([]),
  pullTimeoutMs: milliseconds(1_000).default(600_000),
  warm: integer(0, 256).default(0),
});

const processRunner = z.strictObject({
  type: z.literal("process"),
  commands: z.record(text, z.array(text).min(1)),
});

const limits = z.strictObject({
  concurrentRuns: integer(1, 256).default(2),
  startupSeconds: integer(1, 3_600).default(60),
  memoryMb: integer(16, 1_048_576).default(4_096),
  cpus: z.number().positive().max(256).default(2),
  pids: integer(1, 32_768).default(512),
  timeoutSeconds: integer(1, 3_600).default(300),
  modelMb: integer(1, 1_073_741_824).default(16_384),
  leaseSeconds: integer(2, 3_600).default(30),
});

const database = z.strictObject({
  urlEnv: environmentName.default("DATABASE_URL"),
  poolSize: integer(2, 200).default(10),
});

/** The configuration file. The schema is the type; README.md's table is tested against it. */
export const configSchema = z.strictObject({
  chain,
  role: z.enum(["all", "lead", "executor"]).default("all"),
  dataDir: text,
  database: database.optional(),
  http: z.strictObject({ host: text.default("127.0.0.1"), port: integer(1, 65_535) }),
  peers: z.array(httpUrl).max(64).default([]),
  signer,
  transmitter: transmitter.prefault({}),
  batching: batching.prefault({}),
  runner: z.discriminatedUnion("type", [engineRunner, httpRunner, processRunner]),
  metrics: z.strictObject({ host: text.default("127.0.0.1"), port: integer(1, 65_535).optional() }).prefault({}),
  content,
  activity: activity.prefault({}),
  limits: limits.prefault({}),
  logLevel: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
});

/** A configuration with every default filled in. Paths are as written until `loadConfig` has resolved them. */
export type RelayConfig = z.output<typeof configSchema>;
export type SignerConfig = RelayConfig["signer"];
export type LocalSignerConfig = Exclude<SignerConfig, { type: "remote" }>;
export type RunnerConfig = RelayConfig["runner"];
export type HttpRunnerConfig = Extract<RunnerConfig, { type: "http" }>;
