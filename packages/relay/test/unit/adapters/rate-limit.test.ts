import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RateLimit } from "../../../src/adapters/http/rate-limit.ts";
import { FakeClock } from "../support/fakes.ts";

describe("the rate limit", () => {
  it("lets a burst through, then so many a minute, and says when to come back", () => {
    const clock = new FakeClock();
    const limit = new RateLimit(clock, 60, 3);
    assert.deepEqual([limit.take("a"), limit.take("a"), limit.take("a"), limit.take("a")], [0, 0, 0, 1]);
    assert.equal(limit.take("b", 3), 0);
    assert.equal(limit.take("b", 2), 2);
    clock.time += 1_000;

    assert.deepEqual([limit.take("a"), limit.take("a")], [0, 1]);
  });

  it("never saves up more than a burst", () => {
    const clock = new FakeClock();
    const limit = new RateLimit(clock, 60, 2);
    limit.take("a");
    clock.time += 3_600_000;

    assert.deepEqual([limit.take("a", 2), limit.take("a")], [0, 1]);
  });

  it("lets nothing through at once that is more than a burst", () => {
    assert.ok(new RateLimit(new FakeClock(), 60, 2).take("a", 3) >= 1);
  });

  it("forgets whoever was quiet longest when too many come", () => {
    const limit = new RateLimit(new FakeClock(), 60, 1);
    limit.take("first");
    for (let stranger = 0; stranger < 10_000; stranger += 1) limit.take(String(stranger));

    assert.equal(limit.take("9999"), 1);
    assert.equal(limit.take("first"), 0);
  });
});
