import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { MetricsPage } from "../../src/adapters/metrics/gauges.ts";
import { RelayMetrics } from "../../src/adapters/metrics/metrics.ts";

const ROOT = join(import.meta.dirname, "../../../..");
const OPS = join(ROOT, "ops");
const RUNBOOKS = join(ROOT, "docs/runbooks");

/** Every name under which the relay serves a figure, those that a histogram adds included. */
async function servedNames(): Promise<Set<string>> {
  const metrics = new RelayMetrics();
  new MetricsPage(metrics, []);
  const served = metrics.registry.getMetricsAsArray().map(({ name, type }) => ({ name, type: String(type) }));
  return new Set(
    served.flatMap(({ name, type }) =>
      type === "histogram" ? ["_bucket", "_count", "_sum"].map((end) => `${name}${end}`) : [name],
    ),
  );
}

function namesIn(text: string): string[] {
  return [...text.matchAll(/ainft_relay_[a-z0-9_]+/g)].map(([name]) => name);
}

async function alertNames(): Promise<string[]> {
  const rules = await readFile(join(OPS, "prometheus/alerts.yml"), "utf8");
  return [...rules.matchAll(/- alert: (\S+)/g)].map(([, name = ""]) => name);
}

describe("ops", () => {
  for (const file of ["grafana/ainft-relay.json", "prometheus/alerts.yml"]) {
    it(`${file} names only figures that the relay serves`, async () => {
      const [served, named] = [await servedNames(), namesIn(await readFile(join(OPS, file), "utf8"))];

      assert.ok(named.length > 10);
      assert.deepEqual(
        named.filter((name) => !served.has(name)),
        [],
      );
    });
  }

  it("has a dashboard that shows every figure of our own", async () => {
    const shown = new Set(namesIn(await readFile(join(OPS, "grafana/ainft-relay.json"), "utf8")));
    const own = [...(await servedNames())].filter((name) => !/_(process|nodejs)_|_sum$/.test(name));

    assert.deepEqual(
      own.filter((name) => !shown.has(name)),
      [],
    );
  });

  it("has a runbook for each alert that says what to do, and none for what there is no alert", async () => {
    const alerts = await alertNames();
    const files = (await readdir(RUNBOOKS)).filter((file) => file !== "README.md");

    assert.ok(alerts.length >= 10);
    assert.deepEqual(files.sort(), alerts.map((name) => `${name}.md`).sort());
    for (const name of alerts) {
      const runbook = await readFile(join(RUNBOOKS, `${name}.md`), "utf8");
      assert.match(runbook, new RegExp(`^# ${name}\n[\\s\\S]*\n## What to do\n\n1\\. \\S`));
    }
    const index = await readFile(join(RUNBOOKS, "README.md"), "utf8");
    for (const name of alerts) assert.ok(index.includes(`[${name}](${name}.md)`));
  });

  it("has alerts that link their own runbook", async () => {
    const rules = await readFile(join(OPS, "prometheus/alerts.yml"), "utf8");
    const linked = [...rules.matchAll(/runbook: docs\/runbooks\/(\S+)\.md/g)].map(([, name = ""]) => name);

    assert.deepEqual(linked, await alertNames());
  });
});
