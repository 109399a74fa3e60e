// Golden: tests/fixtures/pycwt.json, written by tests/python/pycwt_fixtures.py with pycwt 0.5.0b0 from PyPI.
//
// What pycwt has wrong, and what is asserted here instead of equality:
//
// | pycwt | here |
// | --- | --- |
// | the transform by DOG of odd order has the opposite sign (conjugate of a transform that is one already) | minus pycwt's |
// | `psi` of DOG of odd order has the opposite sign | minus pycwt's |
// | `psi` of Paul has (m-2)! for m!, 12 times too small for m = 4, and a factor i^m of which its transform knows nothing | the transform of psiFt |
// | `icwt` divides by that psi, so that Paul's is 12 times too large | pycwt's / 12 |
// | `icwt` uses Table 2's C_delta, which for DOG is 2 % off | pycwt's only if given that C_delta |
//
// pycwt's tests of significance are compared only where it has them right: tests 0 and 2 from a variance.
import assert from "node:assert/strict";
import { cwt, icwt, motherFrom, type MotherSpec, significance, wct, xwt } from "../../wavelet/mod.ts";
import golden from "../fixtures/pycwt.json" with { type: "json" };
import { pythonTest, runPython } from "../python.ts";

const series = golden.series as Record<string, number[]>;

/** Largest difference from every stride-th value of each row. */
function largestDifference(ours: ArrayLike<number>, theirs: number[][], n: number, sign = 1): number {
  let largest = 0;
  theirs.forEach((row, j) =>
    row.forEach((value, column) => {
      largest = Math.max(largest, Math.abs(sign * ours[j * n + column * golden.stride] - value));
    })
  );
  return largest;
}

function assertNear(ours: ArrayLike<number>, theirs: number[], tolerance: number, stride = 1) {
  theirs.forEach((value, i) => {
    const found = ours[i * stride];
    assert.ok(Math.abs(found - value) <= tolerance * Math.max(1, Math.abs(value)), `[${i}] ${found} is not ${value}`);
  });
}

for (const { mother, n, dt, dj, re, im, ...rest } of golden.cwt) {
  const { s0, J, freqs } = rest as { s0?: number; J?: number; freqs?: number[] };
  const given = rest as { freqs: number[] };
  Deno.test(`pycwt: cwt, ${mother.name} ${mother.parameter}, dt ${dt}, dj ${dj.toFixed(3)}, ${n} samples`, () => {
    const custom = re.length === 4 ? { freqs } : { s0, J };
    const ours = cwt(series[`${n},1`], { dt, dj, ...custom, wavelet: mother as MotherSpec, convention: "pycwt" });
    const sign = mother.name === "dog" && mother.parameter % 2 === 1 ? -1 : 1;
    assert.deepEqual(ours.shape, [re.length, n]);
    assert.ok(largestDifference(ours.W.re, re, n, sign) < 1e-9);
    assert.ok(largestDifference(ours.W.im, im, n, sign) < 1e-9);
    assertNear(ours.scales, rest.scales, 1e-12);
    assertNear(ours.freqs, given.freqs, 1e-12);
    assertNear(ours.coi, rest.coi, 1e-12);
    assertNear(ours.fft.re, rest.fft.re, 1e-9, golden.stride);
    assertNear(ours.fft.im, rest.fft.im, 1e-9, golden.stride);
    assertNear(ours.fftfreqs, rest.fftfreqs, 1e-12, golden.stride);
  });
}

for (const { n, dt, dj, coherence, phase, re, im, freqs, coi, ...rest } of golden.wct) {
  const { s0, J, normalize } = rest as { s0?: number; J?: number; normalize?: boolean };
  Deno.test(`pycwt: wct and xwt, dt ${dt}, dj ${dj.toFixed(3)}, ${n} samples, normalize ${normalize ?? true}`, () => {
    const pair = [series[`${n},1`], series[`${n},2`]] as const;
    const options = { dt, dj, s0, J, normalize, convention: "pycwt" } as const;
    const ours = wct(...pair, options), cross = xwt(...pair, options);
    assert.deepEqual(ours.shape, [coherence.length, n]);
    assert.ok(largestDifference(ours.coherence, coherence, n) < 1e-9);
    assert.ok(largestDifference(ours.phase, phase, n) < 1e-9);
    assert.ok(largestDifference(cross.W12.re, re, n) < 1e-9);
    assert.ok(largestDifference(cross.W12.im, im, n) < 1e-9);
    assertNear(ours.freqs, freqs, 1e-12);
    assertNear(ours.coi, coi, 1e-12);
  });
}

for (const { mother: spec, n, dt, dj, values } of golden.icwt) {
  Deno.test(`pycwt: icwt, ${spec.name}`, () => {
    const mother = motherFrom(spec as MotherSpec);
    const { W, scales } = cwt(series[`${n},1`], { dt, dj, wavelet: mother, convention: "pycwt" });
    const ours = icwt(W, scales, { dt, dj, wavelet: mother, cdelta: mother.cdelta });
    assertNear(ours, spec.name === "paul" ? values.map((v) => v / 12) : values, 1e-9, golden.stride);
  });
}

for (const { mother, sigma_test, variance, dt, alpha, level, scales, background, ...rest } of golden.significance) {
  Deno.test(`pycwt: significance test ${sigma_test}, ${mother.name} ${mother.parameter}`, () => {
    const { dof } = rest as { dof?: number[] };
    const ours = significance(variance, {
      dt,
      scales,
      alpha,
      sigmaTest: sigma_test as 0 | 2,
      dof,
      significanceLevel: level,
      wavelet: mother as MotherSpec,
    });
    assertNear(ours.significance, rest.significance, 1e-9);
    assertNear(ours.fftTheor, background, 1e-12);
    assert.equal(ours.significance.length, rest.significance.length);
  });
}

for (const { name, parameter, times, re, im } of golden.psi) {
  Deno.test(`pycwt: psi, ${name} ${parameter}`, () => {
    const mother = motherFrom({ name, parameter } as MotherSpec);
    times.forEach((t, i) => {
      const ours = mother.psi(t);
      let theirs = { re: re[i], im: im[i] };
      if (name === "dog" && parameter % 2 === 1) theirs = { re: -theirs.re, im: -theirs.im };
      if (name === "paul") {
        const factor = parameter * (parameter - 1);
        theirs = { re: theirs.re * factor, im: theirs.im * factor };
        if (parameter % 4 === 1) theirs = { re: theirs.im, im: -theirs.re }; // divided by i^5 = i
      }
      assert.ok(Math.hypot(ours.re - theirs.re, ours.im - theirs.im) < 1e-12);
    });
  });
}

pythonTest("pycwt: the committed fixture is what the script writes, to 1e-12", async () => {
  const fresh: unknown = JSON.parse(new TextDecoder().decode(await runPython("pycwt_fixtures.py")));
  compare(fresh, golden, "");
});

function compare(a: unknown, b: unknown, path: string): void {
  if (path === ".about") return; // holds versions
  if (typeof a === "number" && typeof b === "number") {
    assert.ok(Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(b)), `${path}: ${a} is not ${b}`);
  } else if (typeof a === "object" && a !== null && typeof b === "object" && b !== null) {
    assert.deepEqual(Object.keys(a), Object.keys(b), path);
    for (const [key, value] of Object.entries(a)) compare(value, (b as Record<string, unknown>)[key], `${path}.${key}`);
  } else {
    assert.deepEqual(a, b, path);
  }
}
