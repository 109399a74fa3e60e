import assert from "node:assert/strict";
import { SIGNIFICANCE_TASK, significanceTask, wctSignificance } from "../../../analysis/mod.ts";
import type { SignificanceSpec, SurrogateCounts } from "../../../analysis/mod.ts";
import { getBackend, openBackend, webgpu } from "../../../backends/mod.ts";
import { ANY_ADAPTER, gpuTest } from "../../gpu_adapter.ts";
import { openGpu } from "./inspect.ts";

const SPEC: SignificanceSpec = {
  n: 96,
  dt: 1,
  dj: 1 / 6,
  s0: 2,
  J: 20,
  wavelet: { name: "morlet" },
  convention: "exact",
  ar1: [0.7, 0.5],
  precision: "single",
};
const task = (changes: Partial<SignificanceSpec> = {}) => ({ ...SIGNIFICANCE_TASK, args: [{ ...SPEC, ...changes }] });

gpuTest("histograms, batches and shares are the same from run to run, and however the work is cut", async () => {
  const options = { nSimulations: 1003, seed: 3, verbose: false }, all: SurrogateCounts[] = [];
  // Short batches, little memory: the same simulations in other company.
  for (const config of [{}, {}, { batch_seconds: 0.01 }, { memory_mb: 32 }]) {
    await using backend = openBackend(webgpu, { ...ANY_ADAPTER, ...config });
    all.push((await backend.runTask<SurrogateCounts>(task(), options)).partial);
  }
  for (const counts of all) assert.deepEqual(counts, all[0]);
  assert.deepEqual(all[0].batches, Float64Array.of(62), "the batch that is not full does not count as one");
});

gpuTest("partials merge with those of the kernel, and tell the same standard errors", async () => {
  await using gpu = openGpu();
  await using cpu = getBackend("sequential");
  const run = async (backend: typeof cpu | typeof gpu, nSimulations: number) =>
    (await backend.runTask<SurrogateCounts>(task(), { nSimulations, seed: 5, verbose: false })).partial;
  const [mine, his] = [await run(gpu, 800), await run(cpu, 800)];
  assert.deepEqual(mine.batches, his.batches);
  // A count that moves across a threshold changes the batch's share.
  for (let i = 0; i < mine.shares.length; i += 3) {
    for (const sum of [([share]: Float64Array) => share, ([, high, low]: Float64Array) => 65536 * high + low]) {
      const [a, b] = [mine, his].map(({ shares }) => sum(shares.subarray(i, i + 3)));
      assert.ok(Math.abs(a - b) <= 1e-3 * b + 200, `${i}`);
    }
  }
  const merged = significanceTask.merge(structuredClone(mine), his);
  assert.deepEqual(merged.histogram, mine.histogram.map((count, i) => count + his.histogram[i]));
  assert.deepEqual(merged.batches, Float64Array.of(100));
});

gpuTest("wctSignificance on a GPU keeps its levels apart from those of other backends in the cache", async () => {
  const cache = await Deno.makeTempDir();
  try {
    await using gpu = openGpu();
    const options = { ...{ dt: 1, n: 64, dj: 1 / 4, mcCount: 320, seed: 1 }, cache };
    const first = await wctSignificance(0.7, 0.5, { ...options, backend: gpu });
    const other = await wctSignificance(0.7, 0.5, { ...options, backend: "sequential" });
    const again = await wctSignificance(0.7, 0.5, { ...options, backend: gpu });
    assert.deepEqual([first.cached, other.cached, again.cached], [false, false, true]);
    assert.deepEqual(again.significance, first.significance);
    assert.equal(first.provenance.backend.name, "webgpu");
    first.significance.forEach((level, j) => {
      assert.equal(Number.isNaN(level), Number.isNaN(other.significance[j]));
      if (!Number.isNaN(level)) assert.ok(Math.abs(level - other.significance[j]) < 0.003, `scale ${j}`);
    });
    first.standardError.forEach((error, j) => {
      if (!Number.isNaN(error)) assert.ok(Math.abs(error / other.standardError[j] - 1) < 0.02, `scale ${j}`);
    });
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});

gpuTest("double precision is refused on a GPU, with the reason", async () => {
  await using backend = openGpu();
  const run = Promise.resolve(backend.runTask(task({ precision: "double" }), { nSimulations: 1, verbose: false }));
  await assert.rejects(run, { name: "InvalidArgumentError", field: "precision", message: /no double precision/ });
});

gpuTest("a record that is too long for the device is refused, naming the limit", async () => {
  await using backend = openBackend(webgpu, { ...ANY_ADAPTER, memory_mb: 1_000_000 });
  const long = task({ n: 2 ** 25, s0: 2 ** 20, J: 0 });
  const run = Promise.resolve(backend.runTask(long, { nSimulations: 16, verbose: false }));
  await assert.rejects(run, (error: Error & { limit?: string }) => {
    assert.equal(error.name, "GpuLimitError");
    assert.match(error.limit ?? "", /^max(StorageBufferBindingSize|BufferSize)$/);
    return true;
  });
});
