import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import { crashAt } from "../../../src/cli/crash-point.ts";

describe("a crash point", () => {
  it("kills by SIGKILL at its state and kind, and at no other", () => {
    const kill = mock.method(process, "kill", () => true);
    const hook = crashAt("SIGNED:update");
    hook({ state: "SIGNED", kind: "result", requestId: 1n });
    hook({ state: "QUORUM", kind: "update", requestId: 1n });
    hook({ state: "SIGNED", requestId: 1n });
    assert.equal(kill.mock.callCount(), 0);

    hook({ state: "SIGNED", kind: "update", requestId: 1n });
    kill.mock.restore();

    assert.deepEqual(
      kill.mock.calls.map((call) => call.arguments),
      [[process.pid, "SIGKILL"]],
    );
  });
});
