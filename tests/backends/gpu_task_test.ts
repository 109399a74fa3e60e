import assert from "node:assert/strict";
import { gpuTask, openBackend, sequential, webgpu, workers } from "../../backends/mod.ts";
import { ANY_ADAPTER, gpuTest } from "../gpu_adapter.ts";

const MODULE = import.meta.resolve("./gpu_tasks.ts");
const named = (name: string) => ({ module: MODULE, name });
const WHOLE_ARGS = [[3, 1, 4, 1, 5, 9, 2, 6, 5, 2 ** 24], 1_000_003, -500_000, [0.5]];

gpuTest("whole numbers that a task draws are the same on one thread, on workers and on a GPU", async () => {
  const options = { nSimulations: 3000, seed: 42, workerArgs: WHOLE_ARGS };
  const lists: number[][][] = [];
  for (const [definition, config] of [[sequential, {}], [workers, { n_jobs: 2 }], [webgpu, ANY_ADAPTER]] as const) {
    // deno-lint-ignore no-explicit-any
    await using backend = openBackend<any>(definition, config);
    lists.push([...await backend.runMonteCarlo<number[]>(named("wholeNumbers"), options)]);
  }
  assert.equal(new Set(lists[0].map(String)).size, 3000, "no simulation is like another");
  assert.deepEqual(lists[1], lists[0]);
  assert.deepEqual(lists[2], lists[0]);
});

gpuTest("values in single precision lie near those of one thread, and are the same from run to run", async () => {
  await using backend = openBackend(webgpu, ANY_ADAPTER);
  const options = { nSimulations: 500, seed: 7, workerArgs: [200, 2.5] };
  const expected = await openBackend(sequential).runMonteCarlo<number>(named("meanNormal"), options);
  const values = await backend.runMonteCarlo<number>(named("meanNormal"), options);
  assert.match(values.provenance.backend.device!, /\S/, "the provenance names the adapter");
  for (const [i, value] of values.entries()) assert.ok(Math.abs(value - expected[i]) < 2e-6, `${i}: ${value}`);
  assert.deepEqual([...await backend.runMonteCarlo<number>(named("meanNormal"), options)], [...values]);
  await using other = openBackend(webgpu, ANY_ADAPTER);
  assert.deepEqual([...await other.runMonteCarlo<number>(named("meanNormal"), options)], [...values]);
});

gpuTest("an error in a task's WGSL is told with the pass and the line, as the author counts it", async () => {
  await using backend = openBackend(webgpu, ANY_ADAPTER);
  await assert.rejects(Promise.resolve(backend.runMonteCarlo(named("misspelt"), { nSimulations: 10 })), {
    name: "GpuPassError",
    pass: "simulate",
    line: 3,
    message: /line 3 of its WGSL: [\s\S]*random_unifrom/,
  });
  const values = await backend.runMonteCarlo(named("meanNormal"), { nSimulations: 10, workerArgs: [1, 1] });
  assert.equal(values.length, 10, "the device works on");
});

for (const [definition, config] of [[sequential, {}], [webgpu, ANY_ADAPTER]] as const) {
  const test = definition === webgpu ? gpuTest : Deno.test;
  test(`${definition.name} refuses arguments that a task does not take, by name`, async () => {
    // deno-lint-ignore no-explicit-any
    await using backend = openBackend<any>(definition, config);
    const refused: [unknown[], string][] = [
      [[], "workerArgs"],
      [[[1], 1, 1], "workerArgs"],
      [[[], 1, 1, [1]], "workerArgs.table"],
      [[[1.5], 1, 1, [1]], "workerArgs.table[0]"],
      [[[1], -1, 1, [1]], "workerArgs.faces"],
      [[[1], 1, 2 ** 31, [1]], "workerArgs.shift"],
      [[[1], 1, 1, [1, NaN]], "workerArgs.unused[1]"],
    ];
    for (const [workerArgs, field] of refused) {
      const job = backend.runMonteCarlo(named("wholeNumbers"), { nSimulations: 1, workerArgs });
      await assert.rejects(Promise.resolve(job), { name: "InvalidArgumentError", field });
    }
  });
}

Deno.test("a simulation in TypeScript that returns another number of values is named", async () => {
  const job = openBackend(sequential).runMonteCarlo(named("tooFew"), { nSimulations: 2 });
  await assert.rejects(Promise.resolve(job), {
    name: "SimulationError",
    index: 0,
    message: /a list of 2 numbers.*Array of length 1/,
  });
});

Deno.test("names and kinds of arguments that WGSL cannot have are refused", () => {
  const wgsl = "fn simulate(key: vec2u) -> f32 { return 0.0; }", simulate = () => 0;
  for (const name of ["1st", "a-b", "simulate", "random_uniform", "morlet_keys"]) {
    assert.throws(() => gpuTask({ args: { [name]: "f32" }, simulate, wgsl }), { field: "task.args", value: name });
  }
  assert.throws(() => gpuTask({ args: { x: "f64" as "f32" }, simulate, wgsl }), { field: "task.args.x" });
  assert.throws(() => gpuTask({ simulate, wgsl, values: 0 }), { field: "task.values" });
  assert.throws(() => gpuTask({ simulate, wgsl, value: 2 } as never), /Did you mean "values"/);
});
