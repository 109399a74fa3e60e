import assert from "node:assert/strict";
import { openBackend, webgpu } from "../../backends/mod.ts";
import { CounterGenerator, simulationKey, surrogateNormals } from "../../random/mod.ts";
import { ANY_ADAPTER, gpuTest } from "../gpu_adapter.ts";

/** One simulation is one index of the draws of one key. */
const DRAWS = { module: import.meta.resolve("./wgsl_draws.ts"), name: "draws" };
const N = 20_000;

gpuTest("draws in WGSL: whole numbers are those of CounterGenerator, others within single precision", async () => {
  const key = simulationKey(42, 3), noise = new CounterGenerator(key);
  const first = new Float64Array(N), second = new Float64Array(N);
  surrogateNormals(key, first, second);
  await using backend = openBackend(webgpu, ANY_ADAPTER);
  const rows = await backend.runTask<number[][]>({ ...DRAWS, args: [[...key]] }, { nSimulations: N, seed: 0 });
  let largest = 0;
  for (const [i, [high, low, integer, uniform, normal, other]] of rows.partial.entries()) {
    assert.equal(high * 65536 + low, noise.uint32(i), `word ${i}`);
    assert.equal(integer, noise.integer(i, 10_000_019), `integer ${i}`);
    assert.equal(uniform, Math.floor(noise.uniform(i) * 2 ** 24) / 2 ** 24, `uniform ${i}`);
    largest = Math.max(largest, Math.abs(normal - first[i]), Math.abs(other - second[i]));
  }
  assert.ok(largest < 2e-6, `normals differ by up to ${largest}`);
});

gpuTest("logarithms of words are right to the last bits, also where draws are largest and smallest", async () => {
  const words = [
    0,
    1,
    2,
    3,
    0xffffffff,
    0xfffffffe,
    0xffffff00,
    0xfff00000,
    0xb504f333,
    0xb504f332,
    0x7fffffff,
    0x80000000,
  ];
  await using backend = openBackend(webgpu, ANY_ADAPTER);
  const rows = await backend.runTask<number[]>(
    { module: DRAWS.module, name: "logs", args: [words] },
    { nSimulations: words.length, seed: 0 },
  );
  for (const [i, value] of rows.partial.entries()) {
    const exact = Math.log((words[i] + 1) / 2 ** 32);
    assert.ok(Math.abs(value - exact) <= 3e-7 * Math.abs(exact), `word ${words[i]}: ${value}, not ${exact}`);
  }
});

Deno.test("integer is the upper half of a product, within its bounds", () => {
  const noise = CounterGenerator.ofSimulation(1, 0);
  for (const n of [1, 2, 3, 1000, 2 ** 31 + 1, 2 ** 32]) {
    for (let i = 0; i < 200; i++) {
      assert.equal(noise.integer(i, n), Number(BigInt(noise.uint32(i)) * BigInt(n) >> 32n), `${n}, ${i}`);
    }
  }
  for (const n of [0, 1.5, 2 ** 32 + 1, NaN]) assert.throws(() => noise.integer(0, n), { field: "n" });
});
