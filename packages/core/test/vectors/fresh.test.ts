import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { vectorFiles, vectorFolder } from "../../scripts/generate-vectors.ts";

describe("the committed vectors", () => {
  it("are what the generator writes, file for file and byte for byte", async () => {
    const files = await vectorFiles();
    assert.deepEqual(readdirSync(vectorFolder).sort(), [...files.keys()].sort());
    for (const [name, text] of files) {
      assert.equal(readFileSync(new URL(name, vectorFolder), "utf8"), text, `${name} is stale; run the generator`);
    }
  });

  it("are the same at every run", async () => {
    assert.deepEqual(await vectorFiles(), await vectorFiles());
  });
});
