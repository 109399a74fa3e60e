import assert from "node:assert/strict";
import { CoherenceKernel } from "../../../analysis/kernel/coherence_kernel.ts";
import type { KernelSpec } from "../../../analysis/kernel/kernel_plan.ts";
import { InvalidArgumentError, simulationKey } from "../../../random/mod.ts";
import { boxcar, jobA, kernelSpec } from "./jobs.ts";
import { oracleCoherence, surrogatePair } from "./oracle.ts";

/** The largest difference of the counted coherence from the oracle's, over some surrogates. */
function largestDifference(spec: KernelSpec, surrogates: number): number {
  const kernel = new CoherenceKernel(spec);
  let worst = 0;
  for (let i = 0; i < surrogates; i++) {
    const key = simulationKey(42, i), want = oracleCoherence(kernel.plan, key);
    kernel.coherence(key).forEach((row, j) => {
      const { first, step } = kernel.plan.windows[j];
      row.forEach((value, k) => {
        const difference = Math.abs(value - want[j][(first + k) * step]);
        assert.ok(Number.isFinite(difference));
        worst = Math.max(worst, difference);
      });
    });
  }
  return worst;
}

function keysOf(count: number, seed = 42): Uint32Array {
  const keys = new Uint32Array(2 * count);
  for (let i = 0; i < count; i++) keys.set(simulationKey(seed, i), 2 * i);
  return keys;
}

/** The 95 % level of each tested scale. */
function levels(spec: KernelSpec, keys: Uint32Array): number[] {
  const kernel = new CoherenceKernel(spec);
  kernel.simulate(keys);
  return kernel.plan.windows.map((_, j) => {
    const row = kernel.histogram.subarray(1024 * j, 1024 * (j + 1)), limit = 0.95 * row.reduce((a, b) => a + b, 0);
    let below = 0, bin = 0;
    while (below + row[bin] < limit) below += row[bin++];
    return (bin + (limit - below) / row[bin]) / 1024;
  });
}

Deno.test("the noise is the float64 noise in single precision", () => {
  for (const g of [[0, 0], [0.99, -0.8], [0.5, 0.999]] as [number, number][]) {
    const spec = kernelSpec({ n: 1000, g }), kernel = new CoherenceKernel(spec);
    for (let i = 0; i < 20; i++) {
      const key = simulationKey(1, i), want = surrogatePair(key, 1000, g);
      kernel.noise(key).forEach((series, k) => {
        const scale = 1 / Math.sqrt(1 - g[k] ** 2);
        series.forEach((value, t) => assert.ok(Math.abs(value - want[k][t]) < 1e-5 * scale, `${g} ${t}`));
      });
    }
  }
});

const CASES: Record<string, [spec: KernelSpec, surrogates: number]> = {
  "a record of 512 samples": [kernelSpec({ n: 512 }), 2],
  "pycwt's surrogate for 512 samples": [jobA(), 1],
  "a record of 32 samples": [kernelSpec({ n: 32 }), 10],
  "a record of 33 samples, s0 far below 2 dt": [kernelSpec({ n: 33, s0: 0.25 }), 5],
  "half-octave steps, s0 below 2 dt": [kernelSpec({ n: 100, dj: 1 / 2, s0: 0.7 }), 10],
  "dj = 1/64": [kernelSpec({ n: 90, dj: 1 / 64 }), 2],
  "s0 far above 2 dt": [kernelSpec({ n: 400, s0: 20 }), 3],
  "time in years, dt = 1/12": [kernelSpec({ n: 300, dt: 1 / 12 }), 2],
  "a scale axis that ends inside the record": [kernelSpec({ n: 512, J: 20 }), 5],
  "one scale": [kernelSpec({ n: 512, J: 0 }), 10],
  "AR(1) of 0": [kernelSpec({ n: 200, g: [0, 0] }), 3],
  "AR(1) of 0.99 and -0.8": [kernelSpec({ n: 200, g: [0.99, -0.8] }), 3],
  "Morlet 12": [kernelSpec({ n: 200, mother: { name: "morlet", parameter: 12, deltaj0: 0.3 } }), 3],
  "Paul 4": [kernelSpec({ n: 200, mother: { name: "paul" } }), 2],
  "Paul 2, whose envelope falls slowly": [
    kernelSpec({ n: 120, mother: { name: "paul", parameter: 2, deltaj0: 1.5 } }),
    2,
  ],
  "Paul 9": [kernelSpec({ n: 200, mother: { name: "paul", parameter: 9, deltaj0: 1 } }), 2],
  "Mexican hat": [kernelSpec({ n: 200, mother: { name: "mexicanhat" } }), 3],
  "DOG 6": [kernelSpec({ n: 200, mother: { name: "dog", parameter: 6 } }), 3],
  "DOG 3": [kernelSpec({ n: 200, s0: 2, mother: { name: "dog", parameter: 3, deltaj0: 1.2 } }), 3],
  "an asymmetric window over scale": [
    { ...kernelSpec({ n: 200 }), weights: Float64Array.of(0, 0.5, 1, 1, 1, 1, 1, 1, 0.25) },
    5,
  ],
};
for (const [name, [spec, surrogates]] of Object.entries(CASES)) {
  Deno.test(`coherence is within 3e-4 of the float64 analysis: ${name}`, () => {
    assert.ok(largestDifference(spec, surrogates) < 2e-4);
  });
}

Deno.test("counting some samples gives the levels of counting all, from the same 500 surrogates", () => {
  const keys = keysOf(500);
  for (const spec of [kernelSpec({ n: 512 }), kernelSpec({ n: 90, g: [0.9, 0.9] })]) {
    const all = levels({ ...spec, stride: 0 }, keys);
    levels(spec, keys).forEach((level, j) => assert.ok(Math.abs(level - all[j]) < 0.003, `scale ${j}`));
  }
});

Deno.test("histograms do not depend on order or batches", () => {
  const spec = kernelSpec({ n: 128 }),
    keys = keysOf(301),
    one = new CoherenceKernel(spec),
    other = new CoherenceKernel(spec);
  one.simulate(keys);
  for (let i = 300; i >= 0;) {
    const count = Math.min(i + 1, 1 + i % 7);
    const some = new Uint32Array(2 * count);
    for (let k = 0; k < count; k++, i--) some.set(keys.subarray(2 * i, 2 * i + 2), 2 * k);
    other.simulate(some);
  }
  assert.deepEqual(other.histogram, one.histogram);
  assert.deepEqual(other.takeHistogram(), one.takeHistogram());
  assert.ok(one.histogram.every((count) => count === 0));
});

Deno.test("a surrogate's coherence has the same bits beside any other", () => {
  const kernel = new CoherenceKernel(kernelSpec({ n: 64 })), key = simulationKey(3, 1);
  const alone = kernel.coherence(key);
  kernel.simulate(keysOf(9));
  assert.deepEqual(kernel.coherence(key), alone);
});

Deno.test("each surrogate counts the same number of samples, and every tested scale has some", () => {
  for (const n of [32, 33, 100, 511, 2000]) {
    for (const dj of [1 / 2, 1 / 12]) {
      const kernel = new CoherenceKernel(kernelSpec({ n, dj }));
      kernel.simulate(keysOf(5));
      kernel.plan.windows.forEach(({ count }, j) => {
        assert.ok(count > 0);
        const row = kernel.histogram.subarray(1024 * j, 1024 * (j + 1));
        assert.equal(row.reduce((a, b) => a + b, 0), 5 * count);
      });
    }
  }
});

Deno.test("the bits are those of every machine", async () => {
  const kernel = new CoherenceKernel(kernelSpec({ n: 200 }));
  kernel.simulate(keysOf(20));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", kernel.histogram));
  assert.equal(hash.toHex().slice(0, 16), "8179fbeb30238b1c");
});

Deno.test("the kernel says what it does", () => {
  const { info } = new CoherenceKernel(kernelSpec({ n: 512 }));
  assert.equal(info.fallback, undefined);
  assert.ok(info.flops > 1e5 && info.flops < 1e7);
  assert.ok(info.scales.every(({ length, samples }) => length >= 512 && samples >= 16));
  const real = new CoherenceKernel(kernelSpec({ n: 512, mother: { name: "dog" } }));
  assert.match(real.info.fallback ?? "", /folds back/);
  const slow = new CoherenceKernel(kernelSpec({ n: 512, mother: { name: "paul" } }));
  assert.match(slow.info.fallback ?? "", /falls slowly/);
});

Deno.test("specifications that cannot be used are refused", () => {
  const spec = kernelSpec({ n: 100 });
  for (
    const [field, wrong] of Object.entries({
      n: { n: 1.5 },
      dt: { dt: 0 },
      scales: { scales: Float64Array.of(1, 3, 2) },
      tested: { tested: spec.scales.length },
      "g[1]": { g: [0.5, 1] as [number, number] },
      weights: { weights: boxcar(0.6, 1 / 12).subarray(1) },
    })
  ) {
    assert.throws(
      () => new CoherenceKernel({ ...spec, ...wrong }),
      (error) => error instanceof InvalidArgumentError && error.field === field,
    );
  }
  assert.throws(() => new CoherenceKernel(spec).simulate(new Uint32Array(3), 2), InvalidArgumentError);
});
