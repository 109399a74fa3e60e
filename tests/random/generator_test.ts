import assert from "node:assert/strict";
import fc from "fast-check";
import {
  defaultRng,
  type Entropy,
  type Generator,
  InvalidArgumentError,
  SeedSequence,
  SimulationKeys,
} from "@morlet/morlet/random";
import {
  EXPONENTIAL_F,
  EXPONENTIAL_K,
  EXPONENTIAL_W,
  NORMAL_F,
  NORMAL_K,
  NORMAL_W,
} from "../../random/ziggurat_tables.ts";
import { pythonTest, runPython } from "../python.ts";

// The figures are NumPy 2.4.6's.
Deno.test("default_rng(42): normals, then uniforms, then integers", () => {
  const rng = defaultRng(42);
  assert.deepEqual(Array.from({ length: 5 }, () => rng.standardNormal()), [
    0.30471707975443135,
    -1.0399841062404955,
    0.7504511958064572,
    0.9405647163912139,
    -1.9510351886538364,
  ]);
  assert.deepEqual(Array.from({ length: 3 }, () => rng.random()), [
    0.9756223516367559,
    0.761139701990353,
    0.7860643052769538,
  ]);
  assert.deepEqual(Array.from({ length: 5 }, () => rng.integers(0, 1000)), [513, 128, 839, 450, 500]);
});

Deno.test("default_rng(12345): last and largest of a million normals", () => {
  const normals = defaultRng(12345).standardNormal(1e6);
  assert.equal(normals[999_999], -1.2697472253053648);
  assert.equal(normals.reduce((most, x) => Math.max(most, Math.abs(x)), 0), 4.9143377838108195);
});

Deno.test("the classic worker: a thousand simulations of seed 42", () => {
  const worker = (seed: number, x: number) => defaultRng(seed).normal() + x;
  const keys = new SimulationKeys(42);
  const values = Array.from({ length: 1000 }, (_, i) => worker(keys.key(i)[0], 5));
  assert.equal(values[0], 6.058838241294325);
  assert.equal(values[999], 5.2581711806039895);
  assert.ok(Math.abs(values.reduce((sum, value) => sum + value) - 5063.497381406789) < 1e-9);
});

Deno.test("size gives what as many single calls give, also across blocks of words", () => {
  const kinds: ((rng: Generator, size?: number) => number | Float64Array)[] = [
    (rng, size) => size === undefined ? rng.random() : rng.random(size),
    (rng, size) => size === undefined ? rng.standardNormal() : rng.standardNormal(size),
    (rng, size) => size === undefined ? rng.normal(3, 2) : rng.normal(3, 2, size),
    (rng, size) => size === undefined ? rng.exponential(2) : rng.exponential(2, size),
    (rng, size) => size === undefined ? rng.uniform(-1, 4) : rng.uniform(-1, 4, size),
    (rng, size) => size === undefined ? rng.integers(-5, 90) : rng.integers(-5, 90, size),
  ];
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.constantFrom(...kinds), fc.nat(5000), (seed, draw, size) => {
      const [a, b] = [defaultRng(seed), defaultRng(seed)];
      assert.deepEqual(draw(a, size), Float64Array.from({ length: size }, () => draw(b) as number));
      assert.equal(a.random(), b.random());
    }),
    { numRuns: 60 },
  );
});

Deno.test("generators do not disturb each other", () => {
  const [a, b] = [defaultRng(1), defaultRng(2)];
  const mixed = Array.from({ length: 3000 }, () => [a.random(), b.random()]);
  assert.deepEqual(mixed.map(([x]) => x), [...defaultRng(1).random(3000)]);
  assert.deepEqual(mixed.map(([, y]) => y), [...defaultRng(2).random(3000)]);
});

Deno.test("a sequence of seeds seeds like its entropy, and is spawned from", () => {
  const sequence = new SeedSequence(5);
  const rng = defaultRng(sequence);
  assert.equal(rng.seedSequence, sequence);
  assert.equal(rng.random(), defaultRng(5).random());
  assert.equal(rng.spawn(2)[1].random(), defaultRng(new SeedSequence(5).spawn(2)[1]).random());
});

Deno.test("permutation copies, shuffle does not", () => {
  const items = ["a", "b", "c", "d", "e"];
  const copy: string[] = defaultRng(3).permutation(items);
  assert.deepEqual(items, ["a", "b", "c", "d", "e"]);
  assert.deepEqual(copy.toSorted(), items);
  defaultRng(3).shuffle(items);
  assert.deepEqual(items, copy);
  assert.ok(defaultRng(3).permutation(Float32Array.of(1, 2, 3)) instanceof Float32Array);
  assert.deepEqual(defaultRng(3).permutation(0), new Float64Array(0));
});

Deno.test("integers stay inside their bounds, to the largest", () => {
  const safe = fc.maxSafeInteger();
  fc.assert(fc.property(fc.maxSafeNat(), safe, safe, (seed, a, b) => {
    const [low, high] = [Math.min(a, b), Math.max(a, b)];
    fc.pre(high > low && high - low <= Number.MAX_SAFE_INTEGER);
    for (const value of defaultRng(seed).integers(low, high, 8)) assert.ok(value >= low && value < high);
  }));
  assert.ok(defaultRng(0).integers(Number.MAX_SAFE_INTEGER) > 2 ** 32);
});

Deno.test("bad arguments are refused by name", () => {
  const rng = defaultRng(0);
  const refuses = (run: () => unknown, field: string) =>
    assert.throws(run, (error) => error instanceof InvalidArgumentError && error.field === field, field);
  for (const bad of [-1, 1.5, NaN, -1n, "1", undefined]) refuses(() => defaultRng(bad as Entropy), "seed");
  refuses(() => defaultRng([1, -1]), "seed[1]");
  refuses(() => rng.random(-1), "size");
  refuses(() => rng.standardNormal(1.5), "size");
  refuses(() => rng.normal(NaN), "loc");
  refuses(() => rng.normal(0, -1), "scale");
  refuses(() => rng.exponential(Infinity), "scale");
  refuses(() => rng.uniform(-Infinity, 0), "low");
  refuses(() => rng.uniform(1, 0), "high");
  refuses(() => rng.uniform(-1.7e308, 1.7e308), "high");
  refuses(() => rng.integers(0), "low");
  refuses(() => rng.integers(0.5, 2), "low");
  refuses(() => rng.integers(3, 3), "high");
  refuses(() => rng.integers(-(2 ** 53 - 1), 2 ** 53 - 1), "high");
  refuses(() => rng.permutation(-1), "n");
  refuses(() => rng.choice(0, 1), "population");
  refuses(() => rng.choice(3, 4, { replace: false }), "size");
  refuses(() => rng.choice(3, 3, { replace: false, p: [0.5, 0.5, 0] }), "size");
  refuses(() => rng.choice(3, 1, { p: [1, 0] }), "p");
  refuses(() => rng.choice(2, 1, { p: [2, -1] }), "p[1]");
  refuses(() => rng.choice(2, 1, { p: [0.5, 0.4] }), "p");
});

pythonTest("the ziggurats' tables are those of their definition", async () => {
  const table = async (name: string) =>
    JSON.parse(new TextDecoder().decode(await runPython("ziggurat_tables.py", [name])));
  const exponential = await table("exponential");
  assert.deepEqual([...EXPONENTIAL_K], exponential.k);
  assert.deepEqual([...EXPONENTIAL_W], exponential.w);
  assert.deepEqual([...EXPONENTIAL_F], exponential.f);
  // The normal's are NumPy's own, with the rounding errors of the program that made them.
  const normal = await table("normal");
  for (const [ours, exact] of [[NORMAL_K, normal.k], [NORMAL_W, normal.w], [NORMAL_F, normal.f]]) {
    for (const [i, value] of ours.entries()) {
      assert.ok(Math.abs(value - exact[i]) <= 2e-14 * exact[i], `${i}: ${value}`);
    }
  }
});
