import assert from "node:assert/strict";
import { WebGpuConfig } from "../../backends/mod.ts";
import { WebGpuEngine } from "../../backends/webgpu/engine.ts";
import { closeIdleDevices } from "../../backends/webgpu/shared_device.ts";
import { gpuTest } from "../gpu_adapter.ts";

const SIMULATIONS = import.meta.resolve("../../testing/simulations.ts");

function engine(more: object = {}, options?: { profile: boolean }): WebGpuEngine {
  return new WebGpuEngine(WebGpuConfig.parse({ adapter: "any", batch_seconds: 0.01, ...more }), options);
}

function run(on: WebGpuEngine, nSimulations: number, args: unknown[] = [10], signal = new AbortController().signal) {
  const task = { module: SIMULATIONS, name: "foldedDraws", args };
  return on.runTask({ task, nSimulations, seed: 1, signal, advance() {} }) as Promise<number[]>;
}

gpuTest("disposal destroys every buffer that was made, also after a job that was broken off", async () => {
  const used = engine();
  await run(used, 10_000);
  const aborted = new AbortController();
  const broken = run(used, 1e6, [20_000], aborted.signal);
  setTimeout(() => aborted.abort(new Error("enough")), 50);
  await assert.rejects(broken, /enough/);
  const { buffers } = used.stats;
  assert.ok(buffers.made > 0 && buffers.bytes > 0);
  await used[Symbol.asyncDispose]();
  await used[Symbol.asyncDispose]();
  assert.deepEqual([buffers.destroyed, buffers.bytes], [buffers.made, 0]);
});

gpuTest(
  "buffers come from the pool: many jobs make no more of them than a few, and the process does not grow",
  async () => {
    await using used = engine();
    for (let i = 0; i < 20; i++) await run(used, 64);
    const before = Deno.memoryUsage().rss;
    for (let i = 0; i < 200; i++) await run(used, 64);
    const { made } = used.stats.buffers;
    assert.ok(made <= 20, `${made} buffers for 220 jobs`); // of a few sizes, as batches were quick or slow
    assert.ok(used.stats.pipelines <= 1 && used.stats.devices <= 1);
    const grown = (Deno.memoryUsage().rss - before) / 1e6;
    assert.ok(grown < 60, `grown by ${grown.toFixed(0)} MB`);
  },
);

gpuTest(
  "one backend after the other has the same device, compiled shaders included, and the process does not grow",
  async () => {
    await closeIdleDevices();
    const all = { devices: 0, pipelines: 0 };
    let before = 0;
    for (let i = 0; i < 40; i++) {
      await using used = engine();
      await run(used, 64);
      all.devices += used.stats.devices;
      all.pipelines += used.stats.pipelines;
      if (i === 5) before = Deno.memoryUsage().rss;
    }
    assert.deepEqual(all, { devices: 1, pipelines: 1 });
    const grown = (Deno.memoryUsage().rss - before) / 1e6;
    assert.ok(grown < 60, `grown by ${grown.toFixed(0)} MB`);
  },
);

gpuTest("batches grow to the time that they should take, and no further", async () => {
  await using used = engine({ batch_seconds: 0.05 });
  assert.equal((await run(used, 50_000, [1000])).length, 50_000);
  const { batches, largestBatch, simulations } = used.stats;
  assert.equal(simulations, 50_000);
  assert.ok(largestBatch > 64, String(largestBatch));
  assert.ok(batches > 2, String(batches));
  await using small = engine({ memory_mb: 16 });
  await run(small, 3_000_000, [1]);
  assert.ok(small.stats.buffers.mostBytes < 2 * 16e6, `${small.stats.buffers.mostBytes} bytes`);
});

gpuTest("batches that are quick, and may be no larger, are submitted together in the memory allowed", async () => {
  await using used = engine({ batch_seconds: 1 });
  const task = {
    module: import.meta.resolve("./gpu_tasks.ts"),
    name: "greedy",
    args: [{ simulationsPerBatch: 32 }, 4],
  };
  const request = { seed: 1, signal: new AbortController().signal, advance() {} };
  assert.equal(await used.runTask({ ...request, task, nSimulations: 1500 }), 1500);
  assert.ok(used.stats.mostTogether > 1, String(used.stats.mostTogether));
  // Here results take most of the memory.
  await using small = engine({ batch_seconds: 1, memory_mb: 16 });
  assert.equal((await run(small, 2 ** 22, [1])).length, 2 ** 22);
  assert.ok(small.stats.buffers.mostBytes < 2 * 16e6, `${small.stats.buffers.mostBytes} bytes`);
});

gpuTest("passes are timed where the adapter has timestamps", async () => {
  await using used = engine({}, { profile: true });
  const timed = await run(used, 5000, [1000]);
  await using plain = engine();
  assert.deepEqual(timed, await run(plain, 5000, [1000]));
  assert.equal(plain.stats.passes.size, 0);
  for (const { dispatches, ticks } of used.stats.passes.values()) {
    assert.equal(dispatches, used.stats.batches);
    assert.ok(ticks > 0);
  }
});
