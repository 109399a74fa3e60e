import assert from "node:assert/strict";
import { wctSignificance } from "../../analysis/mod.ts";
import type { WctSignificanceOptions } from "../../analysis/mod.ts";
import { getBackend } from "../../backends/mod.ts";

/** Levels in both precisions from the same 500 seeds. */
async function bothLevels(
  ar1: [number, number],
  options: Omit<WctSignificanceOptions, "dt">,
): Promise<[Float64Array, Float64Array]> {
  await using backend = getBackend("workers");
  const settings = { dt: 1, mcCount: 500, seed: 7, cache: false, backend, ...options };
  const single = await wctSignificance(...ar1, { ...settings, precision: "single" });
  const double = await wctSignificance(...ar1, { ...settings, precision: "double" });
  return [single.significance, double.significance];
}

const CASES: [string, [number, number], Omit<WctSignificanceOptions, "dt">][] = [
  ["exact", [0.7, 0.5], { n: 256 }],
  ["grinsted", [-0.8, -0.8], { n: 256, convention: "grinsted" }],
  ["pycwt", [0, 0], { n: 256, convention: "pycwt" }],
  ["a small s0", [0.5, 0.5], { n: 128, s0: 1 }],
  ["a large s0", [0.5, 0.5], { n: 128, s0: 5 }],
  ["wide steps and near-unit roots", [0.99, 0.99], { n: 200, dj: 1 / 2 }],
  ["fine steps", [0.3, -0.3], { n: 64, dj: 1 / 64 }],
  ["32 samples", [0.5, 0], { n: 32 }],
  ["a J that reaches far inside the cone", [0.5, 0.5], { n: 100, J: 200 }],
  ["a Morlet wavelet of another f0", [0.5, 0.5], { n: 128, wavelet: { name: "morlet", parameter: 8, deltaj0: 0.45 } }],
  ["the Mexican hat", [0.5, 0.5], { n: 96, wavelet: "mexicanhat" }],
  ["half a sample", [0.99, -0.8], { n: 128, s0: 0.5, wavelet: { name: "dog", parameter: 1, deltaj0: 1.2 } }],
];

for (const [name, ar1, options] of CASES) {
  Deno.test(`the kernel's levels are the oracle's within 0.003: ${name}`, async () => {
    const [single, double] = await bothLevels(ar1, options);
    let tested = 0;
    for (const [j, level] of double.entries()) {
      assert.equal(Number.isNaN(single[j]), Number.isNaN(level));
      if (Number.isNaN(level)) continue;
      tested++;
      assert.ok(Math.abs(single[j] - level) < 0.003, `scale ${j}: ${single[j]}, oracle ${level}`);
    }
    assert.ok(tested > 2);
  });
}

Deno.test("the standard error of a level is its spread from seed to seed", async () => {
  const runs = [];
  for (let seed = 1000; seed < 1200; seed++) {
    runs.push(await wctSignificance(0.6, 0.6, { dt: 1, n: 128, mcCount: 320, seed, cache: false }));
  }
  const scales = runs[0].significance.length;
  const ratios: number[] = [];
  for (let j = 0; j < scales; j++) {
    const levels = runs.map(({ significance }) => significance[j]);
    if (Number.isNaN(levels[0])) {
      assert.ok(Number.isNaN(runs[0].standardError[j]));
      continue;
    }
    const mean = levels.reduce((a, b) => a + b) / runs.length;
    const spread = Math.sqrt(levels.reduce((sum, level) => sum + (level - mean) ** 2, 0) / (runs.length - 1));
    const told = runs.reduce((sum, { standardError }) => sum + standardError[j], 0) / runs.length;
    ratios.push(told / spread);
  }
  // The spread of 200 runs is itself known to 5 %.
  const mean = ratios.reduce((a, b) => a + b) / ratios.length;
  assert.ok(Math.abs(mean - 1) < 0.1, `on average ${mean}`);
  assert.ok(ratios.every((ratio) => ratio > 0.8 && ratio < 1.25), ratios.map((r) => r.toFixed(2)).join(" "));
});

Deno.test(`mcCount "auto" stops when every level is within the tolerance, and equals that count`, async () => {
  const options = { dt: 1, n: 100, seed: 1, cache: false } as const;
  const auto = await wctSignificance(0.5, 0.5, { ...options, mcCount: "auto", tolerance: 0.005 });
  assert.ok(auto.standardError.every((error) => Number.isNaN(error) || error <= 0.005));
  assert.ok(auto.mcCount > 256);
  const fixed = await wctSignificance(0.5, 0.5, { ...options, mcCount: auto.mcCount });
  assert.deepEqual(fixed.significance, auto.significance);
  const loose = await wctSignificance(0.5, 0.5, { ...options, mcCount: "auto", tolerance: 0.5 });
  assert.equal(loose.mcCount, 256);
});

Deno.test("the result says where the kernel could not take its fast path, and only there", async () => {
  const options = { dt: 1, n: 96, mcCount: 16, seed: 1, cache: false };
  assert.equal((await wctSignificance(0.5, 0.5, options)).note, undefined);
  assert.match((await wctSignificance(0.5, 0.5, { ...options, wavelet: "paul" })).note!, /scales/);
  assert.equal((await wctSignificance(0.5, 0.5, { ...options, precision: "double", wavelet: "paul" })).note, undefined);
});
