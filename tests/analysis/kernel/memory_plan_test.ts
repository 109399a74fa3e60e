import assert from "node:assert/strict";
import { CoherenceKernel } from "../../../analysis/kernel/coherence_kernel.ts";
import { planKernel } from "../../../analysis/kernel/kernel_plan.ts";
import { layOut } from "../../../analysis/kernel/kernel_program.ts";
import { waveletCoherence, wctSignificance } from "../../../analysis/mod.ts";
import { InvalidArgumentError } from "../../../random/mod.ts";
import { kernelSpec } from "./jobs.ts";

Deno.test("the memory that a plan takes is known before there is any, to the page", () => {
  for (const job of [{ n: 32 }, { n: 3151, J: 97 }, { n: 300, wavelet: "paul" }, { n: 300, wavelet: "dog" }] as const) {
    const spec = kernelSpec(job), { bytes } = layOut(planKernel(spec)).memory;
    assert.equal(new CoherenceKernel(spec).info.bytes, 65536 * Math.ceil(bytes / 65536));
  }
});

/** Refused at once, not by a job that fails later, with all that the reader needs. */
function refused(make: () => unknown, value: number): void {
  assert.throws(make, (error) => {
    assert.ok(error instanceof InvalidArgumentError);
    assert.deepEqual([error.field, error.value], ["n", value]);
    assert.match(error.constraint, /fit into 4 GiB; they take [\d.]+ or more$/);
    assert.match(error.message, /larger s0/);
    return true;
  });
}

Deno.test("records that are too long for the kernel are refused when the job is made", () => {
  refused(() => wctSignificance(0.7, 0.5, { dt: 1, n: 13e6, mcCount: 10 }), 13e6);
  // Of these not even the cone could be held.
  refused(() => wctSignificance(0.7, 0.5, { dt: 1, n: 1e12, mcCount: 10 }), 1e12);
  const y = new Int8Array(13e6);
  refused(() => waveletCoherence(y, y, { dt: 1, significance: { mcCount: 10, ar1: [0.7, 0.5] } }), 13e6);
});

Deno.test("what such a refusal advises helps: a larger s0, or ten million samples", () => {
  for (const job of [{ n: 13e6, s0: 4 }, { n: 10e6 }]) {
    assert.ok(layOut(planKernel(kernelSpec(job))).memory.bytes <= 2 ** 32);
  }
});
