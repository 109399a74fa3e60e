// Golden: tests/fixtures/grinsted-coherence.json, made by Grinsted, Moore and Jevrejeva's MATLAB toolbox (version of 2017-11-10) on
// GNU Octave 7.3. Rows are scales, columns every 5th sample.
import assert from "node:assert/strict";
import { ar1, cwt, wct, xwt } from "../../wavelet/mod.ts";
import golden from "../fixtures/grinsted-coherence.json" with { type: "json" };

const { y1, y2, dt, dj, s0, columnStride } = golden;
const J = golden.scale.length - 1;
const options = { dt, dj, s0, J, convention: "grinsted", normalize: false } as const;

function largestDifference(
  ours: Float64Array,
  theirs: number[][],
  difference = (a: number, b: number) => Math.abs(a - b),
) {
  const n = y1.length;
  let largest = 0;
  theirs.forEach((row, j) =>
    row.forEach((value, column) => {
      largest = Math.max(largest, difference(ours[j * n + column * columnStride], value));
    })
  );
  return largest;
}

function turn(a: number, b: number): number {
  return Math.abs(Math.atan2(Math.sin(a - b), Math.cos(a - b)));
}

Deno.test("grinsted: transform, coherence, phase, cross spectrum, cone and axes are his to 1e-9", () => {
  const transform = cwt(y1, { dt, dj, s0, J, convention: "grinsted" });
  const coherence = wct(y1, y2, options);
  const cross = xwt(y1, y2, options);
  assert.deepEqual(coherence.shape, [golden.Rsq.length, y1.length]);
  assert.ok(largestDifference(transform.W.re, golden.Xre) < 1e-9);
  assert.ok(largestDifference(transform.W.im, golden.Xim) < 1e-9);
  assert.ok(largestDifference(coherence.coherence, golden.Rsq) < 1e-9);
  assert.ok(largestDifference(coherence.phase, golden.phase, turn) < 1e-9);
  assert.ok(largestDifference(cross.phase, golden.phase, turn) < 1e-9);
  const modulus = cross.W12.re.map((re, i) => Math.hypot(re, cross.W12.im[i]));
  assert.ok(largestDifference(modulus, golden.WxyAbs) < 1e-9);
  for (const { coi, periods, scales } of [transform, coherence, cross]) {
    golden.coi.forEach((value, t) => assert.ok(Math.abs(coi[t] - value) < 1e-9));
    golden.period.forEach((value, j) => assert.ok(Math.abs(periods[j] - value) < 1e-9));
    golden.scale.forEach((value, j) => assert.ok(Math.abs(scales[j] - value) < 1e-9));
  }
});

Deno.test("grinsted: AR(1) estimates are within 0.01 of his two estimators", () => {
  [y1, y2].forEach((y, i) => {
    const { g } = ar1(y);
    assert.ok(Math.abs(g - golden.ar1[i]) < 0.01, `ar1 ${g} against ${golden.ar1[i]}`);
    assert.ok(Math.abs(g - golden.ar1nv[i]) < 0.01, `ar1nv ${g} against ${golden.ar1nv[i]}`);
  });
});

Deno.test("the conventions differ", () => {
  const exact = wct(y1, y2, { ...options, convention: "exact" }),
    pycwt = wct(y1, y2, { ...options, convention: "pycwt" });
  assert.ok(largestDifference(exact.coherence, golden.Rsq) > 0.01);
  assert.ok(largestDifference(pycwt.coherence, golden.Rsq) > 0.01);
});
