import assert from "node:assert/strict";
import { openBackend, sequential, webgpu } from "../../backends/mod.ts";
import type { Backend } from "../../backends/mod.ts";
import { closeIdleDevices } from "../../backends/webgpu/shared_device.ts";
import { ANY_ADAPTER, gpuTest, noLavapipe } from "../gpu_adapter.ts";

const TASKS = import.meta.resolve("./gpu_tasks.ts");
const DRAWS = { module: import.meta.resolve("../../testing/simulations.ts"), name: "foldedDraws" };
const open = (config: object = {}): Backend => openBackend(webgpu, { ...ANY_ADAPTER, ...config });

/** Runs something while the devices that are opened can be got hold of. */
async function withDevices(run: (devices: GPUDevice[]) => Promise<void>): Promise<void> {
  await closeIdleDevices();
  const devices: GPUDevice[] = [], { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (descriptor) {
    const device = await requestDevice.call(this, descriptor);
    devices.push(device);
    return device;
  };
  try {
    await run(devices);
  } finally {
    GPUAdapter.prototype.requestDevice = requestDevice;
  }
}

gpuTest(
  "a job whose device is lost goes on where it was on a new one, with the same result",
  () =>
    withDevices(async (devices) => {
      await using backend = open({ batch_seconds: 0.02 });
      const options = { nSimulations: 600, seed: 5, workerArgs: [20_000] };
      const progress: number[] = [];
      const values = await backend.runMonteCarlo<number>(DRAWS, {
        ...options,
        onProgress({ done }) {
          progress.push(done);
          if (devices.length === 1) devices[0].destroy();
        },
      });
      assert.equal(devices.length, 2, "a second device was opened");
      assert.equal(progress.at(-1), 600);
      assert.ok(progress.every((done, i) => i === 0 || done >= progress[i - 1]), "what was done is not done again");
      assert.deepEqual([...values], [...await openBackend(sequential).runMonteCarlo<number>(DRAWS, options)]);
    }),
);

gpuTest(
  "a job that had submitted several batches when its device was lost counts each of them once",
  () =>
    withDevices(async (devices) => {
      await using backend = open();
      const task = { module: TASKS, name: "greedy", args: [{ simulationsPerBatch: 32 }, 4] };
      const { partial } = await backend.runTask<number>(task, {
        nSimulations: 20_000,
        onProgress({ done }) {
          if (done > 1000 && devices.length === 1) devices[0].destroy();
        },
      });
      assert.deepEqual([partial, devices.length], [20_000, 2]);
    }),
);

gpuTest(
  "a device that is lost again and again is an error with the reason and what to try; the next job has a new one",
  () =>
    withDevices(async (devices) => {
      await using backend = open({ retries: 2, batch_seconds: 0.02 });
      const job = backend.runMonteCarlo(DRAWS, {
        nSimulations: 10_000,
        seed: 5,
        workerArgs: [20_000],
        onProgress: () => devices.at(-1)!.destroy(),
      });
      await assert.rejects(Promise.resolve(job), {
        name: "GpuLostError",
        reason: "destroyed",
        message: /was lost.*batch_seconds.*retries/,
      });
      assert.equal(devices.length, 3);
      assert.equal((await backend.runMonteCarlo(DRAWS, { nSimulations: 3, workerArgs: [1] })).length, 3);
      assert.equal(devices.length, 4);
    }),
);

gpuTest(
  "a program that needs more than the device has is refused: limits, features, a batch that does not fit",
  async () => {
    await using backend = open();
    const refused: [object, number, string][] = [
      [{ requiredLimits: { maxComputeWorkgroupStorageSize: 2 ** 30 } }, 0, "maxComputeWorkgroupStorageSize"],
      [{ requiredLimits: { minStorageBufferOffsetAlignment: 1 } }, 0, "minStorageBufferOffsetAlignment"],
      [{ requiredFeatures: ["quantum-leaps"] }, 0, "quantum-leaps"],
      [{ simulationsPerBatch: 15 }, 0, "simulationsPerBatch"],
      [{}, 2 ** 40, "maxBufferSize"],
    ];
    for (const [demands, scratch, limit] of refused) {
      const job = backend.runTask({ module: TASKS, name: "greedy", args: [demands, scratch] }, { nSimulations: 100 });
      await assert.rejects(Promise.resolve(job), { name: "GpuLimitError", limit, message: /Use another backend/ });
    }
    const job = backend.runTask({ module: TASKS, name: "greedy", args: [{}, 2 ** 26] }, { nSimulations: 100 });
    await assert.rejects(Promise.resolve(job), {
      name: "GpuMemoryError",
      simulations: 16,
      message: /memory_mb allows 1024/,
    });
    const { partial } = await backend.runTask<number>(
      { module: TASKS, name: "greedy", args: [{ simulationsPerBatch: 32 }, 1000] },
      { nSimulations: 1000 },
    );
    assert.equal(partial, 1000);
  },
);

gpuTest("a pass that binds what there is not, what does not fit, or what it writes, is named", async () => {
  await using backend = open();
  for (const [how, says] of [["unknown", /"cuont".*count, keys, batch/], ["unfit", /./], ["clash", /./]] as const) {
    const job = backend.runTask({ module: TASKS, name: "astray", args: [how] }, { nSimulations: 1 });
    await assert.rejects(Promise.resolve(job), { name: "GpuPassError", pass: "astray", message: says }, how);
  }
});

/** The real thing: an address space with so many bytes to spare. */
async function inScarceMemory(spare: number, scratch: number, nSimulations: number) {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "scarce_memory.ts", spare, scratch, nSimulations].map(String),
    cwd: new URL(".", import.meta.url),
    env: { NO_COLOR: "1" },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

const noLimits = Deno.build.os !== "linux" ? "prlimit is Linux's" : await noLavapipe();

gpuTest("where memory is lacking, batches are halved until they fit, and the result is whole", async () => {
  // Batches of 64 would take 1.6 GB, of 32 half of it.
  const { outcome, halvings, left } = await inScarceMemory(1.4e9, 24 * 2 ** 20, 1000);
  assert.equal(outcome, 1000);
  assert.ok(halvings >= 1, `${halvings} halvings`);
  assert.equal(left, 0);
}, noLimits);

gpuTest("where memory is lacking for the smallest batch, that is told, and the backend works on", async () => {
  const { outcome, after, left } = await inScarceMemory(1e9, 2 ** 27 - 64, 1000);
  assert.equal(outcome.name, "GpuMemoryError");
  assert.match(outcome.message, /a batch of 16 simulations, the smallest, takes 214\d MB, more than there is/);
  assert.deepEqual([after, left], [50, 0]);
}, noLimits);

gpuTest("what cannot be done on a GPU is refused, with what to do instead", async () => {
  await using backend = open();
  const run = (worker: Parameters<Backend["runMonteCarlo"]>[0], more = {}) =>
    Promise.resolve(backend.runMonteCarlo(worker, { nSimulations: 2, workerArgs: [1], ...more }));
  await assert.rejects(run(DRAWS, { simulationTimeout: 100 }), { field: "simulationTimeout", message: /a timeout/ });
  await assert.rejects(run(DRAWS, { nJobs: 2 }), { field: "nJobs" });
  await assert.rejects(run((seed: number) => seed), {
    name: "GpuProgramMissingError",
    message: /no GPU program.*It runs on "sequential", "workers".*gpuTask/,
  });
  await assert.rejects(run({ module: DRAWS.module, name: "draw" }), {
    name: "GpuProgramMissingError",
    task: /"draw" of file:/,
  });
});

gpuTest("a job is cancelled between batches, and the device is free at once", async () => {
  await using backend = open({ batch_seconds: 0.02 });
  const job = backend.runMonteCarlo(DRAWS, { nSimulations: 1e6, workerArgs: [50_000] });
  await new Promise<void>((seen) => job.on("progress", () => seen()));
  job.cancel();
  await assert.rejects(Promise.resolve(job), { name: "JobCancelledError", message: /after [1-9]\d* of 1000000/ });
  assert.equal((await backend.runMonteCarlo(DRAWS, { nSimulations: 9, workerArgs: [1] })).length, 9);
});
