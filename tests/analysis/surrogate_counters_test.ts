import assert from "node:assert/strict";
import { BINS } from "../../analysis/mod.ts";
import type { SignificanceSpec } from "../../analysis/mod.ts";
import { significanceSpec } from "../../analysis/significance_spec.ts";
import { doubleCounter, kernelCounter, kernelNote } from "../../analysis/surrogate_counters.ts";
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

const FINE: MotherSpec[] = [
  { name: "dog", parameter: 1, deltaj0: 1.2 },
  { name: "dog", parameter: 2 },
  { name: "mexicanhat" },
  { name: "dog", parameter: 6 },
  { name: "morlet" },
  { name: "paul" },
];
for (const wavelet of FINE) {
  Deno.test(`scales below a sample are computed in float64: ${wavelet.name} ${wavelet.parameter ?? ""}`, () => {
    for (const [n, s0, dt] of [[400, 0.5, 1], [300, 0.25, 0.5], [1000, 2, 1]]) {
      const spec = significanceSpec(0.7, 0.5, { dt, n, s0, wavelet }), exact = exactScales(spec);
      const fine = exact.filter((_, j) => s0 * 2 ** (j / 12) < 0.9999 * dt).length;
      assert.ok(exact.slice(0, fine).every((is) => is), `${exact}`);
      assert.ok(exact.slice(fine).some((is) => !is), "the others are not");
      assert.equal(/smaller than a sample; they are computed in float64/.test(kernelNote(spec) ?? ""), fine > 0);
    }
  });
}

const SLOW: MotherSpec[] = [
  { name: "morlet", parameter: 3, deltaj0: 0.6 },
  { name: "morlet", parameter: 4.5, deltaj0: 0.6 },
  { name: "paul", parameter: 1, deltaj0: 1.5 },
  { name: "paul", parameter: 2, deltaj0: 1.5 },
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

Deno.test("the note tells where scales below a sample are in single precision: in long records, on a GPU", () => {
  const note = (n: number, oracle = true) =>
    kernelNote(significanceSpec(0.7, 0.5, { dt: 1, n, J: 20, wavelet: "mexicanhat" }), oracle);
  assert.match(note(2 ** 16)!, /float64/);
  assert.match(note(2 ** 16, false)!, /in single precision coherence may be off/, "on a GPU");
  assert.match(note(2 ** 16 + 1)!, /in single precision coherence may be off/);
});
