import assert from "node:assert/strict";
import { CoherenceKernel } from "../../../analysis/kernel/coherence_kernel.ts";
import type { KernelSpec } from "../../../analysis/kernel/kernel_plan.ts";
import { InvalidArgumentError, simulationKey } from "../../../random/mod.ts";
import { type Job, JOB_A, kernelSpec, oraclePlan } from "./jobs.ts";
import { surrogatePair } from "./surrogate_pair.ts";

/** The largest difference of the counted coherence from the analysis in float64, over some surrogates. */
function largestDifference(job: Job, surrogates: number): number {
  const spec = kernelSpec(job), kernel = new CoherenceKernel(spec), oracle = oraclePlan(job);
  let worst = 0;
  for (let i = 0; i < surrogates; i++) {
    const key = simulationKey(42, i), counted = kernel.coherence(key);
    oracle.forEachScale(...surrogatePair(key, job.n, spec.g), (j, { coherence }) => {
      const { first, step, count } = kernel.plan.windows[j], { start, end } = oracle.outside(j);
      assert.equal(count > 0, oracle.scales[j] >= (job.least ?? 0));
      if (count === 0) return;
      assert.ok(first * step >= start && (first + count - 1) * step < end);
      counted[j].forEach((value, k) => {
        const difference = Math.abs(value - coherence[(first + k) * step]);
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

const EVERY_SAMPLE: Job = { n: 2000, s0: 0.5, J: 48, least: 1, stride: 0, g: [0.99, -0.8] };
const CASES: Record<string, [job: Job, surrogates: number]> = {
  "a record of 512 samples": [{ n: 512 }, 10],
  "pycwt's surrogate for 512 samples": [JOB_A, 2],
  "a record of 32 samples": [{ n: 32 }, 50],
  "a record of 33 samples, s0 far below 2 dt": [{ n: 33, s0: 0.9 }, 20],
  "half-octave steps, s0 below 2 dt": [{ n: 100, dj: 1 / 2, s0: 0.8 }, 20],
  "dj = 1/64": [{ n: 150, dj: 1 / 64 }, 3],
  "s0 far above 2 dt": [{ n: 600, s0: 30 }, 10],
  "time in years, dt = 1/12": [{ n: 300, dt: 1 / 12 }, 10],
  "a scale axis that ends inside the record": [{ n: 512, J: 20 }, 5],
  "one scale": [{ n: 512, J: 0 }, 10],
  "white noise": [{ n: 200, g: [0, 0] }, 10],
  "AR(1) of 0.99 and -0.8": [{ n: 200, g: [0.99, -0.8] }, 10],
  "Grinsted's window": [{ n: 200, convention: "grinsted" }, 5],
  "pycwt's window, off centre": [{ n: 200, convention: "pycwt" }, 5],
  "Morlet 12": [{ n: 200, wavelet: { name: "morlet", parameter: 12, deltaj0: 0.3 } }, 5],
  "Paul 4": [{ n: 200, wavelet: "paul" }, 5],
  "Paul 3, whose envelope falls slowly": [{ n: 100, wavelet: { name: "paul", parameter: 3, deltaj0: 1.5 } }, 2],
  "Paul 9": [{ n: 200, wavelet: { name: "paul", parameter: 9, deltaj0: 1 } }, 5],
  "Mexican hat": [{ n: 200, wavelet: "mexicanhat" }, 5],
  "DOG 6": [{ n: 200, wavelet: { name: "dog", parameter: 6 } }, 5],
  "DOG 3, half a sample": [{ n: 512, s0: 0.5, wavelet: { name: "dog", parameter: 3, deltaj0: 1.2 } }, 5],
  "DOG 6, half a sample": [{ n: 512, s0: 0.5, wavelet: { name: "dog", parameter: 6 } }, 5],
  // Smaller scales are the oracle's, see surrogate_counters_test.ts.
  ...Object.fromEntries([1, 2, 3, 6, 12].map((parameter): [string, [Job, number]] => [
    `DOG ${parameter} from one sample on, red and blue series, every sample counted`,
    [{ ...EVERY_SAMPLE, wavelet: { name: "dog", parameter, deltaj0: 1.2 } }, 3],
  ])),
  "Paul 3 from one sample on, red and blue series, every sample counted": [
    { ...EVERY_SAMPLE, n: 500, wavelet: { name: "paul", parameter: 3, deltaj0: 1.5 } },
    2,
  ],
  "Paul 2 from one sample on, red and blue series, every sample counted": [
    { ...EVERY_SAMPLE, n: 500, wavelet: { name: "paul", parameter: 2, deltaj0: 1.5 } },
    2,
  ],
  "Paul 2, red series": [{
    n: 1000,
    s0: 1,
    J: 60,
    g: [0.99, 0.99],
    wavelet: { name: "paul", parameter: 2, deltaj0: 1.5 },
  }, 1],
  "Paul 4 from one sample on, red and blue series, every sample counted": [{ ...EVERY_SAMPLE, wavelet: "paul" }, 2],
  "Morlet from one sample on, red and blue series, every sample counted": [EVERY_SAMPLE, 2],
  ...Object.fromEntries([1, 2, 3, 6].map((parameter): [string, [Job, number]] => [
    `DOG ${parameter} in a long red record, from the smallest scale on that is not the oracle's`,
    [{
      ...{ n: 70_000, s0: 0.5, J: 40, least: parameter === 1 ? 2 : 1, g: [0.99, 0.99] },
      wavelet: { name: "dog", parameter, deltaj0: 1.2 },
    }, 1],
  ])),
  "DOG 3": [{ n: 200, wavelet: { name: "dog", parameter: 3, deltaj0: 1.2 } }, 5],
};
for (const [name, [job, surrogates]] of Object.entries(CASES)) {
  Deno.test(`coherence is within 3e-4 of the analysis in float64: ${name}`, () => {
    const difference = largestDifference(job, surrogates);
    assert.ok(difference < 2e-4, `${difference}`);
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
  assert.equal(hash.toHex().slice(0, 16), "93bd42a77007e182");
});

Deno.test("the kernel says what it does", () => {
  const { info } = new CoherenceKernel(kernelSpec({ n: 512 }));
  assert.equal(info.fallback, undefined);
  assert.ok(info.flops > 1e5 && info.flops < 1e7);
  assert.ok(info.scales.every(({ length, samples }) => length >= 512 && samples >= 16));
  const real = new CoherenceKernel(kernelSpec({ n: 512, wavelet: "dog" }));
  assert.match(real.info.fallback ?? "", /fold/);
  const slow = new CoherenceKernel(kernelSpec({ n: 512, wavelet: "paul" }));
  assert.match(slow.info.fallback ?? "", /fold|falls slowly/);
});

Deno.test("specifications that cannot be used are refused", () => {
  const spec = kernelSpec({ n: 100 });
  for (
    const [field, wrong] of Object.entries({
      n: { n: 1.5 },
      dt: { dt: 0 },
      scales: { scales: Float64Array.of(1, 3, 2) },
      outside: { outside: [] },
      "outside[0].end": { outside: [{ start: 0, end: 101 }] },
      "g[1]": { g: [0.5, 1] as [number, number] },
      window: { window: { first: -1, weights: Float64Array.of(1, 0, 1) } },
    })
  ) {
    assert.throws(
      () => new CoherenceKernel({ ...spec, ...wrong }),
      (error) => error instanceof InvalidArgumentError && error.field === field,
    );
  }
  assert.throws(() => new CoherenceKernel(spec).simulate(new Uint32Array(3), 2), InvalidArgumentError);
});
