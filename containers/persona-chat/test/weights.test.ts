import assert from "node:assert/strict";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { InvalidWeightsError } from "../src/errors.ts";
import { DESCRIPTION_FILE, loadWeights, WEIGHTS_FILE } from "../src/weights.ts";
import { changedWeights, temporaryFolder, WEIGHTS } from "./helpers/persona.ts";

describe("loadWeights", () => {
  let directory: string;

  beforeEach(() => {
    directory = temporaryFolder();
    for (const file of [DESCRIPTION_FILE, WEIGHTS_FILE]) copyFileSync(join(WEIGHTS, file), join(directory, file));
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  const refuses = (file: string, reason: RegExp) => {
    const path = join(directory, file);
    assert.throws(
      () => loadWeights(directory),
      (error) => error instanceof InvalidWeightsError && error.file === path && reason.test(error.message),
    );
  };

  const editDescription = (edit: (description: Record<string, unknown>) => void) => {
    const path = join(directory, DESCRIPTION_FILE);
    const description = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
    edit(description);
    writeFileSync(path, JSON.stringify(description));
  };

  it("stays below a size that is easy to mount", () => {
    assert.ok(readFileSync(join(directory, WEIGHTS_FILE)).length <= 1.5 * 1024 * 1024);
  });

  it("refuses a folder without a description", () => {
    rmSync(join(directory, DESCRIPTION_FILE));
    refuses(DESCRIPTION_FILE, /cannot be read/);
  });

  it("refuses a folder without weights", () => {
    rmSync(join(directory, WEIGHTS_FILE));
    refuses(WEIGHTS_FILE, /cannot be read/);
  });

  it("refuses a description that is not JSON", () => {
    writeFileSync(join(directory, DESCRIPTION_FILE), "{");
    refuses(DESCRIPTION_FILE, /not JSON/);
  });

  it("refuses a description of another format", () => {
    editDescription((description) => (description["format"] = "persona-weights/2"));
    refuses(DESCRIPTION_FILE, /format is not persona-weights\/1/);
  });

  it("refuses a word list that is shorter than its shape says", () => {
    editDescription((description) => (description["answerTokens"] = " I am"));
    refuses(DESCRIPTION_FILE, /word lists/);
  });

  it("refuses weights of which one bit changed", () => {
    const bytes = readFileSync(join(directory, WEIGHTS_FILE));
    bytes.writeUInt8(bytes.readUInt8(1000) ^ 1, 1000);
    writeFileSync(join(directory, WEIGHTS_FILE), bytes);
    refuses(WEIGHTS_FILE, /sha-256 is [0-9a-f]{64}/);
  });

  it("refuses weights that could overflow 32 bits", () => {
    const extreme = changedWeights((bytes) => {
      for (let at = 0; at < bytes.length; at += 2) bytes.writeInt16LE(32767, at);
    });
    assert.throws(() => loadWeights(extreme), { name: "InvalidWeightsError", message: /could overflow 32 bits/ });
    rmSync(extreme, { recursive: true });
  });
});
