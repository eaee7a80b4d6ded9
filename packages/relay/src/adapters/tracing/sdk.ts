import { randomBytes } from "node:crypto";
import { trace, type Tracer } from "@opentelemetry/api";
import type * as Exporter from "@opentelemetry/exporter-trace-otlp-http";
import type * as Resources from "@opentelemetry/resources";
import type * as Sdk from "@opentelemetry/sdk-trace";
import { StartRefused } from "../../config/errors.ts";
import type { Logger } from "../../ports/system.ts";

const NAME = "ainft-relay";
const ENDPOINTS = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"] as const;
const PROTOCOLS = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"] as const;
const PROTOCOL = "http/json";
/** What a receiver that is down may hold up the end of the relay for. */
const EXPORT_TIMEOUT_MS = 5_000;

/** Traces are asked for, and what exports them is not installed. */
export class TracingNotInstalled extends StartRefused {
  override readonly code = "TRACING_NOT_INSTALLED";

  constructor(setting: string, options?: ErrorOptions) {
    super(
      `${setting} is set, but what exports traces is not installed. Install the optional peer dependencies of ainft-relay ` +
        `(@opentelemetry/sdk-trace, @opentelemetry/resources, @opentelemetry/exporter-trace-otlp-http), or unset it.`,
      options,
    );
  }
}

/** A variable of OpenTelemetry asks for what the relay does not do. */
export class TracingSettingRefused extends StartRefused {
  override readonly code = "TRACING_SETTING_REFUSED";
  readonly setting: string;

  constructor(setting: string, problem: string) {
    super(`${setting} is refused: ${problem}.`);
    this.setting = setting;
  }
}

/** Where spans are made, and how they get into a trace of a given id. */
export interface Tracing {
  readonly tracer: Tracer;
  /** Spans without a parent that are started meanwhile are in this trace. */
  within<T>(traceId: () => string, start: () => T): T;
  /** Sends what is left; gives up after five seconds. Never throws. */
  close(): Promise<void>;
}

/** What is loaded only when traces are asked for. */
export interface TracingPackages {
  readonly sdk: typeof Sdk;
  readonly resources: typeof Resources;
  readonly exporter: typeof Exporter;
}

/**
 * Tracing as OpenTelemetry's own environment variables ask for it. Without an endpoint nothing is loaded, and spans go to
 * whatever provider the process was started with, usually none.
 * Throws {@link TracingNotInstalled} or {@link TracingSettingRefused}.
 */
export async function openTracing(
  env: NodeJS.ProcessEnv,
  instance: string,
  log: Logger,
  load: () => Promise<TracingPackages> = loadPackages,
): Promise<Tracing> {
  const setting = ENDPOINTS.find((name) => (env[name] ?? "") !== "");
  if (setting === undefined || env["OTEL_SDK_DISABLED"]?.toLowerCase() === "true") return noTracing();
  checkProtocol(env);
  const ratio = ratioOf(env);
  const packages = await load().catch((cause: unknown) => {
    throw isMissing(cause) ? new TracingNotInstalled(setting, { cause }) : cause;
  });
  const ids = new TraceIds();
  const provider = providerOf(packages, { ratio, ids, instance, log });
  log.info("Traces are exported", { ratio });
  return {
    tracer: provider.getTracer(NAME),
    within: (traceId, start) => ids.within(traceId(), start),
    close: async () => provider.shutdown().catch(() => undefined), // its exporter has said so
  };
}

function noTracing(): Tracing {
  return { tracer: trace.getTracer(NAME), within: (_traceId, start) => start(), close: async () => Promise.resolve() };
}

async function loadPackages(): Promise<TracingPackages> {
  const [sdk, resources, exporter] = await Promise.all([
    import("@opentelemetry/sdk-trace"),
    import("@opentelemetry/resources"),
    import("@opentelemetry/exporter-trace-otlp-http"),
  ]);
  return { sdk, resources, exporter };
}

interface ProviderParts {
  readonly ratio: number;
  readonly ids: TraceIds;
  readonly instance: string;
  readonly log: Logger;
}

function providerOf({ sdk, resources, exporter }: TracingPackages, parts: ProviderParts): Sdk.TracerProvider {
  const { detectResources, resourceFromAttributes, resourceAttributesEnvDetector, serviceNameEnvDetector } = resources;
  const own = resourceFromAttributes({ "service.name": NAME, "service.instance.id": parts.instance });
  const said = detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] });
  const root = new sdk.TraceIdRatioBasedSampler(parts.ratio);
  const processor = new sdk.BatchSpanProcessor({
    // Address, headers, certificates, compression and time-out are read from the environment there.
    exporter: watched(new exporter.OTLPTraceExporter(), parts.log),
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
  });
  return new sdk.TracerProvider({
    resource: own.merge(said),
    sampler: new sdk.ParentBasedSampler({ root }),
    idGenerator: parts.ids,
    spanProcessors: [processor],
  });
}

/** Says once that exporting fails, and once that it works again. What a receiver answers is not logged. */
function watched(exporter: Sdk.SpanExporter, log: Logger): Sdk.SpanExporter {
  let fails = false;
  const note = (code: number, error: Error | undefined): void => {
    const failed = code !== 0;
    if (failed === fails) return;
    fails = failed;
    if (failed) log.warn("Traces cannot be exported, and are lost meanwhile", { reason: error?.name });
    else log.info("Traces are exported again");
  };
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        note(result.code, result.error);
        done(result);
      }),
    shutdown: async () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

/** Random ids, but where the trace is known. */
class TraceIds {
  #traceId: string | undefined;

  within<T>(traceId: string, start: () => T): T {
    this.#traceId = traceId;
    try {
      return start();
    } finally {
      this.#traceId = undefined;
    }
  }

  generateTraceId(): string {
    return this.#traceId ?? randomBytes(16).toString("hex");
  }

  generateSpanId(): string {
    return randomBytes(8).toString("hex");
  }
}

function checkProtocol(env: NodeJS.ProcessEnv): void {
  const setting = PROTOCOLS.find((name) => (env[name] ?? "") !== "");
  if (setting === undefined || env[setting] === PROTOCOL) return;
  throw new TracingSettingRefused(setting, `traces are exported as ${PROTOCOL} only`);
}

/** The part of all traces that is kept, from 0 to 1. Which ones follows from their ids: everybody keeps the same. */
function ratioOf(env: NodeJS.ProcessEnv): number {
  const name = (env["OTEL_TRACES_SAMPLER"] ?? "").replace(/^parentbased_/, "");
  switch (name) {
    case "":
    case "always_on":
      return 1;
    case "always_off":
      return 0;
    case "traceidratio": {
      const ratio = Number(env["OTEL_TRACES_SAMPLER_ARG"] ?? "1");
      if (ratio >= 0 && ratio <= 1) return ratio;
      throw new TracingSettingRefused("OTEL_TRACES_SAMPLER_ARG", "it must be a number from 0 to 1");
    }
    default:
      throw new TracingSettingRefused("OTEL_TRACES_SAMPLER", "only always_on, always_off and traceidratio are known");
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
}
