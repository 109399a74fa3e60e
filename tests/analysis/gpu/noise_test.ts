import assert from "node:assert/strict";
import { gpuTest } from "../../gpu_adapter.ts";
import { surrogatePair } from "../kernel/surrogate_pair.ts";
import { inspect, keysOf, openGpu } from "./inspect.ts";

/** The pairs of series of so many simulations, means removed, of `n` samples. */
function* pairs(record: ArrayBuffer, n: number, count: number): Generator<[Float32Array, Float32Array]> {
  for (let i = 0; i < count; i++) {
    // Behind the samples comes the mean.
    const values = new Float32Array(record, 8 * i * (n + 1), 2 * (n + 1));
    const series = (k: number) => Float32Array.from({ length: n }, (_, t) => values[2 * t + k] - values[2 * n + k]);
    yield [series(0), series(1)];
  }
}

gpuTest("surrogates are the float64 ones in single precision, whatever their length and AR(1)", async () => {
  await using backend = openGpu();
  // White noise shows that the integers drawn are the same at every time: one that was not would give another normal.
  for (const g of [[0, 0], [0.99, -0.8], [0.5, 0.999]] as [number, number][]) {
    for (const n of [32, 1023, 2500]) {
      const [{ buffers: { record } }] = await inspect(backend, 16, { job: { n, g, J: 3 }, buffers: ["record"] });
      const keys = keysOf(16);
      let i = 0;
      for (const pair of pairs(record, n, 16)) {
        const expected = surrogatePair(keys.subarray(2 * i, 2 * i + 2), n, g);
        pair.forEach((series, k) => {
          const scale = 1 / Math.sqrt(1 - g[k] ** 2);
          series.forEach((value, t) => {
            assert.ok(Math.abs(value - expected[k][t]) < 3e-6 * scale, `${g}, ${n} samples, series ${k}, time ${t}`);
          });
        });
        i++;
      }
      assert.equal(i, 16);
    }
  }
});

gpuTest("surrogates have the autocorrelation of a stationary AR(1) process from the first sample on", async () => {
  await using backend = openGpu();
  const count = 1024, n = 300, g: [number, number] = [0.9, -0.6];
  const batches = await inspect(backend, count, { job: { n, g, J: 3 }, buffers: ["record"] });
  // At the ends of the stretches that threads draw, at which the scan joins them, and at its own end, as everywhere.
  for (const start of [0, 3, 255]) {
    const lags = [0, 1, 4, 16], sums = [lags.map(() => 0), lags.map(() => 0)];
    let total = 0;
    for (const { count, buffers: { record } } of batches) {
      for (let i = 0; i < count; i++) {
        const values = new Float32Array(record, 8 * i * (n + 1), 2 * n);
        for (let t = start; t < start + 20; t++) {
          sums.forEach((sum, k) => lags.forEach((lag, l) => sum[l] += values[2 * t + k] * values[2 * (t + lag) + k]));
          total++;
        }
      }
    }
    assert.equal(total, 20 * count);
    sums.forEach((sum, k) =>
      lags.forEach((lag, l) => {
        const variance = 1 / (1 - g[k] ** 2), found = sum[l] / total / variance;
        assert.ok(Math.abs(found - g[k] ** lag) < 0.06, `series ${k} from ${start}, lag ${lag}: ${found}`);
      })
    );
  }
});
