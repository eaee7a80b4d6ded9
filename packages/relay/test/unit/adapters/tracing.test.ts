import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { RequestTracer, traceIdOf } from "../../../src/adapters/tracing/request-tracer.ts";
import {
  openTracing,
  type Tracing,
  TracingNotInstalled,
  type TracingPackages,
  TracingSettingRefused,
} from "../../../src/adapters/tracing/sdk.ts";
import { TracedRunner } from "../../../src/adapters/tracing/traced-runner.ts";
import { ContainerTimedOut } from "../../../src/domain/errors.ts";
import type { Logger, Runner } from "../../../src/ports/system.ts";
import { until } from "../../helpers/time.ts";
import { OtlpReceiver } from "../../helpers/otlp.ts";
import { programOf } from "../support/program.ts";
import { question } from "../../runner/behaves-like-a-runner.ts";

const DOMAIN = { chainId: 31_337n, oracle: "0x00000000000000000000000000000000000000aA" } as const;
const NEVER = async (): Promise<TracingPackages> => Promise.reject(new Error("nothing may be loaded"));

describe("tracing", () => {
  let receiver: OtlpReceiver;
  let sentences: string[];
  let log: Logger;
  let now: number;
  const saved = { ...process.env };

  beforeEach(async () => {
    receiver = await OtlpReceiver.start();
    sentences = [];
    const keep = (sentence: string): number => sentences.push(sentence);
    log = { debug: keep, info: keep, warn: keep, error: keep };
    now = 1_700_000_000_000;
  });

  afterEach(async () => {
    for (const name of Object.keys(process.env)) {
      if (name.startsWith("OTEL_")) Reflect.deleteProperty(process.env, name);
    }
    Object.assign(process.env, saved);
    await receiver.close();
  });

  /** The exporter reads its own settings from the environment of the process. */
  async function open(settings: Record<string, string> = {}): Promise<Tracing> {
    Object.assign(process.env, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...settings });
    return openTracing(process.env, "127.0.0.1:8080", log);
  }

  function tracerOf(tracing: Tracing): RequestTracer {
    return new RequestTracer(tracing, DOMAIN, () => now);
  }

  it("tells each edge of a request's life, and how long it took, in the one trace of the request", async () => {
    const tracing = await open();
    const tracer = tracerOf(tracing);
    tracer.persisted({ state: "SEEN", requestId: 7n });
    now += 250;
    tracer.persisted({ state: "CONFIRMED", requestId: 7n });
    now += 10;
    tracer.persisted({ state: "EXECUTED", requestId: 7n });
    now += 40;
    tracer.persisted({ state: "SIGNED", kind: "result", requestId: 7n });
    tracer.persisted({ state: "SEEN", requestId: 8n });
    await tracing.close();

    const seven = receiver.spans.filter(({ traceId }) => traceId === traceIdOf(DOMAIN, 7n));
    assert.deepEqual(
      seven.map(({ name, ms, parentSpanId }) => ({ name, ms, parentSpanId })),
      [
        { name: "ingest", ms: 0, parentSpanId: undefined },
        { name: "confirm request", ms: 250, parentSpanId: undefined },
        { name: "attest", ms: 40, parentSpanId: undefined },
      ],
    );
    assert.deepEqual(seven[2]?.attributes, {
      "ainft.chain.id": "31337",
      "ainft.oracle": DOMAIN.oracle,
      "ainft.request.id": "7",
      "ainft.report.kind": "result",
      "ainft.state": "SIGNED",
      "ainft.state.before": "EXECUTED",
    });
    assert.equal(receiver.spans.length, 4);
  });

  it("makes a run part of the step that asks for it, and tells of a failure by its code alone", async () => {
    const tracing = await open();
    const tracer = tracerOf(tracing);
    const failure = new ContainerTimedOut("answer", 5);
    const fails = { run: async () => Promise.reject(failure) } as unknown as Runner;
    const runner = new TracedRunner(fails, tracer);
    const ask = async (): Promise<unknown> =>
      runner.run(programOf(), question("secret-mode"), "/model", new AbortController().signal);
    await assert.rejects(
      tracer.step("execute", 7n, async () => ask()),
      failure,
    );
    await assert.rejects(ask(), failure);
    await tracing.close();

    const [run, execute, alone] = receiver.spans;
    assert.deepEqual([run?.name, execute?.name, alone?.name], ["run", "execute", "run"]);
    assert.equal(execute?.traceId, traceIdOf(DOMAIN, 7n));
    assert.deepEqual([run?.traceId, run?.parentSpanId], [execute.traceId, execute.spanId]);
    assert.notEqual(alone?.traceId, execute.traceId);
    assert.deepEqual([run?.status, run?.attributes["error.type"]], [2, "CONTAINER_TIMED_OUT"]);
    for (const secret of ["secret-mode", "did not", "00".repeat(32)]) assert.ok(!receiver.bodies.includes(secret));
  });

  it("names the service as the environment does, and sends the headers that it names", async () => {
    const tracing = await open({
      OTEL_SERVICE_NAME: "relay-of-a",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test",
      OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20abc",
    });
    tracerOf(tracing).persisted({ state: "SEEN", requestId: 1n });
    await tracing.close();

    assert.equal(receiver.resources[0]?.["service.name"], "relay-of-a");
    assert.equal(receiver.resources[0]["service.instance.id"], "127.0.0.1:8080");
    assert.equal(receiver.resources[0]["deployment.environment.name"], "test");
    assert.equal(receiver.headers["authorization"], "Bearer abc");
  });

  it("keeps the same part of all traces everywhere when it is told a ratio", async () => {
    const tracing = await open({ OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.5" });
    const again = await open();
    for (const opened of [tracing, again]) {
      for (let id = 1n; id <= 40n; id += 1n) tracerOf(opened).persisted({ state: "SEEN", requestId: id });
      await opened.close();
    }
    const kept = receiver.spans.map(({ attributes }) => attributes["ainft.request.id"]);

    assert.ok(kept.length > 0 && kept.length < 80);
    assert.deepEqual(kept.slice(0, kept.length / 2), kept.slice(kept.length / 2));
  });

  it("loads nothing without an endpoint, or when it is disabled, and works all the same", async () => {
    for (const env of [{}, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_SDK_DISABLED: "true" }]) {
      const tracing = await openTracing(env, "x", log, NEVER);
      const tracer = tracerOf(tracing);
      tracer.persisted({ state: "SEEN", requestId: 1n });

      assert.equal(await tracer.step("execute", 1n, async () => Promise.resolve(5)), 5);
      await tracing.close();
    }
    assert.deepEqual([receiver.spans, sentences], [[], []]);
  });

  it("refuses to start when an endpoint is set and what exports is not installed", async () => {
    const missing = Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
    const env = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: receiver.url };

    await assert.rejects(
      openTracing(env, "x", log, async () => Promise.reject(missing)),
      (error) => {
        assert.ok(error instanceof TracingNotInstalled && error.cause === missing);
        assert.match(error.message, /^OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is set, but .*@opentelemetry\/sdk-trace/);
        return true;
      },
    );
  });

  for (const [setting, value] of [
    ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"],
    ["OTEL_TRACES_SAMPLER", "jaeger_remote"],
  ] as const) {
    it(`refuses ${setting} ${value} by its name`, async () => {
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, [setting]: value };

      await assert.rejects(openTracing(env, "x", log, NEVER), (error) => {
        return error instanceof TracingSettingRefused && error.setting === setting;
      });
    });
  }

  it("refuses a ratio above 1", async () => {
    const sampler = { OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "2" };
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...sampler };

    await assert.rejects(openTracing(env, "x", log, NEVER), (error) => {
      return error instanceof TracingSettingRefused && error.setting === "OTEL_TRACES_SAMPLER_ARG";
    });
  });

  it("says once that a receiver does not take traces, not with what it answers, and once that it does again", async () => {
    const tracing = await open();
    const tracer = tracerOf(tracing);
    const send = async (status: number, sentence: string): Promise<void> => {
      receiver.status = status;
      // As many as one export holds, which begins at once.
      for (let id = 1n; id <= 512n; id += 1n) tracer.persisted({ state: "SEEN", requestId: id });
      await until(sentence, 10_000, () => sentences.includes(sentence));
    };
    await send(400, "Traces cannot be exported, and are lost meanwhile");
    await send(200, "Traces are exported again");
    await tracing.close();

    assert.deepEqual(sentences, [
      "Traces are exported",
      "Traces cannot be exported, and are lost meanwhile",
      "Traces are exported again",
    ]);
    assert.equal(receiver.spans.length, 512);
  });
});
