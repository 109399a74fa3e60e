import assert from "node:assert/strict";
import { BINS, significanceLevels } from "../../analysis/mod.ts";
import type { SignificanceSpec } from "../../analysis/mod.ts";
import { significanceSpec } from "../../analysis/significance_spec.ts";
import { doubleCounter, kernelCounter, kernelNote, type SurrogateCounter } from "../../analysis/surrogate_counters.ts";
import { simulationKey } from "../../random/mod.ts";
import type { MotherSpec } from "../../wavelet/mod.ts";

/** For each tested scale whether the fast path counts exactly what the oracle does. */
function exactScales(spec: SignificanceSpec): boolean[] {
  const keys = Uint32Array.from({ length: 5 }, (_, i) => i).reduce(
    (all, i) => (all.set(simulationKey(42, i), 2 * i), all),
    new Uint32Array(10),
  );
  const [fast, oracle] = [kernelCounter(spec), doubleCounter(spec)];
  // In two calls, as surrogates come.
  for (const counter of [fast, oracle]) {
    counter.simulate(keys.subarray(0, 4));
    counter.simulate(keys.subarray(4));
  }
  const [mine, his] = [fast.counts(), oracle.counts()];
  assert.equal(mine.length, his.length);
  return Array.from({ length: his.length / BINS }, (_, j) => {
    const row = (counts: Uint32Array) => counts.subarray(j * BINS, (j + 1) * BINS);
    assert.ok(row(mine).some((count) => count > 0));
    return row(mine).every((count, b) => count === row(his)[b]);
  });
}

/** Mothers, and the smallest scale that the kernel computes, in samples. */
const FINE: [MotherSpec, least?: number][] = [
  [{ name: "dog", parameter: 1, deltaj0: 1.2 }, 2],
  [{ name: "dog", parameter: 2 }],
  [{ name: "mexicanhat" }],
  [{ name: "dog", parameter: 6 }],
  [{ name: "morlet" }],
  [{ name: "paul" }],
];
for (const [wavelet, least = 1] of FINE) {
  const below = least > 1 ? `${least} samples` : "a sample";
  Deno.test(`scales below ${below} are computed in float64: ${wavelet.name} ${wavelet.parameter ?? ""}`, () => {
    for (const [n, s0, dt] of [[400, 0.5, 1], [300, 0.25, 0.5], [1000, 2, 1]]) {
      const spec = significanceSpec(0.7, 0.5, { dt, n, s0, wavelet }), exact = exactScales(spec);
      const fine = exact.filter((_, j) => s0 * 2 ** (j / 12) < 0.9999 * least * dt).length;
      assert.ok(exact.slice(0, fine).every((is) => is), `${exact}`);
      assert.ok(exact.slice(fine).some((is) => !is), "the others are not");
      const note = kernelNote(spec) ?? "";
      assert.equal(
        note.includes(`${fine} scales are smaller than ${below}; they are computed in float64`),
        fine > 0,
        note,
      );
    }
  });
}

const SLOW: MotherSpec[] = [
  { name: "morlet", parameter: 3, deltaj0: 0.6 },
  { name: "morlet", parameter: 4.5, deltaj0: 0.6 },
  { name: "paul", parameter: 1, deltaj0: 1.5 },
];
for (const wavelet of SLOW) {
  Deno.test(`mothers that ring or fall slowly are computed in float64: ${wavelet.name} ${wavelet.parameter}`, () => {
    const spec = significanceSpec(0.99, -0.8, { dt: 1, n: 100, wavelet });
    assert.ok(exactScales(spec).every((is) => is));
    assert.match(kernelNote(spec)!, /all is computed in float64/);
  });
}

Deno.test("where only scales below a sample are tested, there is no kernel", () => {
  const spec = significanceSpec(0.7, 0.5, { dt: 1, n: 100, s0: 0.5, J: 6, wavelet: "mexicanhat" });
  assert.ok(exactScales(spec).every((is) => is));
});

/** The counts of surrogates at each tested scale. */
function countsOf(counter: SurrogateCounter, surrogates: number): Float64Array {
  const keys = new Uint32Array(2 * surrogates);
  for (let i = 0; i < surrogates; i++) keys.set(simulationKey(9, i), 2 * i);
  counter.simulate(keys);
  return Float64Array.from(counter.counts());
}

for (const [wavelet, least = 1] of FINE.slice(0, 4)) {
  Deno.test(`of long records the beginning is computed in float64 at such scales: ${wavelet.name} ${wavelet.parameter ?? ""}`, () => {
    const spec = significanceSpec(0.7, 0.5, { dt: 1, n: 70_000, dj: 1 / 3, J: 8, wavelet });
    const beginning = { ...spec, n: 16384 }, fine = Math.ceil(3 * Math.log2(least / spec.s0));
    const [all, exact] = [countsOf(kernelCounter(spec), 2), countsOf(doubleCounter(beginning), 2)];
    assert.ok(fine > 0 && fine <= spec.J);
    const row = (counts: Float64Array, j: number) => counts.subarray(j * BINS, (j + 1) * BINS);
    for (let j = 0; j < fine; j++) assert.deepEqual(row(all, j), row(exact, j));
    assert.notDeepEqual(row(all, fine), row(exact, fine));

    // Where no other scales are tested there is no kernel, and no more of the record either.
    const J = fine - 1;
    assert.deepEqual(countsOf(kernelCounter({ ...spec, J }), 1), countsOf(doubleCounter({ ...beginning, J }), 1));
  });
}

const LONG: MotherSpec[] = [{ name: "mexicanhat" }, { name: "dog", parameter: 3, deltaj0: 1.2 }];
for (const wavelet of LONG) {
  Deno.test(`the levels of long records are those of the oracle, which counts every sample: ${wavelet.name} ${wavelet.parameter ?? ""}`, () => {
    const spec = significanceSpec(0.7, 0.5, { dt: 1, n: 70_000, dj: 1 / 2, J: 4, wavelet });
    const [mine, his] = [kernelCounter(spec), doubleCounter(spec)].map((counter) =>
      significanceLevels(countsOf(counter, 40), 0.95)
    );
    mine.forEach((level, j) => assert.ok(Math.abs(level - his[j]) < 0.003, `scale ${j}: ${level}, oracle ${his[j]}`));
  });
}

Deno.test("the note tells what is computed at scales below a sample", () => {
  const note = (n: number, oracle = true, J = 20) =>
    kernelNote(significanceSpec(0.7, 0.5, { dt: 1, n, J, wavelet: "mexicanhat" }), oracle);
  assert.match(note(2 ** 14)!, /^12 scales are smaller than a sample; they are computed in float64\. /);
  assert.match(note(2 ** 14 + 1)!, /computed in float64, from the first 16,384 samples of each surrogate\. /);
  assert.match(note(2 ** 17, true, 8)!, /all is computed in float64, from the first 16,384 samples of each surrogate$/);
  for (const n of [2 ** 10, 2 ** 17]) {
    assert.match(note(n, false)!, /^12 scales .* in single precision about one value in a thousand is off/, "on a GPU");
    assert.match(note(n, false, 8)!, /^9 scales .* in single precision about one value in a thousand is off/);
  }
});
