import assert from "node:assert/strict";

type FailureClass<Failure extends Error> = abstract new (...args: never[]) => Failure;

/** Asserts that an action throws exactly this class, with these fields; returns the error for a closer look. */
export function assertFails<Failure extends Error>(
  action: () => unknown,
  expected: FailureClass<Failure>,
  fields: Partial<Failure> = {},
): Failure {
  try {
    action();
  } catch (error) {
    return assertFailure(error, expected, fields);
  }
  return assert.fail(`expected ${expected.name}, nothing was thrown`);
}

/** Asserts that an error is exactly of this class, with these fields. */
export function assertFailure<Failure extends Error>(
  error: unknown,
  expected: FailureClass<Failure>,
  fields: Partial<Failure> = {},
): Failure {
  assert.ok(error instanceof expected, `expected ${expected.name}, got ${String(error)}`);
  assert.equal(error.constructor, expected);
  assert.equal(error.name, expected.name);
  for (const [name, value] of Object.entries(fields)) {
    assert.deepEqual((error as unknown as Record<string, unknown>)[name], value, `field ${name}`);
  }
  return error;
}
