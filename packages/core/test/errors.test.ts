import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as core from "../src/index.ts";

class BusyNode extends core.RetryableError {
  override readonly code = "BUSY_NODE";
}

describe("errors", () => {
  it("carry their class as name, their code and their cause", () => {
    const cause = new Error("socket closed");
    const error = new BusyNode("The node is busy.", { cause });
    assert.equal(error.name, "BusyNode");
    assert.equal(error.code, "BUSY_NODE");
    assert.equal(error.cause, cause);
    assert.ok(error instanceof core.AinftError && !(error instanceof core.PermanentError));
  });

  it("are permanent throughout the core: it does nothing that could pass on a second try", () => {
    const roots: unknown[] = [core.AinftError, core.PermanentError, core.RetryableError];
    const isError = (value: unknown): value is { prototype: unknown; name: string } =>
      typeof value === "function" && value.prototype instanceof core.AinftError && !roots.includes(value);
    const failures = Object.values(core as Record<string, unknown>).filter(isError);
    assert.ok(failures.length > 30);
    for (const failure of failures) assert.ok(failure.prototype instanceof core.PermanentError, failure.name);
  });
});
