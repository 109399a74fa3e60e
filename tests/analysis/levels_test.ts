import assert from "node:assert/strict";
import { BINS, pValues, significanceLevels, wctSignificance } from "../../analysis/mod.ts";
import { getBackend } from "../../backends/mod.ts";

interface GrinstedCase {
  ar1: [number, number];
  dt: number;
  dj: number;
  s0: number;
  J: number;
  n: number;
  level: number;
  significance: (number | null)[];
}

/** 95 % levels of Grinsted's toolbox (wtcsignif, 2017-11-10) on GNU Octave 7.3; its own error is 0.002 to 0.004. */
const GRINSTED: { cases: GrinstedCase[] } = JSON.parse(
  await Deno.readTextFile(new URL("../fixtures/grinsted-significance.json", import.meta.url)),
);

for (const { ar1, dt, dj, s0, J, level, significance: his } of GRINSTED.cases) {
  Deno.test(`the levels for AR(1) ${ar1.join(" and ")} are those of Grinsted's toolbox`, async () => {
    await using backend = getBackend("workers");
    const options = {
      dt,
      dj,
      s0,
      J,
      significanceLevel: level,
      convention: "grinsted",
      mcCount: 5000,
      seed: 42,
    } as const;
    const { significance } = await wctSignificance(...ar1, { ...options, backend, cache: false });
    assert.equal(significance.length, his.length);
    for (const [j, expected] of his.entries()) {
      if (expected === null) {
        assert.ok(Number.isNaN(significance[j]));
        continue;
      }
      const off = Math.abs(significance[j] - expected);
      assert.ok(off < (j < 36 ? 0.015 : 0.02), `scale ${j}: ${significance[j]}, his ${expected}`);
    }
  });
}

/** From the eigenvalues of the smoothing kernel. */
const THEORY = {
  exact: { 0.9: 0.657, 0.95: 0.734, 0.99: 0.842 },
  grinsted: { 0.9: 0.624, 0.95: 0.704, 0.99: 0.819 },
};

for (const convention of ["exact", "grinsted"] as const) {
  Deno.test(`white noise has the levels of theory away from the edges, convention ${convention}`, async () => {
    await using backend = getBackend("workers");
    // A long record, and scales from 8 on: neither its ends nor the smallest scales matter.
    const options = {
      dt: 1,
      dj: 1 / 12,
      s0: 8,
      J: 20,
      n: 4096,
      mcCount: 150,
      seed: 1,
      convention,
      backend,
      cache: false,
    };
    const { histogram } = await wctSignificance(0, 0, options);
    for (const [level, expected] of Object.entries(THEORY[convention])) {
      const levels = significanceLevels(histogram, Number(level));
      for (let j = 5; j <= 15; j++) {
        assert.ok(
          Math.abs(levels[j] - expected) < 0.01,
          `level ${level}, scale ${j}: ${levels[j]}, theory ${expected}`,
        );
      }
    }
  });
}

Deno.test("a level is read from the histogram linearly within a bin, and is NaN where nothing was counted", () => {
  const histogram = new Float64Array(3 * BINS);
  histogram.fill(1, 0, BINS); // uniform: the level is the share
  histogram[BINS + 10] = 7; // all in one bin
  const levels = significanceLevels(histogram, 0.95);
  assert.ok(Math.abs(levels[0] - 0.95) < 1e-12);
  assert.ok(Math.abs(levels[1] - 10.95 / BINS) < 1e-12);
  assert.ok(Number.isNaN(levels[2]));
});

Deno.test("p-values are (b + 1) / (m + 1), NaN where a sample is not trusted or its scale not simulated", () => {
  const histogram = new Float64Array(2 * BINS);
  histogram[0] = 90;
  histogram[512] = 9;
  histogram[BINS - 1] = 1;
  const coherence = Float64Array.of(0, 0.5, 0.75, 1, 0.5, 0.5, 0.5, 0.5);
  const p = pValues(coherence, histogram, (_, t) => t !== 1);
  assert.deepEqual(Array.from(p), [101 / 101, NaN, 2 / 101, 2 / 101, NaN, NaN, NaN, NaN]);
});
