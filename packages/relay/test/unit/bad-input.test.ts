import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";

const PACKAGES = join(import.meta.dirname, "../../..");

describe("bad-input.md", () => {
  it("names for each bad input a test that exists", async () => {
    const table = await readFile(join(PACKAGES, "relay/test/bad-input.md"), "utf8");
    const rows = [...table.matchAll(/^\| (.+?)\s*\| ([a-z0-9/.-]+\.test\.ts)\s*\| (.+?)\s*\|$/gm)];
    const missing: string[] = [];
    for (const [, input = "", file = "", title = ""] of rows) {
      const source = await readFile(join(PACKAGES, file), "utf8").catch(() => "");
      if (!source.includes(title)) missing.push(`${input}: ${file}: ${title}`);
    }

    assert.ok(rows.length >= 50, `only ${rows.length} rows were read`);
    assert.deepEqual(missing, []);
  });
});
