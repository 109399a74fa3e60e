import assert from "node:assert/strict";
import { backendTable, getBackend, listBackends } from "../../backends/mod.ts";
import { defaultRng, SeedSequence } from "../../random/mod.ts";

const classic = (seed: number, x: number) => defaultRng(seed).normal() + x;

Deno.test("the classic worker gives NumPy's numbers", async () => {
  const values = await getBackend("sequential").runMonteCarlo(classic, {
    nSimulations: 1000,
    workerArgs: [5],
    seed: 42,
  });
  assert.equal(values.length, 1000);
  assert.equal(values[0], 6.058838241294325);
  assert.equal(values[999], 5.2581711806039895);
  assert.ok(Math.abs(values.reduce((a, b) => a + b) - 5063.497381406789) < 1e-9);
});

Deno.test("a simulation's seed is the first word of its child of the master seed", async () => {
  const seeds = await getBackend("sequential").runMonteCarlo((seed: number) => seed, { nSimulations: 5, seed: 42 });
  assert.deepEqual([...seeds], [2684470948, 4091952314, 233227757, 3276785861, 3644269654]);
  const big = await getBackend("sequential").runMonteCarlo((s: number) => s, {
    nSimulations: 3,
    seed: 2n ** 100n + 7n,
  });
  assert.deepEqual([...big], new SeedSequence(2n ** 100n + 7n).spawn(3).map((child) => child.generateState(1)[0]));
});

Deno.test("named arguments come last, promises are awaited, any value is kept", async () => {
  const worker = (_seed: number, a: number, { b }: { b: number }) => Promise.resolve({ sum: a + b });
  const options = { nSimulations: 2, workerArgs: [1], workerKwargs: { b: 2 }, seed: 0 };
  assert.deepEqual([...await getBackend("sequential").runMonteCarlo(worker, options)], [{ sum: 3 }, { sum: 3 }]);
});

Deno.test("results carry their provenance, with the seed also when it was drawn", async () => {
  const backend = getBackend("sequential");
  const { provenance } = await backend.runMonteCarlo((seed: number) => seed, { nSimulations: 3 });
  assert.equal(provenance.backend.name, "sequential");
  assert.match(provenance.versions.morlet, /^\d+\.\d+\.\d+$/);
  assert.match(provenance.planHash, /^[0-9a-f]{64}$/);
  const again = await backend.runMonteCarlo((seed: number) => seed, { nSimulations: 3, seed: provenance.seed });
  assert.equal(again.provenance.planHash, provenance.planHash);
  const other = await backend.runMonteCarlo((seed: number) => seed, { nSimulations: 4, seed: provenance.seed });
  assert.notEqual(other.provenance.planHash, provenance.planHash);
});

Deno.test("a simulation that throws is named with its seed, and its error is kept", async () => {
  const worker = (seed: number) => {
    if (seed === 233227757) throw new TypeError("not this one");
    return seed;
  };
  await assert.rejects(
    getBackend("sequential").runMonteCarlo(worker, { nSimulations: 5, seed: 42 }),
    (error: Error) => {
      assert.equal(error.name, "SimulationError");
      assert.equal(error.message, "Simulation 2 (seed 233227757) failed with TypeError: not this one");
      assert.match((error.cause as Error).stack!, /sequential_test\.ts/);
      return true;
    },
  );
});

Deno.test("bad input is refused before any work", () => {
  const backend = getBackend("sequential");
  let called = 0;
  const worker = () => called++;
  const cases: [Record<string, unknown>, RegExp][] = [
    [{ nSimulations: 0 }, /nSimulations.*at least 1.*0/],
    [{ nSimulations: 2.5 }, /nSimulations.*whole.*2\.5/],
    [{ nSimulations: "3" }, /nSimulations.*"3"/],
    [{ nSimulations: 3, seed: -1 }, /-1/],
    [{ nSimulations: 3, seed: 0.5 }, /0\.5/],
    [{ nSimulations: 3, nJobs: 0 }, /nJobs.*0/],
    [{ nSimulations: 3, simulationTimeout: -5 }, /simulationTimeout.*-5/],
  ];
  for (const [options, message] of cases) {
    // deno-lint-ignore no-explicit-any
    assert.throws(() => backend.runMonteCarlo(worker, options as any), { name: "InvalidArgumentError", message });
  }
  assert.throws(
    () => backend.runMonteCarlo("worker" as unknown as () => void, { nSimulations: 1 }),
    /worker.*function, or \{ module, name \}/,
  );
  assert.throws(
    () => backend.runMonteCarlo({ module: "./x.ts", name: "f" }, { nSimulations: 1 }),
    /import\.meta\.resolve/,
  );
  assert.equal(called, 0);
});

Deno.test("a module that cannot be loaded, or lacks the export, is named", async () => {
  const backend = getBackend("sequential");
  const run = (module: string, name: string) => backend.runMonteCarlo({ module, name }, { nSimulations: 1 });
  await assert.rejects(run("file:///nowhere/at/all.ts", "f"), /worker\.module.*nowhere/);
  await assert.rejects(run("data:text/javascript,export const f = 1", "f"), /worker\.name.*exports f/);
});

Deno.test("the table of the built-in backends names them", async () => {
  assert.match(backendTable(await listBackends()), /sequential \* [\s\S]*workers/);
});

Deno.test("what is known so far is told as it grows, and the result is the same", async () => {
  const module = import.meta.resolve("../../testing/simulations.ts");
  const task = { module, name: "floatSum", args: [1.7] }, options = { nSimulations: 1000, seed: 5 };
  const { partial: expected } = await getBackend("sequential").runTask<Float64Array>(task, options);
  const seen: number[] = [];
  const { partial } = await getBackend("sequential").runTask<Float64Array>(task, {
    ...options,
    onPartial: (sum) => seen.push((sum as Float64Array)[0]),
  });
  assert.deepEqual(partial, expected);
  assert.ok(seen.length >= 3 && new Set(seen).size === seen.length, `${seen}`);
  assert.equal(seen.at(-1), expected[0]);
});
