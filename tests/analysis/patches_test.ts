import assert from "node:assert/strict";
import { significantRegions } from "../../analysis/mod.ts";
import type { WaveletCoherence } from "../../analysis/mod.ts";
import { PatchFinder } from "../../analysis/patch_finder.ts";
import { RegionMass } from "../../analysis/region_mass.ts";
import { defaultRng } from "../../random/mod.ts";
import { pythonTest, runPython } from "../python.ts";

const SCALES = 25, TIMES = 60, DT = 0.5, LEVEL = 0.7;
const periods = Float64Array.from({ length: SCALES }, (_, j) => 2 * 2 ** (j / 6));
const levels = new Float64Array(SCALES).fill(LEVEL), mass = new RegionMass(periods, DT, levels);

/** Maps of coherence whose patches are: none, all, noise of each density, and lines that wind, fork and meet late. */
function maps(): Float64Array[] {
  const rng = defaultRng(9);
  return masks().map((mask) =>
    Float64Array.from(mask, (one) => one * LEVEL + (one ? 1 - LEVEL : LEVEL) * rng.random())
  );
}

function masks(): Uint8Array[] {
  const rng = defaultRng(8);
  const noise = [0, 0.05, 0.3, 0.5, 0.59, 0.65, 0.8, 1].flatMap((density) =>
    Array.from({ length: 5 }, () => Uint8Array.from({ length: SCALES * TIMES }, () => Number(rng.random() < density)))
  );
  const drawn = (inside: (j: number, t: number) => boolean) =>
    Uint8Array.from({ length: SCALES * TIMES }, (_, at) => Number(inside(Math.floor(at / TIMES), at % TIMES)));
  return [
    ...noise,
    drawn((j, t) => t % 2 === 0 || j === SCALES - 1), // a comb, whose teeth meet at the last scale
    drawn((j, t) => t % 2 === 0 || j === (t % 4 === 1 ? 0 : SCALES - 1)), // one winding line
    drawn((j, t) => (j + t) % 2 === 0), // corners only
    drawn((j, t) => Math.abs(Math.hypot(j - 12, t - 30) - 10) < 1.2), // a ring
  ];
}

function heaviestOf(map: Float64Array): number {
  const finder = new PatchFinder();
  for (let j = 0; j < SCALES; j++) {
    const row = map.subarray(j * TIMES, (j + 1) * TIMES);
    finder.addScale(row, LEVEL, { start: 0, end: TIMES }, (coherence) => mass.of(j, coherence));
  }
  return finder.heaviest;
}

/** Patches of a map as {@linkcode significantRegions} finds them, by filling. */
function regionsOf(coherence: Float64Array) {
  const nothing = new Float64Array(coherence.length), shape = [SCALES, TIMES];
  const significant = Uint8Array.from(coherence, (value) => Number(value > LEVEL));
  const result = { coherence, significant, significance: levels, smoothedPhase: nothing, pValues: nothing, periods };
  return significantRegions({ ...result, shape, dt: DT } as unknown as WaveletCoherence);
}

const close = (a: number, b: number) => assert.ok(Math.abs(a - b) <= 1e-11 * Math.max(1, b), `${a}, not ${b}`);
const down = (a: number, b: number) => b - a;

Deno.test("the heaviest patch of a map that comes scale by scale is that of the whole map", () => {
  for (const map of maps()) close(heaviestOf(map), Math.max(0, ...regionsOf(map).map(({ mass }) => mass)));
});

pythonTest("patches have the sizes and masses that scipy.ndimage.label gives", async () => {
  const all = maps(),
    input = {
      coherence: all.map((map) => [...map]),
      shape: [SCALES, TIMES],
      periods: [...periods],
      octaves: 1 / 6,
      dt: DT,
      level: LEVEL,
    };
  const found: { sizes: number[]; masses: number[] }[] = JSON.parse(
    new TextDecoder().decode(await runPython("label_patches.py", [], JSON.stringify(input))),
  );
  for (const [i, { sizes, masses }] of found.entries()) {
    const regions = regionsOf(all[i]);
    assert.deepEqual(regions.map(({ size }) => size), sizes.sort(down));
    const mine = regions.map(({ mass }) => mass).sort(down);
    masses.sort(down).forEach((mass, k) => close(mine[k], mass));
    close(heaviestOf(all[i]), masses[0] ?? 0);
  }
});

Deno.test("a finder forgets the map before; nothing is above NaN or outside the range", () => {
  const finder = new PatchFinder(), row = Float64Array.of(1, 1, 0, 1, 1, 1);
  finder.addScale(row, 0.5, { start: 0, end: 6 }, () => 2);
  assert.equal(finder.heaviest, 6);
  finder.clear();
  assert.equal(finder.heaviest, 0);
  finder.addScale(row, NaN, { start: 0, end: 6 }, () => 2);
  finder.addScale(row, 0.5, { start: 1, end: 4 }, () => 2);
  assert.equal(finder.heaviest, 2);
  finder.addScale(row, 0.5, { start: 2, end: 4 }, () => 1);
  assert.equal(finder.heaviest, 3);
});

Deno.test("one period by one octave weighs 1 for each factor by which p is below the level's, at any period and dof", () => {
  const p = (coherence: number, dof: number) => (1 - coherence) ** (dof - 1);
  for (const dof of [2, 5, 20]) {
    const level = 1 - 0.05 ** (1 / (dof - 1)), stricter = 1 - (0.05 ** 3) ** (1 / (dof - 1));
    assert.ok(Math.abs(p(level, dof) - 0.05) < 1e-12 && Math.abs(p(stricter, dof) - 0.05 ** 3) < 1e-12);
    const mass = new RegionMass(periods, DT, new Float64Array(SCALES).fill(level));
    for (const [j, period] of periods.entries()) {
      const samples = 6 * period / DT; // in one period by one octave
      close(samples * mass.of(j, level) + 1, 1);
      close(samples * mass.of(j, stricter), 2);
    }
  }
  assert.ok(Number.isFinite(mass.of(0, 1)));
});
