import assert from "node:assert/strict";
import { SIGNIFICANCE_TASK, type SignificanceSpec, type SurrogateCounts } from "../../analysis/mod.ts";
import { getBackend } from "../../backends/mod.ts";

const MODULE = import.meta.resolve("./reusable_task.ts");

for (const prefer of ["threads", "processes"] as const) {
  Deno.test(`${prefer}: a task that says so is prepared once for jobs of the same arguments`, async () => {
    await using backend = getBackend("workers", { n_jobs: 1, prefer });
    const run = async (name: string, label: string, seed = 1) => {
      const { partial } = await backend.runTask<[number, number][]>({ module: MODULE, name, args: [label] }, {
        nSimulations: 40,
        seed,
      });
      assert.deepEqual(partial.map(([index]) => index), Array.from({ length: 40 }, (_, i) => i), "each once, in order");
      const used = new Set(partial.map(([, preparation]) => preparation));
      assert.equal(used.size, 1);
      return [...used][0];
    };
    assert.deepEqual([await run("reusable", "a"), await run("reusable", "a", 2)], [1, 1]);
    assert.deepEqual([await run("reusable", "b"), await run("reusable", "a")], [2, 3], "the last one is kept");
    assert.deepEqual([await run("notReusable", "a"), await run("notReusable", "a")], [4, 5]);
    // A job that fails leaves what it has gathered in its state, which nobody gets.
    await assert.rejects(run("reusable", "b", 42), { name: "SimulationError" });
    assert.equal(await run("reusable", "b"), 7);
    assert.equal(await run("reusable", "b"), 7);
  });
}

Deno.test("a job that was cancelled leaves nothing in the next one's counts", async () => {
  const spec: SignificanceSpec = {
    n: 64,
    dt: 1,
    dj: 1 / 4,
    s0: 2,
    J: 15,
    wavelet: { name: "morlet" },
    convention: "exact",
    ar1: [0.7, 0.5],
    precision: "single",
  };
  const task = { ...SIGNIFICANCE_TASK, args: [spec] }, options = { nSimulations: 203, seed: 3 };
  const { partial: expected } = await getBackend("sequential").runTask<SurrogateCounts>(task, options);
  await using backend = getBackend("workers", { n_jobs: 2 });
  for (let i = 0; i < 3; i++) {
    const job = backend.runTask<SurrogateCounts>(task, { nSimulations: 10_000_000, seed: 4 });
    while (job.progress.done === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    job.cancel();
    await assert.rejects(job, { name: "JobCancelledError" });
    for (let again = 0; again < 2; again++) {
      assert.deepEqual((await backend.runTask<SurrogateCounts>(task, options)).partial, expected);
    }
  }
});
