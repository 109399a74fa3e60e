import assert from "node:assert/strict";
import { BINS, significanceLevels } from "../../../analysis/mod.ts";
import { CoherenceKernel } from "../../../analysis/kernel/coherence_kernel.ts";
import { type KernelPlan, planKernel } from "../../../analysis/kernel/kernel_plan.ts";
import type { MotherSpec } from "../../../wavelet/mod.ts";
import { gpuTest } from "../../gpu_adapter.ts";
import { type Job, kernelSpec, oraclePlan } from "../kernel/jobs.ts";
import { surrogatePair } from "../kernel/surrogate_pair.ts";
import { inspect, keysOf, openGpu } from "./inspect.ts";

/** The coherence of one simulation at each tested scale, from the smoothed powers that a GPU left. */
function coherenceFrom(smoothed: Float32Array, { scales, windows }: KernelPlan): number[][] {
  let stride = 0;
  const starts = scales.map(({ count }) => (stride += count) - count);
  return windows.map(({ step, first, count, neighbours }) =>
    Array.from({ length: count }, (_, k) => {
      const sum = [0, 0, 0, 0];
      for (const { scale, weight } of neighbours) {
        const time = (first + k) * step / scales[scale].step - scales[scale].first;
        for (let i = 0; i < 4; i++) sum[i] += weight * smoothed[4 * (starts[scale] + time) + i];
      }
      const powers = sum[0] * sum[1];
      return powers > 0 ? Math.min(1, (sum[2] ** 2 + sum[3] ** 2) / powers) : 0;
    })
  );
}

interface Case {
  job: Job;
  count: number;
  /** Bytes that a workgroup is said to have, so that short transforms are split as long ones are. */
  storage?: number;
}

const CASES: Record<string, Case> = {
  "a record of 512 samples": { job: { n: 512 }, count: 200 },
  "pycwt's surrogate for 512 samples": { job: { n: 3151, J: 97 }, count: 16 },
  "a record of 32 samples": { job: { n: 32 }, count: 500 },
  "a record of 33 samples, s0 far below 2 dt": { job: { n: 33, s0: 0.9 }, count: 200 },
  "half-octave steps, s0 below 2 dt": { job: { n: 100, dj: 1 / 2, s0: 0.8 }, count: 200 },
  "dj = 1/32": { job: { n: 150, dj: 1 / 32 }, count: 100 },
  "s0 far above 2 dt": { job: { n: 600, s0: 30 }, count: 100 },
  "time in years, dt = 1/12": { job: { n: 300, dt: 1 / 12 }, count: 50 },
  "a scale axis that ends inside the record": { job: { n: 512, J: 20 }, count: 50 },
  "scales that no sample can test": { job: { n: 64, J: 100 }, count: 50 },
  "one scale": { job: { n: 512, J: 0 }, count: 100 },
  "white noise": { job: { n: 200, g: [0, 0] }, count: 100 },
  "AR(1) of 0.99 and -0.8": { job: { n: 200, g: [0.99, -0.8] }, count: 100 },
  "Grinsted's window": { job: { n: 200, convention: "grinsted" }, count: 50 },
  "pycwt's window, off centre": { job: { n: 200, convention: "pycwt" }, count: 50 },
  "every sample counted": { job: { n: 100, stride: 0 }, count: 50 },
  "Morlet 12": { job: { n: 200, wavelet: { name: "morlet", parameter: 12, deltaj0: 0.3 } }, count: 50 },
  "Paul 4": { job: { n: 200, wavelet: "paul" }, count: 50 },
  "Paul 3, whose envelope falls slowly": {
    job: { n: 100, wavelet: { name: "paul", parameter: 3, deltaj0: 1.5 } },
    count: 20,
  },
  "Paul 2, whose envelope falls most slowly": {
    job: { n: 100, dj: 1 / 4, wavelet: { name: "paul", parameter: 2, deltaj0: 1.5 } },
    count: 20,
  },
  "Mexican hat": { job: { n: 200, wavelet: "mexicanhat" }, count: 50 },
  "DOG 6": { job: { n: 200, wavelet: { name: "dog", parameter: 6 } }, count: 50 },
  "DOG 3, odd": { job: { n: 200, wavelet: { name: "dog", parameter: 3, deltaj0: 1.2 } }, count: 50 },
  "the least workgroup memory of WebGPU": { job: { n: 1500, dj: 1 / 4 }, count: 20, storage: 16384 },
  "transforms split once": { job: { n: 300 }, count: 20, storage: 1024 },
  "transforms split twice": { job: { n: 600, dj: 1 / 2, J: 3 }, count: 5, storage: 64 },
  "a long record, split by itself": { job: { n: 70_000, J: 24, dj: 1 / 4 }, count: 3 },
};

for (const [name, { job, count, storage }] of Object.entries(CASES)) {
  gpuTest(`coherence and its counts on a GPU are those of the kernel: ${name}`, async () => {
    await using backend = openGpu();
    const batches = await inspect(backend, count, { job, buffers: ["histogram", "smoothed"], storage });
    const kernel = new CoherenceKernel(kernelSpec(job)), keys = keysOf(count);
    const stride = kernel.plan.scales.reduce((sum, scale) => sum + scale.count, 0);
    for (let i = 0; i < Math.min(batches[0].count, 20); i++) {
      const expected = kernel.coherence(keys.subarray(2 * i, 2 * i + 2));
      const found = coherenceFrom(
        new Float32Array(batches[0].buffers.smoothed, 16 * i * stride, 4 * stride),
        kernel.plan,
      );
      found.forEach((values, j) => {
        assert.equal(values.length, expected[j].length);
        values.forEach((value, k) => {
          const off = Math.abs(value - expected[j][k]);
          assert.ok(off < 1e-4, `simulation ${i}, scale ${j}, sample ${k}: ${value}, kernel ${expected[j][k]}`);
        });
      });
    }

    kernel.simulate(keys);
    const expected = Float64Array.from(kernel.histogram), counts = new Float64Array(expected.length);
    for (const { buffers } of batches) {
      const histogram = new Uint32Array(buffers.histogram);
      assert.equal(histogram.length, counts.length);
      histogram.forEach((count, b) => counts[b] += count);
    }
    let moved = 0, total = 0;
    const rows = counts.length / BINS, sum = (row: Float64Array) => row.reduce((a, b) => a + b, 0);
    for (let j = 0; j < rows; j++) {
      const [mine, his] = [counts, expected].map((all) => all.subarray(j * BINS, (j + 1) * BINS));
      assert.equal(sum(mine), sum(his), `scale ${j}: total`);
      assert.equal(sum(mine), count * kernel.plan.windows[j].count);
      mine.forEach((value, b) => moved += Math.abs(value - his[b]) / 2);
      total += sum(mine);
    }
    assert.ok(moved / total < 2e-3, `${moved} of ${total} counts are in another bin`);
    for (const level of [0.5, 0.95]) {
      const [mine, his] = [counts, expected].map((all) => significanceLevels(all, level));
      mine.forEach((value, j) => assert.ok(Math.abs(value - his[j]) < 0.003, `level ${level}, scale ${j}`));
    }
  });
}

const FINE: [MotherSpec, least: number][] = [[{ name: "dog", parameter: 1, deltaj0: 1.2 }, 2], [
  { name: "mexicanhat" },
  1,
]];
for (const [wavelet, least] of FINE) {
  gpuTest(
    `at scales below a sample or two hardly a value in a thousand is off by 3e-4: ${wavelet.name}, a long record`,
    async () => {
      await using backend = openGpu();
      const job: Job = { n: 70_000, dj: 1 / 2, J: 6, wavelet, g: [0.7, 0.99] }, simulations = 4;
      const [{ count, buffers }] = await inspect(backend, simulations, { job, buffers: ["smoothed"] });
      assert.equal(count, simulations);
      const plan = planKernel(kernelSpec(job)), oracle = oraclePlan(job), keys = keysOf(simulations);
      const stride = plan.scales.reduce((sum, scale) => sum + scale.count, 0);
      let fine = 0, off = 0;
      for (let i = 0; i < simulations; i++) {
        const found = coherenceFrom(new Float32Array(buffers.smoothed, 16 * i * stride, 4 * stride), plan);
        const pair = surrogatePair(keys.subarray(2 * i, 2 * i + 2), job.n, job.g!);
        oracle.forEachScale(...pair, (j, { coherence }) => {
          const { first, step } = plan.windows[j];
          const worse = found[j].filter((value, k) => !(Math.abs(value - coherence[(first + k) * step]) < 3e-4)).length;
          if (oracle.scales[j] >= least) return assert.equal(worse, 0, `scale ${j}`);
          fine += found[j].length;
          off += worse;
        });
      }
      assert.ok(fine > 50_000 && off < 1e-3 * fine, `${off} of ${fine}`);
    },
  );
}
