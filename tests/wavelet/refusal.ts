import assert from "node:assert/strict";
import { InvalidArgumentError } from "../../random/mod.ts";

/** Asserts that a call is refused because of the argument called `field`, with a message that matches. */
export function rejects(field: string, call: () => unknown, message: RegExp = /./): void {
  assert.throws(call, (error: unknown) => {
    assert.ok(error instanceof InvalidArgumentError, `not a refusal: ${error}`);
    assert.equal(error.field, field, error.message);
    assert.ok(error.constraint.length > 0);
    assert.match(error.message, message);
    return true;
  });
}
